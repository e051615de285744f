"""Open vouchers given back, many at a time: at the season's end, and when a partner may no longer take them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from uuid import UUID

from chassis.work import Work
from services.wallet.application.facts_told import tell_moved
from services.wallet.domain.ledger import Act, Transfer
from services.wallet.domain.voucher import Voucher
from services.wallet.domain.wallet import Wallet
from services.wallet.store import ledger, seasons, vouchers, wallets


def release_of_partner(work: Work, partner_id: UUID, scheme: str, category: str) -> int:
    """Give back every open voucher that this partner took for a category; how many."""
    found = vouchers.open_of_partner(work, partner_id, scheme, category)
    held = wallets.lock_some(work, sorted({voucher.wallet_id for voucher in found}))
    # Again, now that the wallets are held: redeemed or released meanwhile, it is not open any more.
    still_open = vouchers.open_of_partner(work, partner_id, scheme, category)
    known = {wallet.wallet_id for wallet in held}
    given_back = [voucher for voucher in still_open if voucher.wallet_id in known]
    give_back(work, held, given_back)
    return len(given_back)


def release_of_wallets(work: Work, held: Sequence[Wallet]) -> list[Wallet]:
    """Give back every open voucher of these wallets, which are held; the wallets after it."""
    return give_back(work, held, vouchers.open_of_wallets(work, [wallet.wallet_id for wallet in held]))


def give_back(work: Work, held: Sequence[Wallet], given_back: Sequence[Voucher]) -> list[Wallet]:
    """Move open vouchers' cents into their wallets, which are held; all these wallets after it."""
    after = {wallet.wallet_id: wallet for wallet in held}
    if not given_back:
        return list(after.values())
    hashes = seasons.open_hashes(work)
    account = work.context.account
    written: list[Transfer] = []
    moved: list[tuple[Wallet, Transfer]] = []
    for voucher in given_back:
        act = Act(work.now, work.today, hashes[voucher.scheme, voucher.season], account.account_id if account else "")
        wallet = after[voucher.wallet_id]
        after[voucher.wallet_id], transfer = wallet.release(
            voucher.voucher_id, voucher.amount_cents, voucher.uses, uuid.uuid4(), act
        )
        written.append(transfer)
        moved.append((after[voucher.wallet_id], transfer))
    tell_moved(work, moved)
    wallets.save(work, list(after.values()))
    ledger.write(work, written)
    vouchers.save_released(work, [voucher.voucher_id for voucher in given_back])
    return list(after.values())
