"""The holder shows a code; a partner's delegate presents it once and sees what can be spent here now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.work import Work
from services.wallet.application.rules import Rules
from services.wallet.domain.card import CodeKeys, ShownCode, end_of_step, step_at
from services.wallet.domain.debit import CASHIER_CHANNEL, Presentation
from services.wallet.domain.errors import CodeUnreadable
from services.wallet.domain.wallet import Wallet
from services.wallet.store import accreditations, cards, memberships, seasons, wallets

PRESENTATION_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PresentCard:
    partner_id: UUID
    device: str
    code: str


@dataclass(frozen=True, slots=True)
class Spendable:
    """A wallet that this partner may debit now, and the benefit's title in the rulebook."""

    wallet: Wallet
    title: str


def show_code(work: Work, keys: CodeKeys, person_id: UUID) -> tuple[str, datetime]:
    """The text of the person's QR, and when the next one is due."""
    card = cards.of_person(work, person_id)
    step = step_at(work.now)
    return keys.write(work.authority_id, ShownCode(card.card_id, step)), end_of_step(step)


def present_card(
    work: Work, keys: CodeKeys, rules: Rules, command: PresentCard
) -> tuple[Presentation, list[Spendable]]:
    """Burn the code and open a presentation.

    Raises CodeUnreadable, CodeExpired, CodeAlreadyUsed, CardOpposed.
    """
    code = keys.read(work.authority_id, command.code)
    card = cards.lock(work, code.card_id)
    if card is None:
        raise CodeUnreadable
    burnt = card.accept(code, work.now)
    cards.save_step(work, burnt)
    presentation = Presentation(
        uuid.uuid4(), card.card_id, command.partner_id, command.device, work.now + PRESENTATION_LIFE
    )
    cards.add_presentation(work, presentation)
    return presentation, _spendable(work, rules, card.person_id, command.partner_id)


def _spendable(work: Work, rules: Rules, person_id: UUID, partner_id: UUID) -> list[Spendable]:
    accredited = accreditations.granted_to(work, partner_id)
    active = memberships.active_ids(work, person_id)
    hashes = seasons.open_hashes(work)
    found = []
    for wallet in wallets.spendable_of(work, person_id):
        benefit = rules.by_hash(hashes[wallet.scheme, wallet.season]).benefit(wallet.benefit)
        taken_here = (wallet.scheme, benefit.category) in accredited and wallet.membership_id in active
        if taken_here and benefit.may_spend(work.today, CASHIER_CHANNEL):
            found.append(Spendable(wallet, benefit.title))
    return found
