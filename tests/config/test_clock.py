"""The clock of the domain (R6): Vietnam's time, or the demo's day running on in real seconds."""

import datetime as dt
import subprocess
import sys
import time

import pytest
from django.conf import settings as django_settings

from config import clock

SEVEN_HOURS = dt.timedelta(hours=7)
A_WHILE = dt.timedelta(seconds=5)


@pytest.fixture
def start_at(settings):
    """Return a function that sets the demo's day and how long ago it was set."""

    def start(moment, *, seconds_ago=0):
        settings.PORTAL_TODAY = moment
        settings.PORTAL_CLOCK_ZERO = str(time.time() - seconds_ago)

    return start


def test_without_a_simulated_day_the_clock_shows_real_time_in_vietnam(settings):
    settings.PORTAL_TODAY = ""

    now = clock.now()

    assert abs(now - dt.datetime.now(dt.UTC)) < A_WHILE
    assert now.utcoffset() == SEVEN_HOURS


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2024-06-13T16:59:59+00:00", "2024-06-13"),
        ("2024-06-13T17:00:00+00:00", "2024-06-14"),
        ("2024-06-13T23:59:59+00:00", "2024-06-14"),
        ("2024-06-14T00:00:00+07:00", "2024-06-14"),
        ("2024-06-13T23:59:59+07:00", "2024-06-13"),
    ],
)
def test_the_day_of_a_moment_is_vietnams(moment, day):
    assert clock.day_of(dt.datetime.fromisoformat(moment)) == dt.date.fromisoformat(day)


def test_the_demo_starts_at_its_moment(start_at):
    start_at("2024-06-17T08:00")

    now = clock.now()

    assert dt.timedelta(0) <= now - dt.datetime.fromisoformat("2024-06-17T08:00+07:00") < A_WHILE
    assert now.utcoffset() == SEVEN_HOURS
    assert clock.today() == dt.date(2024, 6, 17)


def test_the_demo_runs_on_in_real_seconds(start_at):
    start_at("2024-06-17T08:00", seconds_ago=3661)

    elapsed = clock.now() - dt.datetime.fromisoformat("2024-06-17T09:01:01+07:00")

    assert dt.timedelta(0) <= elapsed < A_WHILE


def test_the_demo_runs_on_over_midnight(start_at):
    start_at("2024-06-19T23:59:59", seconds_ago=2)

    assert clock.today() == dt.date(2024, 6, 20)


def test_two_readings_follow_each_other(start_at):
    start_at("2024-06-17T08:00")

    first, second = clock.now(), clock.now()

    assert dt.timedelta(0) <= second - first < A_WHILE


def test_a_zero_in_the_future_shows_the_time_before(start_at):
    # The supervisor sets the zero back when the last stored moment lies after PORTAL_TODAY.
    start_at("2024-06-17T08:00", seconds_ago=-60)

    late = dt.datetime.fromisoformat("2024-06-17T07:59:00+07:00")
    assert dt.timedelta(0) <= clock.now() - late < A_WHILE


def test_without_a_zero_the_clock_starts_with_the_process(settings):
    settings.PORTAL_TODAY, settings.PORTAL_CLOCK_ZERO = "2024-06-17T08:00", ""

    since_start = clock.now() - dt.datetime.fromisoformat("2024-06-17T08:00+07:00")

    assert abs(since_start.total_seconds() - (time.time() - clock._STARTED)) < 5


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2024-06-17T01:00+00:00", dt.date(2024, 6, 17)),
        ("2024-06-17T18:30+00:00", dt.date(2024, 6, 18)),  # already tomorrow in Vietnam
        ("2024-06-18T00:30+08:00", dt.date(2024, 6, 17)),
        ("2024-06-17", dt.date(2024, 6, 17)),
    ],
)
def test_the_day_is_vietnams_whatever_zone_it_is_given_in(start_at, moment, day):
    start_at(moment)

    assert clock.today() == day
    assert clock.now().utcoffset() == SEVEN_HOURS


def test_leases_and_logs_keep_real_time(start_at):
    start_at("2024-06-17T08:00")

    assert abs(clock.real_now() - dt.datetime.now(dt.UTC)) < A_WHILE


def test_eight_o_clock_is_vietnams():
    moment = clock.at_eight(dt.date(2024, 6, 19))

    assert moment.isoformat() == "2024-06-19T08:00:00+07:00"


def test_production_refuses_a_simulated_day():
    environment = {
        "PORTAL_ENV": "production",
        "PORTAL_TODAY": "2024-06-17T08:00",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "viec-lam.test.invalid",
        "PORTAL_URL": "https://viec-lam.test.invalid",
    }

    started = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode != 0
    assert "PORTAL_TODAY chỉ dùng cho bản minh họa" in started.stderr
