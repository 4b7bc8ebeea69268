"""The secret address of a person's calendar feed."""

import secrets

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import User


def new_token():
    return secrets.token_urlsafe(32)


class Feed(models.Model):
    """
    One feed a person. A calendar programme cannot log in: who knows the token may read the days.

    Another token makes the old address dead at once.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="feed")
    token = models.CharField(_("mã của liên kết"), max_length=60, unique=True, default=new_token)

    class Meta:
        verbose_name = _("lịch riêng")

    def __str__(self):
        return gettext("lịch của {user}").format(user=self.user)
