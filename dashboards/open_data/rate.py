"""How often one token may ask: its calls are counted by the minute, in Redis."""

import logging

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

_DAY = 24 * 3600
_log = logging.getLogger(__name__)


def seconds_to_wait(token, *, now):
    """
    Count a call and return 0, or after how many seconds one is answered again.

    `now` is real time. Without Redis nobody is held up: figures matter more than the limit.
    """
    minute, second = divmod(int(now.timestamp()), 60)
    key = f"open-data:calls:{token.token_hash}:{minute}"
    try:
        cache.add(key, 0, timeout=2 * 60)
        calls = cache.incr(key)
    except RedisError:
        _log.exception("calls of token %s are not counted", token.pk)
        return 0
    return 0 if calls <= settings.OPEN_DATA_PER_MINUTE else 60 - second


def is_first_refusal(token, *, on):
    """Say once a day and token that it is held up, so that the book of events is not flooded."""
    return cache.add(f"open-data:refused:{token.token_hash}:{on}", 1, timeout=_DAY)
