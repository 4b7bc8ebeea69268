"""Lists as Excel files: form to fill in, reading with its preview, applying, exporting."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from kombu.exceptions import OperationalError

from agencies import list_exports, list_imports
from agencies.account_forms import PeopleFilter
from agencies.downloads import stored_file
from agencies.files import CONTENT_TYPES
from agencies.forms import AgencyFilter, ListForm
from agencies.models import ListImport, User
from agencies.tasks import invite_people
from agencies.views.lookup import places_of
from agencies.workbooks.comments import copy_name
from agencies.workbooks.problems import Refused
from config import clock
from config.posted_forms import posted_from

LINES_SHOWN = 500
PAGES = {ListImport.Kind.AGENCIES: "desk:agency-list", ListImport.Kind.PEOPLE: "desk:user-list"}


def _kind(word):
    if word not in ListImport.Kind.values:
        raise Http404
    return ListImport.Kind(word)


@require_http_methods(["GET", "POST"])
def list_read(request, kind):
    """Choose a file. What is wrong in it is shown at once; what is right leads to the preview."""
    places, kind, kept = places_of(request), _kind(kind), None
    form = ListForm(request.POST or None, request.FILES or None, places=places)
    if request.method == "POST" and form.is_valid():
        file, place = form.cleaned_data["file"], form.cleaned_data["jurisdiction"]
        try:
            kept = list_imports.read(kind, file, place=place, by=request.user, at=clock.now())
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if not kept.problems:
                return redirect("desk:list-preview", kept.pk)
    return _read_page(request, kind, form, kept, status=422 if form.is_bound else 200)


def _read_page(request, kind, form, kept=None, status=200):
    context = {
        "form": form,
        "kind": kind,
        "kept": kept,
        "problems": list_imports.problems_of(kept) if kept else [],
        "limit": LINES_SHOWN,
        "back": PAGES[kind],
    }
    return render(request, "agencies/list_read.html", context, status=status)


@require_safe
def list_template(request, kind):
    places_of(request)
    return _workbook(list_exports.template(_kind(kind)), f"mau-{kind}.xlsx")


def _workbook(content, name):
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES["xlsx"], headers=headers)


def _import(request, pk):
    return get_object_or_404(ListImport, pk=pk, jurisdiction__in=places_of(request))


@require_safe
def list_preview(request, pk):
    kept = _import(request, pk)
    if kept.problems:
        form = ListForm(places=places_of(request), initial={"jurisdiction": kept.jurisdiction})
        return _read_page(request, ListImport.Kind(kept.kind), form, kept)
    lines = [line for line in kept.shown if line["state"] != "unchanged"]
    context = {
        "kept": kept,
        "counts": list_imports.counts_of(kept.shown),
        "lines": lines[:LINES_SHOWN],
        "more": max(len(lines) - LINES_SHOWN, 0),
        "back": PAGES[ListImport.Kind(kept.kind)],
    }
    return render(request, "agencies/list_preview.html", context)


@require_safe
def list_file(request, pk):
    """Hand out the person's own file with a comment at each cell that is wrong."""
    kept = _import(request, pk)
    if kept.annotated is None:
        raise Http404
    return stored_file(kept.annotated, copy_name(kept.file_name))


@posted_from("../")
def list_apply(request, pk):
    kept = _import(request, pk)
    try:
        kept = list_imports.apply(kept, by=request.user, at=clock.now())
    except list_imports.ImportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:list-preview", pk)
    counts = list_imports.counts_of(kept.shown)
    messages.success(
        request,
        _("Đã ghi danh sách: {new} dòng mới, {changed} dòng thay đổi.").format(
            new=counts["new"], changed=counts["changed"]
        ),
    )
    if kept.kind == ListImport.Kind.PEOPLE and "invite" in request.POST:
        _invite(request, kept)
    return redirect(PAGES[ListImport.Kind(kept.kind)])


def _invite(request, kept):
    """Hand the letters to the worker; the list of people shows which of them went out."""
    emails = list_imports.new_addresses(kept)
    ids = list(User.objects.filter(email__in=emails).values_list("pk", flat=True))
    try:
        invite_people.delay(ids, request.user.pk)
    except OperationalError:
        messages.warning(request, _("Chưa xếp được thư mời vào hàng đợi; xin mời từng người."))
    else:
        messages.info(
            request, _("{count} thư mời đang được gửi; xem cột “Tài khoản”.").format(count=len(ids))
        )


@require_safe
def agency_export(request):
    form = AgencyFilter(request.GET, places=places_of(request))
    agencies = form.chosen(on=clock.today())
    return _workbook(list_exports.export_agencies(agencies), "co-quan.xlsx")


@require_safe
def user_export(request):
    places = places_of(request)
    people = PeopleFilter(request.GET).chosen(places)
    return _workbook(list_exports.export_people(people, places), "nguoi-dung.xlsx")
