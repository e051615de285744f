"""Every RPC asked for by everybody who may not: a table walked from end to end."""

from __future__ import annotations

from typing import Any

import pytest
from atouts.wallet.v1 import movements_pb2
from google.protobuf.message_factory import GetMessageClass

from chassis.context import Account, AccountKind
from chassis.grpc_client import PeerRefused
from chassis.policy import Delegate, Either, Rule, Services, SignedIn, Staff
from services.wallet.entrypoints.policy import POLICY
from services.wallet.entrypoints.rpc import DESCRIPTOR
from tests.integration.wallet.stage import Stage, account

# Refusals that mean "not you".
CLOSED = {"not_signed_in", "not_allowed", "second_factor_needed", "not_a_delegate"}
STAFF_WITHOUT_CODE = Account(account().account_id, AccountKind.STAFF, second_factor=False)
STRANGERS = {
    "nobody": None,
    "a young person": account(AccountKind.YOUNG),
    "a partner's account": account(AccountKind.PARTNER),
    "staff without a role": account(AccountKind.STAFF),
    "staff without their second factor": STAFF_WITHOUT_CODE,
}


def _is_for(rule: Rule, person: Account | None) -> bool:
    """Whether the rule lets somebody of this kind in without any role."""
    if isinstance(rule, Either):
        return any(_is_for(each, person) for each in rule.rules)
    if isinstance(rule, Services):
        return person is None and "gateway" in rule.names
    if isinstance(rule, SignedIn):
        return person is not None and person.kind in rule.kinds
    return not isinstance(rule, Staff | Delegate)


def _cases() -> list[tuple[str, str]]:
    """(RPC, stranger) pairs that the table does not let in."""
    return [
        (rpc, who)
        for rpc in sorted(POLICY)
        for who, person in STRANGERS.items()
        # Nothing is behind the echo: it asks for no role.
        if not _is_for(POLICY[rpc], person) and (rpc, who) != ("EchoDebit", "a partner's account")
    ]


def _request(rpc: str) -> Any:
    """The least that the RPC's door reads before it decides who may."""
    request: Any = GetMessageClass(DESCRIPTOR.methods_by_name[rpc].input_type)()
    if "partner_id" in request.DESCRIPTOR.fields_by_name:
        request.partner_id = account().account_id
    if rpc in ("Debit", "Transfer"):
        request.idempotency_key, request.code = "key", "A1"
        request.scheme, request.season, request.benefit = "scheme", "season", "benefit"
    if rpc == "Debit":
        request.amount_cents = 1
    if rpc == "Transfer":
        request.reference = "reference"
    return request


@pytest.mark.parametrize(("rpc", "who"), _cases())
def test_who_may_not_is_refused_before_anything_is_read(served: Stage, rpc: str, who: str) -> None:
    """A call by the gateway for somebody whom the table does not name is closed, whatever it asks."""
    assert served.refusal(rpc, _request(rpc), STRANGERS[who]).reason in CLOSED


def test_another_authoritys_account_is_closed_out(stage: Stage) -> None:
    """A token of one authority opens nothing at another."""
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("ListWallets", movements_pb2.ListWalletsRequest(), account(), authority_id="hauts-de-france")


def test_a_wallet_is_its_holders_alone(stage: Stage) -> None:
    """Another young person's wallet is unknown, not forbidden: its existence is not told."""
    stage.open_season()
    person, other = stage.member(), stage.member()
    wallet_id = stage.wallets(person)["cinema"].wallet_id
    request = movements_pb2.ListMovementsRequest(wallet_id=wallet_id)
    assert stage.refusal("ListMovements", request, other).reason == "unknown_wallet"
    assert len(stage.call("ListMovements", request, person).movements) == 1
