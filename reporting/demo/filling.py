"""
Filling the demo: Kiên Giang's 2023 accepted, the first half of 2024 under way on 17/6/2024.

Every figure is computed from the district's invented share, so that each run gives the same;
reports go through the workflow like real ones.
"""

import datetime as dt
from itertools import accumulate

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from agencies.models import Jurisdiction, Membership, User
from plans.models import Plan
from reporting import draft_fields, rounds, workflow
from reporting.demo.cast import PEOPLE
from reporting.models import Obligation, Round, Tier
from targets.models import Allocation

PLAN = "kh-171-2021-kien-giang"
# Invented shares of the province's total, in per mille; they add up to 1000.
SHARES = {
    "ubnd-thanh-pho-rach-gia": 148,
    "ubnd-thanh-pho-phu-quoc": 96,
    "ubnd-thanh-pho-ha-tien": 42,
    "ubnd-huyen-chau-thanh": 86,
    "ubnd-huyen-giong-rieng": 92,
    "ubnd-huyen-go-quao": 62,
    "ubnd-huyen-tan-hiep": 70,
    "ubnd-huyen-hon-dat": 86,
    "ubnd-huyen-kien-luong": 52,
    "ubnd-huyen-an-bien": 58,
    "ubnd-huyen-an-minh": 60,
    "ubnd-huyen-vinh-thuan": 54,
    "ubnd-huyen-u-minh-thuong": 46,
    "ubnd-huyen-giang-thanh": 34,
    "ubnd-huyen-kien-hai": 14,
}
# What became of the first half of 2024 by the morning of 17/6/2024.
ACCEPTED_2024 = [
    "ubnd-thanh-pho-rach-gia",
    "ubnd-thanh-pho-ha-tien",
    "ubnd-huyen-chau-thanh",
    "ubnd-huyen-giong-rieng",
    "ubnd-huyen-tan-hiep",
    "ubnd-huyen-kien-luong",
    "ubnd-huyen-an-bien",
    "so-khdt",
    "so-du-lich",
    "so-nnptnt",
]
SUBMITTED_2024 = [
    "ubnd-thanh-pho-phu-quoc",
    "ubnd-huyen-go-quao",
    "ubnd-huyen-an-minh",
    "so-cong-thuong",
]
RETURNED_2024 = ["ubnd-huyen-vinh-thuan"]
DUTY_LINES = [
    ("in_progress", "Đã ban hành kế hoạch, đang triển khai theo tiến độ."),
    ("done", "Đã thực hiện trong kỳ."),
    ("in_progress", ""),
    ("in_progress", "Phối hợp thường xuyên với các cơ quan liên quan."),
    ("not_started", "Dự kiến thực hiện quý III."),
    ("stuck", "Chưa bố trí được kinh phí; đề nghị Sở Tài chính hướng dẫn."),
]
# The labour department's own rates; no agency but it reports them.
LEVELS = {
    "KG171-Q-UNEMPLOYMENT": "2,31",
    "KG171-Q-PCI": "66,4",
    "KG171-Q-OVERSTAY": "k",
    "KG171-Q-OVERDUE": "0,42",
}
WORDS = (
    "Đã phân bổ chỉ tiêu cho các xã, thị trấn; phối hợp mở phiên giao dịch việc làm lưu động.",
    "Kết quả ước đạt tiến độ; lao động đi làm ngoài tỉnh tăng vào sau Tết.",
    "Vốn vay giải quyết việc làm chưa đáp ứng nhu cầu; một số doanh nghiệp thiếu đơn hàng.",
    "Tiếp tục tư vấn, giới thiệu việc làm; rà soát lao động chưa có việc làm.",
    "Đề nghị bổ sung vốn ủy thác qua Ngân hàng Chính sách xã hội.",
)


class DemoRefused(Exception):
    """The demo cannot be loaded; the message says why."""


@transaction.atomic
def load_demo():
    """Load accounts and figures; safe to run twice. Returns whether anything was added."""
    plan = Plan.objects.filter(code=PLAN).first()
    if plan is None:
        raise DemoRefused(f"chưa có kế hoạch {PLAN}; chạy load_plan trước")
    if User.objects.filter(is_demo=True).exists():
        return False
    if Round.objects.filter(plan=plan, year__in=[2023, 2024], is_demo=False).exists():
        raise DemoRefused("kế hoạch đã có kỳ báo cáo thật của năm 2023 hoặc 2024")
    people = _people(plan)
    staff = people["thuongtruc@demo.invalid"]
    _allocate(plan)
    _past_round(plan, Round.Kind.FIRST_HALF, staff, ratio=0.495, day=dt.date(2023, 6, 8))
    _past_round(plan, Round.Kind.YEAR, staff, ratio=0.989, day=dt.date(2023, 12, 5))
    _first_half_2024(plan, staff)
    return True


def _people(plan):
    """
    Create accounts; one hash serves all, as all share one password shown on the page.

    Reporting agencies nobody plays get an officer without a password, who signs their reports.
    """
    password = make_password(settings.DEMO_PASSWORD)
    people = {}
    for email, name, role, jurisdiction, code in PEOPLE:
        place = Jurisdiction.objects.filter(code=jurisdiction).first()
        if place is None:
            continue  # that province's plan is not loaded
        user = User.objects.create(email=email, full_name=name, is_demo=True, password=password)
        where = {"agency": place.agencies.get(code=code)} if code else {"jurisdiction": place}
        Membership.objects.create(user=user, role=role, **where)
        people[email] = user
    reporters = plan.regimes.get(code="R1").reporters.all()
    for agency in rounds.agencies_named(reporters, on=dt.date(2024, 6, 14)):
        if not agency.memberships.filter(role=Membership.Role.OFFICER).exists():
            user = User.objects.create(
                email=f"{agency.code}@demo.invalid",
                full_name=f"Cán bộ đầu mối {agency.short_name}",
                is_demo=True,
                password=make_password(None),
            )
            Membership.objects.create(user=user, role=Membership.Role.OFFICER, agency=agency)
    return people


def _allocate(plan):
    """Share out each year's appendix targets; the parts add up to the target exactly."""
    agencies = {a.code: a for a in plan.jurisdiction.agencies.filter(code__in=SHARES)}
    for indicator in plan.indicators.filter(combine="sum"):
        for target in indicator.targets.filter(scope="year", year__in=[2023, 2024]):
            given = 0
            for code, upto in zip(SHARES, accumulate(SHARES.values()), strict=True):
                before, given = given, target.low * upto // 1000
                Allocation.objects.create(
                    indicator=indicator,
                    agency=agencies[code],
                    year=target.year,
                    value=given - before,
                    decided_by="Phân bổ minh họa",
                    is_demo=True,
                )


def _figures(code, ratio):
    """Return {indicator code: number} of a district; both partitions add up."""
    total = int(35 * SHARES[code] * ratio * (1 + (SHARES[code] % 7 - 3) / 100))
    inside, programme = round(total * 0.568), round(total * 0.547)
    return {
        "KG171-TOTAL": total,
        "KG171-PLACE-IN": inside,
        "KG171-PLACE-OUT": total - inside,
        "KG171-FORM-PROG": programme,
        "KG171-FORM-OUT": total - programme,
        "KG171-NEW": round(total * 0.512),
    }


def _past_round(plan, kind, staff, *, ratio, day):
    opened = rounds.open_round(
        plan, kind, day.year, now=_at(day - dt.timedelta(days=60), 8), is_demo=True
    )
    for place, report in enumerate(_required(opened)):
        sent = _working_hour(day, place)
        if report.agency.code == "ubnd-huyen-kien-hai":
            sent = _at(report.last_day + dt.timedelta(days=2), 9)
        _fill_and_submit(report, ratio, at=sent)
        workflow.accept_report(report, by=staff, at=sent + dt.timedelta(days=1))


def _first_half_2024(plan, staff):
    opened = rounds.open_round(
        plan, Round.Kind.FIRST_HALF, 2024, now=_at(dt.date(2024, 3, 21), 8), is_demo=True
    )
    for place, report in enumerate(_required(opened)):
        code, sent = report.agency.code, _working_hour(dt.date(2024, 6, 10), place)
        later = sent + dt.timedelta(days=1)
        if code in [*ACCEPTED_2024, *SUBMITTED_2024, *RETURNED_2024]:
            _fill_and_submit(report, 0.504, at=sent)
        if code in ACCEPTED_2024:
            workflow.accept_report(report, by=staff, at=later)
        elif code in RETURNED_2024:
            workflow.return_report(
                report,
                by=staff,
                at=later,
                reason="Số qua chương trình, dự án cao hơn biên bản đối chiếu với Phòng giao dịch "
                "Ngân hàng Chính sách xã hội. Đề nghị rà soát, sửa số hoặc thuyết minh.",
                last_day=dt.date(2024, 6, 21),
            )


def _required(round):
    reports = round.reports.filter(tier=Tier.AGENCY, obligation=Obligation.REQUIRED)
    return list(reports.select_related("agency", "round__plan"))


def _fill_and_submit(report, ratio, *, at):
    values = LEVELS if report.agency.code not in SHARES else _figures(report.agency.code, ratio)
    asked = draft_fields.indicators_asked(report)
    sections = report.round.plan.outline.all()
    typed = {f"figure-{indicator.pk}": str(values[indicator.code]) for indicator in asked}
    typed |= {f"narrative-{s.pk}": words for s, words in zip(sections, WORDS, strict=False)}
    for place, duty in enumerate(draft_fields.duties_asked(report)):
        status, words = DUTY_LINES[(place + len(report.agency.code)) % len(DUTY_LINES)]
        typed |= {f"duty-{duty.pk}": status, f"words-{duty.pk}": words}
    officer = User.objects.with_role(Membership.Role.OFFICER, agency=report.agency).first()
    fields = {name: (text, "") for name, text in typed.items()}
    draft_fields.save_fields(report, fields, by=officer, now=at)
    workflow.submit_report(report, by=officer, at=at)


def _working_hour(day, place):
    """Spread reports over working hours of three days: 8:10, 9:17 … 15:59, then the next day."""
    return _at(day + dt.timedelta(days=place // 8 % 4), 8) + dt.timedelta(
        minutes=67 * (place % 8) + 10
    )


def _at(day, hour):
    return dt.datetime.combine(day, dt.time(hour), tzinfo=timezone.get_default_timezone())
