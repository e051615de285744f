"""A right without cents is used at the till: recorded once a key, within its limit, and undone by the same window as a
debit. Nobody is paid."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from chassis.work import Work
from rulebooks import Rulebook
from rulebooks import UnknownBenefit as NotInRulebook
from services.wallet.application.cancellations import check_holder_there
from services.wallet.application.cards import last_day_of
from services.wallet.application.facts_told import access_used
from services.wallet.application.idempotency import Done, RequestKey, once
from services.wallet.application.rules import Rules
from services.wallet.domain.access import Entitled, Place, Use, check_recordable, free_place, period_start, uses_left
from services.wallet.domain.cancellation import check_window
from services.wallet.domain.card import Card, TypedCode
from services.wallet.domain.debit import Presentation, Presented, RecordUse, Situation
from services.wallet.domain.errors import TypedCodeWrong
from services.wallet.domain.membership import Membership, MembershipState
from services.wallet.domain.rights_errors import UnknownUse
from services.wallet.domain.static_code import StaticCode
from services.wallet.domain.wrong_codes import NONE, WrongCodes
from services.wallet.store import (
    access_uses,
    accreditations,
    cards,
    days,
    memberships,
    secret_codes,
    suspensions,
    wrong_codes,
)


@dataclass(frozen=True, slots=True)
class CancelUse:
    """`presentation_id`: of the holder's card, where the rulebook wants the holder there."""

    partner_id: UUID
    use_id: UUID
    presentation_id: UUID | None = None


def record_use(work: Work, rules: Rules, order: RecordUse) -> tuple[Mapping[str, Any], bool]:
    """The outcome (use_id, occurred_at, uses_left), and whether it is replayed.

    Raises UnknownSeason, SeasonNotOpen, what `check_recordable` raises, AccessUsedUp, AccessUsedUpForGood, KeyReused.
    """
    key = RequestKey(order.caller, order.operation, order.key, order.request_hash)
    try:
        return once(work, key, lambda: _record(work, rules, order))
    except TypedCodeWrong as wrong:
        if wrong.commits:  # not a refusal that is told again
            wrong_codes.add(work, order.partner_id, order.device, _number(order))
        raise


def _record(work: Work, rules: Rules, order: RecordUse) -> Done:
    # An accreditation that is being stopped has ended by then, or is seen as stopped.
    days.enter(work.session.connection(), work.today)
    rulebook = rules.in_force(work, order.scheme, order.season)
    presentation, card, wrong = _shown(work, order)
    membership = memberships.in_season(work, card.person_id, order.scheme, order.season) if card else None
    situation = _situation(work, rules, rulebook, order, presentation, card, wrong)
    if membership is not None:
        bars = suspensions.bars_of(work, [membership.membership_id])
        situation = replace(situation, bars=tuple(bars.get(membership.membership_id, ())))
    benefit, burnt, channel = check_recordable(order, situation, _entitled(membership, order.benefit))
    assert membership is not None
    if burnt != card:
        cards.save_step(work, burnt)
    access_uses.hold_line(work, burnt.person_id, order.scheme, order.season, order.benefit)
    place, left = None, None
    if benefit.limit:
        start = period_start(benefit.limit, work.today)
        taken = access_uses.taken_places(work, burnt.person_id, order.scheme, order.season, order.benefit, start)
        place = free_place(benefit.limit, work.today, taken)
        left = uses_left(benefit.limit, {*taken, place.number})
    use = _use(work, order, membership, situation, benefit.category, channel, place)
    access_uses.add(work, use)
    work.publish("access_used", str(use.use_id), 1, access_used(use))
    return Done({"use_id": str(use.use_id), "occurred_at": work.now.isoformat(), "uses_left": left})


def _shown(work: Work, order: RecordUse) -> tuple[Presentation | None, Card | None, WrongCodes]:
    """The presentation, the card (held where its code is to be burnt), and the wrong codes that were typed of late."""
    proof = order.proof
    if isinstance(proof, Presented):
        presentation = cards.find_presentation(work, proof.presentation_id)
        return presentation, cards.find(work, presentation.card_id) if presentation else None, NONE
    of_late = wrong_codes.hold_one(work, order.partner_id, order.device, _number(order)) if _is_typed(order) else NONE
    if isinstance(proof, TypedCode):
        return None, cards.lock_numbered(work, proof.number) if proof.step is not None else None, of_late
    if isinstance(proof, StaticCode):
        return None, cards.lock_coded(work, proof.code_hash) if proof.code_hash else None, of_late
    return None, cards.lock(work, proof.card_id) if proof else None, of_late


def _is_typed(order: RecordUse) -> bool:
    return isinstance(order.proof, TypedCode) or (isinstance(order.proof, StaticCode) and order.proof.typed)


def _number(order: RecordUse) -> str | None:
    return order.proof.number if isinstance(order.proof, TypedCode) else None


def _situation(
    work: Work,
    rules: Rules,
    rulebook: Rulebook,
    order: RecordUse,
    presentation: Presentation | None,
    card: Card | None,
    wrong: WrongCodes,
) -> Situation:
    channel = order.channel(presentation)
    accredited = accreditations.granted_to(work, order.partner_id)
    try:
        benefit = rulebook.benefit(order.benefit)
    except NotInRulebook:
        benefit = None
    return Situation(
        now=work.now,
        day=work.today,
        season_open=True,
        rulebook_hash=rulebook.hash,
        benefit=benefit,
        presentation=presentation,
        card=card,
        member=False,  # an access asks the membership itself
        wallet=None,
        accredited=frozenset(category for scheme, category in accredited if scheme == order.scheme),
        wrong_codes=wrong,
        code_asked=rulebook.asks_code(channel),
        code_needed=rulebook.needs_code(channel),
        code_chosen=card is not None and secret_codes.find(work, card.person_id) is not None,
        card_last_day=last_day_of(work, rules, card) if card else None,
        card_forms=rulebook.card.forms,
    )


def _entitled(membership: Membership | None, benefit: str) -> Entitled | None:
    if membership is None:
        return None
    granted = any(grant.benefit == benefit and grant.credited for grant in membership.grants)
    return Entitled(membership.membership_id, membership.state is MembershipState.ACTIVE, granted)


def _use(
    work: Work,
    order: RecordUse,
    membership: Membership,
    situation: Situation,
    category: str,
    channel: str,
    place: Place | None,
) -> Use:
    return Use(
        uuid.uuid4(),
        membership.person_id,
        membership.membership_id,
        order.partner_id,
        order.scheme,
        order.season,
        order.benefit,
        category,
        work.now,
        work.today,
        situation.rulebook_hash,
        order.account_id,
        order.device,
        channel,
        place,
    )


def cancel_use(work: Work, rules: Rules, key: RequestKey, command: CancelUse) -> tuple[Mapping[str, Any], bool]:
    """The outcome (cancelled_at), and whether it is replayed.

    Raises UnknownUse, UseAlreadyCancelled, NeverCancelled, CancellationTooLate, CancellationWindowOver,
    HolderNotPresent, UnknownPresentation, PresentationOfOtherPartner, PresentationExpired,
    PresentationOfOtherHolder, KeyReused.
    """
    return once(work, key, lambda: _cancel(work, rules, command))


def _cancel(work: Work, rules: Rules, command: CancelUse) -> Done:
    use = access_uses.lock_at_partner(work, command.use_id, command.partner_id)
    if use is None:
        raise UnknownUse
    cancelled = use.cancelled(work.now)
    rulebook = rules.in_force(work, use.scheme, use.season)
    check_window(rulebook.cancellation, use.business_day, work.today)
    if rulebook.cancellation.holder_present:
        check_holder_there(work, command.presentation_id, command.partner_id, use.person_id)
    access_uses.save_cancelled(work, cancelled)
    work.audit("access_use_cancelled", str(use.use_id))
    work.publish("access_use_cancelled", str(use.use_id), 2, access_used(cancelled))
    return Done({"cancelled_at": work.now.isoformat()})
