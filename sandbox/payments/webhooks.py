"""Signed webhooks, sent until they are taken.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from chassis import logs
from sandbox.payments.checkouts import Checkouts, Webhook

_BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
_TIMEOUT_S = 10.0
_log = logs.get(__name__)


def signature(key: bytes, webhook_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


class Deliveries:
    """Tries every webhook that is due, backing off from 0.2 to 60 seconds until it is answered with 2xx."""

    def __init__(self, checkouts: Checkouts, key: bytes, merchants: Mapping[str, str]) -> None:
        self._checkouts = checkouts
        self._key = key
        self._merchants = merchants
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There is a new webhook."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with httpx.AsyncClient(timeout=_TIMEOUT_S, follow_redirects=False) as client:
            while True:
                self._news.clear()
                due = self._checkouts.due(time.time())
                await asyncio.gather(*(self._deliver(client, webhook) for webhook in due))
                if not due:
                    await self._until_next()

    async def _until_next(self) -> None:
        next_at = self._checkouts.next_due()
        wait_s = None if next_at is None else max(0.0, next_at - time.time())
        try:
            await asyncio.wait_for(self._news.wait(), wait_s)
        except TimeoutError:
            return

    async def _deliver(self, client: httpx.AsyncClient, webhook: Webhook) -> None:
        outcome = await self._send(client, webhook)
        if outcome.startswith("2"):
            return self._checkouts.taken(webhook)
        delay = _BACKOFF_S[min(webhook.attempts, len(_BACKOFF_S) - 1)]
        _log.warning("webhook not taken", webhook_id=webhook.webhook_id, outcome=outcome, retry_in_s=delay)
        self._checkouts.failed(webhook, time.time() + delay)

    async def _send(self, client: httpx.AsyncClient, webhook: Webhook) -> str:
        url, host = _address(webhook.order.webhook_url, self._merchants[webhook.order.authority_id])
        timestamp = int(time.time())
        headers = {
            "Host": host,
            "Content-Type": "application/json",
            "webhook-id": webhook.webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._key, webhook.webhook_id, timestamp, webhook.body),
        }
        try:
            return str((await client.post(url, content=webhook.body, headers=headers)).status_code)
        except httpx.HTTPError as error:
            return type(error).__name__


def _address(webhook_url: str, merchant_host: str) -> tuple[str, str]:
    """Where to connect, and under which host name: the merchant's own, whatever the machine is called.

    Names under .localhost are this machine (RFC 6761 §6.3), also where the resolver does not know it.
    """
    parts = urlsplit(webhook_url)
    port = f":{parts.port}" if parts.port else ""
    name = parts.hostname or ""
    target = "127.0.0.1" if name.endswith(".localhost") else name
    return parts._replace(netloc=target + port).geturl(), merchant_host + port
