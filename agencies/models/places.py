"""Where: jurisdictions, and the agencies in them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.derived import DerivedQuerySet
from agencies.vietnamese import fold, nfc, sort_key


class Jurisdiction(models.Model):
    """A province, or a district below one. Holds the two provincial settings of R1."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Cấp tỉnh")
        DISTRICT = "district", _("Cấp huyện")

    code = models.SlugField(_("mã"), unique=True)
    name = models.CharField(_("tên"), max_length=200)
    level = models.CharField(_("cấp"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("trực thuộc"), null=True, blank=True
    )
    named_day_counts = models.BooleanField(
        _("ngày nêu trong hạn vẫn tính là đúng hạn"), default=False
    )
    moves_to_working_day = models.BooleanField(
        _("hạn rơi vào ngày nghỉ thì chuyển sang ngày làm việc kế tiếp"), default=False
    )

    class Meta:
        verbose_name = _("địa bàn")
        constraints = [
            models.CheckConstraint(
                name="only_a_district_has_a_parent",
                condition=Q(level="province", parent=None)
                | Q(level="district", parent__isnull=False),
                violation_error_message=_(
                    "Huyện thuộc một tỉnh; tỉnh không trực thuộc địa bàn nào."
                ),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def name_inside(self):
        """The name inside a sentence or after a comma: “tỉnh Kiên Giang”, but “Kiên Giang”."""
        is_called = self.name.startswith(("Tỉnh ", "Thành phố ", "Huyện ", "Quận ", "Thị xã "))
        return f"{self.name[:1].lower()}{self.name[1:]}" if is_called else self.name


class AgencyQuerySet(DerivedQuerySet):
    def in_force(self, *, on):
        """Agencies that exist on a day."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on)
        )

    def without_officer(self):
        """Agencies for which nobody could report: no active officer or head."""
        return self._without("officer", "head")

    def without_head(self):
        """Agencies that want their head's approval and have no active head to give it."""
        return self._without("head").filter(head_approves=True)

    def _without(self, *roles):
        active = Q(memberships__role__in=roles, memberships__user__is_active=True)
        return self.alias(holders=models.Count("memberships", filter=active)).filter(holders=0)

    def search(self, text):
        """Agencies whose name or code holds the words, accents ignored (R30)."""
        words = fold(text)
        return self.filter(Q(name_fold__contains=words) | Q(code__contains=words))

    def for_list(self):
        active = Q(memberships__user__is_active=True)
        people = models.Count("memberships__user", filter=active, distinct=True)
        return (
            self.select_related("jurisdiction").annotate(people_count=people).order_by("name_key")
        )


class Agency(models.Model):
    """A single body with a span of validity. Groups of bodies belong to a plan (R20)."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("Sở")
        DISTRICT_OFFICE = "district_office", _("Phòng, ban cấp huyện")
        DISTRICT_PEOPLES_COMMITTEE = "district_peoples_committee", _("UBND cấp huyện")
        COMMUNE_PEOPLES_COMMITTEE = "commune_peoples_committee", _("UBND cấp xã")
        MANAGEMENT_BOARD = "management_board", _("Ban quản lý")
        BANK_BRANCH = "bank_branch", _("Chi nhánh ngân hàng")
        MASS_ORGANISATION = "mass_organisation", _("Mặt trận, đoàn thể")
        SCHOOL = "school", _("Cơ sở đào tạo")
        MEDIA = "media", _("Cơ quan báo chí, truyền thông")
        POLICE = "police", _("Công an")
        SOCIAL_INSURANCE = "social_insurance", _("Bảo hiểm xã hội")
        BUSINESS_ASSOCIATION = "business_association", _("Hiệp hội doanh nghiệp")
        COLLECTIVE_DEPARTMENTS = "collective_departments", _("Các sở, ban, ngành")
        COLLECTIVE_MIXED = "collective_mixed", _("Nhiều loại cơ quan")
        MINISTRY = "ministry", _("Bộ, ngành trung ương")
        PROVINCIAL_PEOPLES_COMMITTEE = "provincial_peoples_committee", _("UBND tỉnh")
        PROVINCIAL_PEOPLES_COUNCIL = "provincial_peoples_council", _("HĐND tỉnh")
        PUBLIC_SERVICE_UNIT = "public_service_unit", _("Đơn vị sự nghiệp")
        WORKING_GROUP = "working_group", _("Tổ công tác")

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, verbose_name=_("địa bàn"), related_name="agencies"
    )
    code = models.SlugField(_("mã"), max_length=60)
    name = models.CharField(_("tên"), max_length=200)
    kind = models.CharField(_("loại"), max_length=30, choices=Kind.choices)
    valid_from = models.DateField(_("có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    head_approves = models.BooleanField(_("lãnh đạo duyệt trước khi gửi"), default=False)
    is_demo = models.BooleanField(_("cơ quan minh họa"), default=False)
    name_key = models.BinaryField(editable=False, db_index=True)
    name_fold = models.CharField(max_length=200, editable=False, db_index=True)
    DERIVED = ("name", "name_key", "name_fold")

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("cơ quan")
        ordering = ["name_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "code"],
                name="agency_code_unique_in_jurisdiction",
                violation_error_message=_("Địa bàn này đã có cơ quan mang mã đó."),
            ),
            models.CheckConstraint(
                name="agency_span_in_order",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
                violation_error_message=_("Ngày bắt đầu phải trước ngày kết thúc."),
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)

    def derive(self):
        self.name = nfc(self.name)
        self.name_key, self.name_fold = sort_key(self.name), fold(self.name)

    @property
    def short_name(self):
        """The name as offices abbreviate it; for narrow columns only."""
        return self.name.replace("Ủy ban nhân dân", "UBND").replace(
            "Lao động - Thương binh và Xã hội", "LĐ-TB-XH"
        )
