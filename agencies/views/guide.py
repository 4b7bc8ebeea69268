"""The user guide: open to everybody, before signing in too."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import guide


@login_not_required
@require_safe
def guide_page(request, slug=""):
    if slug and slug not in dict(guide.pages()):
        raise Http404
    tabs = [(key, guide.address_of(key), label) for key, label in guide.pages()]
    context = {"slug": slug, "guide_page": guide.read(slug), "tabs": tabs}
    return render(request, "agencies/guide.html", context)
