"""Addresses for other systems: no session, no log-in page; a token in the header, JSON or .csv."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.views.decorators.csrf import csrf_exempt

from agencies import access_tokens
from agencies.language import in_vietnamese
from config import clock
from dashboards.open_data import datasets, rate
from dashboards.open_data.answers import FORMS, answer, refusal


def by_token(view):
    """
    Decorate a view that takes (token, …) and returns a Dataset; it answers in the form asked for.

    401 without a token in use, 429 asked too often, 404 for what is not there or not the token's
    place's, 405 for any method but GET; each with a sentence, in the form asked for.
    """

    @login_not_required
    @csrf_exempt  # nothing here looks at a session: a form of another site gets the 405, too
    @in_vietnamese
    @wraps(view)
    def answered(request, form="", **names):
        asked = form or request.path.rpartition(".")[2]
        if request.method != "GET":
            return _refused("Địa chỉ này chỉ đọc, bằng GET.", asked, 405, Allow="GET")
        token = access_tokens.token_in(request.headers.get("Authorization", ""))
        if token is None:
            said = "Thiếu khóa truy cập, hoặc khóa không còn dùng."
            return _refused(said, asked, 401, **{"WWW-Authenticate": "Bearer"})
        if seconds := rate.seconds_to_wait(token, now=clock.real_now()):
            return _too_often(token, seconds, asked)
        access_tokens.note_use(token, on=clock.today())
        try:
            if form and form not in FORMS:
                raise Http404("Chỉ có dạng .json và .csv.")
            return answer(view(token, **names), form)
        except Http404 as error:
            return _refused(str(error), asked, 404)

    return answered


def _refused(said, form, status, **headers):
    refused = refusal(said, form, status)
    for name, value in headers.items():
        refused[name] = value
    return refused


def _too_often(token, seconds, form):
    if rate.is_first_refusal(token, on=clock.today()):
        access_tokens.record_limited(token, at=clock.now())
    limit = settings.OPEN_DATA_PER_MINUTE
    said = f"Khóa này gọi quá {limit} lần trong một phút. Xin gọi lại sau {seconds} giây."
    return _refused(said, form, 429, **{"Retry-After": str(seconds)})


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


@by_token
def unknown(token, rest):
    raise Http404("Không có địa chỉ này; các địa chỉ ở hướng dẫn “Số liệu cho hệ thống khác”.")


def _plan(token, code):
    plan = datasets.plans_open_to(token).filter(code=code).first()
    if plan is None:
        raise Http404("Không có kế hoạch này trong địa bàn của khóa; mã ở ky-bao-cao.json.")
    return plan


def _round(token, plan, code):
    plan = _plan(token, plan)
    for round in plan.rounds.all():
        if round.code == code:
            round.plan = plan
            return round
    raise Http404("Kế hoạch này không có kỳ ấy; mã của kỳ ở ky-bao-cao.json.")
