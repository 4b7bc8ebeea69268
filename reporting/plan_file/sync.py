"""Making the rows of one plan equal to a file's, with every conflict noted on the way."""

from collections import Counter

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from reporting.plan_file.problems import Problem

# What figures already reported rest on: changed by a revision in the portal, not by a file.
GUARDED = {
    "plan": {"jurisdiction", "lead_agency", "first_year", "last_year"},
    "indicators": {"unit", "kind", "combine", "better"},
    "breakdowns": {"parent", "rule"},
    "targets": {"operator", "low", "high"},
    "regimes": {"due_kind", "due_month", "due_day", "window", "obligation", "tier"},
}


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
        result = {}
        for position, (row_key, fields) in enumerate(wanted.items(), 1):
            row = existing.pop(row_key, None)
            is_new = row is None
            row = manager.model() if is_new else row
            fields = {"position": position, **common, **fields}
            self._change(section, row, fields, key=row_key, is_new=is_new)
            if row.pk is not None:
                result[row_key] = row
        self._remove(section, existing)
        self.counts[section] = len(result)
        return result

    def refuses(self, section, row, changed, key=None):
        """Note a change of what reported figures rest on; say whether there was one."""
        guarded = changed & GUARDED[section] if self.has_reports and section in GUARDED else set()
        if guarded:
            said = "đã có báo cáo, không đổi được"
            names = ", ".join(sorted(guarded))
            words = ", ".join(str(row._meta.get_field(name).verbose_name) for name in guarded)
            self.note(section, row, f"{said} {names}", key, in_words=f"{said} {words}")
        return bool(guarded)

    def set_reporters(self, section, row, parties):
        """Tie a row to its reporters; none who may have reported already is let go."""
        gone = set(row.reporters.all()) - set(parties) if self.has_reports else set()
        if gone:
            self.note(section, row, "đã có báo cáo, không bỏ được nơi báo cáo", row.code)
        else:
            row.reporters.set(parties)

    def _change(self, section, row, fields, *, key, is_new):
        changed = {n for n, value in fields.items() if is_new or getattr(row, n) != value}
        if not is_new and self.refuses(section, row, changed, key):
            return
        for name in changed:
            setattr(row, name, fields[name])
        if changed:
            self.save(section, row, key)

    def _remove(self, section, surplus):
        if self.has_reports:
            for row in surplus.values():
                self.note(section, row, "đã có báo cáo, không bỏ được")
            return
        for row in surplus.values():
            row.delete()


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
