"""Requests that meet in the same moment, each over a connection of its own (R8, R17)."""

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Event
from reporting import draft_fields
from reporting.models import ReportVersion
from tests.at_once import at_once

TIMES = 10


@pytest.fixture
def post(report, people):
    """Return a function that posts to a page of `report` as its officer and gives the answer."""

    def send(name, data=None):
        client = Client()
        client.force_login(people.officer)
        return client.post(reverse(f"reporting:{name}", args=[report.pk]), data)

    return send


def typed(report, text):
    """Return the entry form as sent, with what is stored as last seen."""
    seen = {f"seen-{name}": stored for name, stored in draft_fields.texts_of(report).items()}
    indicator = report.round.plan.indicators.get()
    return seen | {f"figure-{indicator.pk}": text}


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_end_at_one_receipt(report, post, fill_in):
    fill_in(report)
    form = typed(report, "1572")

    answers = at_once(lambda number: post("report-submit", form), TIMES, refusal=AssertionError)

    version = ReportVersion.objects.get()
    assert {(a.status_code, a["Location"]) for a in answers} == {(302, version.get_absolute_url())}
    assert Event.objects.filter(action="report-submitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_saving_and_sending_at_once_is_answered_and_not_broken(report, post, fill_in):
    fill_in(report)
    form = typed(report, "1572")

    def save_or_send(number):
        return post(["report-edit", "report-field", "report-submit"][number % 3], form)

    answers = at_once(save_or_send, TIMES, refusal=AssertionError)

    assert {answer.status_code for answer in answers} <= {200, 204, 302, 409}
    assert ReportVersion.objects.count() == 1
