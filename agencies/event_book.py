"""The book of events of the register, as the administrators of some places read it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import AccessToken, Agency, DayOff, Event, Jurisdiction, ListImport, User

KINDS = {
    Agency: _("Cơ quan"),
    User: _("Người dùng"),
    Jurisdiction: _("Thiết lập"),
    DayOff: _("Lịch làm việc"),
    ListImport: _("Nhập từ Excel"),
    AccessToken: _("Khóa truy cập"),
}


def events_of(places):
    """Return events about these jurisdictions' register, the newest first; no figures."""
    own = {
        Agency: Agency.objects.filter(jurisdiction__in=places),
        User: User.objects.of_places(places),
        Jurisdiction: places,
        ListImport: ListImport.objects.filter(jurisdiction__in=places),
        AccessToken: AccessToken.objects.filter(jurisdiction__in=places),
    }
    wanted = Q(subject=DayOff._meta.label_lower)  # one calendar for all
    for model, rows in own.items():
        wanted |= Q(subject=model._meta.label_lower, subject_id__in=rows.values("pk"))
    return Event.objects.filter(wanted).select_related("by").order_by("-at", "-pk")


def name_subjects(events):
    """Set `about` on each event: what its subject is called now; one query for each kind."""
    for model in KINDS:
        own = [event for event in events if event.subject == model._meta.label_lower]
        rows = model.objects.in_bulk({event.subject_id for event in own}) if own else {}
        for event in own:
            event.about = str(rows.get(event.subject_id, "")) or KINDS[model].lower()
    return events
