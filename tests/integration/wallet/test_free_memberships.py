"""Free memberships through the real door: granted by staff where a fee is due, and on the record."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from atouts.wallet.v1 import memberships_pb2 as pb

from rulebooks import Rulebook
from services.wallet.domain.errors import FeeNotWaivable
from services.wallet.domain.membership import FeeState, Membership, MembershipState
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import CATALOGUE, CULTURE, SEASON, Stage, account

REASON = "Projet pédagogique du lycée d'exemple"


def _waiting(stage: Stage) -> tuple[Any, Any]:
    """A person whose fee is due, and the membership."""
    stage.open_season()
    person = account()
    stage.knows(person)
    return person, stage.ask(person)


def _grant(stage: Stage, membership_id: str, **more: str) -> pb.GrantFreeMembershipRequest:
    values = {"idempotency_key": stage.key(), "membership_id": membership_id, "reason": REASON} | more
    return pb.GrantFreeMembershipRequest(**values)


@pytest.mark.parametrize("role", ["payments", "administration"])
def test_a_free_membership_is_active_credited_and_on_the_record(stage: Stage, role: str) -> None:
    """As one that was cashed, once a key; the audit says who, why, and what it was before."""
    person, membership = _waiting(stage)
    clerk = stage.staff(role)
    request = _grant(stage, membership.membership_id)
    for _ in range(2):
        granted = stage.call("GrantFreeMembership", request, clerk).membership
        assert (granted.state, granted.fee_state) == (pb.MEMBERSHIP_STATE_ACTIVE, pb.FEE_STATE_WAIVED)
    assert stage.balance(person) == 2000
    assert stage.event_types().count("membership_activated") == 1
    lines = [row for row in stage.rows("audit") if row.act == "free_membership_granted"]
    assert [(row.account_id, row.before, row.after) for row in lines] == [
        (clerk.account_id, {"fee_state": "due"}, {"fee_state": "waived", "reason": REASON})
    ]


def test_a_fee_that_is_not_due_is_not_waived(stage: Stage) -> None:
    """Cashed already, waived already, or unknown."""
    _, membership = _waiting(stage)
    clerk = stage.staff("payments")
    stage.call("GrantFreeMembership", _grant(stage, membership.membership_id), clerk)
    again = _grant(stage, membership.membership_id)
    assert stage.refusal("GrantFreeMembership", again, clerk).reason == "fee_not_due"
    nobody = _grant(stage, account().account_id)
    assert stage.refusal("GrantFreeMembership", nobody, clerk).reason == "unknown_membership"


def test_a_membership_that_waits_for_something_else_is_not_given(stage: Stage) -> None:
    """The identity is to be checked first, whatever is paid."""
    stage.open_season()
    person = account()
    stage.knows(person, identity_checked=False)
    membership = stage.ask(person)
    refused = stage.refusal("GrantFreeMembership", _grant(stage, membership.membership_id), stage.staff("payments"))
    assert refused.reason == "fee_not_due"


@pytest.mark.parametrize("reason", ["", "  x  ", "oui\x00non", "a" * 201])
def test_a_reason_is_asked(stage: Stage, reason: str) -> None:
    """3 to 200 printable characters."""
    _, membership = _waiting(stage)
    request = _grant(stage, membership.membership_id, reason=reason)
    refused = stage.refusal("GrantFreeMembership", request, stage.staff("payments"))
    assert (refused.reason, refused.field) == ("malformed", "reason")


def test_after_the_settlement_day_nothing_is_granted(stage: Stage) -> None:
    """A request may be completed until 30 June, free of charge or not."""
    _, membership = _waiting(stage)
    stage.clock.instant = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    refused = stage.refusal("GrantFreeMembership", _grant(stage, membership.membership_id), stage.staff("payments"))
    assert refused.reason == "settlement_closed"


def test_a_cheque_and_a_free_grant_race_and_one_settles(stage: Stage) -> None:
    """Four clerks at once: the membership is activated once."""
    person, membership = _waiting(stage)
    clerk = stage.staff("payments")
    free = [_grant(stage, membership.membership_id) for _ in range(4)]
    cheque = [
        pb.CashChequeRequest(idempotency_key=stage.key(), membership_id=membership.membership_id, reference="001")
        for _ in range(4)
    ]

    def act(number: int) -> str:
        if number % 2:
            return str(stage.call("CashCheque", cheque[number // 2], clerk).membership.version)
        return str(stage.call("GrantFreeMembership", free[number // 2], clerk).membership.version)

    answers = at_once(8, act)
    assert answers.count("fee_not_due") == 7
    assert stage.balance(person) == 2000


def test_a_rulebook_without_free_memberships_grants_none() -> None:
    """`waivable` is the rulebook's to say."""
    rulebook: Rulebook = CATALOGUE.get("normandie", CULTURE, SEASON)
    assert rulebook.fee
    strict = dataclasses.replace(rulebook, fee=dataclasses.replace(rulebook.fee, waivable=False))
    waiting = Membership(
        uuid4(),
        uuid4(),
        CULTURE,
        SEASON,
        rulebook.starts_on,
        1000,
        FeeState.DUE,
        MembershipState.AWAITING_PAYMENT,
        rulebook.hash,
        (),
        (),
    )
    with pytest.raises(FeeNotWaivable):
        waiting.waived(strict)
    assert waiting.waived(rulebook).fee_state is FeeState.WAIVED
