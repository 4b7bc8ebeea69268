"""
The lists of agencies and of people as spreadsheets: columns, and what a row means.

django-import-export resources. They are only used by `list_imports`, behind the portal's own
pages; messages are for the person who filled in the sheet.
"""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import Widget

from agencies import people
from agencies.access import jurisdictions_administered_by
from agencies.models import Agency, Membership, User
from agencies.register import save_change
from agencies.vietnamese import fold

Role = Membership.Role


class Choice(Widget):
    """A word of a closed list, as it stands in the portal; case and accents are forgiven."""

    def __init__(self, choices):
        super().__init__()
        self.labels = dict(choices)
        self._values = {fold(str(label)): value for value, label in choices}

    def clean(self, value, row=None, **kwargs):
        found = self._values.get(fold(value))
        if found is None:
            raise ValueError(f"“{value}” không có trong danh mục (trang tính “Danh mục”).")
        return found

    def render(self, value, obj=None, **kwargs):
        return str(self.labels.get(value, ""))


class Day(Widget):
    """A date: a date cell, or 1/7/2025, or 2025-07-01. Empty is none."""

    def clean(self, value, row=None, **kwargs):
        for form in ("%d/%m/%Y", "%Y-%m-%d"):
            try:
                return dt.datetime.strptime(value, form).date() if value else None  # noqa: DTZ007
            except ValueError:
                continue
        raise ValueError(f"“{value}” không phải ngày. Ghi như 1/7/2025.")

    def render(self, value, obj=None, **kwargs):
        return f"{value.day}/{value.month}/{value.year}" if value else ""


class Code(Widget):
    def clean(self, value, row=None, **kwargs):
        if value and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
            raise ValueError("Mã chỉ gồm chữ thường không dấu, chữ số và gạch nối.")
        return value


class Address(Widget):
    def clean(self, value, row=None, **kwargs):
        return value.lower()


class AgencyOf(Widget):
    """The code of an agency of one jurisdiction; empty is none."""

    def __init__(self, place):
        super().__init__()
        self._place = place
        self._agencies = {agency.code: agency for agency in place.agencies.all()}

    def clean(self, value, row=None, **kwargs):
        if value and value not in self._agencies:
            raise ValueError(f"{self._place} không có cơ quan mang mã “{value}”.")
        return self._agencies.get(value)


class ListResource(ModelResource):
    """What both lists share: one place, one person who imports, and what each row changes."""

    def __init__(self, place, *, by=None, at=None):
        super().__init__()
        self.place, self.by, self.at = place, by, at
        self.changes = {}  # number of the row → [[column, old, new]]
        self._all = None

    def get_instance(self, instance_loader, row):
        """Return the row's agency or person; all are fetched once. A bad key belongs to none."""
        [key] = self.get_import_id_fields()
        if self._all is None:
            self._all = {getattr(kept, key): kept for kept in self.get_queryset()}
        return self._all.get(row[self.fields[key].column_name].lower())

    def after_import(self, dataset, result, **kwargs):
        """No resetting of sequences: rows come without ids, and the role may not (ADR 0004)."""

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if import_validation_errors:
            return False
        changes = self.changed(instance, original if instance.pk else None)
        self.changes[row["#"]] = changes
        return bool(instance.pk) and not changes

    def changed(self, instance, original):
        """Return [[column, old, new]] of the row against what is kept; `original` None: new."""
        pairs = [
            (field.column_name, original and field.export(original), field.export(instance))
            for field in self.get_import_fields()
            if field.attribute in self.kept
        ]
        return [[column, old or "", new] for column, old, new in pairs if (old or "") != new]


class AgencyResource(ListResource):
    code = Field("code", "Mã", widget=Code())
    name = Field("name", "Tên cơ quan")
    kind = Field("kind", "Loại", widget=Choice(Agency.Kind.choices))
    valid_from = Field("valid_from", "Có từ ngày", widget=Day())
    valid_to = Field("valid_to", "Đến hết ngày", widget=Day())
    head_approves = Field(
        "head_approves",
        "Lãnh đạo duyệt",
        widget=Choice([(False, ""), (False, "không"), (True, "có")]),
    )

    kept = {"code", "name", "kind", "valid_from", "valid_to", "head_approves"}

    class Meta:
        model = Agency
        fields = ["code", "name", "kind", "valid_from", "valid_to", "head_approves"]
        import_id_fields = ["code"]
        clean_model_instances = True
        report_skipped = True
        skip_html_diff = True

    def get_queryset(self):
        return Agency.objects.filter(jurisdiction=self.place)

    def init_instance(self, row=None):
        return Agency(jurisdiction=self.place)

    def do_instance_save(self, instance, is_create):
        save_change(instance, by=self.by, at=self.at)


class UserResource(ListResource):
    """One row a person, with one role; roles a person has beside it are left alone."""

    email = Field("email", "Thư điện tử", widget=Address())
    full_name = Field("full_name", "Họ và tên")
    role = Field("listed_role", "Vai trò", widget=Choice(Role.choices))
    agency = Field("listed_agency", "Mã cơ quan")

    kept = {"email", "full_name"}

    class Meta:
        model = User
        fields = ["email", "full_name", "role", "agency"]
        import_id_fields = ["email"]
        clean_model_instances = True
        report_skipped = True
        skip_html_diff = True

    def __init__(self, place, **kwargs):
        super().__init__(place, **kwargs)
        self.fields["agency"].widget = AgencyOf(place)
        held = Membership.objects.order_by()
        self._held = set(held.values_list("user", "role", "agency", "jurisdiction"))
        places = jurisdictions_administered_by(self.by)
        elsewhere = held.exclude(pk__in=Membership.objects.of_places(places))
        self._elsewhere = set(elsewhere.values_list("user", flat=True))

    def init_instance(self, row=None):
        user = User()
        user.set_unusable_password()
        return user

    def changed(self, instance, original):
        changes = super().changed(instance, original)
        if not self._has_role(instance):
            place = instance.listed_agency or self.place
            changes.append(["Vai trò", "", f"{Role(instance.listed_role).label}, {place}"])
        return changes

    def _has_role(self, instance):
        agency = instance.listed_agency
        where = (agency.pk, None) if agency else (None, self.place.pk)
        return (instance.pk, instance.listed_role, *where) in self._held

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        errors = {}
        of_agency = instance.listed_role in Membership.OF_AGENCY
        if of_agency and instance.listed_agency is None:
            errors["listed_agency"] = "Vai trò này cần mã cơ quan."
        if not of_agency and instance.listed_agency is not None:
            errors["listed_agency"] = "Vai trò này thuộc cả địa bàn; để trống mã cơ quan."
        if instance.pk in self._elsewhere:  # as people.may_manage, for all rows at once
            errors["email"] = "Địa chỉ này đã có tài khoản ở địa bàn khác."
        elif instance.pk and not instance.is_active:
            errors["email"] = "Tài khoản này đã ngừng; cho hoạt động trở lại trước."
        if errors:
            raise ValidationError(errors)

    def do_instance_save(self, instance, is_create):
        place = instance.listed_agency or self.place
        given = {"role": instance.listed_role, "place": place, "by": self.by, "at": self.at}
        if is_create:
            people.add_person(instance, **given)
            return
        save_change(instance, by=self.by, at=self.at)
        if not self._has_role(instance):
            people.give_role(instance, **given)
