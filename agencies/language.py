"""The language of the interface (ADR 17): each person's own; before signing in, a cookie's."""

from functools import wraps

from django.conf import settings
from django.utils import translation

from agencies import downloads
from agencies.models import User

Language = User.Language


def language_of_reader(get_response):
    """Middleware: answer in the reader's language. What a browser asks for decides nothing."""

    def middleware(request):
        with translation.override(chosen(request)):
            return get_response(request)

    return middleware


def chosen(request):
    """Return “vi” or “en”. A page's table handed out as a file is Vietnamese for everybody."""
    if downloads.wanted(request):
        return Language.VIETNAMESE
    if request.user.is_authenticated:
        return request.user.language
    asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return asked if asked in Language.values else Language.VIETNAMESE


def choose(request, response, language):
    """Keep a choice: with the person, and in the browser for its log-in page."""
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def in_vietnamese(work):
    """
    Decorate what is stored, sent or handed out as a file: official words are Vietnamese.

    Whoever presses the button may read the portal in English. (`translation.override` as a
    decorator would share one memory of the former language between threads.)
    """

    @wraps(work)
    def done(*args, **kwargs):
        with translation.override(Language.VIETNAMESE):
            return work(*args, **kwargs)

    return done
