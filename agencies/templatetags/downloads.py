"""The links “Tải bảng (.xlsx, .csv)” of a page whose view answers `?tai=…`."""

from django import template
from django.utils.translation import gettext

from agencies.downloads import PARAMETER

register = template.Library()


@register.inclusion_tag("includes/downloads.html", takes_context=True)
def downloads(context, words=None, **extra):
    """Print links that keep the address's filters; `extra` parameters choose one of many tables."""
    query = context["request"].GET.copy()
    query.pop(PARAMETER, None)
    query.update(extra)
    links = []
    for kind in ("xlsx", "csv"):
        query[PARAMETER] = kind
        links.append((f".{kind}", f"?{query.urlencode()}"))
    return {"words": words or gettext("Tải bảng"), "links": links}
