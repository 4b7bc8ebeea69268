"""
Filling the demo: six years of five plans, and a morning in June 2024 with work left to do.

Every figure and word is computed, so that each run gives the same. What is over is written in
bulk (archive.py); what is under way goes through the workflow like real reports (under_way.py).
"""

import datetime as dt

from django.db import transaction

from agencies.models import User
from plans.models import Plan
from reporting.demo import past, people, under_way
from reporting.models import Round

PLAN = under_way.PLAN


class DemoRefused(Exception):
    """The demo cannot be loaded; the message says why."""


@transaction.atomic
def load_demo():
    """Load accounts and figures; safe to run twice. Returns whether anything was added."""
    plans = Plan.objects.filter(code__in=past.PLANS).select_related("jurisdiction", "lead_agency")
    plans = {plan.code: plan for plan in plans}
    if PLAN not in plans:
        raise DemoRefused(f"chưa có kế hoạch {PLAN}; chạy load_plan trước")
    if User.objects.filter(is_demo=True).exists():
        return False
    _refuse_beside_real_rounds(plans[PLAN])
    accounts = people.enter_accounts()
    planned = people.allocate(plans[PLAN])
    if past.MONTHLY in plans:
        people.enter_communes(plans[past.MONTHLY])
    people.let_heads_approve(accounts["quantri"], at=people.at(dt.date(2024, 1, 8), 9))
    opened = past.open_all(plans, staff=accounts["thuongtruc"])
    half = under_way.open_round(plans[PLAN])
    people.enter_officers()
    history = past.Past(opened, planned)
    history.fill_all()
    under_way.play(half, planned, history)
    return True


def _refuse_beside_real_rounds(plan):
    """Demo and real never share a round (R8); who has real rounds of these years needs no demo."""
    if Round.objects.filter(plan=plan, is_demo=False, year__lte=2024).exists():
        raise DemoRefused("kế hoạch đã có kỳ báo cáo thật của các năm 2021 đến 2024")
