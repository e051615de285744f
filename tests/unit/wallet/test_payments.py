"""The provider's signature, against the example of the Standard Webhooks specification."""

from __future__ import annotations

import base64

from services.wallet.adapters.payments import sign


def test_signature_of_the_specifications_example() -> None:
    """HMAC-SHA256 over id, timestamp and body, joined by dots (standardwebhooks.com, reference vector)."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert base64.b64encode(signature).decode() == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
