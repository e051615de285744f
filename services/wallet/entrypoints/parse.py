"""Reading requests: what breaks the contract is told with its field and what to write instead."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from chassis.errors import Malformed

# Far above any benefit, far below what a bigint sum could overflow.
AMOUNT_LIMIT_CENTS = 100_000_000_00
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEY_LIMIT, _DEVICE_LIMIT = 128, 100
_REASON_LEAST, _REASON_LIMIT = 3, 200


def identifier(field: str, text: str) -> UUID:
    """Raises Malformed."""
    try:
        return UUID(text)
    except ValueError:
        raise Malformed(field, "Cet identifiant n'est pas valide : vérifiez-le.", "Not a valid identifier.") from None


def optional_identifier(field: str, text: str) -> UUID | None:
    """None when it is empty. Raises Malformed."""
    return identifier(field, text) if text else None


def name(field: str, text: str) -> str:
    """A scheme, season, benefit or category. Raises Malformed."""
    if not _NAME.fullmatch(text):
        raise Malformed(field, "Ce nom n'est pas valide : vérifiez-le.", "Not a valid name.")
    return text


def optional_name(field: str, text: str) -> str:
    """Empty where nothing is said. Raises Malformed."""
    return name(field, text) if text else ""


def day(field: str, text: str) -> date:
    """Raises Malformed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Malformed(field, "Écrivez la date AAAA-MM-JJ.", "Write the date YYYY-MM-DD.") from None


def optional_day(field: str, text: str) -> date | None:
    """None where nothing is said. Raises Malformed."""
    return day(field, text) if text else None


def positive_cents(field: str, amount_cents: int) -> int:
    """Raises Malformed."""
    if not 0 < amount_cents <= AMOUNT_LIMIT_CENTS:
        raise AmountInvalid(field)
    return amount_cents


def signed_cents(field: str, amount_cents: int) -> int:
    """Raises Malformed."""
    if not 0 < abs(amount_cents) <= AMOUNT_LIMIT_CENTS:
        raise AmountInvalid(field)
    return amount_cents


def idempotency_key(text: str) -> str:
    """1 to 128 printable characters. Raises Malformed."""
    return _short_text(
        "idempotency_key",
        text,
        _KEY_LIMIT,
        "Envoyez une clé d'idempotence de 1 à 128 caractères imprimables.",
    )


def device(text: str) -> str:
    """The till's own name, may be empty. Raises Malformed."""
    sentence = "Le nom de l'appareil compte 100 caractères imprimables au plus."
    return _short_text("device", text, _DEVICE_LIMIT, sentence) if text else ""


def charter_version(text: str) -> str:
    """Of an accepted charter, may be empty. Raises Malformed."""
    sentence = "La version de la charte compte 100 caractères imprimables au plus."
    return _short_text("charter_version", text, _DEVICE_LIMIT, sentence) if text else ""


def reference(text: str) -> str:
    """A cheque's number. Raises Malformed."""
    return _short_text("reference", text, _DEVICE_LIMIT, "Indiquez le numéro du chèque.")


def transfer_reference(text: str) -> str:
    """An operator's own. Raises Malformed."""
    return _short_text("reference", text, _DEVICE_LIMIT, "Indiquez votre référence, de 1 à 100 caractères imprimables.")


def reason(text: str) -> str:
    """Why staff decided so. Raises Malformed."""
    sentence = "Dites pourquoi en 3 à 200 caractères."
    return _short_text("reason", text.strip(), _REASON_LIMIT, sentence, least=_REASON_LEAST)


def _short_text(field: str, text: str, limit: int, sentence_fr: str, least: int = 1) -> str:
    if not least <= len(text) <= limit or not text.isprintable():
        raise Malformed(field, sentence_fr, f"Write {least} to {limit} printable characters.")
    return text


class AmountInvalid(Malformed):
    """Not an amount that can be paid."""

    def __init__(self, field: str) -> None:
        super().__init__(
            field,
            "Indiquez un montant en centimes, supérieur à zéro.",
            "Give an amount in cents, more than zero.",
        )
