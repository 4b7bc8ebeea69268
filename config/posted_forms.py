"""Addresses that only take what a form sends, and where somebody who opens one is led."""

from functools import wraps
from urllib.parse import urljoin

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods


def posted_from(page):
    """
    Decorate a view that takes POST alone: GET and HEAD lead to the page its form stands on.

    `page` is that page's address, as seen from the view's own ("../"), or a function of the view's
    arguments that returns it; who may see it is asked there. An address comes to be opened by a
    reload, a pasted link, or the log-in page that a form met at the end of a session; the message
    says that nothing was done.
    """

    def decorate(view):
        @wraps(view)
        def answer(request, *args, **kwargs):
            if request.method == "POST":
                return view(request, *args, **kwargs)
            address = page(request, *args, **kwargs) if callable(page) else page
            address = urljoin(request.path_info, address)
            if request.method == "GET" and request.user.is_authenticated:
                messages.info(request, _nothing_done())
            query = request.META.get("QUERY_STRING")
            return redirect(f"{address}?{query}" if query else address)

        return require_http_methods(["GET", "HEAD", "POST"])(answer)

    return decorate


def _nothing_done():
    return _(
        "Địa chỉ vừa mở chỉ nhận dữ liệu từ biểu mẫu trên trang này. Nếu bạn vừa bấm nút mà phải "
        "đăng nhập lại thì việc ấy chưa được thực hiện; xin làm lại."
    )
