"""The user guide of `docs/` as pages of the portal: one source, read here and in the repository."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension, slugify_unicode
from markdown.treeprocessors import Treeprocessor

from agencies.models import Membership

Role = Membership.Role

FOLDER = settings.BASE_DIR / "docs"
PICTURES = FOLDER / "images" / "huong-dan"
# Address of the page and name of its file → the role whose work it tells.
ROLE_OF_PAGE = {
    "can-bo-dau-moi": Role.OFFICER,
    "lanh-dao-don-vi": Role.HEAD,
    "co-quan-thuong-truc": Role.STAFF,
    "lanh-dao": Role.LEADER,
    "quan-tri": Role.ADMINISTRATOR,
}
# What is for no role of its own: the people of other systems.
TITLE_OF_PAGE = {"du-lieu": _("Số liệu cho hệ thống khác")}
PAGE_OF_ROLE = {role: slug for slug, role in ROLE_OF_PAGE.items()}


@dataclass(frozen=True)
class GuidePage:
    """One page: its h1 as text, the rest as HTML, and [(anchor, heading)] of its h2."""

    title: str
    html: str
    headings: list


def file_of(slug):
    """Return the Markdown file of a page; of the entry for ""."""
    return FOLDER / "huong-dan" / f"{slug}.md" if slug else FOLDER / "huong-dan.md"


def address_of(slug):
    return reverse("guide-role", args=[slug]) if slug else reverse("guide")


def pages():
    """Return [(slug, what its tab says)] of all pages but the entry."""
    return [(slug, role.label) for slug, role in ROLE_OF_PAGE.items()] + [*TITLE_OF_PAGE.items()]


def read(slug):
    """Return a page, or the entry for ""."""
    markdown = Markdown(extensions=["tables", "sane_lists", _TOC, _Portal()])
    html = markdown.convert(file_of(slug).read_text(encoding="utf-8"))
    (first,) = markdown.toc_tokens  # every file has one h1
    headings = [(token["id"], token["name"]) for token in first["children"]]
    return GuidePage(first["name"], html, headings)


# Anchors as the repository's own viewer makes them: letters with their accents.
_TOC = TocExtension(slugify=slugify_unicode)


class _Portal(Extension):
    """What Markdown files of a repository need to become pages here; no HTML of theirs passes."""

    def extendMarkdown(self, md):
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.treeprocessors.register(_Fitting(md), "portal", 15)


class _Fitting(Treeprocessor):
    """Lead links between files to pages, pictures to static files; dress tables as ours."""

    def run(self, root):
        for link in root.iter("a"):
            link.set("href", _page_address(link.get("href")))
        for picture in root.iter("img"):
            name = PurePosixPath(picture.get("src")).name
            picture.set("src", static(f"huong-dan/{name}"))
            picture.set("loading", "lazy")
        for table in root.iter("table"):
            table.set("class", "table")
        for heading in root.iter("th"):
            heading.set("scope", "col")


def _page_address(href):
    """“../huong-dan.md#gui” → “/huong-dan/#gui”; what is no file of the guide stays."""
    found = re.fullmatch(r"(?:[./\w-]*/)?([\w-]+)\.md(#.*)?", href)
    if not found:
        return href
    slug = "" if found[1] == "huong-dan" else found[1]
    return address_of(slug) + (found[2] or "")
