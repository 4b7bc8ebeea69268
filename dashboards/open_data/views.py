"""Addresses for other systems: no session, no log-in page; a token in the header, JSON or .csv."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.views.decorators.http import require_GET

from agencies import access_tokens
from agencies.language import in_vietnamese
from config import clock
from dashboards.open_data import datasets, rate
from dashboards.open_data.answers import FORMS, answer, json_answer


def by_token(view):
    """
    Decorate a view that takes (token, …) and returns a Dataset; it answers in the form asked for.

    401 without a token in use, 429 asked too often, 404 for what is not there or not the token's
    place's.
    """

    @login_not_required
    @require_GET
    @in_vietnamese
    @wraps(view)
    def answered(request, form, **names):
        token = access_tokens.token_in(request.headers.get("Authorization", ""))
        if token is None:
            refusal = json_answer({"error": "Thiếu khóa truy cập, hoặc khóa không còn dùng."}, 401)
            refusal["WWW-Authenticate"] = "Bearer"
            return refusal
        if seconds := rate.seconds_to_wait(token, now=clock.real_now()):
            return _too_often(token, seconds)
        access_tokens.note_use(token, on=clock.today())
        try:
            if form not in FORMS:
                raise Http404
            return answer(view(token, **names), form)
        except Http404:
            return json_answer({"error": "Không có kế hoạch, kỳ hoặc dạng tệp này."}, 404)

    return answered


def _too_often(token, seconds):
    if rate.is_first_refusal(token, on=clock.today()):
        access_tokens.record_limited(token, at=clock.now())
    limit = settings.OPEN_DATA_PER_MINUTE
    said = f"Khóa này gọi quá {limit} lần trong một phút. Xin gọi lại sau {seconds} giây."
    refusal = json_answer({"error": said}, 429)
    refusal["Retry-After"] = str(seconds)
    return refusal


@by_token
def rounds(token):
    return datasets.rounds_of_plans(list(datasets.plans_open_to(token)))


@by_token
def targets(token, plan):
    return datasets.targets_of(_plan(token, plan))


@by_token
def figures(token, plan, round):
    return datasets.figures_of(_round(token, plan, round))


@by_token
def timeliness(token, plan, round):
    return datasets.timeliness_of(_round(token, plan, round), now=clock.now())


def _plan(token, code):
    plan = datasets.plans_open_to(token).filter(code=code).first()
    if plan is None:
        raise Http404
    return plan


def _round(token, plan, code):
    plan = _plan(token, plan)
    for round in plan.rounds.all():
        if round.code == code:
            round.plan = plan
            return round
    raise Http404
