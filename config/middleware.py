"""What every answer has: the Content-Security-Policy, and words where a method is refused."""

import re

from django.conf import settings
from django.shortcuts import render


def content_security_policy(get_response):
    """Set the header from SECURE_CSP, the setting's name of Django 6."""
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware


def page_for_refused_methods(get_response):
    """
    Give an address that only takes forms a page of words instead of an empty 405.

    Whoever sent a form after the session had ended comes back to its address from the log-in page.
    """

    def middleware(request):
        response = get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        above = re.match(r"/[^/]+/[^/]+/", request.path)
        page = render(request, "405.html", {"above": above and above[0]}, status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware
