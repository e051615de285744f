"""Read models refilled from their owners, and compared with them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from atouts.partner.v1 import organisations_pb2 as partner_pb
from atouts.wallet.v1 import memberships_pb2 as wallet_pb

from chassis.context import AccountKind
from chassis.grants import AUTHORITY_SCOPE, partner_scope
from services.bonplan.bootstrap import Owners
from services.bonplan.entrypoints.read_models import READ_MODELS, Operator
from services.bonplan.store.tables import CHASSIS, memberships
from tests.integration.bonplan.stage import AUTHORITY, CULTURE, SEASON, Person, Stage


@dataclass
class MadeUpOwner:
    """Lists grants, on two pages."""

    grants: list[partner_pb.Grant]

    def call(self, rpc: str, request: Any) -> Any:
        assert rpc == "ListGrants"
        if request.page_token:
            return partner_pb.ListGrantsResponse(grants=self.grants[1:])
        return partner_pb.ListGrantsResponse(grants=self.grants[:1], next_page_token="2")


@dataclass
class MadeUpWallet:
    """Lists memberships, one a page."""

    standings: list[wallet_pb.MembershipStanding]

    def call(self, rpc: str, request: Any) -> Any:
        assert rpc == "ListMembershipStates"
        place = int(request.page_token or 0)
        following = str(place + 1) if place + 1 < len(self.standings) else ""
        page = self.standings[place : place + 1]
        return wallet_pb.ListMembershipStatesResponse(memberships=page, next_page_token=following)


@pytest.fixture
def wallet() -> MadeUpWallet:
    return MadeUpWallet([])


@pytest.fixture
def operator(stage: Stage, wallet: MadeUpWallet) -> Operator:
    identity = MadeUpOwner(
        [_grant(person, AUTHORITY_SCOPE, "moderation") for person in (stage.author, stage.moderator)]
    )
    partner = MadeUpOwner([_grant(stage.delegate, partner_scope(stage.cinema), "manager")])
    return Operator(stage.parts, Owners(identity, partner, wallet), AUTHORITY)  # type: ignore[arg-type]


def _grant(person: Person, scope: str, *roles: str) -> partner_pb.Grant:
    return partner_pb.Grant(account_id=person.account_id, scope=scope, roles=roles, version=1)


def _standing(
    person: Person, membership_id: str, state: str = "ACTIVE", version: int = 1
) -> wallet_pb.MembershipStanding:
    return wallet_pb.MembershipStanding(
        membership_id=membership_id, person_id=person.account_id, scheme=CULTURE, season=SEASON,
        state=f"MEMBERSHIP_STATE_{state}", version=version,
    )  # fmt: skip


def _differences(operator: Operator) -> list[str]:
    return [each for model in READ_MODELS.values() for each in model.compare(operator)]


def test_a_lost_membership_is_named_and_mended(stage: Stage, operator: Operator, wallet: MadeUpWallet) -> None:
    """And its person may register again."""
    person = Person(AccountKind.YOUNG)
    known, lost = stage.activate(person), str(uuid.uuid4())
    wallet.standings[:] = [_standing(person, known), _standing(person, lost)]
    (named,) = _differences(operator)
    assert lost in named
    stage.run(lambda work: work.session.execute(sa.delete(memberships)))
    assert len(_differences(operator)) == 2
    assert READ_MODELS["memberships"].rebuild(operator) == 2
    assert _differences(operator) == []
    stage.register(stage.published(), person)


def test_an_end_that_was_not_heard_is_named_and_mended(stage: Stage, operator: Operator, wallet: MadeUpWallet) -> None:
    """A later version wins; refilling again changes nothing."""
    person = Person(AccountKind.YOUNG)
    membership_id = stage.activate(person)
    wallet.standings[:] = [_standing(person, membership_id, "ENDED", version=2)]
    (named,) = _differences(operator)
    assert "ended" in named
    for _ in range(2):
        READ_MODELS["memberships"].rebuild(operator)
        assert _differences(operator) == []


def test_a_membership_that_the_wallet_does_not_know_is_named_and_kept(stage: Stage, operator: Operator) -> None:
    """A person decides."""
    membership_id = stage.activate(Person(AccountKind.YOUNG))
    READ_MODELS["memberships"].rebuild(operator)
    (named,) = _differences(operator)
    assert membership_id in named


def test_grants_are_refilled_from_both_owners(stage: Stage, operator: Operator) -> None:
    """Staff's from identity, delegates' from partner, by page."""
    stage.run(lambda work: work.session.execute(sa.delete(CHASSIS.grants)))
    assert len(_differences(operator)) == 3
    assert READ_MODELS["grants"].rebuild(operator) == 3
    assert _differences(operator) == []
