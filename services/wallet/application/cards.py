"""The holder shows a code; a partner's delegate presents it once and sees what can be spent here now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.work import Work
from rulebooks import Benefit
from services.wallet.application.rules import Rules
from services.wallet.domain.card import Card, CodeKeys, ShownCode, TypedCode, end_of_step, step_at
from services.wallet.domain.debit import SCANNED, TYPED, Presentation, accept_typed
from services.wallet.domain.errors import CodeUnreadable, SeasonOver, SpendingNotStarted, TypedCodeWrong
from services.wallet.domain.spending import check_open, outlives_season
from services.wallet.domain.wallet import Wallet
from services.wallet.store import accreditations, cards, memberships, seasons, suspensions, wallets, wrong_codes

PRESENTATION_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PresentCard:
    partner_id: UUID
    device: str
    code: str


@dataclass(frozen=True, slots=True)
class Spendable:
    """A wallet that this partner may debit now, its benefit, and whether the holder's secret code goes with it."""

    wallet: Wallet
    benefit: Benefit
    asks_code: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of a person's QR, the same to be typed, and when the next ones are due."""

    code: str
    typed_code: str
    valid_until: datetime


def show_code(work: Work, keys: CodeKeys, person_id: UUID) -> Shown:
    """The person's codes of this moment."""
    card, number = cards.of_person(work, person_id)
    step = step_at(work.now)
    return Shown(
        keys.write(work.authority_id, ShownCode(card.card_id, step)),
        keys.write_typed(work.authority_id, number, step),
        end_of_step(step),
    )


def present_card(
    work: Work, keys: CodeKeys, rules: Rules, command: PresentCard
) -> tuple[Presentation, list[Spendable]]:
    """Burn the code and open a presentation.

    Raises CodeUnreadable, TypedCodeWrong, TooManyWrongCodes, CodeExpired, CodeAlreadyUsed, CardOpposed.
    """
    card, channel = _burnt(work, keys, command)
    cards.save_step(work, card)
    until = work.now + PRESENTATION_LIFE
    presentation = Presentation(uuid.uuid4(), card.card_id, command.partner_id, command.device, until, channel)
    cards.add_presentation(work, presentation)
    return presentation, _spendable(work, rules, card.person_id, presentation)


def _burnt(work: Work, keys: CodeKeys, command: PresentCard) -> tuple[Card, str]:
    """The card after its code was accepted, and the channel: scanned or typed."""
    typed = keys.read_typed(work.authority_id, command.code, work.now)
    if typed:
        return _burnt_by_typing(work, typed, command.partner_id), TYPED
    code = keys.read(work.authority_id, command.code)
    card = cards.lock(work, code.card_id)
    if card is None:
        raise CodeUnreadable
    return card.accept(code, work.now), SCANNED


def _burnt_by_typing(work: Work, typed: TypedCode, partner_id: UUID) -> Card:
    of_late = wrong_codes.hold_count(work, partner_id)
    card = cards.lock_numbered(work, typed.number) if typed.step is not None else None
    try:
        return accept_typed(typed, card, of_late, work.now)
    except TypedCodeWrong as wrong:
        wrong_codes.add(work, partner_id)
        wrong.commits = True
        raise


def _spendable(work: Work, rules: Rules, person_id: UUID, presentation: Presentation) -> list[Spendable]:
    accredited = accreditations.granted_to(work, presentation.partner_id)
    active = memberships.active_ids(work, person_id)
    hashes = seasons.open_hashes(work)
    held = wallets.spendable_of(work, person_id)
    bars = suspensions.bars_of(work, {wallet.membership_id for wallet in held})
    found = []
    for wallet in held:
        rulebook = rules.by_hash(hashes[wallet.scheme, wallet.season])
        benefit = rulebook.benefit(wallet.benefit)
        taken_here = (wallet.scheme, benefit.category) in accredited and presentation.channel in benefit.channels
        barred = any(bar.covers(benefit.id, work.today) for bar in bars.get(wallet.membership_id, ()))
        alive = wallet.membership_id in active or outlives_season(benefit)
        if taken_here and alive and not barred and _is_open(wallet, benefit, work.today):
            found.append(Spendable(wallet, benefit, rulebook.asks_code(presentation.channel)))
    return found


def _is_open(wallet: Wallet, benefit: Benefit, on: date) -> bool:
    try:
        check_open(benefit, wallet.closes_on, on)
    except (SeasonOver, SpendingNotStarted):
        return False
    return True
