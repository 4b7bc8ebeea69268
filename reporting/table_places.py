"""Where a table from Excel or Word goes: into a plan in force, or into a draft (ADR 18)."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.workbooks.problems import Refused
from reporting import appendix
from reporting.models import DraftImport
from reporting.plan_editor import appendix_tables, drafts
from targets.appendix import imports, plan_content
from targets.models import AppendixImport

_PAGES = ("upload", "job", "import", "answer", "write", "file")


class IntoPlan:
    """A plan in force: targets and allocations, by the rules for what was reported on (R18)."""

    draft = None
    names = {page: f"reporting:appendix-{page}" for page in _PAGES}

    def __init__(self, plan):
        self.plan, self.code, self.title = plan, plan.code, plan.short_title
        self.jobs, self.records = plan.table_jobs, plan.appendix_imports
        self.home = plan.get_absolute_url()

    @property
    def content(self):
        return plan_content.content_of(self.plan)

    def keep(self, reading, *, by, at):
        return imports.keep(reading, by=by, at=at)

    def mark_of(self, check):
        return check.changes.digest

    def needs_decision(self, check):
        return appendix.needs_decision(check, self.plan)

    def is_refused_later(self, check):
        return False

    def apply(self, record, *, by, at, shown, decision=None):
        return appendix.apply_import(record, by=by, at=at, shown=shown, decision=decision)


class IntoDraft:
    """A plan being written: its targets appendix only, as an edit of the draft by that person."""

    names = {page: f"reporting:draft-appendix-{page}" for page in _PAGES}

    def __init__(self, draft):
        self.draft, self.code, self.title = draft, draft.code, _("bản soạn")
        self.jobs = draft.table_jobs
        self.records = AppendixImport.objects.filter(of_draft__draft=draft)
        self.home = reverse("reporting:plan-draft-rows", args=[draft.code, "chi-tieu"])

    @property
    def content(self):
        return appendix_tables.content_of(self.draft.document)

    @transaction.atomic
    def keep(self, reading, *, by, at):
        """Keep a Reading with its files as one of the draft's; Refused once the draft is closed."""
        try:
            drafts.lock(self.draft)
        except drafts.DraftRefused as refusal:
            raise Refused(str(refusal)) from refusal
        record = imports.keep(reading, by=by, at=at)
        DraftImport.objects.create(record=record, draft=self.draft)
        return record

    def mark_of(self, check):
        return appendix_tables.mark_of(check, self.draft)

    def needs_decision(self, check):
        return False

    def is_refused_later(self, check):
        """Say whether applying the draft would be refused: what was reported on is revised."""
        plan = self.draft.plan
        return plan is not None and appendix.needs_decision(check, plan)

    def apply(self, record, *, by, at, shown, decision=None):
        return appendix_tables.apply_import(self.draft, record, by=by, at=at, shown=shown)


def place_of(job):
    """Return where the table of a job goes."""
    return IntoDraft(job.draft) if job.draft else IntoPlan(job.plan)
