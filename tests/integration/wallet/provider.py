"""The payment provider's word, signed as it signs."""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from typing import Any

from atouts.wallet.v1 import memberships_pb2 as pb

from chassis import keys
from services.wallet.adapters.payments import sign


def provider_event(
    payment_id: str,
    kind: str = "payment.succeeded",
    stale_s: int = 0,
    key: bytes | None = None,
    **change: Any,
) -> pb.RecordProviderEventRequest:
    """Of a payment of 10 €, sent so many seconds ago; `change` of what its body says."""
    message = {
        "type": kind,
        "checkout_id": f"checkout-{payment_id}",
        "reference": payment_id,
        "amount_cents": 1000,
        "authority_id": "normandie",
    }
    body = json.dumps(message | change).encode()
    event_id, sent_at = f"evt-{payment_id}", str(int(time.time()) - stale_s)
    secret = key or keys.folder(Path(os.environ["KEYS_DIR"])).secret("payment_webhook")
    signature = "v1," + base64.b64encode(sign(secret, event_id, sent_at, body)).decode()
    headers = {"webhook-id": event_id, "webhook-timestamp": sent_at, "webhook-signature": signature}
    return pb.RecordProviderEventRequest(provider="sandbox", body=body, headers=headers)
