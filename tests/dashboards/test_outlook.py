"""What a leader reads on the first page: pace, forecast, who is latest, what is stuck."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal as D
from types import SimpleNamespace

import pytest

from agencies.models import Agency
from dashboards import outlook
from dashboards.indicator_line import IndicatorLine
from dashboards.progress import YearProgress
from reporting import deadlines, workflow
from reporting.models import Report, VersionDuty
from targets.models import Indicator, Target
from targets.pace import Part
from tests.drafting import type_in
from tests.factories import DutyFactory, PartyFactory, ReportFactory, RoundFactory, at

SPAN = dt.date(2023, 12, 15), dt.date(2024, 12, 14)
JUNE = dt.date(2024, 6, 14)


def line_of(*parts, low=1000, better="higher", combine="sum", span=SPAN):
    indicator = Indicator(better=better, combine=combine, unit="lượt người")
    target = low and Target(
        indicator=indicator, scope="year", year=2024, operator="at_least", low=D(low)
    )
    progress = (indicator, target, None, 0, None, 0, None, False, 2024)
    return IndicatorLine(*progress, parts=parts, span=span)


def part(now, same, year, given=None):
    amounts = (value if value is None else D(value) for value in (same, year, given))
    names = dict(zip(("same_last_year", "year_last_year", "allocation"), amounts, strict=True))
    return Part(now=now if now is None else D(now), as_of=JUNE, **names)


SLOW = line_of(part(200, 220, 480, 600), part(180, 200, 420, 400))
FAST = line_of(part(300, 220, 480, 600), part(240, 200, 420, 400))
FEW = line_of(part(200, 220, 480, 600), part(None, 200, 420, 400))
NEW = line_of(part(200, None, None, 600), part(180, None, None, 400))


@pytest.mark.parametrize(
    ("line", "pace", "style", "forecast", "verdict"),
    [
        (
            SLOW,  # 380 : 1.000; 200 × 480/220 + 180 × 420/200 = 436,36 + 378 = 814
            "chậm 12 điểm",
            "st-part",
            "814",
            "Khó đạt: dự báo cả năm 814 lượt người. "
            "Nhịp: chậm 12 điểm, nơi đã gửi đạt 38,0% kế hoạch của mình, thời gian đã qua 50,0%.",
        ),
        (
            FAST,  # 654,5 + 504 = 1.159
            "nhanh 4 điểm",
            "st-ok",
            "1.159",
            "Nhiều khả năng đạt: dự báo cả năm 1.159 lượt người. "
            "Nhịp: nhanh 4 điểm, nơi đã gửi đạt 54,0% kế hoạch của mình, thời gian đã qua 50,0%.",
        ),
        (
            FEW,  # 60 %; 200 + 200 × 200/220 = 381,8; 436,4 + 420 × 0,909 = 818,2
            "chưa đủ căn cứ, 38,2%",
            "st-none",
            "818",
            "Chưa đủ căn cứ để kết luận; dự báo cả năm 818 lượt người. "
            "Mới có số liệu của các đơn vị chiếm 60,0% kế hoạch; ước cả nơi chưa gửi thì đạt "
            "38,2% kế hoạch, "
            "thời gian đã qua 50,0%.",
        ),
        (
            NEW,
            "chậm 12 điểm",
            "st-part",
            "chưa dự báo được",
            "Chưa dự báo được cả năm. "
            "Nhịp: chậm 12 điểm, nơi đã gửi đạt 38,0% kế hoạch của mình, thời gian đã qua 50,0%.",
        ),
        (
            line_of(low=None),
            "không tính",
            "st-none",
            "chưa dự báo được",
            "Chưa dự báo được cả năm.",
        ),
        (line_of(span=None), "không tính", "st-none", "không dự báo", "Chưa dự báo được cả năm."),
    ],
)
def test_pace_and_forecast_are_told_in_words(line, pace, style, forecast, verdict):
    assert outlook.pace_words(line) == pace
    assert outlook.pace_style(line) == style
    assert outlook.forecast_words(line) == forecast
    assert outlook.verdict(line) == verdict


def test_a_column_in_which_no_line_tells_anything_is_left_out():
    told = outlook.told_columns(YearProgress(None, 2024, None, [NEW, SLOW]))
    assert told == {"pace", "forecast"}
    assert outlook.told_columns(YearProgress(None, 2024, None, [line_of(span=None)])) == set()


def test_how_pace_and_forecast_were_made_is_one_sentence_each():
    assert outlook.forecast_how(FEW) == (
        "Dự báo: 1 đơn vị theo tỷ trọng kỳ này trong kết quả năm trước; 1 đơn vị chưa có số theo "
        "kết quả năm trước, nhân mức tăng thấp nhất và cao nhất so với cùng kỳ của các đơn vị đã "
        "gửi."
    )
    assert "dưới 80% thì chưa đủ căn cứ" in outlook.pace_how(FEW)
    assert "theo số giao cho từng đơn vị" in outlook.pace_how(SLOW)
    assert outlook.forecast_how(NEW) == ""


def test_once_all_figures_run_to_the_years_end_the_words_tell_its_result():
    def ended(*numbers, accepted=True):
        parts = [Part(now=D(n), is_accepted=accepted, as_of=SPAN[1]) for n in numbers]
        line = line_of(*parts)
        return line if accepted else replace(line, provisional=sum(map(D, numbers)))

    assert outlook.verdict(ended(600, 250)).startswith("Không đạt: kết quả cả năm 850 lượt người. ")
    assert outlook.verdict(ended(600, 400)).startswith("Đạt: kết quả cả năm 1.000 lượt người. ")
    assert "1.000 lượt người, có số chưa tiếp nhận." in outlook.verdict(
        ended(600, 400, accepted=False)
    )
    assert outlook.forecast_words(ended(600, 250)) == "850"
    assert outlook.forecast_how(ended(600, 250)) == "Kết quả: 2 đơn vị đã có số cả năm."


def report(name, **fields):
    values = {"obligation": "required", "state": "draft", "last_day": dt.date(2024, 6, 19)}
    report = Report(agency=Agency(name=name), **values | fields)
    report.late_before = fields.get("late_before", 0)
    return report


def test_the_latest_are_those_past_their_day_then_those_late_before():
    reports = [
        report("đã gửi", state="accepted"),
        report("mới"),
        report("bị trả lại", state="returned", last_day=dt.date(2024, 6, 14)),
        report("chỉ được mời", obligation="requested"),
        report("không ghi hạn", last_day=None),
    ]
    often = report("hay trễ")
    often.late_before = 2
    progress = YearProgress(None, 2024, None, [], reports=[*reports, often])

    latest = outlook.latest_reports(progress, now=at("2024-06-17"))

    assert [(str(late.report.agency), late.words) for late in latest] == [
        ("bị trả lại", "quá hạn bổ sung 3 ngày"),
        ("hay trễ", "chưa bắt đầu, ngày cuối cùng 19/6, hai năm trước trễ 2 kỳ"),
        ("mới", "chưa bắt đầu, ngày cuối cùng 19/6"),
    ]


def round_of(plan, year, kind="first_half"):
    start, end = dt.date(year - 1, 12, 15), dt.date(year, 6, 14)
    return RoundFactory(plan=plan, kind=kind, year=year, window_start=start, window_end=end)


@pytest.fixture
def reported(db, people):
    """Return a function that makes one agency's report of a year, sent or not, and gives it."""
    round = RoundFactory()
    party, duty = PartyFactory(plan=round.plan), DutyFactory(plan=round.plan)
    duty.parties.add(party)

    def report_of(year, *, sent=None, last_day, **fields):
        where = round if year == round.year else round_of(round.plan, year)
        report = ReportFactory(round=where, agency=party.agency, last_day=last_day, **fields)
        if sent:
            texts = {f"duty-{duty.pk}": "done", "as-of": f"{year}-06-10"}
            type_in(report, texts, now=sent)
            workflow.submit_report(report, by=people.officer, at=sent)
            report.refresh_from_db()
        return report

    return report_of


def june(day, hour=9, minute=0):
    return at(dt.date(2024, 6, day), hour, minute)


def late_before(report):
    """Return how often the agency was late in the years before, as asked on 17/6/2024."""
    reports = Report.objects.with_late_before([report.round.plan], today=june(17).date())
    return reports.of_agencies_in([report.round]).get().late_before


def test_rounds_late_or_never_sent_are_counted_over_two_years(reported):
    now = reported(2024, last_day=june(19).date())
    for year, sent in ((2023, "2023-06-21"), (2022, None), (2021, "2021-06-25")):
        reported(year, sent=sent and at(sent), last_day=dt.date(year, 6, 19))

    assert late_before(now) == 2  # late in 2023, never in 2022; 2021 is too long ago
    assert (
        Report.objects.with_late_before([], today=june(17).date()).get(pk=now.pk).late_before == 0
    )


@pytest.mark.parametrize(
    ("last_day", "sent", "day_then", "obligation", "is_late"),
    [  # as R4 and R5 judge the report of a round before, on the morning of 17/6/2024
        (16, None, None, "required", True),  # missing: its day is over
        (17, None, None, "required", False),  # to come: the last day itself
        (30, None, None, "required", False),  # to come: extended beyond today
        (None, None, None, "required", False),  # undated
        (10, june(10, 23, 59), 10, "required", False),  # in time by a minute
        (10, june(11, 0, 0), 10, "required", True),  # late by that minute
        (14, june(12), 14, "required", False),  # in the time it was extended by
        (30, june(11), 10, "required", True),  # late, and returned since
        (30, june(10), 10, "required", False),  # in time, and returned since
        (None, june(11), None, "required", False),  # sent, undated
        (10, None, None, "requested", False),  # invited: never late
        (10, june(12), 10, "requested", False),
    ],
)
def test_an_earlier_report_was_late_as_its_own_page_judges_it(
    reported, last_day, sent, day_then, obligation, is_late
):
    now = reported(2024, last_day=june(19).date())
    day = day_then if sent else last_day
    before = reported(2023, sent=sent, last_day=day and june(day).date(), obligation=obligation)
    before.last_day = last_day and june(last_day).date()
    before.save()

    assert late_before(now) == is_late
    assert (deadlines.days_late(before, now=june(17)) > 0) == is_late


@pytest.fixture
def stuck_story(db, people):
    """One duty, reported over three rounds; each word sent on the 17th of the round's June."""
    round = RoundFactory()
    party = PartyFactory(plan=round.plan)
    duty = DutyFactory(plan=round.plan)
    duty.parties.add(party)

    def tell(year, status, words="Thiếu vốn."):
        where = round_of(round.plan, year, kind="year")
        own = ReportFactory(round=where, agency=party.agency, last_day=None)
        texts = {f"duty-{duty.pk}": status, f"words-{duty.pk}": words}
        moment = at(f"{year}-06-17")
        type_in(own, texts | {"as-of": f"{year}-06-14"}, now=moment)
        workflow.submit_report(own, by=people.officer, at=moment)
        return where

    return SimpleNamespace(tell=tell, duty=duty)


@pytest.mark.parametrize(
    ("words", "since"),
    [
        (["stuck", "stuck", "stuck"], 2022),
        (["in_progress", "stuck", "stuck"], 2023),
        (["stuck", "done", "stuck"], 2024),
        (["stuck", "stuck", "done"], None),
    ],
)
def test_what_is_stuck_is_told_since_it_was_so_without_a_break(stuck_story, words, since):
    rounds = [stuck_story.tell(2022 + place, status) for place, status in enumerate(words)]

    found = list(VersionDuty.objects.stuck_in(rounds[-1]))

    assert [line.since.year for line in found] == ([since] if since else [])
