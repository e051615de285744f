"""What a request must look like, before any use case is asked."""

from __future__ import annotations

import uuid

from chassis.errors import Malformed

_KEY_LENGTH = 128
_MOST_CENTS = 100_000_000_00


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


def cents_of(value: int, field: str) -> int:
    """An amount above nothing. Raises Malformed."""
    if not 0 < value <= _MOST_CENTS:
        raise Malformed(field, "Indiquez un montant de plus de 0 €.", "Give an amount above 0.")
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
