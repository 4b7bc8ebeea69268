"""Keys with which other systems read a place's accepted figures."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from agencies.models.people import User
from agencies.models.places import Jurisdiction


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
    last_used_on = models.DateField(_("gọi lần cuối"), null=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("khóa truy cập")

    def __str__(self):
        return self.name
