"""One's own account: invitation, forgotten password, change of password, profile."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from kombu.exceptions import OperationalError

from agencies import invitations, language
from agencies.account_forms import ForgottenForm
from agencies.models import record_event
from agencies.tasks import send_reset_link
from config import clock
from config.posted_forms import posted_from

LINK_PAGE = "registration/password_set.html"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation_accept(request, token):
    """The link of an invitation: opening it uses nothing up, the password does."""
    invitation = invitations.invitation_of(token)
    if invitation is None:
        return render(request, LINK_PAGE, {"invited": True, "validlink": False}, status=410)
    form = SetPasswordForm(invitation.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not invitations.accept(token, form.cleaned_data["new_password1"], at=clock.now()):
            return redirect(request.path)  # used by a second window meanwhile
        logout(request)  # on an office's shared machine somebody else may be signed in
        messages.success(request, _("Đã đặt mật khẩu. Mời đăng nhập."))
        return redirect("login")
    context = {"form": form, "person": invitation.user, "invited": True, "validlink": True}
    return render(request, LINK_PAGE, context, status=422 if form.is_bound else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def password_forgotten(request):
    """Ask for a link. The answer is the same whether the address is known or not."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            send_reset_link.delay(form.cleaned_data["email"])
        except OperationalError:
            form.add_error(None, _("Chưa nhận được yêu cầu. Xin thử lại sau ít phút."))
        else:
            return redirect("password-asked")
    status = 422 if form.is_bound else 200
    return render(request, "registration/password_forgotten.html", {"form": form}, status=status)


@login_not_required
@require_safe
def password_asked(request):
    return render(request, "registration/password_asked.html")


class PasswordReset(PasswordResetConfirmView):
    """The link of a forgotten password. Django takes the token out of the address at once."""

    template_name = LINK_PAGE
    success_url = reverse_lazy("login")

    def form_valid(self, form):
        answer = super().form_valid(form)
        _record_password(self.user)
        messages.success(self.request, _("Đã đặt mật khẩu mới. Mời đăng nhập."))
        return answer


class PasswordChange(PasswordChangeView):
    template_name = "registration/password_change.html"
    success_url = reverse_lazy("profile")

    def form_valid(self, form):
        answer = super().form_valid(form)
        _record_password(self.request.user)
        messages.success(self.request, _("Đã đổi mật khẩu. Các máy khác đã đăng xuất."))
        return answer


def _record_password(user):
    record_event("password-set", user, by=user, at=clock.now(), is_demo=user.is_demo)


@login_not_required
@posted_from("../ho-so/")
def language_choose(request):
    """Both languages are offered by name; anything else was not typed into a page of ours."""
    asked = request.POST.get("language")
    if asked not in language.Language.values:
        return HttpResponseBadRequest()
    page = "profile" if request.user.is_authenticated else "login"
    return language.choose(request, redirect(page), asked)


@require_safe
def profile(request):
    held = request.user.memberships.select_related("agency__jurisdiction", "jurisdiction")
    return render(
        request,
        "agencies/profile.html",
        {"roles": held.order_by("pk"), "languages": language.Language.choices},
    )


@posted_from("/")
def hint_close(request):
    """The first-log-in hint is read; it does not come back, on whatever machine."""
    request.user.hint_closed = True
    request.user.save(update_fields=["hint_closed"])
    return redirect("dashboards:home")
