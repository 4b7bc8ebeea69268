"""Tokens for other systems: the list, making one, revoking one."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agencies import access_tokens
from agencies.forms import TokenForm
from agencies.models import AccessToken
from agencies.views.lookup import page_of, places_of
from config import clock
from config.posted_forms import posted_from


@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request):
    """The answer to the form alone shows the secret: it is kept nowhere, not even in a session."""
    places = places_of(request)
    form, secret = TokenForm(request.POST or None, places=places), None
    if request.method == "POST" and form.is_valid():
        secret = access_tokens.make(form.instance, by=request.user, at=clock.now())
        form = TokenForm(places=places)
    tokens = AccessToken.objects.filter(jurisdiction__in=places).for_list()
    context = {
        "form": form,
        "secret": secret,
        "page": page_of(request, tokens),
        "limit": settings.OPEN_DATA_PER_MINUTE,
    }
    status = 422 if form.is_bound else 200
    return render(request, "agencies/token_list.html", context, status=status)


@posted_from("../../")
def token_revoke(request, pk):
    token = get_object_or_404(AccessToken, pk=pk, jurisdiction__in=places_of(request))
    access_tokens.revoke(token, by=request.user, at=clock.now())
    messages.success(request, _("Đã thu hồi khóa cấp cho {token}.").format(token=token))
    return redirect("desk:token-list")
