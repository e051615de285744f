"""What a request must look like, before any use case is asked."""

from __future__ import annotations

import uuid

from chassis.errors import Malformed

_KEY_LENGTH = 128


def uuid_of(value: str, field: str) -> str:
    """Raises Malformed."""
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise Malformed(field, "Cet identifiant n'est pas valide.", "This id is not valid.") from None


def idempotency_key_of(value: str) -> str:
    """Raises Malformed."""
    if not 1 <= len(value) <= _KEY_LENGTH or not value.isprintable():
        raise Malformed(
            "idempotency_key",
            "Envoyez une clé d'idempotence de 1 à 128 caractères.",
            "Send an idempotency key of 1 to 128 characters.",
        )
    return value


def text_of(value: str, field: str, length: int) -> str:
    """A sentence for people, without control characters. Raises Malformed."""
    text = " ".join(value.split())
    if not 1 <= len(text) <= length or not text.isprintable():
        raise Malformed(
            field,
            f"Écrivez une phrase de 1 à {length} caractères.",
            f"Write a sentence of 1 to {length} characters.",
        )
    return text
