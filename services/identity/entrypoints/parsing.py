"""From messages to values; what breaks the contract is Malformed, naming the field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.errors import Malformed

MOST_IDS = 1_000


def an_id(text: str, field: str) -> str:
    """A UUID in its one form. Raises Malformed."""
    try:
        return str(UUID(text))
    except ValueError:
        raise Malformed(field, "Cet identifiant n'a pas la forme attendue.", "not an identifier") from None


def ids(texts: Sequence[str], field: str) -> list[str]:
    """1,000 at most. Raises Malformed."""
    if len(texts) > MOST_IDS:
        raise Malformed(field, f"{MOST_IDS} identifiants au plus par appel.", f"{MOST_IDS} ids at most")
    return [an_id(text, field) for text in texts]


def a_day(text: str, field: str) -> date:
    """YYYY-MM-DD. Raises Malformed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Malformed(field, "Écrivez cette date sous la forme AAAA-MM-JJ.", "write YYYY-MM-DD") from None


def a_timestamp(instant: datetime | None) -> Timestamp | None:
    """An instant on the wire."""
    if instant is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp


def a_reason(text: str) -> str:
    """3 to 200 printable characters. Raises Malformed."""
    fit = text.strip()
    if not 3 <= len(fit) <= 200 or not fit.isprintable():
        raise Malformed("reason", "Dites pourquoi en 3 à 200 caractères.", "say why in 3 to 200 characters")
    return fit


def a_proof(text: str) -> str:
    """What was shown: 200 printable characters at most. Raises Malformed."""
    fit = text.strip()
    if len(fit) > 200 or not fit.isprintable():
        raise Malformed("proof", "Nommez le justificatif en 200 caractères au plus.", "200 characters at most")
    return fit
