"""The small plan, a person who may write it, and a draft of changes to it."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from reporting.plan_editor import drafts
from tests.factories import MembershipFactory, at
from tests.reporting.plan_file.documents import load, small_document

NOW = at("2025-11-20")


@pytest.fixture
def document():
    return small_document()


@pytest.fixture
def plan(db, document):
    return load(document)


@pytest.fixture
def staff(plan):
    return MembershipFactory(role=Membership.Role.STAFF, agency=plan.lead_agency).user


@pytest.fixture
def deed(staff):
    """Return who does it and when, as domain functions take it."""
    return {"by": staff, "at": NOW}


@pytest.fixture
def draft(plan, deed):
    return drafts.open_changes(plan, **deed)


@pytest.fixture
def desk(staff, draft):
    """The editor's pages of the draft as staff's browser meets them."""
    client = Client()
    client.force_login(staff)

    def url(name, *args):
        return reverse(f"reporting:plan-draft{name}", args=[draft.code, *args])

    return SimpleNamespace(
        url=url,
        get=lambda page, /, *args: client.get(url(page, *args)),
        post=lambda page, /, *args, **data: client.post(url(page, *args), data),
        client=client,
    )
