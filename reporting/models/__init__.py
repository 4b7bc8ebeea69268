"""What was reported: regimes, rounds, reports, versions, and the reminder ledger."""

from reporting.models.feeds import Feed
from reporting.models.follow_ups import FollowUp
from reporting.models.plan_drafts import DraftImport, PlanDraft
from reporting.models.regimes import Obligation, OutlineSection, Regime, Tier
from reporting.models.reminders import Mute, Reminder, Tick
from reporting.models.reports import DraftField, Report
from reporting.models.result_sheets import ResultSheet
from reporting.models.rounds import Round, RoundDue
from reporting.models.table_jobs import TableJob
from reporting.models.talk import Evidence, Extension, Note
from reporting.models.version_duties import DutyStatus, VersionDuty
from reporting.models.version_figures import FigureStatus, VersionFigure
from reporting.models.versions import ReportVersion

__all__ = [
    "DraftField",
    "DraftImport",
    "DutyStatus",
    "Evidence",
    "Extension",
    "Feed",
    "FigureStatus",
    "FollowUp",
    "Mute",
    "Note",
    "Obligation",
    "OutlineSection",
    "PlanDraft",
    "Regime",
    "Reminder",
    "Report",
    "ReportVersion",
    "ResultSheet",
    "Round",
    "RoundDue",
    "TableJob",
    "Tick",
    "Tier",
    "VersionDuty",
    "VersionFigure",
]
