"""Appendix tables into a draft: what they are read against, and how they are written (ADR 18)."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from reporting.plan_editor import drafts, rows
from reporting.plan_editor.row_form import plain
from targets.appendix import imports
from targets.appendix.apply import ApplyRefused, refuse_unless_clean
from targets.appendix.plan_content import PlanContent, in_force, years_between
from targets.appendix.writing import Body, TargetsWriter
from targets.models import AppendixImport, Breakdown, Indicator, Target

_SECTIONS = {Indicator: "indicators", Breakdown: "breakdowns"}


def content_of(document):
    """Return the PlanContent of a draft's document: rows as models that no table holds."""
    head = document["plan"]
    indicators = {
        row["code"]: _indicator(row, pk) for pk, row in enumerate(document["indicators"], 1)
    }
    breakdowns = {
        row["code"]: Breakdown(pk=pk, code=row["code"], name=row["name"], rule=row["rule"])
        for pk, row in enumerate(document["breakdowns"], 1)
    }
    for row in document["indicators"]:
        indicators[row["code"]].parent = indicators.get(row["parent"])
        indicators[row["code"]].breakdown = breakdowns.get(row["breakdown"])
    return PlanContent(
        years=years_between(head["first_year"], head["last_year"], head.get("vision_year")),
        indicators=list(indicators.values()),
        targets=in_force(
            _target(row, indicators[row["indicator"]])
            for row in _yearly(document)
            if row["indicator"] in indicators
        ),
    )


def _indicator(row, pk):
    keys = ("code", "name", "kind", "combine", "better")
    texts = {key: row[key] or "" for key in ("unit", "appendix_label")}
    return Indicator(pk=pk, position=pk, **{key: row[key] for key in keys}, **texts)


def _target(row, indicator):
    keys = ("scope", "year", "operator", "clause", "effective_on")
    return Target(
        indicator=indicator,
        low=_decimal(row.get("low")),
        high=_decimal(row.get("high")),
        decided_by=row.get("decided_by") or "",
        **{key: row.get(key) for key in keys},
    )


def _decimal(number):
    return None if number is None else Decimal(str(number))


def _yearly(document):
    return [row for row in document["targets"] if row["scope"] == Target.Scope.YEAR]


def mark_of(check, draft):
    """Return the mark of what a page showed: of the draft, and of the changes it would get."""
    return f"{rows.digest(draft.document)}.{rows.digest(check.changes.digest)}"


@transaction.atomic
def apply_import(draft, record, *, shown, by, at):
    """
    Write what was shown into the draft and return the Check; a second time nothing happens (None).

    `shown` is the mark of the person's page. Raises ApplyRefused when errors or questions are left,
    when anybody changed the draft since, or when it is no longer open.
    """
    draft = _locked(draft)
    record = imports.locked_record(record)
    if record.state == AppendixImport.State.APPLIED:
        return None
    check = imports.check_again(record, plan=content_of(draft.document))
    mark = mark_of(check, draft)
    if mark != shown:
        raise ApplyRefused(_changed_since(shown, mark, draft))
    refuse_unless_clean(check)
    imports.mark_applied(record, check, by=by, at=at)
    note = f"Nhập phụ lục “{record.name}”: {record.new_count} mới, {record.changed_count} thay đổi"
    drafts.change(draft, lambda document: _write(document, check, record), note=note, by=by, at=at)
    return check


def _changed_since(shown, mark, draft):
    """Say what changed since a page was shown: the draft, or the answers to its questions alone."""
    if shown.partition(".")[0] == mark.partition(".")[0]:
        return _(
            "Các câu hỏi về bảng này đã có người trả lời khác từ lúc bạn xem trước; bản soạn thì "
            "chưa ai sửa. Chưa ghi gì; xin xem lại rồi ghi."
        )
    return _(
        "Bản soạn đã được sửa từ lúc bạn xem trước (lần cuối: {person}). Chưa ghi gì; "
        "xin xem lại rồi ghi."
    ).format(person=draft.changed_by)


def _locked(draft):
    try:
        return drafts.lock(draft)
    except drafts.DraftRefused as refusal:
        raise ApplyRefused(str(refusal)) from refusal


def _write(document, check, record):
    """Write a clean check into the document and return what the event keeps."""
    before = _yearly(document)
    TargetsWriter(check.content, DocumentStore(document)).write()
    now = _yearly(document)
    return {"section": "targets", "old": [row for row in before if row not in now]} | (
        imports.told_of(record)
    )


class DocumentStore:
    """The sections of a draft's document; a row's id is its place, counted from 1."""

    def __init__(self, document):
        self.document = document

    def last(self, model):
        section = self.document[_SECTIONS[model]]
        return {row["code"] for row in section}, len(section)

    def bodies(self):
        lead = self.document["plan"]["lead_agency"]
        return [
            Body(row["code"], row["kind"], "members" in row, row["code"] == lead)
            for row in self.document["agencies"]
        ]

    def add_indicator(self, indicator, reporters):
        indicator.pk = indicator.position
        keys = ("code", "name", "appendix_label", "appendix_order")
        row = {key: getattr(indicator, key) for key in keys}
        row["unit"] = indicator.unit or None
        row |= {key: str(getattr(indicator, key)) for key in ("kind", "combine", "better")}
        row |= {"parent": indicator.parent and indicator.parent.code, "breakdown": None}
        self.document["indicators"].append(row | {"reporters": reporters})

    def add_breakdown(self, breakdown):
        breakdown.pk = breakdown.position
        row = {"code": breakdown.code, "name": breakdown.name, "parent": breakdown.parent.code}
        # Its members follow from the indicators (rows.settle).
        self.document["breakdowns"].append(row | {"rule": str(breakdown.rule), "members": []})

    def tie(self, indicator):
        row = self.document["indicators"][indicator.pk - 1]
        row |= {"parent": indicator.parent.code, "breakdown": indicator.breakdown.code}

    def put(self, targets):
        """Put each number in its row; a new row comes after its indicator's last one."""
        wanted = {_key(t.indicator.code, t.year, t.effective_on): t for t in targets}
        rows_now = [_with_number(row, wanted) for row in self.document["targets"]]
        fresh = {}
        for target in wanted.values():
            fresh.setdefault(target.indicator.code, []).append(_new_row(target))
        self.document["targets"] = list(_each_after_its_own(rows_now, fresh))


def _with_number(row, wanted):
    """Return a row with the number wanted for it, which is then taken from `wanted`."""
    if row["scope"] != Target.Scope.YEAR:
        return row
    key = _key(row["indicator"], row["year"], row.get("effective_on"))
    target = wanted.pop(key, None)
    return row | {"low": plain(target.low), "high": plain(target.high)} if target else row


def _key(code, year, effective_on):
    return code, year, str(effective_on or "")


def _new_row(target):
    return {
        "indicator": target.indicator.code,
        "scope": str(target.scope),
        "year": target.year,
        "from_year": None,
        "to_year": None,
        "operator": str(target.operator),
        "low": plain(target.low),
        "high": plain(target.high),
        "text": None,
        "clause": target.clause,
    }


def _each_after_its_own(targets, fresh):
    last = {row["indicator"]: place for place, row in enumerate(targets)}
    for place, row in enumerate(targets):
        yield row
        if last[row["indicator"]] == place:
            yield from fresh.pop(row["indicator"], [])
    for own in fresh.values():
        yield from own
