"""Pages of the demo's mail sink: what the portal has sent, newest first. Demo only."""

import email
import email.policy

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from config.embedded import services


def _read(file):
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    text = message.get_body(("plain", "html"))
    return {
        "name": file.stem,
        "to": message["To"],
        "subject": message["Subject"],
        "date": message["Date"].datetime if message["Date"] else None,
        "text": text.get_content() if text else "",
    }


@login_not_required
@require_safe
def mail_list(request):
    files = sorted(services.mail_folder().glob("*.eml"), reverse=True)[:200]
    return render(request, "embedded/mail_list.html", {"mails": [_read(file) for file in files]})


@login_not_required
@require_safe
def mail_detail(request, name):
    file = services.mail_folder() / f"{name}.eml"
    if not file.is_file():
        raise Http404
    return render(request, "embedded/mail_detail.html", {"mail": _read(file)})


urlpatterns = [
    path("", mail_list, name="mailbox"),
    path("<slug:name>/", mail_detail, name="mail-detail"),
]
