"""The life of a report (R4, R7, R8): steps, versions, receipts, and people acting at once."""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from functools import partial
from itertools import product

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from agencies.models import Event, User
from reporting import deadlines, freezing, rounds, workflow
from reporting.models import (
    OutlineSection,
    Report,
    ReportVersion,
    VersionFigure,
)
from reporting.workflow import NotReadyError, TransitionError
from targets.models import Indicator
from tests import at_once as simultaneous
from tests.drafting import explanation, figure, narrative, type_in
from tests.factories import (
    DutyFactory,
    IndicatorFactory,
    OutlineSectionFactory,
    PartyFactory,
    RegimeFactory,
    ReportFactory,
    at,
)

SENT = at("2024-06-17")
NEXT_DAY = at("2024-06-18")
NEW_LAST_DAY = dt.date(2024, 6, 25)
STATES = ["draft", "submitted", "returned", "accepted"]
PEOPLE_AT_ONCE = 20
at_once = partial(simultaneous.at_once, refusal=TransitionError)


@pytest.fixture
def bring_to(people, submit):
    """Return a function that takes a draft to a state by the steps people take."""

    def bring(report, state):
        if state != "draft":
            submit(report, by=people.officer, moment=SENT)
        if state == "returned":
            send_back(report, people.staff)
        if state == "accepted":
            workflow.accept_report(fresh(report), by=people.staff, at=SENT)
        report = fresh(report)
        assert report.state == state
        return report

    return bring


def fresh(report):
    return Report.objects.get(pk=report.pk)


def send_back(report, staff, *, moment=SENT, reason="Số chưa khớp.", last_day=NEW_LAST_DAY):
    workflow.return_report(fresh(report), by=staff, at=moment, reason=reason, last_day=last_day)


def actions(report):
    return list(report.events.values_list("action", flat=True))


# The table of transitions

STEPS = {
    "submit": lambda report, people: workflow.submit_report(report, by=people.officer, at=NEXT_DAY),
    "accept": lambda report, people: workflow.accept_report(report, by=people.staff, at=NEXT_DAY),
    "return": lambda report, people: send_back(report, people.staff, moment=NEXT_DAY),
}
# What a step makes of a state, and the event it leaves; all that is not here is refused.
OUTCOMES = {
    ("draft", "submit"): ("submitted", "report-submitted"),
    ("returned", "submit"): ("submitted", "report-submitted"),
    ("submitted", "submit"): ("submitted", None),  # the receipt again
    ("submitted", "accept"): ("accepted", "report-accepted"),
    ("submitted", "return"): ("returned", "report-returned"),
    ("accepted", "return"): ("returned", "report-reopened"),
}


@pytest.mark.parametrize(("state", "step"), list(product(STATES, STEPS)))
def test_each_step_from_each_state(report, people, fill_in, bring_to, state, step):
    fill_in(report)
    report = bring_to(report, state)
    events, versions = actions(report), report.versions.count()

    if (state, step) not in OUTCOMES:
        with pytest.raises(TransitionError, match="không chuyển được"):
            STEPS[step](report, people)
        assert fresh(report).state == state
        assert actions(report) == events
        assert report.versions.count() == versions
        return
    STEPS[step](report, people)

    after, event = OUTCOMES[state, step]
    assert fresh(report).state == after
    assert actions(report) == events + ([event] if event else [])


def test_no_state_is_left_out_of_the_table():
    assert {state.value for state in workflow.TRANSITIONS} == set(Report.State.values)


# Two people at one report


def test_the_second_of_two_reviewers_who_accept_is_refused(report, people, submit):
    submit(report, by=people.officer)
    on_one_screen, on_another = fresh(report), fresh(report)

    workflow.accept_report(on_one_screen, by=people.staff, at=SENT)
    with pytest.raises(TransitionError):
        workflow.accept_report(on_another, by=people.staff, at=SENT)

    assert actions(report) == ["report-submitted", "report-accepted"]


def test_a_return_by_who_has_not_seen_the_acceptance_does_not_reopen(report, people, submit):
    submit(report, by=people.officer)
    on_one_screen, on_another = fresh(report), fresh(report)

    workflow.accept_report(on_one_screen, by=people.staff, at=SENT)
    with pytest.raises(TransitionError, match="người khác"):
        workflow.return_report(
            on_another, by=people.staff, at=SENT, reason="Số sai.", last_day=NEW_LAST_DAY
        )

    assert fresh(report).state == "accepted"
    assert actions(report) == ["report-submitted", "report-accepted"]


def test_a_version_the_reviewer_has_not_seen_is_not_accepted(report, people, submit):
    submit(report, by=people.officer)
    seen = fresh(report)
    send_back(report, people.staff)
    submit(report, by=people.officer, text="9999")

    with pytest.raises(TransitionError, match="người khác"):
        workflow.accept_report(seen, by=people.staff, at=NEXT_DAY)

    assert fresh(report).state == "submitted"


def test_the_update_asks_for_the_old_state_and_without_it_leaves_no_event(report, people, submit):
    submit(report, by=people.officer)
    stale = fresh(report)
    workflow.accept_report(fresh(report), by=people.staff, at=SENT)
    stale_events = actions(report)

    with pytest.raises(TransitionError, match="người khác"):
        workflow._move(
            stale, Report.State.RETURNED, by=people.staff, at=SENT, event="report-returned"
        )

    assert fresh(report).state == "accepted"
    assert actions(report) == stale_events


# Sending


def test_a_sent_report_has_a_receipt(report, people, submit):
    version = submit(report, by=people.officer)

    report = fresh(report)
    assert (report.state, report.latest_version) == ("submitted", version)
    assert (version.number, version.submitted_by, version.submitted_at) == (1, people.officer, SENT)
    plan, agency = report.round.plan, report.agency
    assert version.receipt_code == f"{plan.code}/2024-first-half/{agency.code}/1"


def test_sending_twice_gives_the_same_receipt_and_one_event(report, people, submit):
    first = submit(report, by=people.officer)

    again = workflow.submit_report(report, by=people.officer, at=NEXT_DAY)

    assert again == first
    assert again.submitted_at == SENT
    assert report.versions.count() == 1
    assert actions(report) == ["report-submitted"]
    assert fresh(report).first_submitted_at == SENT


def test_a_draft_that_is_not_ready_is_refused_with_what_is_missing(report, people):
    with pytest.raises(NotReadyError) as refusal:
        workflow.submit_report(report, by=people.officer, at=SENT)

    assert [f.indicator.name for f in refusal.value.checklist.missing] == [
        Indicator.objects.get().name
    ]
    assert fresh(report).state == "draft"
    assert not ReportVersion.objects.exists()
    assert actions(report) == []


def test_versions_are_numbered_and_all_kept(report, people, submit):
    for text in ["10", "20", "30"]:
        version = submit(report, by=people.officer, text=text)
        send_back(report, people.staff)
        assert version.figures.get().actual == Decimal(text)

    versions = report.versions.all()
    assert [version.number for version in versions] == [1, 2, 3]
    assert [version.content["figures"][0]["actual"] for version in versions] == [
        "10.0000",
        "20.0000",
        "30.0000",
    ]
    assert fresh(report).latest_version.number == 3
    current = VersionFigure.objects.filter(version__current_report=report)
    assert [figure.actual for figure in current] == [30]


def test_numbers_of_versions_are_a_reports_own(report, people, submit, fill_in):
    other = ReportFactory(round=report.round)
    party = PartyFactory(plan=report.round.plan, agency=other.agency)
    Indicator.objects.get().reporters.add(party)
    submit(other, by=people.officer)

    assert submit(report, by=people.officer).number == 1


# First sending, return, sending again


def test_the_first_sending_is_never_overwritten(report, people, submit):
    submit(report, by=people.officer, moment=SENT)
    send_back(report, people.staff, moment=NEXT_DAY)
    late = at("2024-07-30")

    submit(report, by=people.officer, moment=late)

    after = fresh(report)
    assert (after.first_submitted_at, after.first_last_day) == (SENT, dt.date(2024, 6, 19))
    assert (after.last_day, after.latest_version.submitted_at) == (NEW_LAST_DAY, late)
    assert deadlines.timeliness(after, now=late) == deadlines.Timeliness.ON_TIME


def test_a_late_first_sending_stays_late_after_a_return(report, people, submit):
    submit(report, by=people.officer, moment=at("2024-06-21"))
    send_back(report, people.staff, moment=at("2024-06-21"))

    submit(report, by=people.officer, moment=at("2024-06-22"))

    assert deadlines.timeliness(fresh(report), now=at("2024-06-22")) == deadlines.Timeliness.LATE


def test_an_accepted_report_reopened_keeps_its_version_until_the_next(report, people, bring_to):
    report = bring_to(report, "accepted")
    accepted = report.latest_version

    send_back(report, people.staff, reason="Rà soát lại.")

    after = fresh(report)
    assert (after.state, after.latest_version) == ("returned", accepted)
    assert (after.last_day, after.return_reason) == (NEW_LAST_DAY, "Rà soát lại.")
    assert actions(report)[-1] == "report-reopened"


def test_a_return_sets_the_new_last_day_and_keeps_the_first(report, people, bring_to):
    report = bring_to(report, "returned")

    assert (report.last_day, report.first_last_day) == (NEW_LAST_DAY, dt.date(2024, 6, 19))
    assert report.return_reason == "Số chưa khớp."


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_return_needs_a_reason(report, people, bring_to, state, reason):
    report = bring_to(report, state)

    with pytest.raises(TransitionError, match="lý do"):
        send_back(report, people.staff, reason=reason)

    assert fresh(report).state == state


def test_a_return_needs_a_day_still_ahead(report, people, bring_to):
    report = bring_to(report, "submitted")
    yesterday = SENT.date() - dt.timedelta(days=1)

    with pytest.raises(TransitionError, match="từ hôm nay"):
        send_back(report, people.staff, last_day=yesterday)
    assert fresh(report).state == "submitted"

    send_back(report, people.staff, last_day=SENT.date())
    assert fresh(report).last_day == SENT.date()


# The book of events


def test_each_step_is_in_the_book_with_who_when_and_what(report, people, submit):
    submit(report, by=people.officer, moment=SENT)
    send_back(report, people.staff, moment=NEXT_DAY, reason=" Thiếu xã A. ")
    submit(report, by=people.officer, moment=at("2024-06-20"))
    workflow.accept_report(fresh(report), by=people.staff, at=at("2024-06-21"))

    rows = report.events.values_list("action", "by", "at", "note", "data__old", "data__new")
    officer, staff = people.officer.pk, people.staff.pk
    assert list(rows) == [
        ("report-submitted", officer, SENT, "", "draft", "submitted"),
        ("report-returned", staff, NEXT_DAY, "Thiếu xã A.", "submitted", "returned"),
        ("report-submitted", officer, at("2024-06-20"), "", "returned", "submitted"),
        ("report-accepted", staff, at("2024-06-21"), "", "submitted", "accepted"),
    ]
    assert [event.data.get("version") for event in report.events] == [1, None, 2, 2]
    assert not report.events.filter(is_demo=True).exists()


def test_a_change_whose_event_cannot_be_written_does_not_happen(report, people, submit):
    submit(report, by=people.officer)

    with pytest.raises(ValueError, match="unsaved"), transaction.atomic():
        workflow.accept_report(fresh(report), by=User(), at=SENT)

    assert fresh(report).state == "submitted"
    assert actions(report) == ["report-submitted"]


def test_a_change_the_database_refuses_leaves_no_event(report, people, submit):
    submit(report, by=people.officer)

    # A last day no date column holds: the UPDATE itself fails.
    with pytest.raises(DataError, match="out of range"), transaction.atomic():
        send_back(report, people.staff, last_day=FarAway(9999, 12, 31))

    assert fresh(report).state == "submitted"
    assert actions(report) == ["report-submitted"]


class FarAway(dt.date):
    """A day PostgreSQL cannot store."""

    def __str__(self):
        return "9999999-12-31"

    isoformat = __str__


def test_the_lead_departments_acceptance_of_its_own_data_says_so(report, people, submit, bring_to):
    own = ReportFactory(round=report.round, agency=report.round.plan.lead_agency)
    party = PartyFactory(plan=report.round.plan, agency=own.agency)
    Indicator.objects.get().reporters.add(party)
    bring_to(report, "accepted")

    submit(own, by=people.staff)
    workflow.accept_report(fresh(own), by=people.staff, at=SENT)

    assert [event.data.get("own_report") for event in own.events] == [None, True]
    assert [event.data.get("own_report") for event in report.events] == [None, None]


# What is sent, and its hash


def canonical(content):
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_content_holds_all_that_was_sent(report, people, submit):
    nil, none = IndicatorFactory.create_batch(2, plan=report.round.plan)
    for indicator in (nil, none):
        indicator.reporters.set(Indicator.objects.first().reporters.all())
    duty = DutyFactory(plan=report.round.plan)
    duty.parties.set(report.round.plan.parties.all())
    total = Indicator.objects.exclude(pk__in=[nil.pk, none.pk]).get()
    words = "Đã mở 3 phiên giao dịch việc làm."
    type_in(
        report,
        figure(total, "1.572")
        | {f"estimate-{total.pk}": "3.000"}
        | explanation(total, "Gồm cả xã đảo.")
        | figure(nil, "k")
        | figure(none, "x")
        | narrative(OutlineSection.objects.get(), words)
        | {f"duty-{duty.pk}": "stuck", f"words-{duty.pk}": "Chưa có kinh phí."}
        | {"as-of": "10/6/2024", "document-number": "12/BC", "document-date": "17/6/2024"},
    )

    version = workflow.submit_report(report, by=people.officer, at=SENT)

    version.refresh_from_db()
    cell = {"status": "number", "actual": None, "estimate": None, "explanation": ""}
    assert version.content == {
        "plan": report.round.plan.code,
        "round": "2024-first-half",
        "tier": "agency",
        "agency": report.agency.code,
        "as_of": "2024-06-10",
        "document": {"number": "12/BC", "date": "17/6/2024"},
        "figures": [
            cell
            | {
                "indicator": total.code,
                "actual": "1572.0000",
                "estimate": "3000.0000",
                "explanation": "Gồm cả xã đảo.",
            },
            cell | {"indicator": nil.code, "status": "nil"},
            cell | {"indicator": none.code, "status": "not_applicable"},
        ],
        "duties": [{"duty": duty.code, "status": "stuck", "words": "Chưa có kinh phí."}],
        "evidence": [],
        "narratives": [{"heading": "Kết quả thực hiện", "text": words}],
    }
    assert version.as_of == dt.date(2024, 6, 10)
    line = version.duties.get()
    assert (line.duty, line.status, line.words) == (duty, "stuck", "Chưa có kinh phí.")
    rows = version.figures.values_list("indicator__code", "status", "actual", "explanation")
    assert sorted(rows) == sorted(
        (f["indicator"], f["status"], f["actual"] and Decimal(f["actual"]), f["explanation"])
        for f in version.content["figures"]
    )


def test_the_hash_can_be_computed_again_from_the_stored_content(report, people, submit):
    version = submit(report, by=people.officer)

    version.refresh_from_db()
    assert version.sha256 == freezing.content_hash(version.content) == canonical(version.content)


def test_another_figure_word_or_explanation_gives_another_hash(report, people):
    [indicator], [section] = Indicator.objects.all(), OutlineSection.objects.all()
    entries = [("1", "", "A"), ("2", "", "A"), ("1", "vì", "A"), ("1", "", "Á"), ("k", "", "A")]
    hashes = []
    for text, why, words in entries:
        type_in(
            report,
            figure(indicator, text) | explanation(indicator, why) | narrative(section, words),
        )
        version = workflow.submit_report(fresh(report), by=people.officer, at=SENT)
        hashes.append(version.sha256)
        send_back(report, people.staff)

    assert len(set(hashes)) == len(entries)


def test_the_same_content_gives_the_same_hash_whenever_and_whoever(report, people, submit):
    first = submit(report, by=people.officer, moment=SENT)
    send_back(report, people.staff)

    second = submit(report, by=people.head, moment=NEXT_DAY)

    assert first.sha256 == second.sha256


def test_the_content_does_not_depend_on_the_order_of_rows_in_the_database(report, people):
    plan = report.round.plan
    indicators = [Indicator.objects.get(), *IndicatorFactory.create_batch(4, plan=plan)]
    for place, indicator in enumerate(reversed(indicators)):  # the plan's order is not that of keys
        indicator.reporters.set(indicators[0].reporters.all())
        Indicator.objects.filter(pk=indicator.pk).update(position=place)
    OutlineSectionFactory.create_batch(3, plan=plan)
    sections = list(OutlineSection.objects.filter(plan=plan))

    contents = []
    for order in (1, -1):
        report.draft_fields.all().delete()
        texts = {f"figure-{i.pk}": str(i.pk) for i in indicators[::order]}
        texts |= {f"narrative-{s.pk}": f"Phần {s.pk}" for s in sections[::order]}
        type_in(report, texts)
        # New row versions go to the end of the heap: an unordered query would follow them.
        for indicator in indicators[::-order]:
            Indicator.objects.filter(pk=indicator.pk).update(name=indicator.name)
        version = workflow.submit_report(fresh(report), by=people.officer, at=SENT)
        contents.append(json.dumps(version.content))
        send_back(report, people.staff)

    assert contents[0] == contents[1]
    codes = [figure["indicator"] for figure in json.loads(contents[0])["figures"]]
    assert codes == [indicator.code for indicator in reversed(indicators)]


# What the database holds against


@pytest.mark.parametrize("statement", ["UPDATE {} SET is_demo = is_demo", "DELETE FROM {}"])
@pytest.mark.parametrize(
    "table",
    [
        "reporting_reportversion",
        "reporting_versionfigure",
        "reporting_versionduty",
        "agencies_event",
    ],
)
def test_versions_and_events_are_never_changed_or_deleted(report, people, submit, table, statement):
    duty = DutyFactory(plan=report.round.plan)
    duty.parties.set(report.round.plan.parties.all())
    type_in(report, {f"duty-{duty.pk}": "done"})
    submit(report, by=people.officer)

    with (
        pytest.raises(IntegrityError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_a_real_version_stays_even_while_the_demo_is_cleared(report, people, submit):
    submit(report, by=people.officer)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.clearing_demo = 'on'")
        with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
            cursor.execute("DELETE FROM reporting_versionfigure")


@pytest.mark.parametrize("state", ["submitted", "returned", "accepted"])
def test_a_sent_state_without_a_version_is_refused(report, state):
    with pytest.raises(IntegrityError, match="sent_report_has_a_version"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(state=state)


def test_a_draft_with_a_version_is_refused(report, people, submit):
    submit(report, by=people.officer)

    with pytest.raises(IntegrityError, match="sent_report_has_a_version"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(state="draft")


def test_one_report_for_each_round_tier_and_agency(report):
    with pytest.raises(IntegrityError, match="one_report_per_round"), transaction.atomic():
        ReportFactory(round=report.round, agency=report.agency)


def test_a_version_number_is_given_once(report, people, submit):
    version = submit(report, by=people.officer)
    version.pk = None

    with pytest.raises(IntegrityError, match="version_number_unique"), transaction.atomic():
        version.save(force_insert=True)


# At the same moment, over connections of their own


@pytest.mark.django_db(transaction=True)
def test_twenty_who_send_at_once_get_one_receipt(report, people, fill_in):
    fill_in(report)

    receipts = at_once(
        lambda number: workflow.submit_report(fresh(report), by=people.officer, at=SENT),
        PEOPLE_AT_ONCE,
    )

    version = ReportVersion.objects.get()
    assert {(r.pk, r.number, r.sha256) for r in receipts} == {(version.pk, 1, version.sha256)}
    assert version.figures.count() == 1
    assert Event.objects.filter(action="report-submitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_accept_at_once_one_does(report, people, submit):
    submit(report, by=people.officer)
    seen = [fresh(report) for _ in range(PEOPLE_AT_ONCE)]

    results = at_once(
        lambda number: workflow.accept_report(seen[number], by=people.staff, at=SENT),
        PEOPLE_AT_ONCE,
    )

    assert sum(isinstance(result, TransitionError) for result in results) == PEOPLE_AT_ONCE - 1
    assert Event.objects.filter(action="report-accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_those_who_accept_and_return_at_once_the_first_decides(report, people, submit):
    submit(report, by=people.officer)
    seen = [fresh(report) for _ in range(8)]

    def decide(number):
        if number % 2:
            return workflow.accept_report(seen[number], by=people.staff, at=SENT)
        return workflow.return_report(
            seen[number], by=people.staff, at=SENT, reason="Số sai.", last_day=NEW_LAST_DAY
        )

    results = at_once(decide, 8)

    assert sum(isinstance(result, TransitionError) for result in results) == 7
    [decision] = Event.objects.exclude(action="report-submitted")
    assert decision.data["new"] == fresh(report).state


@pytest.mark.django_db(transaction=True)
def test_a_round_opened_in_eight_places_at_once_is_one(report):
    plan = report.round.plan
    RegimeFactory(plan=plan, annual=True, reporters=plan.parties.all())

    opened = at_once(lambda number: rounds.open_rounds([plan], now=SENT, year=2023), 8)

    assert sorted(len(found) for found in opened) == [0] * 7 + [1]
    assert plan.rounds.filter(year=2023).count() == 1
    reports = Report.objects.filter(round__year=2023)
    assert reports.count() == plan.parties.count() + 1
