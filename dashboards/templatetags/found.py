"""What a search has found, marked in its text."""

from django import template
from django.utils.html import format_html, format_html_join

from dashboards import search

register = template.Library()


@register.filter
def marked(text, words):
    """Print a text with the found words marked."""
    pieces = search.marked(str(text), words)
    parts = (
        (format_html("<mark>{}</mark>" if is_hit else "{}", piece),) for piece, is_hit in pieces
    )
    return format_html_join("", "{}", parts)
