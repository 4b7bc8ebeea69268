"""Who: jurisdictions, agencies, people with their roles, and the book of events."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.vietnamese import fold, nfc, person_sort_key, sort_key
from config import clock


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


class AgencyQuerySet(models.QuerySet):
    def in_force(self, *, on):
        """Agencies that exist on a day."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on)
        )

    def without_officer(self):
        """Agencies for which nobody could report: no active officer or head."""
        reporters = Membership.objects.filter(
            role__in=["officer", "head"], user__is_active=True, agency=models.OuterRef("pk")
        )
        return self.exclude(models.Exists(reporters))

    def without_head(self):
        """Agencies that want their head's approval and have no active head to give it."""
        heads = Membership.objects.filter(
            role="head", user__is_active=True, agency=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(heads), head_approves=True)

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
        self.name = nfc(self.name)
        self.name_key, self.name_fold = sort_key(self.name), fold(self.name)
        super().save(*args, **kwargs)

    @property
    def short_name(self):
        """The name as offices abbreviate it; for narrow columns only."""
        return self.name.replace("Ủy ban nhân dân", "UBND").replace(
            "Lao động - Thương binh và Xã hội", "LĐ-TB-XH"
        )


class UserManager(BaseUserManager):
    def get_by_natural_key(self, email):
        # People type their address in any case; the column holds it lowered.
        return self.get(email=email.lower())

    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class UserQuerySet(models.QuerySet):
    def for_list(self):
        """People with their roles, places and invitations, in the order of their names."""
        places = ("memberships__agency__jurisdiction", "memberships__jurisdiction")
        return self.prefetch_related(*places, "invitations").order_by("name_key", "pk")

    def without_password(self):
        """People who were added and have not chosen a password yet."""
        return self.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def of_places(self, places):
        """People with a role in these jurisdictions, or in an agency of theirs (R21)."""
        held = Membership.objects.of_places(places)
        return self.filter(pk__in=held.values("user"))

    def search(self, text):
        """People whose name or address holds the words, accents ignored (R30)."""
        return self.filter(
            Q(name_fold__contains=fold(text)) | Q(email__contains=text.lower().strip())
        )

    def with_role(self, role, *, agency):
        return self.filter(
            is_active=True, memberships__role=role, memberships__agency=agency
        ).distinct()


class User(AbstractBaseUser):
    class Language(models.TextChoices):
        """Languages of the interface, each under its own name (ADR 17)."""

        VIETNAMESE = "vi", "Tiếng Việt"
        ENGLISH = "en", "English"

    email = models.EmailField(_("thư điện tử"), unique=True)
    full_name = models.CharField(_("họ và tên"), max_length=150)
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    is_demo = models.BooleanField(_("tài khoản minh họa"), default=False)
    language = models.CharField(
        _("ngôn ngữ giao diện"), max_length=2, choices=Language.choices, default=Language.VIETNAMESE
    )
    hint_closed = models.BooleanField(_("đã đóng lời chỉ dẫn đầu tiên"), default=False)
    name_key = models.BinaryField(editable=False, db_index=True, default=b"")
    name_fold = models.CharField(max_length=150, editable=False, db_index=True, default="")

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("người dùng")
        constraints = [
            models.CheckConstraint(
                name="email_is_lower_case",
                condition=Q(email=models.functions.Lower("email")),
                violation_error_message=_("Địa chỉ thư viết bằng chữ thường."),
            )
        ]

    def __str__(self):
        return self.full_name

    def save(self, *args, **kwargs):
        self.full_name = nfc(self.full_name)
        self.name_key, self.name_fold = person_sort_key(self.full_name), fold(self.full_name)
        super().save(*args, **kwargs)

    @property
    def latest_invitation(self):
        return max(self.invitations.all(), key=lambda invitation: invitation.pk, default=None)


class MembershipQuerySet(models.QuerySet):
    def of_places(self, places):
        """Roles over these jurisdictions and in their agencies."""
        return self.filter(Q(jurisdiction__in=places) | Q(agency__jurisdiction__in=places))


class Membership(models.Model):
    """One role of one person (R21): in an agency, or over a jurisdiction."""

    class Role(models.TextChoices):
        OFFICER = "officer", _("Cán bộ đầu mối")
        HEAD = "head", _("Lãnh đạo đơn vị")
        STAFF = "staff", _("Cán bộ thường trực")
        LEADER = "leader", _("Lãnh đạo")
        ADMINISTRATOR = "administrator", _("Quản trị")

    OF_AGENCY = (Role.OFFICER, Role.HEAD, Role.STAFF)

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("vai trò"), max_length=15, choices=Role.choices)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="memberships", null=True, blank=True
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="memberships", null=True, blank=True
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("vai trò")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "agency", "jurisdiction"],
                name="role_given_once",
                nulls_distinct=False,
                violation_error_message=_("Người này đã có vai trò đó."),
            ),
            models.CheckConstraint(
                name="role_has_its_place",
                condition=Q(
                    role__in=["officer", "head", "staff"], agency__isnull=False, jurisdiction=None
                )
                | Q(role__in=["leader", "administrator"], agency=None, jurisdiction__isnull=False),
                violation_error_message=_(
                    "Cán bộ thuộc cơ quan; lãnh đạo, quản trị thuộc địa bàn."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}, {self.agency or self.jurisdiction}"


class Invitation(models.Model):
    """
    A letter to somebody new with a link that sets their password, once and for some days (R22).

    Only the hash of the link's token is kept. A later invitation puts an earlier one out of use.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("gửi đến"))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField(_("mời lúc"))
    expires_at = models.DateTimeField(
        _("hết hạn lúc"), help_text=_("giờ thật, không phải giờ mô phỏng")
    )
    sent_at = models.DateTimeField(_("gửi lúc"), null=True)
    error = models.TextField(_("máy chủ thư trả lời"), blank=True)
    used_at = models.DateTimeField(_("dùng lúc"), null=True)

    class Meta:
        verbose_name = _("thư mời")

    def __str__(self):
        return f"{self.user}, {self.invited_at:%d/%m/%Y}"

    @property
    def has_expired(self):
        return self.expires_at <= clock.real_now()


class AccessTokenQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(revoked_at=None)

    def for_list(self):
        """Tokens with their places and makers, those in use first, the newest first."""
        return self.select_related("jurisdiction", "made_by").order_by(
            F("revoked_at").desc(nulls_first=True), "-made_at"
        )


class AccessToken(models.Model):
    """
    What another system shows to read a place's accepted figures; only its hash is kept.

    It belongs to a place and no person, reads what the place's leader reads (R21), writes nothing.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, verbose_name=_("địa bàn"), related_name="access_tokens"
    )
    name = models.CharField(_("cấp cho"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("cấp lúc"))
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("khóa truy cập")

    def __str__(self):
        return self.name


class Event(models.Model):
    """
    One thing that happened; appended only, in the transaction of the change itself.

    A row trigger and missing privileges refuse UPDATE and DELETE (R8).
    """

    at = models.DateTimeField(_("lúc"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="events")
    action = models.CharField(_("việc"), max_length=40)
    subject = models.CharField(_("loại đối tượng"), max_length=40)
    subject_id = models.BigIntegerField()
    note = models.TextField(_("ghi chú"), blank=True)
    data = models.JSONField(default=dict)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("sự kiện")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["subject", "subject_id", "at"], name="event_by_subject")]

    def __str__(self):
        return f"{self.action} {self.subject} {self.subject_id}"


def record_event(action, subject, **fields):
    """Append one event about a saved object. Call it inside the change's transaction."""
    event = event_about(action, subject, **fields)
    event.save()
    return event


def event_about(action, subject, *, by, at, note="", is_demo=False, **data):
    """Return an event not yet written, for those who write many at once."""
    return Event(
        action=action,
        subject=subject._meta.label_lower,
        subject_id=subject.pk,
        by=by,
        at=at,
        note=note,
        data=data,
        is_demo=is_demo,
    )


class DayOff(models.Model):
    """
    A day on which the calendar differs from the library's: closed, or a make-up working day.

    Swaps are announced year by year; what stands here wins (R25).
    """

    day = models.DateField(_("ngày"), unique=True)
    is_working = models.BooleanField(_("là ngày làm việc"), default=False)
    name = models.CharField(_("lý do"), max_length=200)

    class Meta:
        verbose_name = _("ngày nghỉ, ngày làm bù")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day:%d/%m/%Y}: {self.name}"


class StoredFile(models.Model):
    """A file somebody gave us, kept as it came; found by the SHA-256 of its bytes."""

    sha256 = models.CharField(_("mã băm"), max_length=64, unique=True)
    file = models.FileField(_("tệp"), upload_to="files/%Y/%m")
    size = models.PositiveIntegerField(_("cỡ, byte"))
    kind = models.CharField(_("loại"), max_length=10)
    stored_at = models.DateTimeField(_("nhận lúc"))
    stored_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("tệp")

    def __str__(self):
        return self.sha256[:12]


class ListImport(models.Model):
    """
    A list of agencies or people as it was read, between its preview and its application.

    What is applied is what stands here, never what a browser sends back (R26).
    """

    class Kind(models.TextChoices):
        AGENCIES = "co-quan", _("Cơ quan")
        PEOPLE = "nguoi-dung", _("Người dùng")

    kind = models.CharField(_("danh sách"), max_length=10, choices=Kind.choices)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    file_name = models.CharField(_("tên tệp"), max_length=200)
    sha256 = models.CharField(_("mã băm"), max_length=64)
    sheet = models.CharField(_("trang tính"), max_length=31)
    columns = models.JSONField(help_text="{heading: letter}")
    rows = models.JSONField(help_text="[[row number, {heading: text}]]")
    shown = models.JSONField(help_text="lines of the preview, as list_imports computed them")
    read_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("đọc lúc"))
    applied_at = models.DateTimeField(_("ghi lúc"), null=True)

    class Meta:
        verbose_name = _("danh sách nhập")

    def __str__(self):
        return self.file_name
