"""
Who gets which answer: one table of URL name × method × person → status (R21).

A stranger gets 404, a colleague without the role 403, a wrong method 405, anonymous the login page;
who opens the address of a form is led to its page.
"""

import hashlib
import os
from copy import copy
from datetime import date

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from agencies.models import AccessToken, DayOff, Invitation, ListImport, Membership
from config.embedded import services
from reporting import evidence, workflow
from reporting.models import Feed, PlanDraft, Reminder, ResultSheet, TableJob
from reporting.plan_editor import drafts
from reporting.plan_editor.rows import digest
from targets.models import AppendixImport, Target
from tests.factories import (
    JurisdictionFactory,
    MembershipFactory,
    ReportFactory,
    TargetFactory,
    UserFactory,
    at,
)
from tests.office_files import PDF, upload
from tests.targets.appendix.books import kept_appendix

PEOPLE = [
    "anonymous",
    "officer",
    "head",
    "fellow",  # officer of another agency that reports in the same round
    "other_officer",
    "staff",
    "other_staff",  # of another province
    "leader",
    "other_leader",
    "district_leader",  # of a district of the province: reads the district's own plans alone
    "administrator",
    "nobody",  # an account without a role
]
SIGNED_IN = PEOPLE[1:]
STATES = ["draft", "submitted", "returned", "accepted"]
DRAFTED, SENT = "1.987", "1.572"
INVITED = "lien-ket-trong-thu-moi"
TOKEN = "khoa-truy-cap"


def row(default, **exceptions):
    """Return {person: status}; anonymous is sent to the login page unless named."""
    statuses = {"anonymous": 302} | dict.fromkeys(SIGNED_IN, default)
    for names, status in exceptions.items():
        statuses |= dict.fromkeys(names.split("__"), status)
    return statuses


EVERYBODY = row(200, anonymous=200)
SIGNED_IN_ONLY = row(200)
ITS_READERS = row(404, officer__head__staff__leader=200)
AGENCY_ASKS = row(404, officer__head=302, staff__leader=403)
# Staff may enter for an agency that reported on paper (R15).
BOTH_WRITE = row(404, officer__head__staff=302, leader=403)
BOTH_READ = row(404, officer__head__staff=200, leader=403)
STAFF_DECIDES = row(404, staff=302, officer__head__leader=403)
DRAFT_READERS = row(404, staff__administrator=200)
DRAFT_WRITERS = row(404, staff=200, administrator=403)

# The desk of the jurisdiction's administrator; nobody else comes in.
DESK, DESK_DONE = row(403, administrator=200), row(403, administrator=302)
DESK_AGAIN = row(403, administrator=422)

# (URL name, method, state of the report, statuses)
TABLE = [
    ("healthz", "get", "draft", EVERYBODY),
    ("login", "get", "draft", row(302, anonymous=200)),
    ("login", "post", "draft", row(302, anonymous=200)),
    ("logout", "post", "draft", row(302)),
    ("desk:home", "get", "draft", DESK),
    ("desk:jurisdiction-edit", "get", "draft", DESK),
    ("desk:jurisdiction-edit", "post", "draft", DESK_DONE),
    ("desk:day-list", "get", "draft", DESK),
    ("desk:day-list", "post", "draft", DESK_AGAIN),
    ("desk:day-edit", "get", "draft", DESK),
    ("desk:day-edit", "post", "draft", DESK_AGAIN),
    ("desk:day-remove", "post", "draft", DESK_DONE),
    ("desk:agency-list", "get", "draft", DESK),
    ("desk:agency-add", "get", "draft", DESK),
    ("desk:agency-add", "post", "draft", DESK_AGAIN),
    ("desk:agency-edit", "get", "draft", DESK),
    ("desk:agency-edit", "post", "draft", DESK_AGAIN),
    ("desk:user-list", "get", "draft", DESK),
    ("desk:user-add", "get", "draft", DESK),
    ("desk:user-add", "post", "draft", DESK_AGAIN),
    ("desk:user-edit", "get", "draft", DESK),
    ("desk:user-edit", "post", "draft", DESK_AGAIN),
    *[
        (f"desk:user-{deed}", "post", "draft", DESK_DONE)
        for deed in ("invite", "deactivate", "reactivate")
    ],
    ("desk:role-give", "post", "draft", DESK_AGAIN),
    ("desk:role-take", "post", "draft", DESK_DONE),
    ("desk:token-list", "get", "draft", DESK),
    ("desk:token-list", "post", "draft", DESK_AGAIN),
    ("desk:token-revoke", "post", "draft", DESK_DONE),
    # A person's session opens nothing here: other systems show a token.
    *[
        (f"open-data:{name}", "get", "accepted", row(401, anonymous=401))
        for name in ("rounds", "targets", "figures", "timeliness", "unknown")
    ],
    ("desk:event-list", "get", "draft", DESK),
    ("desk:agency-export", "get", "draft", DESK),
    ("desk:user-export", "get", "draft", DESK),
    ("desk:list-read", "get", "draft", DESK),
    ("desk:list-read", "post", "draft", DESK_AGAIN),
    ("desk:list-template", "get", "draft", DESK),
    ("desk:list-preview", "get", "draft", DESK),
    ("desk:list-file", "get", "draft", DESK),
    ("desk:list-apply", "post", "draft", DESK_DONE),
    ("invitation-accept", "get", "draft", EVERYBODY),
    ("invitation-accept", "post", "draft", row(422, anonymous=422)),
    ("password-forgotten", "get", "draft", EVERYBODY),
    ("password-forgotten", "post", "draft", row(422, anonymous=422)),
    ("password-asked", "get", "draft", EVERYBODY),
    ("password-reset", "get", "draft", EVERYBODY),  # a link made up: told so, kindly
    ("password-change", "get", "draft", SIGNED_IN_ONLY),
    ("password-change", "post", "draft", SIGNED_IN_ONLY),
    ("profile", "get", "draft", SIGNED_IN_ONLY),
    ("language", "post", "draft", row(302)),
    ("hint-close", "post", "draft", row(302)),
    ("guide", "get", "draft", EVERYBODY),
    ("guide-role", "get", "draft", EVERYBODY),
    ("mailbox", "get", "draft", EVERYBODY),
    ("mail-detail", "get", "draft", EVERYBODY),
    ("reporting:round-reminders", "get", "draft", STAFF_DECIDES | {"staff": 200, "fellow": 403}),
    ("reporting:report-remind", "post", "draft", STAFF_DECIDES),
    ("reporting:reminder-decide", "post", "draft", STAFF_DECIDES),
    ("reporting:year-of-days", "get", "draft", SIGNED_IN_ONLY),
    ("reporting:feed-renew", "post", "draft", row(302)),
    ("reporting:feed-withdraw", "post", "draft", row(302)),
    # Whoever knows the address: calendar programmes do not log in.
    ("reporting:feed", "get", "draft", EVERYBODY),
    ("reporting:notice-list", "get", "draft", SIGNED_IN_ONLY),
    ("reporting:notices-read", "post", "draft", row(302)),
    # The officer's own notice.
    ("reporting:notice-open", "post", "draft", row(404, officer=302)),
    ("reporting:plan-mute", "post", "draft", row(404, officer__head__fellow__staff__leader=302)),
    ("dashboards:home", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:search", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-list", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-targets", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-duties", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-solutions", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-reporting", "get", "draft", SIGNED_IN_ONLY),
    ("dashboards:plan-source", "get", "draft", SIGNED_IN_ONLY),
    # Sums over all agencies: the plan itself is a public document, its figures are not.
    ("dashboards:plan-progress", "get", "accepted", row(403, staff__leader=200)),
    ("dashboards:plan-figures", "get", "accepted", row(403, staff__leader=200)),
    ("dashboards:plan-years", "get", "accepted", row(403, staff__leader=200)),
    # Targets are public; each province's figures are shown to its own readers alone.
    ("dashboards:compare-places", "get", "accepted", SIGNED_IN_ONLY),
    ("dashboards:brief", "get", "accepted", row(403, staff__leader=200)),
    ("dashboards:brief-pdf", "get", "accepted", row(403, staff__leader=200)),
    ("dashboards:plan-timeliness", "get", "accepted", row(403, staff__leader=200)),
    ("dashboards:plan-duty-states", "get", "accepted", row(403, staff__leader=200)),
    ("reporting:round-detail", "get", "draft", ITS_READERS | {"fellow": 200}),
    # Everybody reads the plan, so that nobody gets 404 here.
    ("reporting:round-open", "get", "draft", row(403, staff=200)),
    ("reporting:round-open", "post", "draft", row(403, staff=422)),
    # Drafts of plans: staff of the lead department write, an administrator reads.
    ("reporting:plan-new", "get", "draft", row(403, staff__other_staff=200)),
    ("reporting:plan-new", "post", "draft", row(403, staff__other_staff=422)),
    ("reporting:plan-file", "get", "draft", SIGNED_IN_ONLY),
    ("reporting:plan-end", "get", "draft", row(403, staff=200)),
    ("reporting:plan-end", "post", "draft", row(403, staff=422)),
    ("reporting:target-revise", "get", "draft", row(403, staff=200)),
    ("reporting:target-revise", "post", "draft", row(403, staff=422)),
    ("reporting:plan-draft-open", "post", "draft", row(403, staff=302)),
    # Appendix tables: staff of the lead department.
    ("reporting:appendix-upload", "get", "draft", row(403, staff=200)),
    ("reporting:appendix-upload", "post", "draft", row(403, staff=422)),
    ("reporting:appendix-import", "get", "draft", row(403, staff=200)),
    ("reporting:appendix-answer", "post", "draft", row(403, staff=302)),
    ("reporting:appendix-job", "get", "draft", row(403, staff=200)),
    ("reporting:appendix-job", "post", "draft", row(403, staff=302)),
    ("reporting:appendix-write", "post", "draft", row(403, staff=422)),
    ("reporting:appendix-file", "get", "draft", row(403, staff=200)),
    # The same into a draft: who may write in it.
    *[
        (f"reporting:draft-appendix-{page}", "get", "draft", DRAFT_WRITERS)
        for page in ("upload", "import", "job", "file")
    ],
    *[
        (f"reporting:draft-appendix-{page}", "post", "draft", DRAFT_WRITERS | {"staff": status})
        for page, status in (("upload", 422), ("answer", 302), ("job", 302), ("write", 422))
    ],
    *[
        (f"reporting:plan-draft{page}", "get", "draft", DRAFT_READERS)
        for page in ("", "-general", "-grid", "-file", "-rows", "-add", "-row")
    ],
    ("reporting:plan-draft-check", "post", "draft", DRAFT_READERS),
    *[
        (f"reporting:plan-draft{page}", "post", "draft", row(404, staff=422, administrator=403))
        for page in ("-general", "-grid", "-add", "-row", "-activate")
    ],
    *[
        (f"reporting:plan-draft{page}", "post", "draft", row(404, staff=302, administrator=403))
        for page in ("-remove", "-move", "-discard")
    ],
    ("reporting:round-close", "post", "draft", STAFF_DECIDES | {"fellow": 403}),
    ("reporting:round-last-day", "post", "draft", STAFF_DECIDES | {"fellow": 403}),
    ("reporting:round-accept", "post", "submitted", STAFF_DECIDES | {"fellow": 403}),
    # What all agencies say; an officer of one of them reads the own report.
    (
        "reporting:round-difficulties",
        "get",
        "submitted",
        row(404, staff__leader=200, officer__head__fellow=403),
    ),
    # A place the report does not have: the page comes back with the reason.
    ("reporting:difficulty-follow", "post", "submitted", STAFF_DECIDES | {"staff": 422}),
    ("reporting:round-remind", "post", "draft", STAFF_DECIDES | {"fellow": 403}),
    # A free table of results: whoever enters for agencies.
    *[
        (f"reporting:{name}", method, "draft", STAFF_DECIDES | {"staff": staff, "fellow": 403})
        for name, method, staff in (
            ("result-upload", "get", 200),
            ("result-upload", "post", 422),
            ("result-table", "get", 200),
            ("result-table", "post", 302),
            ("result-table-file", "get", 200),
        )
    ],
    *[
        ("reporting:round-grid", method, "draft", STAFF_DECIDES | {"staff": staff, "fellow": 403})
        for method, staff in (("get", 200), ("post", 302))
    ],
    *[("reporting:report-detail", "get", state, ITS_READERS) for state in STATES],
    ("reporting:report-edit", "get", "draft", BOTH_READ),
    ("reporting:report-edit", "get", "returned", BOTH_READ),
    ("reporting:report-edit", "get", "submitted", BOTH_WRITE),  # sent on to what was sent
    *[("reporting:report-edit", "post", state, BOTH_WRITE) for state in STATES],
    # The Excel form: the same people; a file that is none is refused on its page.
    *[("reporting:result-form", "get", state, BOTH_READ) for state in ("draft", "returned")],
    ("reporting:result-form", "get", "submitted", BOTH_WRITE),
    ("reporting:result-form", "post", "draft", row(404, officer__head__staff=422, leader=403)),
    ("reporting:result-form", "post", "submitted", BOTH_WRITE),
    ("reporting:result-sheet", "get", "draft", BOTH_READ),
    ("reporting:result-sheet", "post", "draft", BOTH_WRITE),
    ("reporting:result-sheet", "post", "submitted", BOTH_WRITE),
    ("reporting:result-sheet-file", "get", "draft", BOTH_READ),
    ("reporting:report-field", "post", "draft", BOTH_READ),
    ("reporting:report-field", "post", "returned", BOTH_READ),
    # Nothing typed, nothing left out of what was sent.
    *[
        ("reporting:report-field", "post", state, row(404, officer__head__staff=204, leader=403))
        for state in ("submitted", "accepted")
    ],
    *[("reporting:report-submit", "post", state, BOTH_WRITE) for state in STATES],
    *[("reporting:report-propose", "post", state, BOTH_WRITE) for state in STATES],
    # The lead department's own report of the round: no agency's, and only its staff write it.
    ("reporting:consolidation", "get", "draft", row(404, staff=200, leader=403)),
    *[
        (name, method, "draft", row(404, staff=302, leader=403))
        for name, method in (
            ("reporting:consolidation", "post"),
            ("reporting:consolidation-send", "post"),
        )
    ],
    ("reporting:extension-ask", "post", "draft", AGENCY_ASKS),
    ("reporting:extension-ask", "post", "returned", AGENCY_ASKS),
    # What is sent has no day that runs.
    *[
        ("reporting:extension-ask", "post", state, row(404, officer__head__staff__leader=403))
        for state in ("submitted", "accepted")
    ],
    ("reporting:extension-answer", "post", "draft", STAFF_DECIDES),
    ("reporting:extension-answer", "post", "returned", STAFF_DECIDES),
    ("reporting:extension-answer", "post", "submitted", STAFF_DECIDES | {"staff": 422}),
    *[("reporting:note-add", "post", state, BOTH_WRITE) for state in STATES],
    *[("reporting:evidence-add", "post", state, BOTH_WRITE) for state in STATES],
    *[("reporting:evidence-remove", "post", state, BOTH_WRITE) for state in STATES],
    ("reporting:evidence-file", "get", "draft", BOTH_READ),
    *[("reporting:evidence-file", "get", state, ITS_READERS) for state in STATES[1:]],
    *[("reporting:report-accept", "post", state, STAFF_DECIDES) for state in STATES],
    ("reporting:report-return", "post", "submitted", STAFF_DECIDES),
    ("reporting:report-return", "post", "accepted", STAFF_DECIDES),
    ("reporting:report-return", "post", "draft", STAFF_DECIDES | {"staff": 422}),
    *[
        (name, "get", state, statuses)
        for name in ("reporting:receipt", "reporting:receipt-pdf")
        for state, statuses in (
            ("draft", row(404)),
            ("submitted", ITS_READERS),
            ("returned", ITS_READERS),
        )
    ],
]
# Addresses that only take a form, and the page it stands on.
POSTED_FROM = {
    "logout": "dashboards:home",
    "hint-close": "dashboards:home",
    "language": "profile",
    "desk:list-apply": "desk:list-preview",
    "desk:token-revoke": "desk:token-list",
    "desk:day-remove": "desk:day-list",
    **{
        f"desk:{deed}": "desk:user-edit"
        for deed in (
            *("user-invite", "user-deactivate", "user-reactivate"),
            *("role-give", "role-take"),
        )
    },
    "reporting:feed-renew": "reporting:year-of-days",
    "reporting:feed-withdraw": "reporting:year-of-days",
    **{
        f"reporting:{deed}": "reporting:notice-list"
        for deed in ("notice-open", "notices-read", "plan-mute")
    },
    "reporting:report-remind": "reporting:round-reminders",
    "reporting:reminder-decide": "reporting:round-reminders",
    "reporting:report-submit": "reporting:report-edit",
    "reporting:report-propose": "reporting:report-edit",
    "reporting:consolidation-send": "reporting:consolidation",
    **{
        f"reporting:{deed}": "reporting:report-detail"
        for deed in (
            *("report-accept", "report-return", "report-field", "note-add"),
            *("extension-ask", "extension-answer", "evidence-add", "evidence-remove"),
        )
    },
    **{
        f"reporting:round-{deed}": "reporting:round-detail"
        for deed in ("close", "last-day", "accept", "remind")
    },
    "reporting:difficulty-follow": "reporting:round-difficulties",
    **{
        f"reporting:{prefix}-{deed}": f"reporting:{prefix}-import"
        for prefix in ("appendix", "draft-appendix")
        for deed in ("answer", "write")
    },
    "reporting:plan-draft-open": "dashboards:plan-source",
    "reporting:plan-draft-remove": "reporting:plan-draft-rows",
    "reporting:plan-draft-move": "reporting:plan-draft-rows",
    **{
        f"reporting:plan-draft-{deed}": "reporting:plan-draft"
        for deed in ("check", "activate", "discard")
    },
}
METHODS = {name: {"get", "post"} for name in POSTED_FROM} | {
    "login": {"get", "post"},
    "invitation-accept": {"get", "post"},
    "password-forgotten": {"get", "post"},
    "password-reset": {"get", "post"},
    "password-change": {"get", "post"},
    "desk:user-add": {"get", "post"},
    "desk:user-edit": {"get", "post"},
    "desk:list-read": {"get", "post"},
    "desk:jurisdiction-edit": {"get", "post"},
    "desk:token-list": {"get", "post"},
    "desk:day-list": {"get", "post"},
    "desk:day-edit": {"get", "post"},
    "desk:agency-add": {"get", "post"},
    "desk:agency-edit": {"get", "post"},
    "reporting:report-edit": {"get", "post"},
    "reporting:consolidation": {"get", "post"},
    "reporting:plan-new": {"get", "post"},
    "reporting:plan-end": {"get", "post"},
    "reporting:target-revise": {"get", "post"},
    "reporting:appendix-upload": {"get", "post"},
    "reporting:appendix-job": {"get", "post"},
    "reporting:draft-appendix-upload": {"get", "post"},
    "reporting:draft-appendix-job": {"get", "post"},
    **{
        f"reporting:plan-draft-{page}": {"get", "post"}
        for page in ("general", "grid", "add", "row")
    },
    "reporting:result-form": {"get", "post"},
    "reporting:result-sheet": {"get", "post"},
    "reporting:result-upload": {"get", "post"},
    "reporting:result-table": {"get", "post"},
    "reporting:round-open": {"get", "post"},
    "reporting:round-grid": {"get", "post"},
}
OWN_PAGES = {
    f"reporting:{page}"
    for page in ("notice-list", "notices-read", "year-of-days", "feed-renew", "feed-withdraw")
}
FEED = "dia-chi-rieng"
ROUND_PAGES = {
    f"reporting:round-{page}"
    for page in ("detail", "close", "accept", "remind", "reminders", "difficulties")
}
# What a form of any of these pages asks for.
TYPED = {
    "reason": "Sửa số.",
    "last_day": "2999-12-31",
    "wanted_day": "2999-12-31",
    "granted_day": "2999-12-31",
    "text": "Xin xem lại.",
    "language": "en",
}


def url_names(resolver=None, namespace=""):
    """Yield the full name of every URL of the project; None for one without a name."""
    for pattern in (resolver or get_resolver(settings.ROOT_URLCONF)).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from url_names(pattern, inner)
        else:
            yield pattern.name and f"{namespace}{pattern.name}"


def desk_arguments(name, report):
    """Return what a page of the administrator's desk is asked for."""
    rows = {
        "jurisdiction": report.round.plan.jurisdiction.code,
        "day": DayOff.objects.order_by("pk").values_list("pk", flat=True).first(),
        "agency": report.agency_id,
        "event": None,
    }
    officer = report.agency.memberships.get(role="officer")
    if name == "desk:token-revoke":
        return [AccessToken.objects.get().pk]
    if name == "desk:role-take":
        return [officer.user_id, officer.pk]
    if name in ("desk:list-read", "desk:list-template"):
        return ["co-quan"]
    if name in ("desk:list-preview", "desk:list-apply", "desk:list-file"):
        return [ListImport.objects.get().pk]
    rows |= {"user": officer.user_id, "role": officer.user_id}
    thing, _, deed = name.removeprefix("desk:").partition("-")
    return [rows[thing]] if deed not in ("", "list", "add", "export") else []


def plan_arguments(name, plan):
    """Return what a page about a plan, or its draft, is asked for."""
    if name.startswith("reporting:draft-appendix-"):
        return draft_table_arguments(name, PlanDraft.objects.open().get(plan=plan))
    match name.removeprefix("reporting:plan-"):
        case "new":
            return []
        case "reporting:appendix-import" | "reporting:appendix-answer" | "reporting:appendix-write":
            return [plan.code, plan.appendix_imports.first().pk]
        case "reporting:appendix-job":
            return [plan.code, plan.table_jobs.first().pk]
        case "reporting:appendix-file":
            return [plan.code, plan.appendix_imports.first().pk, "goc"]
        case "reporting:target-revise":
            return [plan.code, Target.objects.filter(indicator__plan=plan).first().pk]
        case "draft-rows" | "draft-add":
            return [plan.code, "chi-tieu"]
        case "draft-row" | "draft-remove" | "draft-move":
            draft = PlanDraft.objects.open().get(plan=plan)
            return [plan.code, "chi-tieu", digest(draft.document["indicators"][0])]
    return [plan.code]


def draft_table_arguments(name, draft):
    """Return what a page about a table that goes into a draft is asked for."""
    record = AppendixImport.objects.filter(of_draft__draft=draft).first()
    match name.rpartition("-")[2]:
        case "upload":
            return [draft.code]
        case "job":
            return [draft.code, draft.table_jobs.first().pk]
        case "file":
            return [draft.code, record.pk, "goc"]
    return [draft.code, record.pk]


def open_data_names(name, report):
    names = {"form": "json", "plan": report.round.plan.code, "round": report.round.code}
    if name == "open-data:unknown":
        return {"rest": "khong-co.json"}
    asked = {"rounds": ["form"], "targets": ["form", "plan"]}
    return {key: names[key] for key in asked.get(name.removeprefix("open-data:"), names)}


OF_A_PLAN = tuple(f"reporting:{word}-" for word in ("plan", "target", "appendix", "draft-appendix"))


def url_of(name, report):
    if name.startswith(OF_A_PLAN):
        return reverse(name, args=plan_arguments(name, report.round.plan))
    if name.startswith("open-data:"):
        return reverse(name, kwargs=open_data_names(name, report))
    if name.startswith("desk:"):
        return reverse(name, args=desk_arguments(name, report))
    if name == "guide-role":
        return reverse(name, args=["can-bo-dau-moi"])
    if name == "invitation-accept":
        return reverse(name, args=[INVITED])
    if name == "password-reset":
        return reverse(name, args=["uid", "token"])
    if name == "mail-detail":
        return reverse(name, args=["thu-kiem-thu"])
    if name == "dashboards:plan-figures":
        plan = report.round.plan
        return reverse(name, args=[plan.code, 2024, plan.indicators.first().pk])
    if name.startswith("dashboards:brief"):
        return reverse(name, args=[report.round.plan.jurisdiction.code])
    if name == "dashboards:plan-progress":
        return reverse(name, args=[report.round.plan.code, 2024])
    if name.startswith("dashboards:plan-") and name != "dashboards:plan-list":
        return reverse(name, args=[report.round.plan.code])
    if name in ("reporting:consolidation", "reporting:consolidation-send"):
        return reverse(name, args=[report.round.reports.get(tier="lead").pk])
    if name in ("reporting:receipt", "reporting:receipt-pdf"):
        return reverse(name, args=[report.pk, 1])
    if name == "reporting:round-last-day":
        return reverse(name, args=[report.round_id, "agency"])
    if name in ROUND_PAGES:
        return reverse(name, args=[report.round_id])
    if name == "reporting:round-grid":
        return reverse(name, args=[report.round_id, report.round.plan.indicators.get().pk])
    if name in ("reporting:notice-open", "reporting:reminder-decide"):
        return reverse(name, args=[report.reminders.get().pk])
    if name in OWN_PAGES:
        return reverse(name)
    if name == "reporting:feed":
        return reverse(name, args=[FEED])
    if name in ("reporting:round-open", "reporting:plan-mute"):
        return reverse(name, args=[report.round.plan.code])
    if name == "reporting:result-upload":
        return reverse(name, args=[report.round_id])
    if name.startswith("reporting:result-table"):
        table = report.round.result_sheets.filter(report=None).first()
        which = ["goc"] if name.endswith("-file") else []
        return reverse(name, args=[report.round_id, table.pk, *which])
    if name == "reporting:result-sheet":
        return reverse(name, args=[report.pk, report.result_sheets.first().pk])
    if name == "reporting:result-sheet-file":
        return reverse(name, args=[report.pk, report.result_sheets.first().pk, "goc"])
    if name in ("reporting:evidence-file", "reporting:evidence-remove"):
        return reverse(name, args=[report.pk, report.evidence.get().pk])
    return reverse(name, args=[report.pk] if name.startswith("reporting:") else [])


def signed_in(person, **options):
    client = Client(**options)
    if person:
        client.force_login(person)
    return client


def over(place, role):
    return MembershipFactory(role=role, agency=None, jurisdiction=place).user


@pytest.fixture
def cast(report, people):
    """Every person of the table; None is anonymous."""
    fellow = ReportFactory(round=report.round)
    ReportFactory(round=report.round, agency=report.round.plan.lead_agency, tier="lead")
    people.anonymous = None
    people.fellow = MembershipFactory(role=Membership.Role.OFFICER, agency=fellow.agency).user
    people.nobody = UserFactory()
    place = JurisdictionFactory(level="district", parent=report.round.plan.jurisdiction)
    people.district_leader = over(place, Membership.Role.LEADER)
    TargetFactory(indicator=report.round.plan.indicators.get())
    drafts.open_changes(report.round.plan, by=people.staff, at=at("2024-06-17"))
    told = {"report": report, "stage": "hand-2024-06-17", "entered_at": at("2024-06-17")}
    Reminder.objects.create(recipient=people.officer, **told)
    Feed.objects.create(user=people.officer, token=FEED)
    AccessToken.objects.create(
        jurisdiction=report.round.plan.jurisdiction,
        name="Hệ thống báo cáo",
        token_hash=hashlib.sha256(TOKEN.encode()).hexdigest(),
        made_by=people.administrator,
        made_at=at("2024-06-17"),
    )
    DayOff.objects.create(day=date(2024, 9, 6), name="Nghỉ bù")
    ListImport.objects.create(
        kind="co-quan",
        jurisdiction=report.round.plan.jurisdiction,
        columns={},
        rows=[],
        shown=[],
        read_by=people.administrator,
        read_at=at("2024-06-17"),
    )
    Invitation.objects.create(
        user=people.nobody,
        email=people.nobody.email,
        token_hash=hashlib.sha256(INVITED.encode()).hexdigest(),
        invited_at=at("2024-06-17"),
        expires_at=at("2999-12-31"),
    )
    return people


@pytest.fixture
def with_a_file(report, people, cast, settings, tmp_path):
    """Put a file beside `report`, and an appendix beside its plan and the draft of its changes."""
    settings.MEDIA_ROOT = str(tmp_path)
    kept = evidence.add_evidence(report, upload(PDF), by=people.officer, at=at("2024-06-17"))
    kept_appendix(report.round.plan, kept.file, by=people.staff)
    kept_results(report, kept.file, by=people.officer)
    ListImport.objects.update(annotated=kept.file)
    table_job(kept.file, by=people.staff, plan=report.round.plan)
    draft = PlanDraft.objects.open().get(plan=report.round.plan)
    kept_appendix(None, kept.file, by=people.staff, draft=draft)
    table_job(kept.file, by=people.staff, draft=draft)


def table_job(file, *, by, **place):
    """Queue the reading of a table that no worker takes up."""
    fields = {"file": file, "asked_by": by, "asked_at": at("2024-06-17"), **place}
    return TableJob.objects.create(step="read", name="giao.xlsx", **fields)


def kept_results(report, file, *, by):
    """Keep a filled form of one field, and a free table of it, as read before."""
    indicator = report.round.plan.indicators.order_by("position").first()
    for form_of in (report, None):
        ResultSheet.objects.create(
            round=report.round,
            report=form_of,
            name="bieu.xlsx",
            original=file,
            entries=[[report.pk, f"figure-{indicator.pk}", "Số liệu!F6", "1572", ""]],
            problems=[],
            read_by=by,
            read_at=at("2024-06-17"),
        )


@pytest.fixture
def bring_to(report, people, submit):
    """Return a function that walks `report` to a state through the workflow."""

    def walk(state, text=SENT):
        if state == "draft":
            return report
        submit(report, by=people.officer, text=text)
        if state == "accepted":
            workflow.accept_report(report, by=people.staff, at=at("2024-06-18"))
        if state == "returned":
            workflow.return_report(
                report,
                by=people.staff,
                at=at("2024-06-18"),
                reason="Sửa số.",
                last_day=date(2024, 6, 21),
            )
        report.refresh_from_db()
        return report

    return walk


@pytest.fixture
def mail_in_the_sink():
    """Put one mail into the folder that all processes of the test run share, and leave it there."""
    folder = services.mail_folder()
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{os.getpid()}.part"
    unfinished.write_text("To: ai-do@test.invalid\nSubject: Thu\n\nNoi dung\n")
    unfinished.rename(folder / "thu-kiem-thu.eml")


def cookies_of(persons):
    """Sign persons in; return {name: cookies} for `answer`."""
    return {name: signed_in(person).cookies for name, person in persons.items()}


def answer(cookies, method, url):
    """Return the status the owner of the cookies gets; the next one meets the same state."""
    client = Client()
    client.cookies = copy(cookies)
    with transaction.atomic():
        response = getattr(client, method)(url, TYPED)
        list(response)  # a file is closed at its end
        transaction.set_rollback(True)
    return response.status_code


def part(name, method, state):
    """Name the rows that are asked in one test: one world serves them all, each rolls back."""
    return state, method, name.partition(":")[0] if ":" in name else "portal"


@pytest.mark.parametrize("rows", sorted({part(*key) for *key, _ in TABLE}), ids="-".join)
def test_status_for_each_person(
    rows, report, cast, with_a_file, bring_to, fill_in, mail_in_the_sink
):
    fill_in(report)
    bring_to(rows[0])
    cookies = cookies_of({person: getattr(cast, person) for person in PEOPLE})

    wrong = [
        (name, person, got, statuses[person])
        for name, method, state, statuses in TABLE
        if part(name, method, state) == rows
        for url in [url_of(name, report)]
        for person in PEOPLE
        if (got := answer(cookies[person], method, url)) != statuses[person]
    ]

    assert wrong == []


@pytest.mark.parametrize("state", STATES)
def test_a_districts_plan_is_its_leaders_and_the_provinces_above(
    state, report, cast, with_a_file, bring_to, fill_in, mail_in_the_sink
):
    """R21: from above it is read as one's own. Only what tells them from nobody is asked."""
    district = report.round.plan.jurisdiction
    district.level, district.parent = "district", JurisdictionFactory()
    district.save()
    above = {
        role: over(district.parent, role)
        for role in (Membership.Role.LEADER, Membership.Role.ADMINISTRATOR)
    }
    fill_in(report)
    bring_to(state)
    cookies = cookies_of(above)

    wrong = [
        (name, method, role, got)
        for name, method, of_state, statuses in TABLE
        if of_state == state and not name.startswith("desk:")  # tests/agencies asks of the desk
        for role in above
        if statuses[role] != statuses["nobody"]
        and (got := answer(cookies[role], method, url_of(name, report))) != statuses[role]
    ]

    assert wrong == []


def test_every_url_has_a_row():
    names = list(url_names())

    assert None not in names
    assert set(names) == {name for name, *_ in TABLE}


def test_every_address_without_a_page_of_its_own_is_known_by_the_page_of_its_form():
    methods = {}
    for name, method, *_ in TABLE:
        methods.setdefault(name, set()).add(method)

    assert set(POSTED_FROM) == {name for name, asked in methods.items() if asked == {"post"}}


def test_opening_the_address_of_a_form_leads_to_its_page(report, cast, with_a_file):
    """And where it leads, the page says who may see it: a stranger gets its 404 or 403."""
    wrong = []
    for who in ("staff", "administrator", "other_officer"):
        client = signed_in(getattr(cast, who))
        for name, page in POSTED_FROM.items():
            if name.startswith("desk:") != (who == "administrator"):
                continue  # the desk is shown to its administrator; the rest to the staff
            got = client.get(url_of(name, report))
            if got.status_code == 404 == client.get(url_of(page, report)).status_code:
                continue
            if (got.status_code, got.get("Location")) != (302, url_of(page, report)):
                wrong.append((name, who, got, got.get("Location")))

    assert wrong == []


def test_who_is_led_away_from_a_forms_address_is_told_once_that_nothing_was_done(report, cast):
    officer = signed_in(cast.officer)
    officer.post(url_of("reporting:note-add", report), {"text": "Xin xem lại."})  # leaves a message

    officer.head(url_of("reporting:note-add", report))
    page = officer.get(url_of("reporting:note-add", report) + "?xem=het", follow=True)

    told = [str(message) for message in page.context["messages"]]
    assert page.redirect_chain == [(f"{report.get_absolute_url()}?xem=het", 302)]
    assert told[0] == "Đã ghi chú; hai bên cùng thấy."
    assert [text.partition(" chỉ nhận")[0] for text in told[1:]] == ["Địa chỉ vừa mở"]
    assert report.notes.count() == 1


def test_a_stranger_learns_nothing_from_a_forms_address(report, cast):
    stranger = signed_in(cast.other_officer)
    addresses = [url_of(f"reporting:{name}", report) for name in ("report-accept", "note-add")]

    answers = [stranger.get(address, follow=True) for address in addresses]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert report.round.plan.title not in "".join(answer.text for answer in answers)


def test_anonymous_is_sent_to_the_login_page_and_back(client, report):
    url = url_of("reporting:report-detail", report)

    response = client.get(url)

    assert response["Location"] == f"{reverse('login')}?next={url}"


def test_a_head_is_answered_as_a_get_is(report, cast):
    """Watchers of a service ask so, and previews of links."""
    officer = signed_in(cast.officer)
    pages = ("healthz", "dashboards:plan-list", "reporting:report-detail", "reporting:receipt")

    answers = [
        (officer.get(url_of(page, report)).status_code, officer.head(url_of(page, report)))
        for page in pages
    ]

    assert [(got, head.status_code) for got, head in answers] == [(got, got) for got, _ in answers]
    assert not any(head.content for _, head in answers)


def test_other_methods_are_refused(report, cast, with_a_file):
    anonymous, officer = signed_in(None), signed_in(cast.officer)

    wrong = [
        (name, method, got)
        for name in sorted({name for name, *_ in TABLE})
        for method in {"get", "post", "patch", "delete"} - METHODS.get(name, {"get"})
        # Whoever is signed in already is sent on from the login page, by any method.
        for client in [anonymous if name == "login" else officer]
        if (got := getattr(client, method)(url_of(name, report)).status_code) != 405
    ]

    assert wrong == []


def test_a_post_without_its_token_is_refused(report, cast, with_a_file):
    client = signed_in(cast.officer, enforce_csrf_checks=True)

    posted = {name for name, method, *_ in TABLE if method == "post"}
    wrong = {
        name: got
        for name in sorted(posted)
        if (got := client.post(url_of(name, report)).status_code) != 403
    }

    assert wrong == {}


# What a draft holds


def pages(report):
    """Return every page on which figures of this report could show."""
    names = ["report-detail", "report-edit", "round-detail", "receipt"]
    found = [url_of(f"reporting:{name}", report) for name in names]
    return [*found, reverse("dashboards:home"), url_of("dashboards:plan-progress", report)]


@pytest.mark.parametrize("state", ["draft", "returned"])
@pytest.mark.parametrize("person", sorted(set(SIGNED_IN) - {"officer", "head", "staff"}))
def test_a_drafts_figures_are_on_no_page_of_others(person, state, report, cast, bring_to, fill_in):
    bring_to(state)
    fill_in(report, DRAFTED)
    client = signed_in(getattr(cast, person))

    showing = [url for url in pages(report) if DRAFTED in client.get(url).content.decode()]

    assert showing == []


@pytest.mark.parametrize("state", ["draft", "returned"])
@pytest.mark.parametrize("person", ["officer", "head", "staff"])
def test_a_drafts_figures_are_seen_by_its_agency_and_by_staff(
    person, state, report, cast, bring_to, fill_in
):
    bring_to(state)
    fill_in(report, DRAFTED)

    page = signed_in(getattr(cast, person)).get(url_of("reporting:report-detail", report))

    assert DRAFTED in page.content.decode()


@pytest.mark.parametrize("state", ["submitted", "returned", "accepted"])
@pytest.mark.parametrize("person", ["officer", "head", "staff", "leader"])
def test_what_was_sent_is_seen_by_all_who_see_the_report(person, state, report, cast, bring_to):
    bring_to(state)

    page = signed_in(getattr(cast, person)).get(url_of("reporting:report-detail", report))

    assert SENT in page.content.decode()


def test_a_draft_shows_its_state_to_the_leader(report, cast, fill_in):
    fill_in(report, DRAFTED)

    page = signed_in(cast.leader).get(url_of("reporting:report-detail", report))

    assert "Đang soạn" in page.content.decode()


def test_staff_is_offered_to_decide_and_not_to_fill_in(report, cast, bring_to):
    page = signed_in(cast.staff).get(url_of("reporting:report-detail", bring_to("submitted")))

    assert url_of("reporting:report-accept", report) in page.content.decode()
    assert url_of("reporting:report-edit", report) not in page.content.decode()


def test_a_leader_is_offered_neither(report, cast, bring_to):
    page = signed_in(cast.leader).get(url_of("reporting:report-detail", bring_to("submitted")))

    for name in ("report-accept", "report-return", "report-edit"):
        assert url_of(f"reporting:{name}", report) not in page.content.decode()


def test_the_round_shows_an_officer_only_the_own_line(report, cast):
    page = signed_in(cast.fellow).get(url_of("reporting:round-detail", report))

    assert str(report.agency) not in page.content.decode()


def test_the_versions_of_another_report_have_no_receipt_here(report, cast, bring_to):
    other = ReportFactory(round=report.round, agency=report.round.plan.lead_agency)
    bring_to("submitted")

    page = signed_in(cast.staff).get(url_of("reporting:receipt", other))

    assert page.status_code == 404
