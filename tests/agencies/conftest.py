"""An administrator of a province with a district below, and their browser."""

import pytest

from agencies.models import Membership
from tests.factories import AgencyFactory, JurisdictionFactory, MembershipFactory
from tests.page_texts import texts


@pytest.fixture
def province(db):
    return JurisdictionFactory(code="kien-giang", name="Tỉnh Kiên Giang")


@pytest.fixture
def district(province):
    return JurisdictionFactory(name="Huyện Hòn Đất", level="district", parent=province)


@pytest.fixture
def department(province):
    return AgencyFactory(jurisdiction=province, code="so-nv", name="Sở Nội vụ", kind="department")


@pytest.fixture
def administrator(province):
    return MembershipFactory(
        user__full_name="Lâm Thanh Tùng",
        role=Membership.Role.ADMINISTRATOR,
        agency=None,
        jurisdiction=province,
    ).user


@pytest.fixture
def desk(client, administrator, settings):
    """The administrator's browser, on 17/6/2024."""
    settings.PORTAL_TODAY = "2024-06-17T08:00"
    client.force_login(administrator)
    return client


@pytest.fixture
def read(desk):
    """Return a function that gives the words of a page of the desk."""

    def text_of(url, status=200):
        response = desk.get(url)
        assert response.status_code == status
        return texts(response)

    return text_of
