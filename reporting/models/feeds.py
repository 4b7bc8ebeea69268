"""The secret address of a person's calendar feed."""

import secrets

from django.db import models

from agencies.models import User


def new_token():
    return secrets.token_urlsafe(32)


class Feed(models.Model):
    """
    One feed a person. A calendar programme cannot log in: who knows the token may read the days.

    Another token makes the old address dead at once.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="feed")
    token = models.CharField("mã của liên kết", max_length=60, unique=True, default=new_token)

    class Meta:
        verbose_name = "lịch riêng"

    def __str__(self):
        return f"lịch của {self.user}"
