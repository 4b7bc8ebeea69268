"""People: the list, inviting, roles, leaving and coming back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import invitations, people
from agencies.account_forms import PeopleFilter, PersonForm, RoleForm
from agencies.models import Event, Membership, User
from agencies.register import save_change
from agencies.views.lookup import page_of, places_of
from config import clock
from config.posted_forms import posted_from

EVENTS_SHOWN = 30


@require_safe
def user_list(request):
    places = places_of(request)
    form = PeopleFilter(request.GET)
    page = page_of(request, form.chosen(places).for_list())
    return render(request, "agencies/user_list.html", {"form": form, "page": page})


@require_http_methods(["GET", "POST"])
def user_add(request):
    """Add a person with their first role and send the invitation."""
    places, data = places_of(request), request.POST or None
    person, role = PersonForm(data), RoleForm(data, places=places, on=clock.today())
    if request.method == "POST" and all([person.is_valid(), role.is_valid()]):
        at = clock.now()
        user = people.add_person(person.instance, **role.chosen, by=request.user, at=at)
        _tell(request, invitations.invite(user, by=request.user, at=at))
        return redirect("desk:user-edit", user.pk)
    context = {"person": person, "role": role}
    status = 422 if person.is_bound else 200
    return render(request, "agencies/user_add.html", context, status=status)


def _tell(request, invitation):
    """Say truthfully what became of the letter."""
    address = invitation.user.email
    if invitation.error:
        messages.warning(
            request,
            _(
                "Tài khoản của {user} đã có, nhưng thư mời đến {address} chưa gửi được: "
                "máy chủ thư không nhận. Bấm “Gửi lại thư mời” khi máy chủ thư hoạt động."
            ).format(user=invitation.user, address=address),
        )
    else:
        messages.success(request, _("Đã gửi thư mời đến {address}.").format(address=address))


def _person(request, pk):
    """Return a person with a role in the administrator's places, or raise 404."""
    return get_object_or_404(User.objects.of_places(places_of(request)), pk=pk)


def _managed(request, pk):
    """Return a person whose whole account is the administrator's affair."""
    user = _person(request, pk)
    if not people.may_manage(request.user, user):
        raise PermissionDenied
    return user


@require_http_methods(["GET", "POST"])
def user_edit(request, pk):
    """One person: name and address, roles, invitation, what happened."""
    if request.method == "POST":
        form = PersonForm(request.POST, instance=_managed(request, pk))
        if form.is_valid():
            save_change(form.instance, by=request.user, at=clock.now())
            messages.success(request, _("Đã lưu {instance}.").format(instance=form.instance))
            return redirect("desk:user-edit", pk)
        return _show(request, pk, form=form, status=422)
    return _show(request, pk)


def _show(request, pk, *, form=None, role_form=None, status=200):
    user, places = _person(request, pk), places_of(request)
    held = user.memberships.select_related("agency__jurisdiction", "jurisdiction")
    ours = set(Membership.objects.of_places(places).filter(user=user).values_list("pk", flat=True))
    events = Event.objects.filter(subject=User._meta.label_lower, subject_id=user.pk)
    context = {
        "person": user,
        "roles": [(membership, membership.pk in ours) for membership in held.order_by("pk")],
        "may_manage": people.may_manage(request.user, user),
        "form": form or PersonForm(instance=user),
        "role_form": role_form or RoleForm(places=places, on=clock.today()),
        "events": events.select_related("by").order_by("-at", "-pk")[:EVENTS_SHOWN],
    }
    return render(request, "agencies/user_edit.html", context, status=status)


@posted_from("../")
def role_give(request, pk):
    user = _person(request, pk)
    form = RoleForm(request.POST, places=places_of(request), on=clock.today())
    if form.is_valid():
        try:
            held = people.give_role(user, **form.chosen, by=request.user, at=clock.now())
        except people.PeopleRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Đã giao vai trò cho {user}: {held}.").format(user=user, held=held)
            )
            return redirect("desk:user-edit", pk)
    return _show(request, pk, role_form=form, status=422)


@posted_from("../../../")
def role_take(request, pk, membership_pk):
    own = Membership.objects.of_places(places_of(request))
    membership = get_object_or_404(own, pk=membership_pk, user=pk)
    try:
        people.take_role(membership, by=request.user, at=clock.now())
    except people.PeopleRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã gỡ vai trò: {membership}.").format(membership=membership))
    if User.objects.of_places(places_of(request)).filter(pk=pk).exists():
        return redirect("desk:user-edit", pk)
    return redirect("desk:user-list")


@posted_from("../")
def user_invite(request, pk):
    """Send the invitation again; who has a password already asks for a new one themselves."""
    user = _managed(request, pk)
    if user.is_active and not user.has_usable_password():
        _tell(request, invitations.invite(user, by=request.user, at=clock.now()))
    else:
        messages.error(
            request, _("{user} đã có mật khẩu hoặc đã ngừng; không gửi thư mời.").format(user=user)
        )
    return redirect("desk:user-edit", pk)


@posted_from("../")
def user_deactivate(request, pk):
    user = _managed(request, pk)
    try:
        people.deactivate(user, by=request.user, at=clock.now())
    except people.PeopleRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Đã ngừng tài khoản của {user}; vai trò và lịch sử còn nguyên.").format(user=user),
        )
    return redirect("desk:user-edit", pk)


@posted_from("../")
def user_reactivate(request, pk):
    user = _managed(request, pk)
    people.reactivate(user, by=request.user, at=clock.now())
    messages.success(request, _("Tài khoản của {user} hoạt động trở lại.").format(user=user))
    return redirect("desk:user-edit", pk)
