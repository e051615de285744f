"""What the holder sees: wallets, movements, the code."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from atouts.wallet.v1 import debits_pb2, movements_pb2, spendable_pb2

from chassis.work import Work
from rulebooks import Benefit
from services.wallet.application import cards
from services.wallet.application.rules import Rules
from services.wallet.application.spendable import accesses_at, spendable_at
from services.wallet.bootstrap import Parts
from services.wallet.domain.errors import UnknownWallet
from services.wallet.domain.spending import last_day
from services.wallet.domain.wallet import Wallet
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.causes import cause_of
from services.wallet.entrypoints.doors.rights import access_message, spendable_message
from services.wallet.entrypoints.doors.times import timestamp
from services.wallet.store import seasons, views, vouchers


class HolderDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def list_wallets(self, work: Work, _request: movements_pb2.ListWalletsRequest) -> movements_pb2.ListWalletsResponse:
        person_id = UUID(work.context.account_id)
        own = views.wallets_of(work, person_id)
        return movements_pb2.ListWalletsResponse(wallets=wallet_messages(work, self._parts.rules, own))

    def list_movements(
        self, work: Work, request: movements_pb2.ListMovementsRequest
    ) -> movements_pb2.ListMovementsResponse:
        wallet_id = parse.identifier("wallet_id", request.wallet_id)
        own = {wallet.wallet_id for wallet in views.wallets_of(work, UUID(work.context.account_id))}
        if wallet_id not in own:
            raise UnknownWallet
        found, next_page_token = views.movements(work, wallet_id, request.page_token)
        return movements_pb2.ListMovementsResponse(
            movements=[_movement(wallet_id, movement) for movement in found],
            next_page_token=next_page_token,
        )

    def list_spendable(
        self, work: Work, request: spendable_pb2.ListSpendableRequest
    ) -> spendable_pb2.ListSpendableResponse:
        partner_id = parse.identifier("partner_id", request.partner_id)
        here = (work, self._parts.rules, UUID(work.context.account_id), partner_id, None)
        return spendable_pb2.ListSpendableResponse(
            spendable=[
                spendable_pb2.SpendableHere(wallet=spendable_message(found), channels=sorted(found.benefit.channels))
                for found in spendable_at(*here)
            ],
            accesses=[access_message(found) for found in accesses_at(*here)],
        )

    def show_code(self, work: Work, _request: debits_pb2.ShowCodeRequest) -> debits_pb2.ShowCodeResponse:
        shown = cards.show_code(work, self._parts.code_keys, UUID(work.context.account_id))
        return debits_pb2.ShowCodeResponse(
            code=shown.code, valid_until=timestamp(shown.valid_until), typed_code=shown.typed_code
        )


def wallet_messages(work: Work, rules: Rules, found: Sequence[Wallet]) -> list[movements_pb2.Wallet]:
    """One person's wallets, by the versions in force today."""
    hashes = seasons.open_hashes(work)
    reserved = vouchers.reserved_of(work, found[0].person_id) if found else {}
    return [
        _wallet(
            wallet,
            rules.by_hash(hashes[wallet.scheme, wallet.season]).benefit(wallet.benefit),
            reserved.get(wallet.wallet_id, 0),
        )
        for wallet in found
    ]


def _wallet(wallet: Wallet, benefit: Benefit, reserved_cents: int) -> movements_pb2.Wallet:
    return movements_pb2.Wallet(
        wallet_id=str(wallet.wallet_id),
        membership_id=str(wallet.membership_id),
        scheme=wallet.scheme,
        season=wallet.season,
        benefit=wallet.benefit,
        title=benefit.title,
        category=wallet.category,
        credited_cents=wallet.credited_cents,
        balance_cents=wallet.balance_cents,
        spend_until=last_day(benefit, wallet.closes_on).isoformat(),
        reserved_cents=reserved_cents,
        kind=benefit.kind,
        uses_left=wallet.uses_left,
        unit_cents=benefit.unit.cents if benefit.unit else 0,
        holder_unit_cents=benefit.unit.holder_cents if benefit.unit else 0,
    )


def _movement(wallet_id: UUID, movement: views.Movement) -> movements_pb2.Movement:
    return movements_pb2.Movement(
        movement_id=str(movement.movement_id),
        wallet_id=str(wallet_id),
        kind=movement.kind,
        amount_cents=movement.amount_cents,
        balance_after_cents=movement.balance_after_cents,
        partner_id=str(movement.partner_id or ""),
        occurred_at=timestamp(movement.occurred_at),
        voucher_id=str(movement.voucher_id or ""),
        captured_cents=movement.captured_cents,
        cause=cause_of(movement),
    )
