"""The decision on a debit, rule by rule, without a database."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rulebooks import Catalogue
from rulebooks.benefits import Loading
from rulebooks.kinds import Spending
from services.wallet.domain import errors, rights_errors
from services.wallet.domain.card import Card, CardState, ShownCode, step_at
from services.wallet.domain.debit import (
    Debited,
    DebitWallet,
    Presentation,
    Presented,
    Refused,
    Situation,
    decide_debit,
)
from services.wallet.domain.secret_code import CodeCheck, Verdict
from services.wallet.domain.wallet import Wallet

NOW = datetime(2025, 10, 4, 14, 3, tzinfo=UTC)
CINEMA = Catalogue.load().get("normandie", "culture-sport", "2025-2026").benefit("cinema")
PARTNER, PRESENTATION = uuid.UUID(int=1), uuid.UUID(int=2)
CARD = Card(uuid.UUID(int=3), uuid.UUID(int=4))
WALLET = Wallet(
    uuid.UUID(int=5),
    CARD.person_id,
    uuid.UUID(int=6),
    uuid.UUID(int=7),
    "culture-sport",
    "2025-2026",
    "cinema",
    "cinema",
    CINEMA.spend_window.opens_on,
    CINEMA.spend_window.closes_on,
    credited_cents=2000,
    balance_cents=2000,
    version=1,
)
SHOWN = Presentation(PRESENTATION, CARD.card_id, PARTNER, "caisse", NOW + timedelta(minutes=5))
SITUATION = Situation(NOW, date(2025, 10, 4), True, "hash", CINEMA, SHOWN, CARD, True, WALLET, frozenset({"cinema"}))
ORDER = DebitWallet(
    "normandie",
    "account",
    PARTNER,
    "key",
    b"",
    "culture-sport",
    "2025-2026",
    "cinema",
    "caisse",
    Presented(PRESENTATION),
    amount_cents=650,
)
ALIVE = replace(CINEMA, loading=Loading("later", 24))
ASKED = {"code_asked": True, "code_chosen": True}
CODE = ShownCode(CARD.card_id, step_at(NOW))


def _decide(order: DebitWallet = ORDER, **situation: Any) -> Debited | Refused:
    return decide_debit(order, replace(SITUATION, **situation), uuid.UUID(int=9))


def test_a_debit_moves_the_wallet_and_two_entries() -> None:
    """What leaves the wallet arrives at the partner; the wallet's side carries the balances."""
    decided = _decide()
    assert isinstance(decided, Debited)
    assert (decided.wallet.balance_cents, decided.wallet.version) == (1350, 2)
    wallet_side, partner_side = decided.transfer.entries
    assert (wallet_side.amount_cents, partner_side.amount_cents) == (-650, 650)
    assert wallet_side.balance is not None
    assert (wallet_side.balance.before_cents, wallet_side.balance.after_cents) == (2000, 1350)
    assert partner_side.balance is None
    assert decided.card == CARD


def test_a_code_burns_its_step_only_when_the_debit_is_made() -> None:
    """A refusal changes nothing: the same code may pay a smaller amount."""
    by_code = replace(ORDER, proof=CODE)
    assert isinstance(_decide(replace(by_code, amount_cents=2001)), Refused)
    decided = _decide(by_code)
    assert isinstance(decided, Debited)
    assert decided.card.last_step == CODE.step


REFUSALS: list[tuple[type[errors.WalletRefusal], DebitWallet, dict[str, Any]]] = [
    (errors.SeasonNotOpen, ORDER, {"season_open": False}),
    (errors.UnknownBenefit, ORDER, {"benefit": None}),
    # A right that is shown or applied for has no channel, and an application no window either.
    (errors.NotSpentInMoney, ORDER, {"benefit": replace(CINEMA, channels=frozenset(), windows=())}),
    (rights_errors.ReferenceReused, replace(ORDER, reference="R1"), {"reference_used": True}),
    (rights_errors.NothingToTransfer, replace(ORDER, reference="R1"), {"wallet": replace(WALLET, balance_cents=0)}),
    (errors.UnknownPresentation, ORDER, {"presentation": None}),
    (errors.PresentationOfOtherPartner, ORDER, {"presentation": replace(SHOWN, partner_id=uuid.uuid4())}),
    (errors.PresentationOfOtherPartner, ORDER, {"presentation": replace(SHOWN, device="autre")}),
    (errors.PresentationExpired, ORDER, {"presentation": replace(SHOWN, expires_at=NOW)}),
    (errors.CardOpposed, ORDER, {"card": replace(CARD, state=CardState.OPPOSED)}),
    (errors.CodeUnreadable, replace(ORDER, proof=None), {}),
    (errors.CodeUnreadable, replace(ORDER, proof=CODE), {"card": None}),
    (errors.CodeExpired, replace(ORDER, proof=CODE), {"now": NOW + timedelta(minutes=2)}),
    (errors.CodeOfLater, replace(ORDER, proof=CODE), {"now": NOW - timedelta(minutes=2)}),
    (errors.CodeAlreadyUsed, replace(ORDER, proof=CODE), {"card": replace(CARD, last_step=CODE.step)}),
    (errors.SeasonOver, ORDER, {"day": date(2026, 7, 1)}),
    (errors.SpendingNotStarted, ORDER, {"day": date(2025, 6, 30)}),
    (errors.ChannelNotAccepted, ORDER, {"benefit": replace(CINEMA, channels=frozenset({"voucher"}))}),
    (errors.MembershipNotActive, ORDER, {"member": False}),
    (errors.NotEntitled, ORDER, {"wallet": None}),
    (errors.PartnerNotAccredited, ORDER, {"accredited": frozenset()}),
    (errors.WrongCategory, ORDER, {"accredited": frozenset({"spectacle"})}),
    (errors.BalanceTooLow, replace(ORDER, amount_cents=2001), {}),
    (errors.NoUseLeft, ORDER, {"wallet": replace(WALLET, uses_left=0)}),
    (errors.MembershipNotActive, ORDER, {"member": False, "was_member": True}),
    (errors.SeasonOver, ORDER, {"benefit": ALIVE, "wallet": replace(WALLET, closes_on=date(2025, 10, 3))}),
    (errors.MembershipNotActive, ORDER, {"benefit": ALIVE, "member": False}),
    (errors.SecretCodeNotChosen, ORDER, {"code_needed": True}),
    (errors.SecretCodeMissing, ORDER, {"code_asked": True, "code_chosen": True}),
    (errors.SecretCodeWrong, replace(ORDER, code_check=CodeCheck(Verdict.WRONG, 4)), ASKED),
    (errors.SecretCodeLocked, replace(ORDER, code_check=CodeCheck(Verdict.LOCKED)), ASKED),
    (errors.PresentationExpired, ORDER, ASKED | {"presentation": replace(SHOWN, expires_at=NOW)}),
]


@pytest.mark.parametrize(("refusal", "order", "situation"), REFUSALS)
def test_each_rule_refuses_alone(
    refusal: type[errors.WalletRefusal], order: DebitWallet, situation: dict[str, Any]
) -> None:
    """All else being right, one broken rule is enough, and it is the one that is told."""
    decided = _decide(order, **situation)
    assert isinstance(decided, Refused)
    assert type(decided.refusal) is refusal


@pytest.mark.parametrize("day", [date(2025, 7, 1), date(2026, 6, 30)])
def test_the_first_and_the_last_day_pay(day: date) -> None:
    """Both bounds of a window are included."""
    assert isinstance(_decide(day=day), Debited)


def test_too_little_money_says_how_much_is_left() -> None:
    """The cashier reads the balance as the French write it."""
    decided = _decide(replace(ORDER, amount_cents=2001))
    assert isinstance(decided, Refused)
    assert isinstance(decided.refusal, errors.BalanceTooLow)
    assert decided.refusal.balance == "20,00\u00a0€"


PAYING: list[tuple[DebitWallet, dict[str, Any]]] = [
    (replace(ORDER, code_check=CodeCheck(Verdict.RIGHT)), ASKED),
    (ORDER, {"code_needed": True, "code_chosen": True}),
    (replace(ORDER, code_check=CodeCheck(Verdict.NOT_CHECKED)), {}),
    (ORDER, {"benefit": ALIVE, "member": False, "was_member": True, "day": date(2026, 6, 30)}),
]


@pytest.mark.parametrize(("order", "situation"), PAYING)
def test_what_is_in_order_pays(order: DebitWallet, situation: dict[str, Any]) -> None:
    """The right code where it is asked, none where it is not; a wallet that outlives its membership."""
    assert isinstance(_decide(order, **situation), Debited)


@pytest.mark.parametrize(
    ("order", "presentation", "channel"),
    [
        (ORDER, SHOWN, "qr"),
        (ORDER, replace(SHOWN, channel="number"), "number"),
        (replace(ORDER, proof=CODE), None, "till"),
        (replace(ORDER, proof=CODE, direct_channel="nfc"), None, "nfc"),
    ],
)
def test_the_channel_is_the_presentation_s_or_the_till_s_own(
    order: DebitWallet, presentation: Presentation | None, channel: str
) -> None:
    """It is kept with the transfer, and the rulebook must name it."""
    named = replace(CINEMA, channels=frozenset({channel}))
    decided = _decide(order, presentation=presentation, benefit=named)
    assert isinstance(decided, Debited)
    assert decided.transfer.channel == channel
    others = replace(CINEMA, channels=CINEMA.channels - {channel})
    refused = _decide(order, presentation=presentation, benefit=others)
    assert isinstance(refused, Refused)
    assert type(refused.refusal) is errors.ChannelNotAccepted


def test_a_debit_that_is_counted_takes_its_uses() -> None:
    """The wallet and the transfer say how many."""
    once = replace(CINEMA, spending=Spending("once", "any"))
    decided = _decide(benefit=once, wallet=replace(WALLET, uses_left=1))
    assert isinstance(decided, Debited)
    assert (decided.wallet.uses_left, decided.transfer.uses) == (0, 1)
