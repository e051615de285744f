"""Read models refilled from their owners, and compared with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from atouts.partner.v1 import organisations_pb2 as partner_pb
from atouts.partner.v1 import proofs_pb2

from chassis.grants import partner_scope
from services.payout.bootstrap import GrantOwners
from services.payout.entrypoints.read_models import READ_MODELS, Operator
from services.payout.store.listings import debits
from services.payout.store.tables import accruals, bank_accounts
from tests.integration.payout.stage import ANNE, AUTHORITY, BOOKS, BRUNO, SEASON, Stage, partner

MONDAY = date(2025, 9, 8)


@dataclass
class MadeUpOwner:
    """Lists grants, on two pages."""

    grants: list[partner_pb.Grant]

    def call(self, rpc: str, request: Any) -> Any:
        assert rpc == "ListGrants"
        if request.page_token:
            return partner_pb.ListGrantsResponse(grants=self.grants[1:])
        return partner_pb.ListGrantsResponse(grants=self.grants[:1], next_page_token="2")


@pytest.fixture
def operator(stage: Stage) -> Operator:
    identity = MadeUpOwner([_grant(ANNE, "authority", "payments"), _grant(BRUNO, "authority", "payments")])
    owners = GrantOwners(identity, MadeUpOwner([]))  # type: ignore[arg-type]
    return Operator(stage.parts, owners, AUTHORITY, (MONDAY,))


def _grant(account_id: str, scope: str, *roles: str) -> partner_pb.Grant:
    return partner_pb.Grant(account_id=account_id, scope=scope, roles=roles, version=1)


def _differences(operator: Operator) -> list[str]:
    return [each for model in READ_MODELS.values() for each in model.compare(operator)]


def test_a_lost_movement_is_named_and_mended(stage: Stage, operator: Operator) -> None:
    """Rebuilding adds what is missing and doubles nothing."""
    shop = partner()
    stage.debit(shop, 100, MONDAY)
    lost = stage.debit(shop, 200, MONDAY, heard=False)
    (named,) = _differences(operator)
    assert lost in named
    READ_MODELS["accruals"].rebuild(operator)
    assert _differences(operator) == []
    counted = sa.select(sa.func.count(), sa.func.sum(accruals.c.amount_cents))
    assert tuple(stage.run(lambda work: work.session.execute(counted).one())) == (2, 300)


def test_a_movement_that_the_wallet_lost_is_named(stage: Stage, operator: Operator) -> None:
    """And not dropped: a person decides."""
    known = stage.debit(partner(), 100, MONDAY)
    stage.wallet.movements.clear()
    (named,) = _differences(operator)
    assert known in named


def test_a_lost_account_is_named_by_version_and_mended(stage: Stage, operator: Operator) -> None:
    """No IBAN is printed."""
    shop = partner()
    stage.grant(partner(), partner_scope(shop), "principal")
    operator.owners.partner.grants.append(_grant(partner(), partner_scope(shop)))  # type: ignore[attr-defined]
    stage.verify_iban(shop)
    stage.run(lambda work: work.session.execute(sa.delete(bank_accounts)))
    named = [each for each in _differences(operator) if each.startswith("bank account")]
    assert named == [f"bank account of {shop}: version 1 in partner, nothing here"]
    assert READ_MODELS["bank-accounts"].rebuild(operator) == 1
    assert stage.run(lambda work: stage.parts.accounts.of(work, [shop]))[shop].version == 1


def test_a_lost_proof_is_named_and_mended(stage: Stage, operator: Operator) -> None:
    """The hold that waited for it ends as the event would have ended it."""
    shop = partner()
    stage.partner.proofs.append(
        proofs_pb2.PayoutProof(partner_id=shop, scheme=BOOKS, season=SEASON, hold_code="labels", version=3)
    )
    (named,) = _differences(operator)
    assert named == f"payout proof {shop}/{BOOKS}/{SEASON}/labels: version 3 in partner, nothing here"
    assert READ_MODELS["proofs"].rebuild(operator) == 1
    assert _differences(operator) == []


def test_grants_are_refilled_from_both_owners(stage: Stage, operator: Operator) -> None:
    """Staff's from identity, delegates' from partner, by page."""
    shop, account = partner(), partner()
    operator.owners.partner.grants[:] = [  # type: ignore[attr-defined]
        _grant(account, partner_scope(shop), "cashier"),
        _grant(partner(), partner_scope(shop), "principal"),
    ]
    assert len(_differences(operator)) == 2
    assert READ_MODELS["grants"].rebuild(operator) == 4
    assert _differences(operator) == []


def test_debits_are_exported_by_id_with_their_state(stage: Stage) -> None:
    """In the form that the wallet exports them too."""
    shop = partner()
    cancelled = stage.debit(shop, 100, MONDAY)
    stage.cancel(cancelled)
    for cents in (200, 300, 400):
        stage.debit(shop, cents, MONDAY)
    exported = stage.run(lambda work: list(debits(work.session)))
    assert [each.debit_id for each in exported] == sorted(each.debit_id for each in exported)
    assert {each.amount_cents: (each.state, each.kept_cents) for each in exported} == {
        100: ("cancelled", 0), 200: ("recorded", 200), 300: ("recorded", 300), 400: ("recorded", 400),
    }  # fmt: skip
