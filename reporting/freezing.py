"""A draft becomes a version: its whole content, canonical, with its SHA-256 (R8)."""

import hashlib
import json

from agencies.access import is_officer_of
from agencies.language import in_vietnamese
from reporting import consolidation, draft_fields
from reporting.models import ReportVersion, Tier, VersionDuty, VersionFigure


@in_vietnamese
def freeze(draft, *, by, at):
    """Write a draft as the next version of its report, in the transaction that sends it."""
    report = draft.report
    content = content_of(draft) | _circumstances(report, at=at)
    version = ReportVersion.objects.create(
        report=report,
        number=report.versions.count() + 1,
        submitted_at=at,
        submitted_by=by,
        as_of=draft.as_of,
        on_behalf=report.tier == Tier.AGENCY and not is_officer_of(by, report.agency),
        content=content,
        sha256=content_hash(content),
        is_demo=report.round.is_demo,
    )
    VersionFigure.objects.bulk_create(figures_of(draft, version))
    VersionDuty.objects.bulk_create(duties_of(draft, version))
    return version


def figures_of(draft, version):
    """Yield the rows of a version's figures, unsaved."""
    for figure in draft.figures.values():
        yield VersionFigure(
            version=version,
            indicator=figure.indicator,
            status=figure.status,
            actual=figure.actual,
            estimate=figure.estimate,
            explanation=figure.explanation,
            is_demo=version.is_demo,
        )


def duties_of(draft, version):
    """Yield the rows of a version's duties, unsaved; one without a status says nothing."""
    for line in draft.duties:
        if line.status:
            yield VersionDuty(
                version=version,
                duty=line.duty,
                status=line.status,
                words=line.words,
                is_demo=version.is_demo,
            )


def content_of(draft):
    """Return all that the draft says, in a form whose bytes do not depend on the rows' order."""
    is_own = draft.report.tier == Tier.AGENCY
    return _common_content(draft) | (_own_content(draft) if is_own else {})


def _circumstances(report, *, at):
    """Return what the round adds: all it says together, or how late this report is (R3)."""
    if report.tier == Tier.LEAD:
        return consolidation.frozen(report.round, on=at.date())
    return _marks(report.round, at=at)


def _marks(round, *, at):
    """Return what is to be said of a late entry: after closing, after the consolidation (R3)."""
    found = {
        "after_closing": round.closed_at is not None and round.closed_at <= at,
        "after_consolidation": round.is_consolidated,
    }
    return {mark: True for mark, holds in found.items() if holds}


def _common_content(draft):
    report = draft.report
    return {
        "plan": report.round.plan.code,
        "round": report.round.code,
        "tier": report.tier,
        "agency": report.agency.code,
        "as_of": draft.as_of.isoformat(),
        "document": {
            "number": draft.text(draft_fields.DOCUMENT_NUMBER),
            "date": draft.text(draft_fields.DOCUMENT_DATE),
        },
        "evidence": [
            {"name": item.name, "sha256": item.file.sha256}
            for item in report.evidence.select_related("file")
        ],
        "narratives": [
            {"heading": section.heading, "text": text} for section, text in draft.narratives if text
        ],
    }


def _own_content(draft):
    return {
        "figures": [
            {
                "indicator": figure.indicator.code,
                "status": figure.status,
                "actual": _digits(figure.actual),
                "estimate": _digits(figure.estimate),
                "explanation": figure.explanation,
            }
            for figure in draft.figures.values()
        ],
        "duties": [
            {"duty": line.duty.code, "status": line.status, "words": line.words}
            for line in draft.duties
            if line.status
        ],
    }


def _digits(value):
    return None if value is None else f"{value:.4f}"


def content_hash(content):
    """Return the SHA-256 of a version's canonical content (sorted keys, UTF-8, no spaces)."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
