"""What the forms of all topics share: a row of a plan file in, a row of a plan file out."""

import re

from django import forms
from django.utils.translation import gettext

from agencies.vietnamese import nfc
from reporting.plan_editor.rows import next_code
from reporting.plan_file.schema import SECTION_KEYS
from targets.numerals import NumeralError, format_number, parse_number


class RowForm(forms.ModelForm):
    """
    One row of a draft as fields, checked by the model the row will become.

    A field is called as its key in the plan file. The code is fixed once it is written: other
    rows name it.
    """

    section = ""
    aside_after = ""  # the field beside which `aside` stands

    def __init__(self, data=None, *, draft, row=None):
        self.draft, self.document, self.row = draft, draft.document, row
        super().__init__(data, initial=self.read(row) if row else self.likely())
        self.offer(self.document)
        if row and "code" in self.fields:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = gettext("Mã không đổi được nữa, vì nơi khác dùng tới.")

    def likely(self):
        """Return what the form of a new row starts with."""
        return {"code": next_code(self.document, self.section)}

    def read(self, row):
        return row

    def offer(self, document):
        """Fill the choices that depend on the draft."""

    def write(self):
        """Return the row the form stands for; keys it does not ask for stay as they are."""
        keys = SECTION_KEYS[self.section]
        typed = {
            name: _stored(self.cleaned_data[name], keys[name])
            for name in self.fields
            if name in keys
        }
        return (self.row or {}) | typed

    def tie(self, document):
        """Adjust rows that depend on this one, once it is written."""

    def aside(self, *, today):
        """Return lines to show beside the form: what follows from it as typed."""
        return []

    def clean_code(self):
        code = self.cleaned_data["code"]
        if not self.row and code in {row["code"] for row in self.document[self.section]}:
            raise forms.ValidationError(gettext("Mã này đã có."))
        return code


def _stored(value, types):
    if isinstance(value, str):
        value = nfc(value)
    may_be_none = isinstance(types, tuple) and type(None) in types
    return None if may_be_none and value in ("", None) else value


class NumeralField(forms.Field):
    """A number as Vietnamese write it: “35.000”, “6,5”; a plan file's int or float."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value):
        return value if value is None or isinstance(value, str) else format_number(value)

    def to_python(self, value):
        if not (value or "").strip():
            return None
        try:
            return target_number(value)
        except NumeralError as error:
            raise forms.ValidationError(str(error)) from error


def target_number(text):
    """
    Return the Decimal of a target as typed; raises NumeralError.

    “36,000” is asked, not guessed (R27): the comma parts decimals here, and nobody writes those.
    """
    if re.fullmatch(r"[1-9][0-9]{0,2},000", text.strip()):
        thousands = text.strip().replace(",", ".")
        raise NumeralError(
            gettext(
                "“{typed}”: dấu phẩy chỉ phần thập phân. Viết {thousands} hoặc {value}."
            ).format(typed=text.strip(), thousands=thousands, value=thousands.partition(".")[0])
        )
    return parse_number(text)


def codes_field(label, help_text=""):
    """Return a field of several codes, ticked in a list; its choices come from the draft."""
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple
    )


def code_field(label, help_text="", *, required=False):
    return forms.ChoiceField(label=label, help_text=help_text, required=required)


def parties(document):
    """Return the choices of bodies a row may name: the plan's own, then those only mentioned."""
    own = [(row["code"], row["name"]) for row in document["agencies"]]
    mentioned = [(row["code"], row["name"]) for row in document["mentioned_agencies"]]
    return own + ([(gettext("Chỉ được nhắc tới"), mentioned)] if mentioned else [])


def indicators(document, *, without=None):
    return [(row["code"], row["name"]) for row in document["indicators"] if row["code"] != without]


def or_none(choices, words=None):
    return [("", words or gettext("không")), *choices]


def label_of(choices, value):
    """Return a choice's words, or the value itself where it is none of them."""
    return dict(choices).get(value, value or "")


def plain(number):
    """Return a Decimal as a plan file writes it: 35000, 6.5."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
