"""What a request must look like, before any use case is asked."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from atouts.bonplan.v1 import offers_pb2 as pb
from atouts.bonplan.v1 import registrations_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.errors import Malformed
from services.bonplan.domain.offer import OfferKind, OfferText, OfferType, Terms
from services.bonplan.domain.registration import Attendance

_KEY_LENGTH = 128
_KIND_PREFIX, _TYPE_PREFIX, _ATTENDANCE_PREFIX = "OFFER_KIND_", "OFFER_TYPE_", "ATTENDANCE_"
_UNSPECIFIED = "UNSPECIFIED"


def uuid_of(value: str, field: str) -> str:
    """Raises Malformed."""
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise Malformed(field, "Cet identifiant n'est pas valide.", "This id is not valid.") from None


def partner_or_none(value: str) -> str:
    """A partner's id, or "" where the request names none. Raises Malformed."""
    return uuid_of(value, "partner_id") if value else ""


def idempotency_key_of(value: str) -> str:
    """Raises Malformed."""
    if not 1 <= len(value) <= _KEY_LENGTH or not value.isprintable():
        raise Malformed(
            "idempotency_key",
            "Envoyez une clé d'idempotence de 1 à 128 caractères.",
            "Send an idempotency key of 1 to 128 characters.",
        )
    return value


def terms_of(request: pb.SubmitOfferRequest) -> Terms:
    """Raises Malformed."""
    text = request.text
    return Terms(
        partner_id=partner_or_none(request.partner_id),
        kind=_kind_of(request.kind),
        text=OfferText(text.title, text.description, text.prize),
        scheme=request.scheme,
        season=request.season,
        places=request.places,
        value_cents=request.value_cents,
        opens_at=_instant_of(request, "opens_at"),
        closes_at=_instant_of(request, "closes_at"),
        type=_type_of(request.type),
        theme=request.theme,
    )


def attendance_of(value: registrations_pb2.Attendance) -> Attendance:
    """Unspecified takes back what was said. Raises Malformed."""
    try:
        name = registrations_pb2.Attendance.Name(value).removeprefix(_ATTENDANCE_PREFIX)
    except ValueError:
        raise Malformed("attendance", "Indiquez si la personne est venue.", "came or absent") from None
    return Attendance.UNKNOWN if name == _UNSPECIFIED else Attendance(name.lower())


def _kind_of(value: pb.OfferKind) -> OfferKind:
    try:
        return OfferKind(pb.OfferKind.Name(value).removeprefix(_KIND_PREFIX).lower())
    except ValueError:
        sentence = "Choisissez comment les places sont données : sur inscription, ou par tirage au sort."
        raise Malformed("kind", sentence, "registration or draw") from None


def _type_of(value: pb.OfferType) -> OfferType:
    try:
        name = pb.OfferType.Name(value).removeprefix(_TYPE_PREFIX)
    except ValueError:
        raise Malformed("type", "Ce type de bon plan n'existe pas.", "unknown type") from None
    return OfferType.UNSPECIFIED if name == _UNSPECIFIED else OfferType(name.lower())


def _instant_of(request: pb.SubmitOfferRequest, field: str) -> datetime:
    given: Timestamp = getattr(request, field)
    try:
        if not request.HasField(field):
            raise ValueError(field)
        return given.ToDatetime(UTC)
    except (ValueError, OverflowError):
        raise Malformed(field, "Indiquez une date et une heure.", "Give a date and a time.") from None
