"""What holders do with their cards, and staff for them: paired, opposed, replaced.

A person's acts wait for each other on a line of their own, before any card is held.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application import static_codes
from services.wallet.application.cards import check_in_season
from services.wallet.application.rules import Rules
from services.wallet.domain.card import NOBODY, Card, CardForm, CardState, OpposedFor
from services.wallet.domain.card_errors import (
    CardAlreadyPaired,
    CardFormNotOffered,
    NoCardToOppose,
    OppositionNotOffered,
    UnknownPairingCode,
)
from services.wallet.domain.membership import MembershipState
from services.wallet.domain.wrong_codes import check_may_pair
from services.wallet.store import card_orders, cards, days, held_cards, memberships, seasons, wrong_codes
from services.wallet.store.held_cards import HeldCard, NewCard


@dataclass(frozen=True, slots=True)
class OpposeCards:
    """`card_id` None: all of the person's that are in use. `by_staff`: allowed whatever the rulebook says."""

    person_id: UUID
    card_id: UUID | None
    reason: OpposedFor
    by_staff: bool = False


def active_rulebooks(work: Work, rules: Rules, person_id: UUID) -> list[Rulebook]:
    """Those of the person's active memberships in force today; the season that lasts longest comes first."""
    hashes = seasons.open_hashes(work)
    found = [
        rules.by_hash(hashes[each.scheme, each.season])
        for each in memberships.of_person(work, person_id)
        if each.state is MembershipState.ACTIVE
    ]
    alive = [rulebook for rulebook in found if work.today <= rulebook.spend_until]
    return sorted(alive, key=lambda rulebook: (-rulebook.spend_until.toordinal(), rulebook.scheme))


def offering(work: Work, rules: Rules, person_id: UUID, form: CardForm) -> Rulebook:
    """The rulebook under which the person may have a card of this form. Raises CardFormNotOffered."""
    for rulebook in active_rulebooks(work, rules, person_id):
        if form in rulebook.card.forms:
            return rulebook
    raise CardFormNotOffered


def replace_app_card(work: Work, person_id: UUID) -> HeldCard:
    """A new app card, in the place of one that is in use or was opposed; codes of the old one are void at once."""
    held_cards.hold_of_person(work, person_id)
    make_instead(work, NewCard(uuid.uuid4(), CardForm.APP, CardState.ACTIVE, person_id))
    work.audit("app_card_replaced", str(person_id))
    return _in_use(work, person_id, CardForm.APP)


def make_instead(work: Work, card: NewCard) -> None:
    """Make a card in the place of the one in use of its form; the person's line is held."""
    assert card.person_id is not None
    _void(work, card.person_id, card.form)
    held_cards.add(work, [card])


def activate_instead(work: Work, card_id: UUID, person_id: UUID, form: CardForm) -> None:
    """Have a waiting card used in the place of the one in use of its form; the person's line is held."""
    _void(work, person_id, form)
    held_cards.activate(work, card_id, person_id)
    card_orders.activate(work, card_id)


def pair_card(work: Work, rules: Rules, person_id: UUID, text: str) -> HeldCard:
    """Give a card that waits to the person who has it in hand.

    Raises TooManyPairings, UnknownPairingCode, CardAlreadyPaired, CardOfPastSeason.
    """
    held_cards.hold_of_person(work, person_id)
    check_may_pair(wrong_codes.hold_of_person(work, person_id))
    card = _with_code(work, rules, text)
    if card is None:
        wrong_codes.add_of_person(work, person_id)
        wrong = UnknownPairingCode()
        wrong.commits = True
        raise wrong
    if card.state is not CardState.WAITING or card.person_id not in (NOBODY, person_id):
        raise CardAlreadyPaired
    check_in_season(work, rules, card.with_state(CardState.ACTIVE))
    activate_instead(work, card.card_id, person_id, card.form)
    work.audit("card_paired", str(card.card_id))
    return _in_use(work, person_id, card.form)


def oppose_cards(work: Work, rules: Rules, command: OpposeCards) -> list[HeldCard]:
    """Effective at commit: debits decided before have ended by then, those after see it; the cards after it.

    Raises NoCardToOppose, OppositionNotOffered.
    """
    held_cards.hold_of_person(work, command.person_id)
    days.wait_for_debits(work)  # before cards are held, as debits do
    chosen = [card for card in held_cards.lock_of_person(work, command.person_id) if _is_meant(card, command)]
    if not chosen:
        raise NoCardToOppose
    if not command.by_staff:
        _check_offered(work, rules, command.person_id, chosen)
    held_cards.oppose(work, [card.card_id for card in chosen], command.reason)
    for card in chosen:
        card_orders.cancel(work, card.card_id)
        _tell(work, card, command)
    opposed = {card.card_id for card in chosen}
    return [card for card in held_cards.of_person(work, command.person_id) if card.card_id in opposed]


def _is_meant(card: HeldCard, command: OpposeCards) -> bool:
    """One on its way is meant only where it is named: what was lost is the one before."""
    return card.card_id == command.card_id if command.card_id else card.state is CardState.ACTIVE


def _check_offered(work: Work, rules: Rules, person_id: UUID, chosen: Sequence[HeldCard]) -> None:
    hashes = seasons.open_hashes(work)
    own = [rules.by_hash(hashes[card.scheme, card.season]) for card in chosen if card.scheme]
    known = [*own, *active_rulebooks(work, rules, person_id)]
    if known and not any(rulebook.card.opposition for rulebook in known):
        raise OppositionNotOffered


def _tell(work: Work, card: HeldCard, command: OpposeCards) -> None:
    data = {
        "card_id": str(card.card_id),
        "person_id": str(command.person_id),
        "form": card.form.value,
        "reason": command.reason.value,
    }
    work.publish("card_opposed", str(card.card_id), 1, data)
    work.audit("card_opposed", str(card.card_id), after={"reason": command.reason.value})


def _void(work: Work, person_id: UUID, form: CardForm) -> None:
    held = held_cards.lock_of_person(work, person_id)
    held_cards.replace(work, [card.card_id for card in held if card.form is form and card.state is CardState.ACTIVE])


def _with_code(work: Work, rules: Rules, text: str) -> Card | None:
    code = static_codes.read(rules.cipher, work.authority_id, text)
    return cards.lock_coded(work, code.code_hash) if code and code.code_hash else None


def _in_use(work: Work, person_id: UUID, form: CardForm) -> HeldCard:
    held = held_cards.of_person(work, person_id)
    return next(card for card in held if card.form is form and card.state is CardState.ACTIVE)
