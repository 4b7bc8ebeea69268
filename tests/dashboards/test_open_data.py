"""What other systems read by token: accepted figures, targets, timeliness; nothing else."""

import csv
import datetime as dt
import io
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import access_tokens
from agencies.models import AccessToken, Event
from dashboards.open_data import datasets, rate
from dashboards.open_data.answers import answer
from reporting import workflow
from tests.dashboards.conftest import Crowd
from tests.factories import JurisdictionFactory, MembershipFactory, TargetFactory, at

SETS = {
    "rounds": lambda token, _: datasets.rounds_of_plans(datasets.plans_open_to(token)),
    "targets": lambda _, province: datasets.targets_of(province.plan),
    "figures": lambda _, province: datasets.figures_of(province.round),
    "timeliness": lambda _, province: datasets.timeliness_of(province.round, now=at("2024-06-17")),
}


@pytest.fixture
def province(crowd):
    """Three agencies: one missing, one sent, one accepted with 2 (1 and 1 in its parts)."""
    TargetFactory(indicator=crowd.total, low=35000)
    return crowd.grow(3)


def secret_for(place, by):
    token = AccessToken(jurisdiction=place, name="Hệ thống báo cáo tỉnh")
    return access_tokens.make(token, by=by, at=at("2024-06-17"))


@pytest.fixture
def ask(province):
    """Return a function that asks as the province's report system does."""
    secret = secret_for(province.plan.jurisdiction, province.staff)
    return Client(headers={"authorization": f"Bearer {secret}"}).get


def address(name, province=None, form="json"):
    if name == "rounds":
        return reverse("open-data:rounds", args=[form])
    names = [province.plan.code] if name == "targets" else [province.plan.code, "2024-first-half"]
    return reverse(f"open-data:{name}", args=[*names, form])


def rows_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_only_accepted_figures_are_given_with_their_version(province, ask):
    content = ask(address("figures", province)).json()

    accepted = province.reports[2].report.agency
    assert [row["agency"] for row in content["figures"]] == [accepted.code] * 3
    first = content["figures"][0]
    assert (first["indicator"], first["actual"], first["status"]) == (
        province.total.code,
        2,
        "number",
    )
    assert (first["version"], first["submitted_at"]) == (1, "2024-06-17T09:00:00+07:00")
    assert [total["accepted"] for total in content["totals"]] == [2, 1, 1]
    assert content["totals"][0]["agencies"] == 1


def test_a_returned_report_takes_its_figures_away_and_an_accepted_one_brings_them(province, ask):
    sent, accepted = (one.report for one in province.reports[1:])
    for report in (sent, accepted):
        report.refresh_from_db()
    workflow.accept_report(sent, by=province.staff, at=at("2024-06-18"))
    both = ask(address("figures", province)).json()
    workflow.return_report(
        accepted,
        by=province.staff,
        at=at("2024-06-19"),
        reason="Sửa số.",
        last_day=dt.date(2024, 7, 1),
    )
    one = ask(address("figures", province)).json()

    assert both["totals"][0]["accepted"] == 4
    assert {row["agency"] for row in one["figures"]} == {sent.agency.code}


def test_the_csv_holds_the_same_rows_each_with_the_round_and_whether_it_is_demo(province, ask):
    province.round.is_demo = True
    province.round.save()

    content = ask(address("figures", province)).json()
    rows = rows_of(ask(address("figures", province, "csv")))

    assert content["is_demo"] is True
    assert [list(row)[:3] for row in rows] == [["plan", "round", "is_demo"]] * 3
    assert {row["is_demo"] for row in rows} == {"true"}
    assert [(row["indicator"], row["actual"]) for row in rows] == [
        (row["indicator"], str(row["actual"])) for row in content["figures"]
    ]


@pytest.mark.parametrize("name", ["rounds", "targets", "figures", "timeliness"])
def test_the_csv_has_the_columns_of_the_json_also_without_a_row(province, ask, name):
    kind = {"timeliness": "reports"}.get(name, name)
    [row, *_] = ask(address(name, province)).json()[kind]
    full = ask(address(name, province, "csv")).content.decode().splitlines()
    token = AccessToken.objects.get()
    empty = answer(replace(SETS[name](token, province), rows=[]), "csv").content.decode()

    assert len(full) > 1
    assert full[0].split(",")[-len(row) :] == list(row)
    assert empty.splitlines() == full[:1]


def test_a_name_that_starts_like_a_formula_stays_text_in_the_csv(province, ask):
    province.total.name = "=1+1"
    province.total.save()

    assert rows_of(ask(address("figures", province, "csv")))[0]["name"] == "'=1+1"


def test_targets_come_with_operator_span_and_revision(province, ask):
    TargetFactory(
        indicator=province.total,
        low="36000.5",
        decided_by="Quyết định 12/QĐ-UBND",
        effective_on="2024-05-01",
    )

    first, revised = ask(address("targets", province)).json()["targets"]

    assert (first["operator"], first["low"], first["high"], first["year"]) == (
        "at_least",
        35000,
        None,
        2024,
    )
    assert (revised["low"], revised["decided_by"], revised["effective_on"]) == (
        36000.5,
        "Quyết định 12/QĐ-UBND",
        "2024-05-01",
    )


def test_timeliness_says_who_is_late_and_the_rate_of_those_that_must(province, ask, settings):
    settings.PORTAL_TODAY = "2024-06-22T08:00"

    content = ask(address("timeliness", province)).json()

    missing, *sent = (one.report.agency.code for one in province.reports)
    stands = {row["agency"]: (row["timeliness"], row["days_late"]) for row in content["reports"]}
    assert stands == {missing: ("missing", 3)} | dict.fromkeys(sent, ("on_time", 0))
    assert content["required"] == {
        "on_time": 2,
        "late": 0,
        "missing": 1,
        "due": 3,
        "rate": 66.7,
    }
    assert "actual" not in content["reports"][0]


def test_the_list_names_the_codes_to_ask_by_of_the_place_and_its_districts(province, ask):
    district = Crowd()
    place = district.plan.jurisdiction
    place.level, place.parent = "district", province.plan.jurisdiction
    place.save()
    Crowd()  # of another province

    content = ask(address("rounds")).json()

    codes = {province.plan.code, district.plan.code}
    assert {plan["code"] for plan in content["plans"]} == codes
    assert {(row["plan"], row["round"]) for row in content["rounds"]} == {
        (code, "2024-first-half") for code in codes
    }


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer sai", "Basic {secret}"])
def test_without_a_token_in_use_nothing_is_told(province, header):
    secret = secret_for(province.plan.jurisdiction, province.staff)
    headers = {} if header is None else {"authorization": header.format(secret=secret)}

    response = Client(headers=headers).get(address("figures", province))

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert list(response.json()) == ["error"]


def test_a_revoked_token_opens_nothing_from_the_next_call_on(province, ask):
    assert ask(address("rounds")).status_code == 200
    access_tokens.revoke(AccessToken.objects.get(), by=province.staff, at=at("2024-06-18"))

    assert ask(address("rounds")).status_code == 401


def test_a_signed_in_person_needs_a_token_as_well(province, client):
    client.force_login(province.leader)

    assert client.get(address("figures", province)).status_code == 401


@pytest.mark.parametrize("name", ["targets", "figures", "timeliness"])
def test_another_provinces_plan_is_not_found(province, ask, name):
    response = ask(address(name, Crowd()))

    assert response.status_code == 404
    assert list(response.json()) == ["error"]


@pytest.mark.parametrize("tail", ["so-lieu.xml", "../2023-year/so-lieu.json"])
def test_another_form_or_round_is_not_found(province, ask, tail):
    folder = address("figures", province).rpartition("/")[0]
    wanted = f"{folder.rpartition('/')[0]}/{tail[3:]}" if tail[:2] == ".." else f"{folder}/{tail}"

    assert ask(wanted).status_code == 404


def test_no_store_keeps_an_answer_and_no_other_method_is_taken(province, ask):
    assert ask(address("figures", province))["Cache-Control"] == "no-store"
    assert Client().post(address("figures", province)).status_code == 405


# How often, and when last


def test_a_token_is_answered_so_many_times_a_minute_and_then_told_how_long_to_wait(
    province, settings
):
    settings.OPEN_DATA_PER_MINUTE = 3
    secret_for(province.plan.jurisdiction, province.staff)
    secret_for(province.plan.jurisdiction, province.staff)
    token, other = AccessToken.objects.order_by("pk")
    minute = dt.datetime(2026, 11, 28, 9, 30, tzinfo=dt.UTC)

    def ask_at(second, token=token):
        return rate.seconds_to_wait(token, now=minute + dt.timedelta(seconds=second))

    assert [ask_at(second) for second in (0, 5, 10, 15, 59)] == [0, 0, 0, 45, 1]
    assert ask_at(20, other) == 0
    assert ask_at(60) == 0


@pytest.mark.parametrize(
    ("limit", "name", "form", "method", "status"),
    [
        (1, "figures", "json", "get", 200),
        (1, "figures", "csv", "get", 200),
        (1, "figures", "xml", "get", 404),
        (1, "elsewhere", "json", "get", 404),
        (1, "figures", "json", "post", 405),
        (0, "figures", "json", "get", 429),
        (0, "figures", "csv", "get", 429),
        (0, "elsewhere", "json", "get", 429),
        (0, "figures", "json", "post", 405),
    ],
)
def test_what_a_token_is_answered(province, ask, settings, limit, name, form, method, status):
    settings.OPEN_DATA_PER_MINUTE = limit
    about = Crowd() if name == "elsewhere" else province

    response = getattr(ask.__self__, method)(address("figures", about, form))

    assert response.status_code == status
    assert ("Retry-After" in response) == (status == 429)
    if status != 200:
        said = error_in(response, form)
        assert response["Cache-Control"] == "no-store"
    if status == 429:
        seconds = int(response["Retry-After"])
        assert 1 <= seconds <= 60
        assert f"sau {seconds} giây" in said
    if status == 405:
        assert response["Allow"] == "GET"


def error_in(response, form):
    """Return the sentence of a refusal, in the form that was asked for."""
    if form == "csv":
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        return response.content.decode()
    assert response["Content-Type"] == "application/json"
    assert list(response.json()) == ["error"]
    return response.json()["error"]


@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("nope.{form}", "Không có địa chỉ này"),
        ("a/b/c/d/so-lieu.{form}", "Không có địa chỉ này"),
        ("kế hoạch 171/muc-tieu.{form}", "Không có địa chỉ này"),
        ("ke-hoach-la/muc-tieu.{form}", "Không có kế hoạch này"),
        ("{plan}/2024-ky-la/so-lieu.{form}", "không có kỳ ấy"),
    ],
)
def test_what_is_not_there_is_told_in_the_form_asked_for(province, ask, tail, said, form):
    asked = "/du-lieu/" + tail.format(form=form, plan=province.plan.code)

    found, nobody = ask(asked), Client().get(asked)

    assert (found.status_code, nobody.status_code) == (404, 401)
    assert said in error_in(found, form)
    assert "khóa truy cập" in error_in(nobody, form)
    assert nobody["WWW-Authenticate"] == "Bearer"


def test_a_form_sent_by_a_browser_is_told_in_json_too(province):
    response = Client(enforce_csrf_checks=True).post(address("figures", province))

    assert (response.status_code, error_in(response, "json")) == (
        405,
        "Địa chỉ này chỉ đọc, bằng GET.",
    )


def test_who_asks_too_often_is_written_down_once_a_day(province, ask, settings):
    settings.OPEN_DATA_PER_MINUTE = 0

    for day in ("2024-06-17T08:00", "2024-06-17T17:00", "2024-06-18T08:00"):
        settings.PORTAL_TODAY = day
        ask(address("rounds"))

    limited = Event.objects.filter(action="accesstoken-limited")
    assert [(event.at.day, event.by) for event in limited] == [(17, None), (18, None)]
    assert AccessToken.objects.get().last_used_on is None


def test_the_day_of_the_last_call_is_kept_and_written_once_a_day(province, ask, settings):
    settings.PORTAL_TODAY = "2024-06-17T08:00"
    with CaptureQueriesContext(connection) as first:
        ask(address("rounds"))
        written = [query["sql"] for query in first if query["sql"].startswith("UPDATE")]
    with CaptureQueriesContext(connection) as second:
        ask(address("rounds"))
        written_again = [query["sql"] for query in second if query["sql"].startswith("UPDATE")]
    settings.PORTAL_TODAY = "2024-06-19T08:00"
    ask(address("rounds"))

    assert (len(written), len(written_again)) == (1, 0)
    assert AccessToken.objects.get().last_used_on == dt.date(2024, 6, 19)


# The administrator's page


@pytest.fixture
def administrator(province, client):
    user = MembershipFactory(
        role="administrator", agency=None, jurisdiction=province.plan.jurisdiction
    ).user
    client.force_login(user)
    return user


LIST = "/quan-tri/khoa/"


def test_a_token_is_shown_once_and_only_its_hash_is_kept(province, administrator, client):
    form = {"jurisdiction": province.plan.jurisdiction.pk, "name": "Hệ thống báo cáo tỉnh"}

    shown = client.post(LIST, form)
    secret = shown.context["secret"]

    assert secret in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert secret not in client.get(LIST).content.decode()
    kept = AccessToken.objects.get()
    assert secret not in str(vars(kept))
    assert "chưa gọi" in client.get(LIST).content.decode()
    asked = Client(headers={"authorization": f"Bearer {secret}"}).get(address("rounds"))
    assert asked.status_code == 200
    assert "chưa gọi" not in client.get(LIST).content.decode()
    book = client.get("/quan-tri/nhat-ky/").content.decode()
    assert "cấp khóa truy cập" in book


def test_a_token_without_a_name_or_for_another_place_is_refused_in_place(
    province, administrator, client
):
    elsewhere = JurisdictionFactory()

    nameless = client.post(LIST, {"jurisdiction": province.plan.jurisdiction.pk, "name": ""})
    strange = client.post(LIST, {"jurisdiction": elsewhere.pk, "name": "Hệ thống"})

    assert (nameless.status_code, strange.status_code) == (422, 422)
    assert "Hệ thống" in strange.content.decode()  # nothing typed is lost
    assert not AccessToken.objects.exists()


def test_revoking_is_written_down_once(province, administrator, client):
    secret_for(province.plan.jurisdiction, administrator)
    address_ = f"{LIST}{AccessToken.objects.get().pk}/thu-hoi/"

    for _ in range(2):
        assert client.post(address_).status_code == 302

    assert "đã thu hồi" in client.get(LIST).content.decode()
    book = client.get("/quan-tri/nhat-ky/").content.decode()
    assert book.count("thu hồi khóa truy cập") == 1
