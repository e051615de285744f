"""What people read in lists: straight from the tables, no rule needed."""

from __future__ import annotations

import sqlalchemy as sa

from chassis.work import Work
from services.bonplan.domain.offer import PUBLIC, Offer, OfferState
from services.bonplan.domain.registration import Registration, RegistrationState
from services.bonplan.store import pages
from services.bonplan.store.offers import offer_of
from services.bonplan.store.registrations import registration_of
from services.bonplan.store.tables import offers, registrations

# Literal, so that the planner knows the partial index by them.
_PUBLIC = sa.text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(PUBLIC))))


def public_offers(work: Work, partner_id: str, token: str) -> tuple[list[Offer], str]:
    """Published, closed and drawn ones, the last to close first; of one partner, or of all. Raises Malformed."""
    query = sa.select(offers).where(offers.c.authority_id == work.authority_id, _PUBLIC)
    if partner_id:
        query = query.where(offers.c.partner_id == partner_id)
    rows, following = pages.read(work, query, (offers.c.closes_at, offers.c.offer_id), token, newest=True)
    return [offer_of(row) for row in rows], following


def offers_of_partner(work: Work, partner_id: str, token: str) -> tuple[list[Offer], str]:
    """In every state, newest first. Raises Malformed."""
    query = sa.select(offers).where(offers.c.authority_id == work.authority_id, offers.c.partner_id == partner_id)
    rows, following = pages.read(work, query, (offers.c.submitted_at, offers.c.offer_id), token, newest=True)
    return [offer_of(row) for row in rows], following


def offers_to_moderate(work: Work, token: str) -> tuple[list[Offer], str]:
    """Those that wait longest first. Raises Malformed."""
    waiting = offers.c.state == sa.literal_column(f"'{OfferState.SUBMITTED}'")
    query = sa.select(offers).where(offers.c.authority_id == work.authority_id, waiting)
    rows, following = pages.read(work, query, (offers.c.submitted_at, offers.c.offer_id), token)
    return [offer_of(row) for row in rows], following


def registrations_of_person(work: Work, person_id: str, token: str) -> tuple[list[Registration], str]:
    """A person's own, newest first, withdrawn ones too. Raises Malformed."""
    query = sa.select(registrations).where(
        registrations.c.authority_id == work.authority_id, registrations.c.person_id == person_id
    )
    key = (registrations.c.registered_at, registrations.c.registration_id)
    rows, following = pages.read(work, query, key, token, newest=True)
    return [registration_of(row) for row in rows], following


def registrants(work: Work, offer_id: str, token: str) -> tuple[list[Registration], str]:
    """Those of an offer, in order of arrival; who withdrew is no longer shown. Raises Malformed."""
    query = sa.select(registrations).where(
        registrations.c.authority_id == work.authority_id,
        registrations.c.offer_id == offer_id,
        registrations.c.state != RegistrationState.WITHDRAWN,
    )
    key = (registrations.c.registered_at, registrations.c.registration_id)
    rows, following = pages.read(work, query, key, token)
    return [registration_of(row) for row in rows], following
