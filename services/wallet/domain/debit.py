"""The decision on a debit: every rule in one pure function, the same alone or in a group.

`decide_debit(order, situation)` answers Debited or Refused and changes nothing: who calls it writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from rulebooks import Benefit, Left
from services.wallet.domain.card import Card, ShownCode, TypedCode
from services.wallet.domain.card_errors import CardFormNotTaken
from services.wallet.domain.errors import (
    ChannelNotAccepted,
    CodeUnreadable,
    MembershipNotActive,
    NotEntitled,
    NotSpentInMoney,
    PartnerNotAccredited,
    PresentationExpired,
    PresentationOfOtherPartner,
    SeasonNotOpen,
    SecretCodeNotChosen,
    TypedCodeWrong,
    UnknownBenefit,
    UnknownPresentation,
    WalletRefusal,
    WrongCategory,
)
from services.wallet.domain.ledger import Act, Transfer
from services.wallet.domain.rights_errors import NothingToTransfer, ReferenceReused
from services.wallet.domain.secret_code import NOT_SENT, CodeCheck
from services.wallet.domain.spending import check_open, check_windows, outlives_season, uses_taken
from services.wallet.domain.static_code import StaticCode
from services.wallet.domain.suspension import Bar, check_not_suspended
from services.wallet.domain.top_up import ToppedUp, TopUpOffer, most_cents, top_up
from services.wallet.domain.wallet import Payment, Wallet
from services.wallet.domain.wrong_codes import NONE as NO_WRONG_CODES
from services.wallet.domain.wrong_codes import WrongCodes

# The delegates' roles that may take payments (règlement 2025-2026, §4: acts are traced to the delegate).
TILL_ROLES = frozenset({"principal", "manager", "cashier"})
# How a card is presented to a cashier; what a partner's own software or device may say of itself.
SCANNED, TYPED = "qr", "number"
TILL = "till"
DIRECT_CHANNELS = frozenset({TILL, "terminal", "nfc"})
# Another operator's own site.
EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Presented:
    """The card was presented before; the cashier names the presentation."""

    presentation_id: UUID


@dataclass(slots=True)
class TillOrder:
    """What a partner asks for at the till. `proof` is None when what was scanned could not be read; `request_hash`
    tells requests of one key apart; `traceparent` follows the request into its event. `direct_channel` is that of a
    code; a presentation has its own. `code_check` is what was found of the holder's secret code. `caller`: keys belong
    to the partner, for one `operation` each, and a delegate's right is for it; whichever delegate asks again gets the
    first answer."""

    operation: ClassVar[str]
    authority_id: str
    account_id: str
    partner_id: UUID
    key: str
    request_hash: bytes
    scheme: str
    season: str
    benefit: str
    device: str
    proof: Presented | ShownCode | TypedCode | StaticCode | None
    traceparent: str = ""
    direct_channel: str = TILL
    code_check: CodeCheck = NOT_SENT
    caller: str = field(init=False)

    def __post_init__(self) -> None:
        self.caller = f"partner:{self.partner_id}"

    def channel(self, presentation: Presentation | None) -> str:
        shown = presentation if isinstance(self.proof, Presented) else None
        return shown.channel if shown else self.direct_channel


@dataclass(slots=True, kw_only=True)
class DebitWallet(TillOrder):
    """The order to pay a partner. `reference`: an operator's own, of a transfer, which takes the whole balance
    whatever `amount_cents` says; empty for every other debit."""

    operation: ClassVar[str] = "debit"
    amount_cents: int = 0
    reference: str = ""


@dataclass(slots=True)
class RecordUse(TillOrder):
    """The order to record a use of an access."""

    operation: ClassVar[str] = "record_use"


@dataclass(frozen=True, slots=True)
class Presentation:
    """A card presented to one partner on one device, for some minutes, by a scan or a typed code."""

    presentation_id: UUID
    card_id: UUID
    partner_id: UUID
    device: str
    expires_at: datetime
    channel: str = SCANNED

    def check_for(self, partner_id: UUID, device: str, now: datetime) -> None:
        """Raises PresentationOfOtherPartner, PresentationExpired."""
        if device != self.device:
            raise PresentationOfOtherPartner
        self.check_at(partner_id, now)

    def check_at(self, partner_id: UUID, now: datetime) -> None:
        """On whatever device of the partner. Raises PresentationOfOtherPartner, PresentationExpired."""
        if partner_id != self.partner_id:
            raise PresentationOfOtherPartner
        if now >= self.expires_at:
            raise PresentationExpired


@dataclass(slots=True)
class Situation:
    """What is so when the debit is decided. None: there is no such thing.

    `season_open`: staff opened it; `rulebook_hash` and `benefit` are of the version in force on `day`, the Paris day
    of `now`; `member`: the membership is active, `was_member`: it ended with its season; `accredited` are the
    categories that the partner takes in this scheme; `bars`: what is suspended of the membership; `wrong_codes` are
    those that were typed of late, asked only where a code was typed. `card_last_day`: of the season of a card that has
    one; `card_forms`: those that the scheme knows. Of the holder's secret code, by this order's channel: it goes with
    each debit (`code_asked`), it must have been chosen (`code_needed`), it was (`code_chosen`). `top_up`: what may be
    added here, asked only where the wallet holds too little; `reference_used`: the operator made another transfer under
    it.
    """

    now: datetime
    day: date
    season_open: bool
    rulebook_hash: str
    benefit: Benefit | None
    presentation: Presentation | None
    card: Card | None
    member: bool
    wallet: Wallet | None
    accredited: frozenset[str]
    wrong_codes: WrongCodes = NO_WRONG_CODES
    was_member: bool = False
    bars: tuple[Bar, ...] = ()
    code_asked: bool = False
    code_needed: bool = False
    code_chosen: bool = False
    card_last_day: date | None = None
    card_forms: frozenset[str] | None = None
    top_up: TopUpOffer | None = None
    reference_used: bool = False


@dataclass(frozen=True, slots=True)
class Debited:
    """The wallet and the card after it, and what the ledger writes. `topped_up`: what was credited for it first."""

    wallet: Wallet
    card: Card
    transfer: Transfer
    topped_up: ToppedUp | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing changes. The refusal is the answer to this key for good."""

    refusal: WalletRefusal


def decide_debit(order: DebitWallet, situation: Situation, transfer_id: UUID) -> Debited | Refused:
    """Decide one order."""
    try:
        return _debit(order, situation, transfer_id)
    except WalletRefusal as refusal:
        return Refused(refusal)


def _debit(order: DebitWallet, situation: Situation, transfer_id: UUID) -> Debited:
    benefit, card, channel = check_taken(order, situation)
    wallet = _open_wallet(benefit, situation)
    check_accredited(benefit.category, situation.accredited)
    amount_cents = _amount(order, situation, wallet)
    available_cents = most_cents(wallet.balance_cents, situation.top_up)
    uses = uses_taken(benefit, amount_cents, Left(available_cents, wallet.uses_left))
    act = Act(situation.now, situation.day, situation.rulebook_hash, order.account_id, order.device)
    topped_up = top_up(wallet, situation.top_up, amount_cents, act)
    payment = Payment(order.partner_id, amount_cents, uses, channel)
    after, transfer = (topped_up.wallet if topped_up else wallet).debit(payment, transfer_id, act)
    return Debited(after, card, transfer, topped_up)


def check_taken(order: TillOrder, situation: Situation) -> tuple[Benefit, Card, str]:
    """What every order at the till passes before its right is looked at: the benefit of the day, the card after it
    proved that its holder is there, and the channel. Raises the refusals of cards, codes, windows and channels."""
    benefit = _benefit(order, situation)
    card = _proven_card(order, situation)
    if situation.card_forms is not None and card.form not in situation.card_forms:
        raise CardFormNotTaken
    _check_secret_code(order, situation)
    channel = order.channel(situation.presentation)
    if not benefit.channels:
        raise NotSpentInMoney
    if not outlives_season(benefit):
        check_windows(benefit, situation.day)
    if channel not in benefit.channels:
        raise ChannelNotAccepted
    return benefit, card, channel


def _amount(order: DebitWallet, situation: Situation, wallet: Wallet) -> int:
    """A transfer moves the whole balance. Raises ReferenceReused, NothingToTransfer."""
    if not order.reference:
        return order.amount_cents
    if situation.reference_used:
        raise ReferenceReused
    if not wallet.balance_cents:
        raise NothingToTransfer
    return wallet.balance_cents


def _benefit(order: TillOrder, situation: Situation) -> Benefit:
    if not situation.season_open:
        raise SeasonNotOpen(order.scheme, order.season)
    if situation.benefit is None:
        raise UnknownBenefit(order.benefit)
    return situation.benefit


def _proven_card(order: TillOrder, situation: Situation) -> Card:
    """The card after it proved that its holder is there."""
    if isinstance(order.proof, Presented):
        return _presented_card(order, situation)
    if isinstance(order.proof, TypedCode):
        return accept_typed(order.proof, situation.card, situation.wrong_codes, situation.now)
    if isinstance(order.proof, StaticCode):
        card = accept_static(order.proof, situation.card, situation.wrong_codes)
        card.check_usable(situation.day, situation.card_last_day)
        return card
    if order.proof is None or situation.card is None:
        raise CodeUnreadable
    return situation.card.accept(order.proof, situation.now)


def accept_typed(typed: TypedCode, card: Card | None, wrong_codes: WrongCodes, now: datetime) -> Card:
    """The card after its typed code burnt, unless too many wrong ones were typed: a right one is refused then as
    well, or guessing would go on.

    Raises TooManyWrongCodes, TypedCodeWrong, CodeExpired, CodeAlreadyUsed, what `Card.check_usable` does.
    """
    wrong_codes.check_few()
    shown = typed.shown_by(card.card_id) if card else None
    if card is None or shown is None:
        raise TypedCodeWrong
    return card.accept(shown, now)


def accept_static(code: StaticCode, card: Card | None, wrong_codes: WrongCodes) -> Card:
    """The card that bears a static code, which being shown does not burn.

    Raises CodeUnreadable; for one that was typed TooManyWrongCodes, TypedCodeWrong.
    """
    if code.typed:
        wrong_codes.check_few()
    if card is None:
        raise TypedCodeWrong if code.typed else CodeUnreadable
    return card


def _presented_card(order: TillOrder, situation: Situation) -> Card:
    if situation.presentation is None or situation.card is None:
        raise UnknownPresentation
    situation.presentation.check_for(order.partner_id, order.device, situation.now)
    situation.card.check_usable(situation.day, situation.card_last_day)
    return situation.card


def _check_secret_code(order: TillOrder, situation: Situation) -> None:
    if situation.code_asked:
        order.code_check.check_right(situation.code_chosen)
    elif situation.code_needed and not situation.code_chosen:
        raise SecretCodeNotChosen


def _open_wallet(benefit: Benefit, situation: Situation) -> Wallet:
    """The wallet on a day on which it may be spent; one with a life of its own goes on after its membership."""
    if not situation.member and not (situation.was_member and outlives_season(benefit)):
        raise MembershipNotActive
    check_not_suspended(situation.bars, benefit.id, situation.day)
    if situation.wallet is None:
        raise NotEntitled
    check_open(benefit, situation.wallet.closes_on, situation.day)
    return situation.wallet


def check_accredited(category: str, accredited: frozenset[str]) -> None:
    """Raises PartnerNotAccredited, WrongCategory."""
    if not accredited:
        raise PartnerNotAccredited
    if category not in accredited:
        raise WrongCategory
