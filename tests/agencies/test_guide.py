"""The user guide: it renders, its links lead somewhere, and it names what is on the screen."""

import html
import re

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve, reverse

from agencies import guide
from agencies.models import Membership
from tests.factories import JurisdictionFactory, MembershipFactory, UserFactory

SLUGS = ["", *dict(guide.pages())]
# Where words of the screen are written; the tests and the guide itself are not.
SOURCES = ("templates", "agencies", "plans", "targets", "reporting", "dashboards")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LARGEST, LARGEST_OF_ALL = 300_000, 2_000_000


def text_of(slug):
    return guide.file_of(slug).read_text(encoding="utf-8")


def readings(text):
    """A source as it is, without a template's tags, and with Python's parts of a string joined."""
    return [
        " ".join(version.split())
        for version in (
            text,
            re.sub(r"{%.*?%}|{{.*?}}", " ", text),
            re.sub(r'"\s+"', "", text),
        )
    ]


@pytest.fixture(scope="module")
def written():
    """Everything that templates and Python files of the portal write, as one text."""
    files = [
        path
        for name in SOURCES
        for path in sorted((settings.BASE_DIR / name).rglob("*"))
        if path.suffix in (".html", ".py", ".txt")
    ]
    texts = [path.read_text(encoding="utf-8") for path in files]
    return "\n".join(version for text in texts for version in readings(text))


def labels(text):
    """Return the words in bold: what the guide says stands on the screen."""
    return {" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", text, re.S)}


def stands_in(label, text):
    """Django writes the first letter of a form's label large, whatever the model says."""
    first, rest = re.escape(label[0]), re.escape(label[1:])
    return re.search(rf"(?<!\w)(?i:{first}){rest}(?!\w)", text) is not None


@pytest.mark.parametrize("slug", SLUGS)
def test_every_word_in_bold_stands_on_a_screen(slug, written):
    bold = labels(text_of(slug))

    assert bold
    assert {label for label in bold if not stands_in(label, written)} == set()


def test_a_label_that_no_screen_has_is_found(written):
    assert not stands_in("Nộp báo cáo lên trên", written)
    assert not stands_in("Gửi báo cá", written)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_page_opens_to_everybody(client, db, slug):
    page = client.get(guide.address_of(slug))

    body = page.content.decode()
    assert page.status_code == 200
    assert body.count("<h1") == 1
    assert 'aria-current="page"' in body
    assert "style=" not in body  # the CSP forbids it


def test_a_page_that_is_no_role_is_not_found(client, db):
    assert client.get("/huong-dan/bo-truong/").status_code == 404


@pytest.mark.parametrize("slug", SLUGS)
def test_every_link_leads_to_a_page_or_a_place_on_one(slug):
    broken = []
    for href in map(html.unescape, re.findall(r'<a href="([^"]+)"', guide.read(slug).html)):
        address, _, anchor = href.partition("#")
        try:
            match = resolve(address or guide.address_of(slug))
        except Resolver404:
            broken.append(href)
            continue
        other = match.kwargs.get("slug", "")
        if anchor and f'id="{anchor}"' not in guide.read(other).html:
            broken.append(href)

    assert broken == []


@pytest.mark.parametrize("slug", SLUGS)
def test_every_picture_exists_and_is_told_in_words(slug):
    folder = guide.file_of(slug).parent

    for words, path in PICTURE.findall(text_of(slug)):
        assert (folder / path).resolve().parent == guide.PICTURES
        assert (folder / path).resolve().is_file(), path
        assert len(words) > 20, path


def test_pictures_are_shown_and_small():
    shown = {
        path.rpartition("/")[2] for slug in SLUGS for _, path in PICTURE.findall(text_of(slug))
    }
    sizes = {path.name: path.stat().st_size for path in guide.PICTURES.iterdir()}

    assert shown == set(sizes)
    assert max(sizes.values()) < LARGEST
    assert sum(sizes.values()) < LARGEST_OF_ALL


def test_html_in_a_file_stays_text(tmp_path, monkeypatch):
    file = tmp_path / "a.md"
    file.write_text("# A\n\n<script>alert(1)</script>\n\n<b>đậm</b>\n", encoding="utf-8")
    monkeypatch.setattr(guide, "file_of", lambda slug: file)

    shown = guide.read("").html

    assert "<script" not in shown
    assert "<b>" not in shown


@pytest.mark.parametrize("role", Membership.Role)
def test_the_masthead_leads_each_role_to_its_own_page(client, db, role):
    of_agency = role in Membership.OF_AGENCY
    place = {} if of_agency else {"agency": None, "jurisdiction": JurisdictionFactory()}
    client.force_login(MembershipFactory(role=role, **place).user)

    body = client.get(reverse("profile")).content.decode()

    assert f'href="{guide.address_of(guide.PAGE_OF_ROLE[role])}"' in body


@pytest.mark.parametrize("address", ["/dang-nhap/", "/quen-mat-khau/", "/khong-co/"])
def test_who_has_not_signed_in_finds_the_guide_too(client, db, address):
    assert f'href="{reverse("guide")}"' in client.get(address).content.decode()


def test_who_has_no_role_is_led_to_the_entry(client, db):
    client.force_login(UserFactory())

    assert f'href="{reverse("guide")}"' in client.get(reverse("profile")).content.decode()


def test_the_page_of_a_failure_names_the_guide():
    page = (settings.BASE_DIR / "templates/500.html").read_text(encoding="utf-8")

    assert f'href="{reverse("guide")}"' in page
