"""An address that only takes forms answers a GET with words, not with an empty page."""

import pytest
from django.urls import reverse

from tests.page_texts import texts


@pytest.mark.parametrize("name", ["report-accept", "report-return", "note-add", "extension-ask"])
def test_who_comes_back_from_the_log_in_page_is_told_and_led_to_the_report(
    client, report, people, name
):
    client.force_login(people.staff)

    response = client.get(reverse(f"reporting:{name}", args=[report.pk]))

    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "Việc vừa chọn chưa được thực hiện" in texts(response)
    assert f'href="{report.get_absolute_url()}"' in response.content.decode()


def test_an_address_with_nothing_above_it_leads_home(client, people):
    client.force_login(people.staff)

    response = client.get(reverse("logout"))

    assert response.status_code == 405
    assert "Về việc của tôi" in texts(response)
    assert "Trở lại trang trước" not in texts(response)


def test_programs_that_use_another_method_get_the_plain_answer(client, report, people):
    client.force_login(people.staff)

    response = client.delete(reverse("reporting:report-accept", args=[report.pk]))

    assert (response.status_code, response.content) == (405, b"")
