"""What is added to a wallet at the till: as much as lacks, as far as rule and envelope go."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.wallet.domain.accreditation import Told, words
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.errors import BalanceTooLow
from services.wallet.domain.ledger import Act, TransferKind
from services.wallet.domain.rights_errors import TopUpBudgetSpent
from services.wallet.domain.top_up import ToppedUp, TopUpOffer, most_cents, top_up
from services.wallet.domain.wallet import Wallet

DAY = date(2025, 10, 4)
ACT = Act(datetime(2025, 10, 4, 12, tzinfo=UTC), DAY, "hash")
ENVELOPE = Envelope(uuid.UUID(int=1), "essai", "2025-2026", "club", 100_00, 50_00, 3)
WALLET = Wallet(
    uuid.UUID(int=2),
    uuid.UUID(int=3),
    uuid.UUID(int=4),
    ENVELOPE.envelope_id,
    "essai",
    "2025-2026",
    "club",
    "club",
    DAY,
    DAY,
    credited_cents=30_00,
    balance_cents=30_00,
    version=1,
)
OFFER = TopUpOffer("combat", 30_00, 0, ENVELOPE)


def _topped_up(amount_cents: int, offer: TopUpOffer = OFFER) -> ToppedUp:
    made = top_up(WALLET, offer, amount_cents, ACT)
    assert made is not None
    return made


def test_what_lacks_is_credited_and_what_may_still_come_is_less() -> None:
    """20 € of 30: from the envelope, to the wallet."""
    made = _topped_up(50_00)
    assert (made.wallet.balance_cents, made.wallet.credited_cents) == (50_00, 50_00)
    assert (made.offer.envelope.unallocated_cents, made.offer.left_cents) == (30_00, 10_00)
    assert (made.transfer.kind, made.transfer.amount_cents) == (TransferKind.CREDIT, 20_00)
    assert sum(entry.amount_cents for entry in made.transfer.entries) == 0


def test_what_is_kept_for_the_line_is_not_added() -> None:
    """50 € in the envelope, 35 € of them for who waits: 15 € may be added, and the cashier is told so."""
    waited_for = replace(OFFER, kept_cents=35_00)
    with pytest.raises(TopUpBudgetSpent) as refused:
        _topped_up(45_01, waited_for)
    assert refused.value.most_cents == 45_00
    assert _topped_up(45_00, waited_for).wallet.balance_cents == 45_00


@pytest.mark.parametrize("amount_cents", [1, 30_00])
def test_nothing_is_added_to_what_is_enough(amount_cents: int) -> None:
    """Up to the balance."""
    assert top_up(WALLET, OFFER, amount_cents, ACT) is None


def test_without_an_offer_nothing_is_added() -> None:
    """The wallet then says what it holds."""
    assert top_up(WALLET, None, 50_00, ACT) is None
    assert (most_cents(30_00, None), most_cents(30_00, OFFER)) == (30_00, 60_00)


@pytest.mark.parametrize(
    ("amount_cents", "offer", "refusal", "told_cents"),
    [
        (60_01, OFFER, BalanceTooLow, 60_00),
        (60_01, replace(OFFER, added_cents=25_00), BalanceTooLow, 35_00),
        # What was added by a higher ceiling of before leaves nothing, never less.
        (30_01, replace(OFFER, added_cents=40_00), BalanceTooLow, 30_00),
        (50_00, replace(OFFER, envelope=replace(ENVELOPE, unallocated_cents=19_99)), TopUpBudgetSpent, 49_99),
        (60_01, replace(OFFER, envelope=replace(ENVELOPE, unallocated_cents=5_00)), BalanceTooLow, 35_00),
    ],
)
def test_a_refusal_tells_what_may_be_taken(
    amount_cents: int, offer: TopUpOffer, refusal: type[BalanceTooLow | TopUpBudgetSpent], told_cents: int
) -> None:
    """By rule, and as far as the envelope goes."""
    with pytest.raises(refusal) as refused:
        top_up(WALLET, offer, amount_cents, ACT)
    told = refused.value
    assert (told.balance_cents if isinstance(told, BalanceTooLow) else told.most_cents) == told_cents


def test_uses_are_not_granted_by_a_top_up() -> None:
    """A licence that is used once stays so."""
    made = top_up(replace(WALLET, uses_left=1), OFFER, 50_00, ACT)
    assert made is not None
    assert (made.wallet.uses_left, made.transfer.uses) == (1, 0)


def test_what_was_added_goes_back_whole() -> None:
    """Wallet and envelope are as they were, with two movements more."""
    made = _topped_up(50_00)
    after, envelope, transfer = made.wallet.give_back(made.offer.envelope, 20_00, uuid.uuid4(), ACT)
    assert (after.balance_cents, after.credited_cents, envelope.unallocated_cents) == (30_00, 30_00, 50_00)
    assert (after.version, envelope.version, transfer.kind) == (3, 5, TransferKind.RETURN)


def test_a_partner_is_what_its_accreditation_told() -> None:
    """Lists as tags, a word unknown to the vocabulary says nothing, nothing told is nothing known."""
    told = Told("sport", words(["sports/judo", "sports/combat", "rien/x", "trainings/inconnu"]))
    assert told.facts() == {"activity": "sport", "sports": ["combat", "judo"]}
    assert Told(None, None).facts() == {"activity": ""}
