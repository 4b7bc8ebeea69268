"""
The decisive cases of time, to be read by a person: the plan's words, the province's settings, what
happened, when one looks, and what the pages must say (R1–R5). All orders: test_truth_table.py.
"""

import datetime as dt

import pytest

from reporting import deadlines, extensions, rounds, workflow
from reporting.models import Report, Round
from tests.factories import (
    AgencyFactory,
    IndicatorFactory,
    MembershipFactory,
    PartyFactory,
    PlanFactory,
    RegimeFactory,
    UserFactory,
    at,
)

NOT_YET, MISSING = "not_yet_due", "missing"
ON_TIME, LATE = "on_time", "late"
NO_DATE, INVITED = "no_due_date", "invited"
BACK = "quá hạn bổ sung"

# The plan's words | settings | what happened | looked at | timeliness, days late, outstanding
CASES = [
    # Nothing sent: today decides, and the day ends at midnight in Vietnam.
    ("trước 20/6", "", "", "19/6/2024 23:59:59", NOT_YET, 0, ""),
    ("trước 20/6", "", "", "20/6/2024 00:00:00", MISSING, 1, ""),
    ("trước 20/6", "", "", "21/6/2024 00:00:00", MISSING, 2, ""),
    ("trước 15/12", "", "", "14/12/2024 23:59:59", NOT_YET, 0, ""),  # a Saturday counts
    ("trước 15/12", "", "", "15/12/2024 00:00:00", MISSING, 1, ""),
    ("chậm nhất 17/12", "", "", "17/12/2024 23:59:59", NOT_YET, 0, ""),
    ("chậm nhất 17/12", "", "", "18/12/2024 00:00:00", MISSING, 1, ""),
    ("ngày 20/6", "", "", "20/6/2024 23:59:59", NOT_YET, 0, ""),
    ("ngày 20/6", "", "", "21/6/2024 00:00:00", MISSING, 1, ""),
    # Sent: the first sending decides, today no more.
    ("trước 20/6", "", "gửi 19/6/2024 23:59:59", "1/9/2024 08:00:00", ON_TIME, 0, ""),
    ("trước 20/6", "", "gửi 20/6/2024 00:00:00", "1/9/2024 08:00:00", LATE, 1, ""),
    ("trước 20/6", "", "gửi 1/4/2024 08:00:00", "1/4/2024 08:00:00", ON_TIME, 0, ""),
    # Last day before the period ends (14/12): late is late all the same.
    ("trước 20/11", "", "", "20/11/2024 00:00:00", MISSING, 1, ""),
    ("trước 20/11", "", "gửi 1/12/2024 08:00:00", "14/12/2024 23:59:59", LATE, 12, ""),
    # The first setting: the named day still counts.
    ("trước 20/6", "kể cả ngày", "", "20/6/2024 23:59:59", NOT_YET, 0, ""),
    ("trước 20/6", "kể cả ngày", "", "21/6/2024 00:00:00", MISSING, 1, ""),
    ("chậm nhất 17/12", "kể cả ngày", "", "18/12/2024 00:00:00", MISSING, 1, ""),
    # The second: a last day off moves to the next working day. 14/12/2024, 29/6/2024: Saturdays.
    ("trước 15/12", "dời", "", "16/12/2024 23:59:59", NOT_YET, 0, ""),
    ("trước 15/12", "dời", "", "17/12/2024 00:00:00", MISSING, 1, ""),
    ("trước 30/6", "dời", "", "1/7/2024 23:59:59", NOT_YET, 0, ""),
    ("trước 20/6", "dời", "", "20/6/2024 00:00:00", MISSING, 1, ""),  # a Wednesday stays
    ("trước 10/2", "dời", "", "15/2/2024 23:59:59", NOT_YET, 0, ""),  # Tết 2024: 8/2 to 14/2
    ("trước 10/2", "dời", "", "16/2/2024 00:00:00", MISSING, 1, ""),
    # Both: 15/12/2024 is a Sunday.
    ("trước 15/12", "kể cả ngày, dời", "", "16/12/2024 23:59:59", NOT_YET, 0, ""),
    ("trước 15/12", "kể cả ngày, dời", "", "17/12/2024 00:00:00", MISSING, 1, ""),
    # Đồng Tháp, months of 2020: 9/2/2020 to 9/1/2021.
    ("tháng 1", "", "", "9/2/2020 23:59:59", NOT_YET, 0, ""),
    ("tháng 1", "", "", "10/2/2020 00:00:00", MISSING, 1, ""),
    ("tháng 12", "", "gửi 9/1/2021 23:59:59", "1/3/2021 08:00:00", ON_TIME, 0, ""),
    ("tháng 12", "", "gửi 10/1/2021 00:00:00", "1/3/2021 08:00:00", LATE, 1, ""),
    ("tháng 12", "dời", "gửi 11/1/2021 23:59:59", "1/3/2021 08:00:00", ON_TIME, 0, ""),
    # The lead department after the agencies; without a date in the plan it is never late.
    ("trước 20/6, tổng hợp trước 30/6", "", "", "29/6/2024 23:59:59", NOT_YET, 0, ""),
    ("trước 20/6, tổng hợp trước 30/6", "", "", "30/6/2024 00:00:00", MISSING, 1, ""),
    ("trước 20/6, tổng hợp", "", "", "31/12/2024 08:00:00", NO_DATE, 0, ""),
    # No date in the plan; only invited.
    ("không ghi", "", "", "31/12/2029 08:00:00", NO_DATE, 0, ""),
    ("không ghi", "", "gửi 31/12/2029 08:00:00", "31/12/2029 08:00:00", NO_DATE, 0, ""),
    ("đề nghị trước 20/6", "", "", "31/12/2024 08:00:00", INVITED, 0, ""),
    ("đề nghị trước 20/6", "", "gửi 1/7/2024 08:00:00", "2/7/2024 08:00:00", INVITED, 0, ""),
    (
        "đề nghị trước 20/6",
        "",
        "gửi 18/6/2024 08:00:00; trả 19/6/2024 08:00:00 đến 25/6/2024",
        "1/9/2024 08:00:00",
        INVITED,
        0,
        "",
    ),
    # Returned: the first sending stays as it was; past the new last day it is outstanding as well.
    (
        "trước 20/6",
        "",
        "gửi 18/6/2024 08:00:00; trả 21/6/2024 08:00:00 đến 28/6/2024",
        "28/6/2024 23:59:59",
        ON_TIME,
        0,
        "",
    ),
    (
        "trước 20/6",
        "",
        "gửi 18/6/2024 08:00:00; trả 21/6/2024 08:00:00 đến 28/6/2024",
        "29/6/2024 00:00:00",
        ON_TIME,
        0,
        BACK,
    ),
    (
        "trước 20/6",
        "",
        "gửi 22/6/2024 08:00:00; trả 23/6/2024 08:00:00 đến 28/6/2024",
        "29/6/2024 00:00:00",
        LATE,
        3,
        BACK,
    ),
    (
        "trước 20/6",
        "",
        "gửi 18/6/2024 08:00:00; trả 21/6/2024 08:00:00 đến 28/6/2024; gửi 30/6/2024 08:00:00",
        "1/9/2024 08:00:00",
        ON_TIME,
        0,
        "",
    ),
    # Returned before the last day, to a day before it: that day now runs.
    (
        "trước 20/6",
        "",
        "gửi 1/6/2024 08:00:00; trả 2/6/2024 08:00:00 đến 7/6/2024",
        "8/6/2024 00:00:00",
        ON_TIME,
        0,
        BACK,
    ),
    # Extended (nới) before the sending that day decides, after a return the new one moves.
    (
        "trước 20/6",
        "",
        "nới 18/6/2024 08:00:00 đến 24/6/2024; gửi 24/6/2024 23:59:59",
        "1/9/2024 08:00:00",
        ON_TIME,
        0,
        "",
    ),
    (
        "trước 20/6",
        "",
        "nới 18/6/2024 08:00:00 đến 24/6/2024; gửi 25/6/2024 00:00:00",
        "1/9/2024 08:00:00",
        LATE,
        1,
        "",
    ),
    (
        "trước 20/6",
        "",
        "nới 22/6/2024 08:00:00 đến 24/6/2024",  # late already, and now no more
        "24/6/2024 08:00:00",
        NOT_YET,
        0,
        "",
    ),
    (
        "trước 20/6",
        "",
        "gửi 21/6/2024 08:00:00; trả 22/6/2024 08:00:00 đến 25/6/2024; "
        "nới 25/6/2024 08:00:00 đến 28/6/2024",
        "28/6/2024 23:59:59",
        LATE,  # what was granted later does not make the first sending punctual
        2,
        "",
    ),
]


def day(words):
    return dt.datetime.strptime(words, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone


def moment(words):
    date, time = words.split()
    hour, minute, second = map(int, time.split(":"))
    return at(day(date), hour, minute) + dt.timedelta(seconds=second)


@pytest.fixture
def staff(db):
    return UserFactory()


@pytest.fixture
def open_report(staff):
    """Return a function that opens the round of a plan with these words and gives the report."""

    def opened(words, settings):
        plan = PlanFactory(issued_on=dt.date(2019, 1, 1), first_year=2019)
        plan.jurisdiction.named_day_counts = "kể cả ngày" in settings
        plan.jurisdiction.moves_to_working_day = "dời" in settings
        plan.jurisdiction.save()
        agency = AgencyFactory(jurisdiction=plan.jurisdiction)
        party = PartyFactory(plan=plan, agency=agency)
        IndicatorFactory(plan=plan).reporters.add(party)
        MembershipFactory(agency=agency)
        first, _, consolidated = words.partition(", tổng hợp")
        round = _round(plan, party, first, consolidated.strip(), staff)
        tier = "lead" if ", tổng hợp" in words else "agency"
        return Report.objects.get(round=round, tier=tier, round__plan=plan)

    return opened


def _round(plan, party, words, consolidated, staff):
    now = at("2020-01-01")
    if words == "không ghi":
        start, end = deadlines.data_window(Round.Kind.YEAR, 2024)
        round = Round(
            plan=plan, kind=Round.Kind.YEAR, year=2024, window_start=start, window_end=end
        )
        return rounds.open_by_hand(round, parties=[party], last_days={}, by=staff, at=now) or round
    if words.startswith("tháng"):
        RegimeFactory(plan=plan, monthly=True, reporters=[party])
        number = int(words.removeprefix("tháng "))
        return rounds.open_round(plan, Round.Kind.MONTH, 2020, number, now=now)
    obligation = "requested" if words.startswith("đề nghị") else "required"
    due = _due(words.removeprefix("đề nghị "))
    RegimeFactory(plan=plan, reporters=[party], obligation=obligation, **due)
    if consolidated:
        RegimeFactory(plan=plan, tier="lead", **_due(consolidated))
    return rounds.open_round(plan, Round.Kind.FIRST_HALF, 2024, now=now)


def _due(words):
    kind, named = words.rsplit(" ", 1)
    number, month = map(int, named.split("/"))
    kinds = {"trước": "before", "chậm nhất": "by", "ngày": "on"}
    return {"due_kind": kinds[kind], "due_day": number, "due_month": month}


def play(report, words, staff, type_and_send):
    """Do what a case tells, by the functions people's clicks end in."""
    deed, rest = words.split(" ", 1)
    when, _, until = rest.partition(" đến ")
    report.refresh_from_db()
    if deed == "gửi":
        type_and_send(report, by=staff, moment=moment(when))
    elif deed == "trả":
        workflow.return_report(
            report, by=staff, at=moment(when), reason="Sửa số.", last_day=day(until)
        )
    else:
        extensions.answer(report, granted_day=day(until), answer="", by=staff, at=moment(when))


@pytest.mark.parametrize(
    ("words", "settings", "happened", "looked_at", "timeliness", "days", "outstanding"),
    CASES,
    ids=[f"{case[0]}, {case[1]}; {case[2]}; {case[3]}" for case in CASES],
)
def test_a_case_reads_as_the_table_says(
    open_report, staff, submit, words, settings, happened, looked_at, timeliness, days, outstanding
):
    report = open_report(words, settings)
    for deed in filter(None, happened.split("; ")):
        play(report, deed, staff, submit)

    report.refresh_from_db()

    standing = deadlines.standing(report, now=moment(looked_at))
    assert standing == {
        "timeliness": timeliness,
        "days_late": days,
        "outstanding": bool(outstanding),
    }
