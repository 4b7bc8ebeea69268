"""When beat sends the next tick: at its interval, also after its clock was set on or back."""

import datetime as dt

import pytest
from django.conf import settings

from config.beat import Scheduler
from config.celery import app

INTERVAL = dt.timedelta(seconds=settings.REMINDER_TICK_SECONDS)


class Beat:
    """The portal's own schedule and a clock that a test sets; nothing is sent."""

    def __init__(self):
        self.now, self.sent = dt.datetime(2026, 6, 16, 5, tzinfo=dt.UTC), 0
        self.scheduler = None

    def count(self, scheduler, entry, **options):
        self.sent += entry.name == "send-reminders"

    def run(self, ticks):
        """Let the time of so many ticks pass, as beat does: it sleeps as long as it is told."""
        end = self.now + ticks * INTERVAL
        while self.now < end:
            seconds = self.scheduler.tick()
            self.now += dt.timedelta(seconds=max(seconds, 0.05))


@pytest.fixture
def beat(tmp_path, monkeypatch):
    beat = Beat()
    monkeypatch.setattr(app, "now", lambda: beat.now)
    monkeypatch.setattr(Scheduler, "producer", None)
    monkeypatch.setattr(Scheduler, "apply_entry", lambda *words, **more: beat.count(*words, **more))
    beat.scheduler = Scheduler(app=app, schedule_filename=str(tmp_path / "beat"))
    yield beat
    beat.scheduler.close()


@pytest.mark.parametrize("hours", [0, 1, -1, -24, 24])
def test_ticks_go_on_whatever_the_clock_is_set_to(beat, hours):
    beat.run(ticks=20)
    assert 18 <= beat.sent <= 20

    beat.now += dt.timedelta(hours=hours)
    beat.sent = 0
    beat.run(ticks=20)

    assert 18 <= beat.sent <= 21
