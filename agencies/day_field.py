"""The form field of a day, alike on all pages."""

from django import forms


class DayField(forms.DateField):
    """A day as a date input sends it, 2024-06-20, or as people type it, 20/6/2024."""

    def __init__(self, label, help_text="", **options):
        super().__init__(
            label=label,
            help_text=help_text,
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **options,
        )
