"""Domain values as gRPC messages."""

from __future__ import annotations

from datetime import datetime

from atouts.bonplan.v1 import offers_pb2, registrations_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from services.bonplan.domain.offer import Offer
from services.bonplan.domain.registration import Attendance, Registration
from services.bonplan.store.draws import KeptDraw

_ATTENDANCE = {
    Attendance.UNKNOWN: registrations_pb2.ATTENDANCE_UNSPECIFIED,
    Attendance.CAME: registrations_pb2.ATTENDANCE_CAME,
    Attendance.ABSENT: registrations_pb2.ATTENDANCE_ABSENT,
}


def offer_message(offer: Offer) -> offers_pb2.Offer:
    terms = offer.terms
    return offers_pb2.Offer(
        offer_id=offer.offer_id,
        partner_id=terms.partner_id,
        kind=f"OFFER_KIND_{terms.kind.name}",
        state=f"OFFER_STATE_{offer.state.name}",
        text=offers_pb2.OfferText(title=terms.text.title, description=terms.text.description, prize=terms.text.prize),
        scheme=terms.scheme,
        season=terms.season,
        places=terms.places,
        places_left=offer.places_left,
        value_cents=terms.value_cents,
        opens_at=_timestamp(terms.opens_at),
        closes_at=_timestamp(terms.closes_at),
        reason=offer.reason,
        seed_commitment=offer.seed_commitment,
        version=offer.version,
        type=f"OFFER_TYPE_{terms.type.name}",
        theme=terms.theme,
    )


def registration_message(registration: Registration, offer: Offer, warning: str = "") -> registrations_pb2.Registration:
    return registrations_pb2.Registration(
        registration_id=registration.registration_id,
        offer=offer_message(offer),
        state=f"REGISTRATION_STATE_{registration.state.name}",
        registered_at=_timestamp(registration.registered_at),
        attendance_code=registration.attendance_code,
        warning=warning,
    )


def registrant_message(registration: Registration, name: str) -> registrations_pb2.Registrant:
    """`name` is "" while it may not be shown, or cannot be asked for."""
    return registrations_pb2.Registrant(
        registration_id=registration.registration_id,
        state=f"REGISTRATION_STATE_{registration.state.name}",
        attendance_code=registration.attendance_code,
        name=name,
        attendance=_ATTENDANCE[registration.attendance],
    )


def draw_message(draw: KeptDraw, offer: Offer) -> registrations_pb2.Draw:
    return registrations_pb2.Draw(
        offer_id=draw.offer_id,
        seed_commitment=offer.seed_commitment,
        seed=draw.seed.hex(),
        registrations_hash=draw.outcome.registrations_hash,
        registration_ids=draw.outcome.took_part,
        winner_ids=draw.outcome.winners,
        drawn_at=_timestamp(draw.drawn_at),
        method=draw.method,
    )


def _timestamp(instant: datetime) -> Timestamp:
    message = Timestamp()
    message.FromDatetime(instant)
    return message
