"""Card payment providers: one class each behind `PaymentProvider`, and one line in `PROVIDERS`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from chassis.errors import Operational
from services.wallet.domain.errors import ProviderEventRefused
from services.wallet.domain.payment import Checkout, PaymentResult, ProviderEvent

_TIMEOUT_S = 5.0
_STALE_AFTER_S = 300  # machine time, as the Standard Webhooks specification advises
_RESULTS = {"payment.succeeded": PaymentResult.SUCCEEDED, "payment.failed": PaymentResult.FAILED}


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Where the provider is, where it tells us, and the secret that signs what it tells."""

    url: str
    public_url: str
    webhook_key: bytes


class PaymentProvider(Protocol):
    """A card payment provider; called outside any transaction."""

    name: str

    def open_checkout(self, authority_id: str, payment_id: UUID, amount_cents: int) -> Checkout:
        """Raises Operational."""

    def read_event(self, authority_id: str, body: bytes, headers: dict[str, str]) -> ProviderEvent:
        """Check the signature and read. Raises ProviderEventRefused."""


class SandboxPayments:
    """The sandbox provider: a development stand-in, with the messages and signatures of a real one."""

    name = "sandbox"

    def __init__(self, settings: ProviderSettings, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._now = now

    def open_checkout(self, authority_id: str, payment_id: UUID, amount_cents: int) -> Checkout:
        """Raises Operational."""
        answer = self._post(
            "/checkouts",
            {
                "reference": str(payment_id),
                "amount_cents": amount_cents,
                "webhook_url": f"{self._settings.public_url}/v1/webhooks/payments/{self.name}",
                "authority_id": authority_id,
            },
        )
        return Checkout(answer["checkout_id"], answer["checkout_url"])

    def read_event(self, authority_id: str, body: bytes, headers: dict[str, str]) -> ProviderEvent:
        """Check the Standard Webhooks signature, then read. Raises ProviderEventRefused."""
        event_id = self._verified_id(body, headers)
        try:
            message = json.loads(body)
            if message["authority_id"] != authority_id:
                raise ProviderEventRefused
            return ProviderEvent(
                event_id,
                UUID(message["reference"]),
                str(message["checkout_id"]),
                int(message["amount_cents"]),
                _RESULTS[message["type"]],
            )
        except (ValueError, KeyError, TypeError):
            raise ProviderEventRefused from None

    def _verified_id(self, body: bytes, headers: Mapping[str, str]) -> str:
        event_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        expected = sign(self._settings.webhook_key, event_id, sent_at, body)
        given = [_signature(part) for part in headers.get("webhook-signature", "").split(" ")]
        if not any(hmac.compare_digest(expected, signature) for signature in given):
            raise ProviderEventRefused
        if not event_id or not sent_at.isdigit() or abs(self._now() - int(sent_at)) > _STALE_AFTER_S:
            raise ProviderEventRefused
        return event_id

    def _post(self, path: str, document: Mapping[str, object]) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is a setting of the operator
            self._settings.url + path,
            data=json.dumps(document).encode(),
            headers={"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
                return dict(json.load(response))
        except (urllib.error.URLError, TimeoutError, ValueError, ConnectionError) as error:
            raise Operational(f"the payment provider does not answer: {error}") from error


def sign(key: bytes, event_id: str, sent_at: str, body: bytes) -> bytes:
    """HMAC-SHA256 over "id.timestamp.body" (https://www.standardwebhooks.com/)."""
    return hmac.digest(key, f"{event_id}.{sent_at}.".encode() + body, hashlib.sha256)


def _signature(part: str) -> bytes:
    version, _, encoded = part.partition(",")
    try:
        return base64.b64decode(encoded, validate=True) if version == "v1" else b""
    except (binascii.Error, ValueError):
        return b""


PROVIDERS: Mapping[str, Callable[[ProviderSettings], PaymentProvider]] = {"sandbox": SandboxPayments}
