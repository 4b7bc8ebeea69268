"""Addresses that only take what a form sends, and where somebody who opens one is led."""

from copy import copy
from functools import wraps
from urllib.parse import urljoin

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.shortcuts import redirect
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods


def posted_from(page):
    """
    Decorate a view that takes POST alone: GET and HEAD lead to the page its form stands on.

    `page` is that page's address, as seen from the view's own ("../"), or a function of the view's
    arguments that returns it. The page itself says who may see it: for whom it is 404 or 403, so
    is this address. An address comes to be opened by a reload, a pasted link, or the log-in page
    that a form met at the end of a session; the message says that nothing was done.
    """

    def decorate(view):
        @wraps(view)
        def answer(request, *args, **kwargs):
            if request.method == "POST":
                return view(request, *args, **kwargs)
            address = page(request, *args, **kwargs) if callable(page) else page
            return _lead_to(request, urljoin(request.path_info, address))

        return require_http_methods(["GET", "HEAD", "POST"])(answer)

    return decorate


def _lead_to(request, address):
    if request.user.is_authenticated:  # others are sent on to the log-in page there
        shown = _as_asked_of(request, address)
        if shown.status_code != 200:
            return shown
        if request.method == "GET":
            messages.info(request, _nothing_done())
    query = request.META.get("QUERY_STRING")
    return redirect(f"{address}?{query}" if query else address)


def _as_asked_of(request, address):
    """Return the page's own answer to this person, from which no waiting message is taken."""
    asked = copy(request)
    asked.method, asked.path, asked.path_info = "GET", address, address
    asked._messages = default_storage(asked)
    asked.resolver_match = match = resolve(address)
    return match.func(asked, *match.args, **match.kwargs)


def _nothing_done():
    return _(
        "Địa chỉ vừa mở chỉ nhận dữ liệu từ biểu mẫu trên trang này. Nếu bạn vừa bấm nút mà phải "
        "đăng nhập lại thì việc ấy chưa được thực hiện; xin làm lại."
    )
