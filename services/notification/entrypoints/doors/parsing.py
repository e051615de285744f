"""What a request must look like, before any use case is asked."""

from __future__ import annotations

import base64
import binascii
import uuid

from chassis.errors import Malformed

_LONGEST_ID = 64
_LONGEST_CODE = 40


def uuid_of(value: str, field: str) -> str:
    """Raises Malformed."""
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise Malformed(field, "Cet identifiant n'est pas valide.", "This id is not valid.") from None


def subscriber_id_of(value: str) -> str:
    """Raises Malformed."""
    if not 1 <= len(value) <= _LONGEST_ID or not value.isprintable():
        raise Malformed("subscriber_id", "Indiquez le nom d'un abonné.", "Name a subscriber.")
    return value


def secret_of(value: str) -> bytes:
    """The bytes behind base64url text; what is not such text is nobody's secret."""
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def code_of(value: str) -> str:
    """Raises Malformed."""
    if not 1 <= len(value) <= _LONGEST_CODE:
        raise Malformed("code", "Écrivez le code que la personne vous a donné.", "Write the code that you were given.")
    return value
