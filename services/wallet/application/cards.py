"""The holder shows a code; a partner's delegate presents it once and sees what can be spent here now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.work import Work
from services.wallet.application import static_codes
from services.wallet.application.rules import Rules
from services.wallet.application.spendable import Access, ShownBy, Spendable, accesses_at, spendable_at
from services.wallet.domain.card import Card, CodeKeys, ShownCode, TypedCode, end_of_step, step_at
from services.wallet.domain.debit import SCANNED, TYPED, Presentation, accept_static, accept_typed
from services.wallet.domain.errors import CodeUnreadable, TypedCodeWrong
from services.wallet.domain.static_code import StaticCode
from services.wallet.domain.wrong_codes import NONE
from services.wallet.store import cards, seasons, wrong_codes

PRESENTATION_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PresentCard:
    partner_id: UUID
    device: str
    code: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A presentation, what can be debited by it and which uses recorded, and what the cashier checks of its holder."""

    presentation: Presentation
    spendable: list[Spendable]
    accesses: list[Access]
    identity_shown: bool
    photo_shown: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of a person's QR, the same to be typed, and when the next ones are due."""

    code: str
    typed_code: str
    valid_until: datetime


def show_code(work: Work, keys: CodeKeys, person_id: UUID) -> Shown:
    """The person's codes of this moment. Raises AppCardOpposed."""
    card, number = cards.of_person(work, person_id)
    step = step_at(work.now)
    return Shown(
        keys.write(work.authority_id, ShownCode(card.card_id, step)),
        keys.write_typed(work.authority_id, number, step),
        end_of_step(step),
    )


def present_card(work: Work, keys: CodeKeys, rules: Rules, command: PresentCard) -> Opened:
    """Accept the code, which burns an app's, and open a presentation.

    Raises CodeUnreadable, TypedCodeWrong, TooManyWrongCodes, CodeExpired, CodeOfLater, CodeAlreadyUsed, CardOpposed,
    CardOfPastSeason, CardReplaced, CardNotActivated.
    """
    card, channel = _accepted(work, keys, rules, command)
    until = work.now + PRESENTATION_LIFE
    presentation = Presentation(uuid.uuid4(), card.card_id, command.partner_id, command.device, until, channel)
    cards.add_presentation(work, presentation)
    spendable, accesses = _usable(work, rules, card, presentation)
    return Opened(presentation, spendable, accesses, *_checked(spendable, accesses))


def checked_at_the_till(work: Work, rules: Rules, card: Card, presentation: Presentation) -> tuple[bool, bool]:
    """Whether the cashier compares the holder with a name, and with a photo, for what can be spent here now."""
    return _checked(*_usable(work, rules, card, presentation))


def _usable(work: Work, rules: Rules, card: Card, presentation: Presentation) -> tuple[list[Spendable], list[Access]]:
    shown = ShownBy(presentation.channel, card.form)
    here = (work, rules, card.person_id, presentation.partner_id, shown)
    return spendable_at(*here), accesses_at(*here)


def _checked(spendable: list[Spendable], accesses: list[Access]) -> tuple[bool, bool]:
    stated = [each.card_rules for each in spendable] + [each.card_rules for each in accesses]
    return any(each.identity_shown for each in stated), any(each.photo for each in stated)


def check_in_season(work: Work, rules: Rules, card: Card) -> None:
    """Raises what `Card.check_usable` does."""
    card.check_usable(work.today, last_day_of(work, rules, card))


def last_day_of(work: Work, rules: Rules, card: Card) -> date | None:
    """Of the season that a card on paper or plastic lasts, by the version in force."""
    rulebook_hash = seasons.hash_in_force(work, card.scheme, card.season) if card.scheme else None
    return rules.by_hash(rulebook_hash).card_last_day if rulebook_hash else None


def _accepted(work: Work, keys: CodeKeys, rules: Rules, command: PresentCard) -> tuple[Card, str]:
    """The card whose code is accepted, and the channel: scanned or typed."""
    static = static_codes.read(rules.cipher, work.authority_id, command.code)
    if static:
        card = _bearing(work, static, command)
        check_in_season(work, rules, card)
        return card, TYPED if static.typed else SCANNED
    card, channel = _burnt(work, keys, command)
    cards.save_step(work, card)
    return card, channel


def _bearing(work: Work, code: StaticCode, command: PresentCard) -> Card:
    of_late = wrong_codes.hold_one(work, command.partner_id, command.device) if code.typed else NONE
    card = cards.lock_coded(work, code.code_hash) if code.code_hash else None
    try:
        return accept_static(code, card, of_late)
    except TypedCodeWrong as wrong:
        wrong_codes.add(work, command.partner_id, command.device)
        wrong.commits = True
        raise


def _burnt(work: Work, keys: CodeKeys, command: PresentCard) -> tuple[Card, str]:
    """The app's card after its code was accepted."""
    typed = keys.read_typed(work.authority_id, command.code, work.now)
    if typed:
        return _burnt_by_typing(work, typed, command), TYPED
    code = keys.read(work.authority_id, command.code)
    card = cards.lock(work, code.card_id)
    if card is None:
        raise CodeUnreadable
    return card.accept(code, work.now), SCANNED


def _burnt_by_typing(work: Work, typed: TypedCode, command: PresentCard) -> Card:
    of_late = wrong_codes.hold_one(work, command.partner_id, command.device, typed.number)
    card = cards.lock_numbered(work, typed.number) if typed.step is not None else None
    try:
        return accept_typed(typed, card, of_late, work.now)
    except TypedCodeWrong as wrong:
        wrong_codes.add(work, command.partner_id, command.device, typed.number)
        wrong.commits = True
        raise
