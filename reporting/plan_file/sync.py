"""Making the rows of one plan equal to a file's, with every conflict noted on the way."""

from collections import Counter

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, transaction

from reporting.plan_file.problems import Problem

# What figures already reported rest on: changed by a revision in the portal, not by a file.
GUARDED = {
    "plan": {"jurisdiction", "lead_agency", "first_year", "last_year"},
    "indicators": {"unit", "kind", "combine", "better"},
    "breakdowns": {"parent", "rule"},
    "targets": {"operator", "low", "high"},
    "regimes": {"due_kind", "due_month", "due_day", "window", "obligation", "tier"},
}


class Change:
    """
    A row of the file beside its row of the database: which fields are to be set to what.

    `key` and `place` tell where it stands in the file.
    """

    def __init__(self, row, fields, *, key=None, place=None):
        self.row, self.key, self.place = row, key, place
        self.is_new = row.pk is None
        self.fields = {
            name: value
            for name, value in fields.items()
            if self.is_new or self._is_another(name, value)
        }

    def _is_another(self, name, value):
        field = self.row._meta.get_field(name)
        if field.is_relation:  # the row it points at need not be read for this
            value = value and value.pk
        return getattr(self.row, field.attname) != value

    def apply(self):
        for name, value in self.fields.items():
            setattr(self.row, name, value)


class Sync:
    """
    Writes rows section by section and goes on after a conflict, so that all are told at once.

    Whoever uses it rolls everything back when `problems` are left at the end.
    """

    def __init__(self):
        self.plan, self.has_reports = None, False
        self.problems, self.counts = [], Counter()

    def note(self, section, row, said, key=None, place=None, in_words=None):
        """Note what is wrong with a row; `key` finds it again in the file."""
        where = f"{place or section} “{row}”"
        problem = Problem(where, said, section=section, key=key, in_words=in_words)
        self.problems.append(problem)

    def save(self, section, row, key=None, place=None):
        """Save a row its model agrees with, else note what is wrong; say which."""
        try:
            row.full_clean(validate_unique=False)
        except ValidationError as error:
            self.note(section, row, _sentence(error), key, place, _sentence(error, row))
            return False
        row.save()
        return True

    def rows(self, section, manager, wanted, *, key, common=None):
        """
        Create, update or remove rows of a section; return those that are there by key.

        `common` fields go into each row; rows hang on the plan unless it says otherwise.
        """
        common = {"plan": self.plan} if common is None else common
        existing = {key(row): row for row in manager.all()}
        changes = [
            Change(
                existing.pop(row_key, None) or manager.model(),
                {"position": position, **common, **fields},
                key=row_key,
            )
            for position, (row_key, fields) in enumerate(wanted.items(), 1)
        ]
        self.write(section, changes)
        self._remove(section, existing)
        result = {change.key: change.row for change in changes if change.row.pk is not None}
        self.counts[section] = len(result)
        return result

    def write(self, section, changes):
        """
        Write what differs: together where all is well, else row by row to tell each conflict.

        Together is one statement for the new rows and one for the old, however many.
        """
        changes = [change for change in changes if change.fields]
        if not changes:
            return
        if not any(self._guarded(section, change.row, change.fields) for change in changes):
            for change in changes:
                change.apply()
            if _are_sound(changes) and _are_written(changes):
                return
        for change in changes:
            self._write_one(section, change)

    def refuses(self, section, row, changed, key=None):
        """Note a change of what reported figures rest on; say whether there was one."""
        guarded = self._guarded(section, row, changed)
        if guarded:
            said = "đã có báo cáo, không đổi được"
            names = ", ".join(sorted(guarded))
            words = ", ".join(str(row._meta.get_field(name).verbose_name) for name in guarded)
            self.note(section, row, f"{said} {names}", key, in_words=f"{said} {words}")
        return bool(guarded)

    def set_reporters(self, section, row, parties, reporters):
        """Want a row's ties to its reporters; none who may have reported already is let go."""
        if self.has_reports and reporters.lost_by(row, parties):
            self.note(section, row, "đã có báo cáo, không bỏ được nơi báo cáo", row.code)
        else:
            reporters.set(row, parties)

    def _guarded(self, section, row, changed):
        if row.pk is None or not self.has_reports:
            return set()
        return GUARDED.get(section, set()).intersection(changed)

    def _write_one(self, section, change):
        if self.refuses(section, change.row, change.fields, change.key):
            return
        change.apply()
        self.save(section, change.row, change.key, change.place)

    def _remove(self, section, surplus):
        if self.has_reports:
            for row in surplus.values():
                self.note(section, row, "đã có báo cáo, không bỏ được")
        elif surplus:
            rows = list(surplus.values())
            type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).delete()


def _are_sound(changes):
    """Say whether the fields of all rows hold; rows they point at are there already."""
    try:
        for change in changes:
            row = change.row
            row.clean_fields(exclude={f.name for f in row._meta.fields if f.is_relation})
            row.clean()
    except ValidationError:
        return False
    return True


def _are_written(changes):
    """Write rows of one model, all or none; False where the database's constraints refuse one."""
    old = [change for change in changes if not change.is_new]
    new = [change.row for change in changes if change.is_new]
    names = {name for change in old for name in change.fields}
    try:
        with transaction.atomic():
            # The old ones first: where the new ones are refused, none has a key yet.
            if old:
                type(old[0].row).objects.bulk_update([change.row for change in old], names)
            if new:
                type(new[0]).objects.bulk_create(new)
    except DatabaseError:  # told by each row's own constraints, in words
        return False
    return True


def known(rows, codes):
    """Return the rows of those codes that could be written."""
    return [rows[code] for code in codes if code in rows]


def _sentence(error, row=None):
    """Return what is wrong; with the row, fields are called as its model calls them."""
    return " ".join(
        message
        if name == NON_FIELD_ERRORS
        else f"“{row._meta.get_field(name).verbose_name if row else name}”: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    )
