"""A member takes a place, takes part in a draw, or leaves again while registrations are open."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from chassis.work import Work
from rulebooks import Catalogue
from rulebooks.bons_plans import BonsPlans
from services.bonplan import metrics
from services.bonplan.application.submitting import rulebook_of
from services.bonplan.domain.attendance import new_code
from services.bonplan.domain.errors import AlreadyRegistered, MembershipNeeded, NotRegistered, OfferFull
from services.bonplan.domain.offer import Offer, OfferKind
from services.bonplan.domain.registration import Registration, RegistrationState
from services.bonplan.domain.rules import (
    Facts,
    after_absences,
    bons_plans_of,
    is_for_members,
    require_open_to,
    theme_asks_facts,
)
from services.bonplan.store import memberships
from services.bonplan.store.offers import Offers
from services.bonplan.store.registrations import Registrations


class FactsNeeded(Exception):
    """The offer's theme is for some persons only: ask for the person's facts, then register with them."""


@dataclass(frozen=True, slots=True)
class Registered:
    """`warning`: what absences may cost, in the rulebook's words, or ""."""

    registration: Registration
    offer: Offer
    warning: str


def register(work: Work, catalogue: Catalogue, offer_id: str, facts: Facts | None = None) -> Registered:
    """A place at once where they go in order of arrival, else a part in the draw; accepts the season's rulebook.

    `facts`: the person's, where the offer's theme asks for them. Raises FactsNeeded, UnknownOffer,
    RegistrationNotOpen, RegistrationClosed, MembershipNeeded, ThemeNotOpen, LimitedForAbsences, ExcludedForAbsences,
    AlreadyRegistered, OfferFull.
    """
    offer = _lock(work, offer_id)
    offer.require_open(work.now)
    rulebook = rulebook_of(work, catalogue, offer.terms)
    rules = bons_plans_of(rulebook)
    if is_for_members(rules):
        _require_member(work, offer)
    _require_theme(rules, offer, facts)
    known = Registrations(work).of_person(offer_id, work.context.account_id)
    if known is not None and known.state is not RegistrationState.WITHDRAWN:
        raise AlreadyRegistered(offer_id)
    warning = _weigh_absences(work, rules, offer)
    fresh = _fresh(work, offer, rulebook.hash)
    kept = Registrations(work).keep(fresh)
    if kept is None:
        raise AlreadyRegistered(offer_id)
    if not offer.is_draw:
        Offers(work).take_place(offer_id)
    _tell(work, offer, kept)
    return Registered(kept, Offers(work).find(offer_id), warning)


def withdraw(work: Work, offer_id: str) -> tuple[Registration, Offer]:
    """Leave; a place returns to the pool. Raises UnknownOffer, RegistrationClosed, NotRegistered."""
    offer = _lock(work, offer_id)
    offer.require_not_over(work.now)
    left = Registrations(work).withdraw(offer_id, work.context.account_id)
    if left is None:
        raise NotRegistered(offer_id)
    registration, had_place = left
    if had_place:
        Offers(work).give_place_back(offer_id)
    metrics.count_registration(work, registration.state)
    return registration, Offers(work).find(offer_id)


def _lock(work: Work, offer_id: str) -> Offer:
    """Places are counted one at a time; who takes part in a draw waits only for its closing."""
    if Offers(work).kind_of(offer_id) is OfferKind.DRAW:
        return Offers(work).lock_shared(offer_id)
    return Offers(work).lock(offer_id)


def _require_member(work: Work, offer: Offer) -> None:
    scheme, season = offer.terms.scheme, offer.terms.season
    if not memberships.is_member(work, work.context.account_id, scheme, season):
        raise MembershipNeeded(scheme, season)


def _require_theme(rules: BonsPlans, offer: Offer, facts: Facts | None) -> None:
    if not theme_asks_facts(rules, offer.terms.theme):
        return
    if facts is None:
        raise FactsNeeded
    require_open_to(rules, offer.terms.theme, facts)


def _weigh_absences(work: Work, rules: BonsPlans, offer: Offer) -> str:
    person_id, terms = work.context.account_id, offer.terms
    absences = Registrations(work).absences(person_id, terms.scheme, terms.season)
    step = rules.step_after(absences)
    if step is None:
        return ""
    # Two offers at once would each see the other one not taken yet.
    Registrations(work).lock_person(person_id)
    return after_absences(step, Registrations(work).live(person_id, terms.scheme, terms.season))


def _fresh(work: Work, offer: Offer, rulebook_hash: str) -> Registration:
    state, code = RegistrationState.WAITING, ""
    if not offer.is_draw:
        if offer.places_left == 0:
            raise OfferFull(offer.offer_id)
        used = Registrations(work).is_code_used
        state, code = RegistrationState.WON, new_code(lambda each: used(offer.offer_id, each))
    account_id = work.context.account_id
    return Registration(str(uuid.uuid4()), offer.offer_id, account_id, state, work.now, rulebook_hash, 1, code)


def _tell(work: Work, offer: Offer, registration: Registration) -> None:
    fact = {
        "registration_id": registration.registration_id,
        "offer_id": offer.offer_id,
        "person_id": registration.person_id,
    }
    if registration.state is RegistrationState.WON:
        won = fact | {"kind": offer.terms.kind}
        work.publish("place_won", registration.registration_id, registration.version, won)
    else:
        work.publish("registration_confirmed", registration.registration_id, registration.version, fact)
    metrics.count_registration(work, registration.state)
