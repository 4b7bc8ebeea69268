"""Forms that begin a draft: from nothing, from another plan, from a plan file."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.access import agencies_of
from agencies.models import Membership
from agencies.vietnamese import nfc, slug
from plans.models import Plan
from reporting.plan_editor import checking, copying, drafts
from reporting.plan_file import PlanFileError, parse_plan_file

KEEP, BLANK = "keep", "blank"
PLAN_FILE_MAX_BYTES = 2 * 2**20


class NewPlanForm(forms.Form):
    """An empty plan, or a copy of one of the same jurisdiction."""

    agency = forms.ModelChoiceField(
        label=_("Cơ quan thường trực"), queryset=None, empty_label=None, initial=0
    )
    source = forms.ModelChoiceField(
        label=_("Chép từ kế hoạch"),
        queryset=None,
        to_field_name="code",
        required=False,
        empty_label=_("không chép, soạn từ đầu"),
        help_text=_(
            "Chép chỉ tiêu, phân tổ, cơ quan, nhiệm vụ, chế độ báo cáo, đề mục; không chép "
            "kỳ báo cáo và báo cáo."
        ),
    )
    title = forms.CharField(
        label=_("Tên kế hoạch"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    first_year = forms.IntegerField(label=_("Từ năm"), min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label=_("Đến năm"), min_value=2000, max_value=2100)
    code = forms.SlugField(
        label=_("Mã"),
        max_length=56,
        required=False,
        help_text=_("Chữ không dấu và gạch nối; để trống thì cổng đặt theo tên kế hoạch."),
    )
    values = forms.ChoiceField(
        label=_("Con số của mục tiêu"),
        choices=[(KEEP, _("giữ làm đề xuất")), (BLANK, _("để trống, điền sau"))],
        initial=KEEP,
        required=False,
        help_text=_("Năm của mục tiêu chuyển theo giai đoạn mới."),
    )

    def __init__(self, data=None, *, user, source=None):
        self.agencies = agencies_of(user, Membership.Role.STAFF).select_related("jurisdiction")
        super().__init__(data, initial=_proposal(source) if source else None)
        self.fields["agency"].queryset = self.agencies
        own = Plan.objects.visible_to(user).filter(
            jurisdiction__in=self.agencies.values("jurisdiction")
        )
        self.fields["source"].queryset = own
        if len(self.agencies) == 1:
            only = self.agencies[0]
            self.fields["agency"].widget = forms.HiddenInput()
            self.initial["agency"] = only.pk

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", gettext("Năm cuối phải từ năm đầu trở đi."))
        source, agency = cleaned.get("source"), cleaned.get("agency")
        if source and agency and source.jurisdiction_id != agency.jurisdiction_id:
            self.add_error("source", gettext("Chỉ chép được kế hoạch của cùng địa bàn."))
        return cleaned

    def document(self):
        head = {name: self.cleaned_data[name] for name in ("first_year", "last_year")}
        head["title"] = nfc(" ".join(self.cleaned_data["title"].split()))
        wanted = self.cleaned_data["code"] or slug(head["title"])[:56].strip("-")
        head["code"] = wanted if self.cleaned_data["code"] else drafts.free_code(wanted)
        agency, source = self.cleaned_data["agency"], self.cleaned_data["source"]
        if source is None:
            return copying.empty_document(agency, **head)
        keeps = self.cleaned_data["values"] != BLANK
        return copying.copy_document(copying.document_of(source), agency, keep_values=keeps, **head)

    def start(self, *, by, at):
        """Begin the draft and return it, or None with the reason in the form."""
        agency = self.cleaned_data["agency"]
        try:
            return drafts.start_draft(self.document(), agency=agency, by=by, at=at)
        except drafts.DraftRefused as error:
            self.add_error("code", str(error))
            return None


def _proposal(source):
    """Return what a copy starts with: the years that follow the plan's own."""
    span = source.last_year - source.first_year + 1
    return {
        "source": source.code,
        "title": copying.moved_title(source.title, span),
        "first_year": source.first_year + span,
        "last_year": source.last_year + span,
    }


class PlanFileForm(forms.Form):
    """A plan file becomes a draft, when the loader would take it as it is."""

    file = forms.FileField(
        label=_("Tệp kế hoạch (YAML)"),
        help_text=_("Tệp do cổng xuất ra, hoặc do lệnh export_plan in."),
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > PLAN_FILE_MAX_BYTES:
            raise forms.ValidationError(gettext("Tệp kế hoạch lớn quá 2 MB."))
        try:
            self.document = parse_plan_file(upload.read(), name=upload.name)
        except PlanFileError as error:
            raise forms.ValidationError(error.problems) from error
        return upload

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            self._check_as_the_loader_does()
        return cleaned

    def _check_as_the_loader_does(self):
        lead = self.document["plan"]["lead_agency"]
        own = agencies_of(self.user, Membership.Role.STAFF).select_related("jurisdiction")
        self.agency = own.filter(code=lead).first()
        if self.agency is None:
            self.add_error(
                "file", gettext("Bạn không phải cán bộ thường trực của “{lead}”.").format(lead=lead)
            )
            return
        code = self.document["plan"]["code"]
        self.plan = Plan.objects.filter(code=code, lead_agency=self.agency).first()
        problems = checking.problems_in(self.document, agency=self.agency, plan=self.plan)
        if problems:
            self.add_error("file", list(map(str, problems)))

    def start(self, *, by, at):
        """Begin the draft and return it, or None with the reason in the form."""
        try:
            return drafts.start_from_file(
                self.document, agency=self.agency, plan=self.plan, by=by, at=at
            )
        except drafts.DraftRefused as error:
            self.add_error(NON_FIELD_ERRORS, str(error))
            return None
