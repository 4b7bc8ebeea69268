"""The Content-Security-Policy: on every answer, and no template needs what it blocks."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

HEADER = "Content-Security-Policy"
# Mails are read outside the portal and need styles of their own.
TEMPLATES = [
    path
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    if "emails" not in path.parts
]
SCRIPTS = [
    *sorted((settings.BASE_DIR / "static").rglob("*.js")),
    *sorted((settings.BASE_DIR / "static").rglob("*.css")),
]


def policy(response):
    """Return the header as {directive: set of sources}."""
    directives = [part.split() for part in response[HEADER].split(";")]
    return {name: set(sources) for name, *sources in directives}


def test_nothing_is_allowed_but_our_own_files(client, db):
    found = policy(client.get(reverse("login")))

    assert found["default-src"] == {"'none'"}
    assert found["script-src"] == found["style-src"] == found["connect-src"] == {"'self'"}
    assert found["form-action"] == found["font-src"] == {"'self'"}
    assert found["frame-ancestors"] == found["base-uri"] == {"'none'"}
    allowed = set().union(*found.values())
    assert allowed == {"'none'", "'self'", "data:"}
    assert [name for name, sources in found.items() if "data:" in sources] == ["img-src"]


def test_every_answer_carries_it(client, report, people):
    client.force_login(people.officer)
    detail = reverse("reporting:report-detail", args=[report.pk])
    answers = {
        "page": (client.get(detail), 200),
        "redirect": (Client().get(detail), 302),
        "login": (Client().get(reverse("login")), 200),
        "not found": (client.get("/khong-co/"), 404),
        "forbidden": (client.post(reverse("reporting:report-accept", args=[report.pk])), 403),
        "wrong method": (client.post(detail), 405),
        "refused form": (client.post(reverse("reporting:report-submit", args=[report.pk])), 422),
        "stale form": (Client(enforce_csrf_checks=True).post(reverse("login")), 403),
        "json": (client.get(reverse("healthz")), 200),
    }

    assert {name: found.status_code for name, (found, _) in answers.items()} == {
        name: status for name, (_, status) in answers.items()
    }
    expected = answers["page"][0][HEADER]
    assert {name: found[HEADER] for name, (found, _) in answers.items()} == dict.fromkeys(
        answers, expected
    )


def test_a_static_file_carries_it(settings):
    settings.WHITENOISE_USE_FINDERS = True  # nothing is collected in a test run

    response = Client().get("/static/js/portal.js")

    assert response.status_code == 200
    assert b"data-once" in b"".join(response)
    assert policy(response)["default-src"] == {"'none'"}


def test_a_server_error_carries_it_and_keeps_to_it(report, people, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("hỏng")

    monkeypatch.setattr("reporting.deadlines.timeliness", fail)
    client = Client(raise_request_exception=False)
    client.force_login(people.officer)

    response = client.get(reverse("reporting:report-detail", args=[report.pk]))

    assert response.status_code == 500
    assert policy(response)["default-src"] == {"'none'"}
    assert "Cổng gặp lỗi" in response.content.decode()
    assert faults_in(response.content.decode()) == []


class Faults(HTMLParser):
    """Collects what the policy would block: inline styles, scripts and handlers, other hosts."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        inline_script = tag == "script" and "src" not in given
        if tag in ("style", "base", "iframe", "object", "embed") or inline_script:
            self.found.append(f"<{tag}>")
        for name, value in attributes:
            if name == "style" or re.fullmatch(r"on\w+|hx-on.*", name):
                self.found.append(f"{name}=")
            loads = name in ("src", "srcset", "poster") or (tag, name) == ("link", "href")
            if (loads or name == "action") and re.match(r"\s*(\w+:)?//", value or ""):
                self.found.append(f"{name}={value}")
            if "javascript:" in (value or "").lower():
                self.found.append(f"{name}={value}")


def faults_in(page):
    parser = Faults()
    # Template tags between the tags of HTML would confuse a parser of HTML.
    parser.feed(re.sub(r"{%.*?%}|{#.*?#}", "", page, flags=re.S))
    return parser.found


def test_no_template_needs_what_the_policy_blocks():
    faults = {str(path): faults_in(path.read_text()) for path in TEMPLATES}

    assert len(TEMPLATES) > 25
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    "page",
    [
        '<p style="color:red">',
        "<style>p { color: red }</style>",
        "<script>alert(1)</script>",
        '<button onclick="f()">',
        '<script src="https://cdn.example/x.js">',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<a href="javascript:f()">',
        '<img src="http://example.invalid/x.png">',
        '<p {% if late %}style="color:red"{% endif %}>',
    ],
)
def test_a_template_that_needs_it_is_found(page):
    assert len(faults_in(page)) == 1


def test_our_scripts_and_style_sheets_load_from_nowhere_else():
    outside = re.compile(r"@import|url\(\s*['\"]?(?:https?:)?//|\beval\(|new Function|innerHTML")

    found = {path.name: outside.findall(path.read_text()) for path in SCRIPTS}

    assert len(SCRIPTS) > 5
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_files_of_others_that_pages_name_are_served_by_us():
    for name in ("vendor/bootstrap/bootstrap.min.css", "django_htmx/htmx-2.min.js"):
        assert finders.find(name), name


def test_a_filled_page_keeps_to_the_policy(client, report, people, submit):
    submit(report, by=people.officer)
    client.force_login(people.staff)
    plan = report.round.plan.code

    pages = [
        reverse("dashboards:home"),
        reverse("dashboards:plan-list"),
        reverse("dashboards:plan-targets", args=[plan]),
        reverse("dashboards:plan-progress", args=[plan, 2024]),
        reverse("reporting:report-detail", args=[report.pk]),
        reverse("reporting:round-detail", args=[report.round_id]),
        reverse("reporting:receipt", args=[report.pk, 1]),
        reverse("mailbox"),
    ]
    faults = {page: faults_in(client.get(page).content.decode()) for page in pages}

    assert faults == {page: [] for page in pages}
