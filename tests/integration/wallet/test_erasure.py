"""A person is closed and cleared in the wallet: nothing more is spent, what is open is named, the ledger stays true."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from atouts.wallet.v1 import memberships_pb2

from chassis.context import Account, CallContext
from chassis.errors import NotAllowed
from chassis.personal_data import POLICY
from services.wallet.application import erasure
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.card_counter import CardCounter
from tests.integration.wallet.stage import AUTHORITY_ID, Stage, account


@pytest.fixture
def counter(stage: Stage) -> CardCounter:
    return CardCounter(stage)


def _do(stage: Stage, act: Any) -> Any:
    platform = stage.parts.platform
    with platform.database.transaction() as session:
        return act(platform.work(session, CallContext(AUTHORITY_ID, "identity")))


def _close(stage: Stage, person: Account) -> Any:
    return _do(stage, lambda work: erasure.close(work, UUID(person.account_id), []))


def _clear(stage: Stage, person: Account) -> dict[str, int]:
    cleared: dict[str, int] = _do(stage, lambda work: erasure.clear(work, stage.parts.rules, UUID(person.account_id)))
    return cleared


def _untrue(stage: Stage) -> list[str]:
    return [finding.check for finding in verify(stage.parts, AUTHORITY_ID).findings if not finding.held]


def test_movements_at_partners_are_named_and_nothing_is_open(stage: Stage) -> None:
    """A debit is payout's to judge: the wallet says which it was."""
    person, _, _, receipt = stage.paid()
    standing = _close(stage, person)
    assert standing.movement_ids == [receipt.debit_id]
    assert set(standing.holds.values()) == {0}
    assert _untrue(stage) == []


def test_closing_voids_cards_at_once_and_again_finds_nothing(stage: Stage, counter: CardCounter) -> None:
    """On paper too: a till refuses it from that commit on."""
    person = counter.member()
    codes = counter.printed(person)
    _close(stage, person)
    assert counter.presented(codes.qr) == "card_replaced"
    assert {row.state for row in stage.rows("cards")} == {"replaced"}
    _close(stage, person)
    assert _untrue(stage) == []


def test_open_vouchers_are_given_back(stage: Stage) -> None:
    """Their cents are in the wallet again, and expire with it."""
    stage.open_season()
    club, _ = stage.club()
    person = stage.member()
    before = stage.balance(person, "pratique")
    stage.call("CreateVoucher", stage.voucher_request(club, 500), person)
    assert stage.balance(person, "pratique") == before - 500
    _close(stage, person)
    assert [row.state for row in stage.rows("vouchers")] == ["released"]
    assert stage.balance(person, "pratique") == before
    assert _untrue(stage) == []


def test_a_fee_that_was_begun_is_waited_for_a_week(stage: Stage) -> None:
    """One that never comes back from the provider holds nothing up for good."""
    stage.open_season()
    person = account()
    stage.knows(person)
    asked = memberships_pb2.StartCardPaymentRequest(membership_id=stage.ask(person).membership_id)
    stage.call("StartCardPayment", asked, person)
    assert _close(stage, person).holds["payment_started"] == 1
    stage.clock.forward(days=8)
    assert _close(stage, person).holds["payment_started"] == 0


def test_cleared_the_ledger_still_verifies_and_the_person_is_known_no_more(stage: Stage, counter: CardCounter) -> None:
    """Facts, codes, numbers and reasons are gone; entries are as they were; again clears nothing."""
    person = counter.member()
    codes = counter.printed(person)
    counter.debit(code=codes.qr)
    entries = [tuple(row) for row in stage.rows("entries")]
    _close(stage, person)
    cleared = _clear(stage, person)
    assert cleared["person_facts"] == 1
    assert cleared["card_codes"] == 2
    assert stage.rows("person_facts") == []
    assert [tuple(row) for row in stage.rows("entries")] == entries
    assert _untrue(stage) == []
    assert _clear(stage, person)["person_facts"] == 0


@pytest.mark.parametrize("service", ["gateway", "payout", "bonplan", "notification", "partner"])
def test_only_identity_asks(service: str) -> None:
    """Neither the gateway nor another service closes or clears anybody, and no person does."""
    assert set(POLICY) == {"ClosePerson", "ErasePerson"}
    for rule in POLICY.values():
        rule.check_caller(CallContext(AUTHORITY_ID, "identity"))
        for refused in (CallContext(AUTHORITY_ID, service), CallContext(AUTHORITY_ID, "identity", account())):
            with pytest.raises(NotAllowed):
                rule.check_caller(refused)
