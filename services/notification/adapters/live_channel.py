"""Notices to open pages, by Valkey's publish/subscribe: best effort, nothing is kept."""

from __future__ import annotations

import json
import time

from redis import Redis
from redis.exceptions import RedisError

from chassis import logs
from services.notification import metrics

_LOG_EVERY_S = 60.0
_log = logs.get(__name__)


def channel_of(authority_id: str, account_id: str) -> str:
    """The gateway listens to the same name (gateway/live.py)."""
    return f"live:{authority_id}:{account_id}"


class ValkeyChannel:
    """Valkey away: the notice is lost, counted, logged once a minute; a page shows it at its next refresh."""

    def __init__(self, valkey: Redis) -> None:
        self._valkey = valkey
        self._logged_at = float("-inf")

    def tell(self, authority_id: str, account_id: str, fact: str, subject: str) -> None:
        body = json.dumps({"fact": fact, "subject": subject})
        try:
            self._valkey.publish(channel_of(authority_id, account_id), body)
        except (RedisError, OSError) as error:
            metrics.LIVE_NOTICES.labels("lost").inc()
            self._log_loss(error)
        else:
            metrics.LIVE_NOTICES.labels("told").inc()

    def _log_loss(self, error: Exception) -> None:
        if time.monotonic() - self._logged_at > _LOG_EVERY_S:
            self._logged_at = time.monotonic()
            _log.warning("live notices are lost: Valkey is away", reason=type(error).__name__)


def connect(url: str) -> Redis:
    """A client that gives up quickly: a notice is never worth making an event wait."""
    return Redis.from_url(url, socket_timeout=0.25, socket_connect_timeout=0.25)
