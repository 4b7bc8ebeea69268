"""The round as a matrix: what stands in a line, who may know what, and how little it asks SQL."""

import datetime as dt
import re
import time

import pytest

from reporting import evidence, extensions, notes, reminders, rounds, workflow
from reporting.models import Round
from reporting.round_matrix import Matrix
from tests.drafting import explanation, figure, type_in
from tests.factories import (
    BreakdownFactory,
    DutyFactory,
    IndicatorFactory,
    ReportFactory,
    RoundFactory,
    at,
)
from tests.many import BigRound
from tests.office_files import PDF, upload
from tests.page_texts import texts

NOW = at("2024-06-17", 10)


@pytest.fixture
def line(report, people):
    """Return a function that reads the report's line as a person sees it."""

    def read(by=None, now=NOW):
        person = by or people.staff
        round = Round.objects.with_rights(person).select_related("plan").get(pk=report.round_id)
        [found] = [x for x in Matrix(round, person, now=now).lines if x.report.pk == report.pk]
        return found

    return read


def words(line):
    return [flag.words for flag in line.flags]


def test_a_line_says_state_time_version_and_completeness(report, people, submit, line):
    submit(report, by=people.officer, moment=at("2024-06-20"))

    found = line()

    assert (found.state, found.timeliness, found.days_late) == ("cho-xem-xet", "late", 1)
    assert (found.report.latest_version.number, found.sent_at) == (1, at("2024-06-20"))
    assert (found.figures.done, found.figures.asked) == (1, 1)
    assert found.figures.is_whole


def test_what_is_typed_counts_towards_what_is_asked(report, line):
    party = report.round.plan.parties.get()
    IndicatorFactory(plan=report.round.plan).reporters.add(party)
    for _ in range(3):
        DutyFactory(plan=report.round.plan).parties.add(party)
    first = report.round.plan.duties.first()
    indicator = report.round.plan.indicators.first()
    type_in(report, figure(indicator, "7") | {f"duty-{first.pk}": "done"})

    found = line()

    assert (found.figures.done, found.figures.asked) == (1, 2)
    assert (found.duties.done, found.duties.asked) == (1, 3)
    assert not found.figures.is_whole


def test_a_leader_reads_the_state_of_a_draft_and_not_how_full_it_is(report, people, fill_in, line):
    fill_in(report)
    notes.add_note(report, place="", text="Xin hỏi.", by=people.officer, at=NOW)

    found = line(people.leader)

    assert found.state == "dang-soan"
    assert found.figures.done is None
    assert words(found) == []


def test_the_agency_itself_reads_how_full_its_draft_is(report, people, fill_in, line):
    fill_in(report)

    assert line(people.officer).figures.done == 1


def test_a_broken_partition_that_was_explained_stays_flagged(report, people, line):
    total = report.round.plan.indicators.get()
    place = BreakdownFactory(plan=report.round.plan, parent=total)
    part = IndicatorFactory(plan=report.round.plan, parent=total, breakdown=place)
    part.reporters.set(total.reporters.all())
    typed = figure(total, "100") | figure(part, "90") | explanation(total, "Đi nước ngoài.")
    type_in(report, typed)
    workflow.submit_report(report, by=people.officer, at=NOW)

    found = line()

    assert words(found) == ["Phân tổ lệch 10, đã giải trình"]
    assert found.is_flagged


@pytest.mark.parametrize(
    ("why", "shown", "is_flagged"),
    [
        ("", "1 số cần xem, chưa giải trình", True),
        ("Sáp nhập.", "1 số cần xem, đã giải trình", False),
    ],
)
def test_a_figure_far_from_last_years_is_flagged(
    report, people, submit, line, why, shown, is_flagged
):
    last_year(report, people, submit, "1000")
    indicator = report.round.plan.indicators.get()
    type_in(report, figure(indicator, "10") | explanation(indicator, why))
    workflow.submit_report(report, by=people.officer, at=NOW)

    found = line()

    assert words(found) == [shown]
    assert found.is_flagged == is_flagged
    assert found.difference == -990


def last_year(report, people, submit, text):
    before = RoundFactory(
        plan=report.round.plan,
        year=2023,
        window_start=dt.date(2022, 12, 15),
        window_end=dt.date(2023, 6, 14),
    )
    same = ReportFactory(round=before, agency=report.agency)
    submit(same, by=people.officer, moment=at("2023-06-15"), text=text)
    workflow.accept_report(same, by=people.staff, at=at("2023-06-16"))


def test_a_cumulative_figure_below_the_last_rounds_is_flagged(report, people, submit, line):
    year = ReportFactory(
        round=RoundFactory(
            plan=report.round.plan,
            kind="ad_hoc",
            number=1,
            window_end=dt.date(2024, 3, 14),
        ),
        agency=report.agency,
    )
    submit(year, by=people.officer, text="50")
    submit(report, by=people.officer, text="40")

    assert words(line()) == ["1 số cần xem, chưa giải trình"]


def test_a_report_entered_by_staff_says_so(report, people, submit, line):
    submit(report, by=people.staff)

    assert "Nhập thay từ báo cáo giấy" in words(line())


def test_an_extension_is_a_flag_while_it_waits_and_a_fact_once_granted(report, people, line):
    day = dt.date(2024, 6, 25)
    asked = extensions.ask_extension(
        report, wanted_day=day, reason="Chờ.", by=people.officer, at=NOW
    )
    waiting = line()
    extensions.decide_extension(asked, granted_day=day, answer="", by=people.staff, at=NOW)
    granted = line()

    assert (words(waiting), waiting.is_flagged) == (["Xin gia hạn, chờ trả lời"], True)
    assert (words(granted), granted.is_flagged) == (["Đã gia hạn đến 25/6"], False)


def test_a_note_of_the_agency_waits_for_an_answer(report, people, line):
    notes.add_note(report, place="", text="Xin hỏi.", by=people.officer, at=NOW)
    asked = line()
    notes.add_note(report, place="", text="Xin trả lời.", by=people.staff, at=NOW)
    answered = line()

    assert (words(asked), asked.is_flagged) == (["1 ghi chú, chưa trả lời"], True)
    assert (words(answered), answered.is_flagged) == (["2 ghi chú"], False)


def test_files_are_counted(report, people, line, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    evidence.add_evidence(report, upload(PDF), by=people.officer, at=NOW)

    assert words(line()) == ["1 tệp"]


def test_the_last_reminder_is_named_with_its_day(client, report, people, mail_sink, settings):
    settings.PORTAL_TODAY = "2024-06-17T10:00"
    reminders.send_owed(now=at("2024-06-12"))
    reminders.send_owed(now=at("2024-06-17"))
    client.force_login(people.staff)

    page = texts(client.get(report.round.get_absolute_url()))

    assert "nhắc 17/6, mốc trước hạn 3 ngày" in page


def test_a_mail_that_did_not_go_out_is_a_flag(report, people, line):
    report.reminders.create(
        last_day=report.last_day, stage="T-3", recipient=people.officer, state="refused"
    )

    assert words(line()) == ["Thư nhắc không đi được"]


# The page


@pytest.fixture
def big(db, settings):
    settings.PORTAL_TODAY = "2024-06-22T08:00"
    return BigRound()


def test_three_hundred_agencies_take_no_more_statements_than_a_few(
    client, big, django_assert_num_queries
):
    big.grow(5)
    client.force_login(big.staff)
    address = big.round.get_absolute_url()

    # session, user; round; reports; indicators and duties asked; indicators; breakdowns, their
    # members (none here); figures; due dates; masthead; savepoint, session saved, released
    with django_assert_num_queries(15) as few:
        client.get(address)
    big.grow(295)
    with django_assert_num_queries(len(few)):
        page = texts(client.get(address))

    assert "Chờ xem xét 199" in page  # 3 of 5, 196 of 295


def test_three_hundred_agencies_cost_little_to_show(client, big):
    big.grow(300)
    client.force_login(big.staff)

    started = time.process_time()  # of this process alone, however busy the machine is
    page = client.get(big.round.get_absolute_url()).content.decode()

    assert time.process_time() - started < 3  # a third of a second where it was measured
    assert len(re.findall(r'<th scope="row">', page)) == 300


def test_once_the_round_is_consolidated_nobody_is_offered_to_enter_for_others(client, big):
    big.grow(2, sent=1)
    client.force_login(big.staff)
    before = texts(client.get(big.round.get_absolute_url()))
    lead = big.round.reports.filter(tier="lead")
    version = lead.get().versions.create(
        number=1, submitted_at=NOW, submitted_by=big.staff, content={}, sha256=""
    )
    lead.update(state="accepted", latest_version=version, first_submitted_at=NOW)

    after = texts(client.get(big.round.get_absolute_url()))

    assert "Nhập thay" in before
    assert "Nhập một chỉ tiêu" in before
    assert "Nhập thay" not in after
    assert "Nhập một chỉ tiêu" not in after


def test_an_officer_of_one_agency_reads_one_line_and_no_counts(client, report, people):
    ReportFactory(round=report.round)
    client.force_login(people.officer)

    page = texts(client.get(report.round.get_absolute_url()))

    assert "cơ quan đã gửi" not in page
    assert str(report.agency) in page


def test_counts_stay_whole_and_the_filter_stays_in_the_address(client, big):
    big.grow(9)
    client.force_login(big.staff)

    page = client.get(big.round.get_absolute_url() + "?trang-thai=chua-bat-dau&xep=ten")

    assert "Đang xem 3/9 cơ quan" in texts(page)
    assert "Chờ xem xét 6" in texts(page)
    assert (
        f'href="{big.round.get_absolute_url()}?trang-thai=cho-xem-xet&amp;xep=ten"'
        in page.content.decode()
    )


def test_a_search_that_finds_nothing_says_how_to_go_on(client, big):
    big.grow(2)
    client.force_login(big.staff)

    page = texts(client.get(big.round.get_absolute_url() + "?tim=khong+co+dau"))

    assert "Không có cơ quan nào như vậy trong kỳ này. Xem tất cả" in page


def test_an_entry_after_closing_bears_its_mark(report, people, submit, line):
    rounds.close_round(report.round, by=people.staff, at=at("2024-06-20"))
    submit(report, by=people.staff, moment=at("2024-06-21"))

    assert "Nhập sau khi kỳ đã đóng" in words(line())
