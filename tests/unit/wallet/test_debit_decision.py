"""The decision on a debit, rule by rule, without a database."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rulebooks import Catalogue
from services.wallet.domain import errors
from services.wallet.domain.card import Card, ShownCode, step_at
from services.wallet.domain.debit import (
    Debited,
    DebitWallet,
    Presentation,
    Presented,
    Refused,
    Situation,
    decide_debit,
)
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
    650,
    "caisse",
    Presented(PRESENTATION),
)
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
    (errors.UnknownPresentation, ORDER, {"presentation": None}),
    (errors.PresentationOfOtherPartner, ORDER, {"presentation": replace(SHOWN, partner_id=uuid.uuid4())}),
    (errors.PresentationOfOtherPartner, ORDER, {"presentation": replace(SHOWN, device="autre")}),
    (errors.PresentationExpired, ORDER, {"presentation": replace(SHOWN, expires_at=NOW)}),
    (errors.CardOpposed, ORDER, {"card": replace(CARD, opposed=True)}),
    (errors.CodeUnreadable, replace(ORDER, proof=None), {}),
    (errors.CodeUnreadable, replace(ORDER, proof=CODE), {"card": None}),
    (errors.CodeExpired, replace(ORDER, proof=CODE), {"now": NOW + timedelta(minutes=2)}),
    (errors.CodeAlreadyUsed, replace(ORDER, proof=CODE), {"card": replace(CARD, last_step=CODE.step)}),
    (errors.SeasonOver, ORDER, {"day": date(2026, 7, 1)}),
    (errors.SpendingNotStarted, ORDER, {"day": date(2025, 6, 30)}),
    (errors.ChannelNotAccepted, ORDER, {"benefit": replace(CINEMA, channels=frozenset({"voucher"}))}),
    (errors.MembershipNotActive, ORDER, {"member": False}),
    (errors.NotEntitled, ORDER, {"wallet": None}),
    (errors.PartnerNotAccredited, ORDER, {"accredited": frozenset()}),
    (errors.WrongCategory, ORDER, {"accredited": frozenset({"spectacle"})}),
    (errors.BalanceTooLow, replace(ORDER, amount_cents=2001), {}),
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
