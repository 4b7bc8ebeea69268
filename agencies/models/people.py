"""Who: people, their roles, the letters that invite them."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.derived import DerivedQuerySet
from agencies.models.places import Agency, Jurisdiction
from agencies.vietnamese import fold, nfc, person_sort_key
from config import clock


class UserManager(BaseUserManager):
    def get_by_natural_key(self, email):
        # People type their address in any case; the column holds it lowered.
        return self.get(email=email.lower())

    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class UserQuerySet(DerivedQuerySet):
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

    DERIVED = ("full_name", "name_key", "name_fold")
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
        self.derive()
        super().save(*args, **kwargs)

    def derive(self):
        self.full_name = nfc(self.full_name)
        self.name_key, self.name_fold = person_sort_key(self.full_name), fold(self.full_name)

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
        return f"{self.get_role_display()}, {self.agency or self.jurisdiction.name_inside}"


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
