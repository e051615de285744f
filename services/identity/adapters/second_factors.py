"""Time-based codes (RFC 6238) on machine time."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

_ISSUER = "Atouts"
_STEP_S = 30
_STEPS_TRIED = (0, -1, 1)  # a phone's clock may be half a minute off


class TotpSecondFactors:
    """Six digits, 30 seconds, one step of tolerance on each side."""

    def new_secret(self) -> str:
        return pyotp.random_base32()

    def step_of(self, secret: str, code: str, at: datetime) -> int | None:
        """The step whose code this is, or None."""
        now = int(at.timestamp()) // _STEP_S
        generator = pyotp.TOTP(secret, interval=_STEP_S)
        for step in (now + offset for offset in _STEPS_TRIED):
            if hmac.compare_digest(generator.generate_otp(step).encode(), code.encode()):
                return step
        return None

    def enrolment_uri(self, secret: str, email: str) -> str:
        return pyotp.TOTP(secret, interval=_STEP_S).provisioning_uri(name=email, issuer_name=_ISSUER)
