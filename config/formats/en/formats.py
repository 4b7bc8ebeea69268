"""English pages write and read numbers and dates as the Vietnamese ones do (ADR 17)."""

from django.conf import global_settings
from django.conf.locale.vi import formats as vietnamese
from django.utils.formats import FORMAT_SETTINGS

globals().update(
    (name, getattr(vietnamese, name, getattr(global_settings, name))) for name in FORMAT_SETTINGS
)
