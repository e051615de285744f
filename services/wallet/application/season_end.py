"""The end of a season: open vouchers go back to their wallets, and unspent balances are lost (règlement 2025-2026,
§2.4), in batches that may be stopped. A wallet with a longer life of its own is closed on its own day."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application.facts_told import tell_moved
from services.wallet.application.rules import Rules
from services.wallet.application.voucher_releases import release_of_wallets
from services.wallet.domain.ledger import Act
from services.wallet.domain.membership import NOT_COMPLETED, Membership, MembershipState
from services.wallet.domain.spending import last_day
from services.wallet.domain.wallet import Wallet
from services.wallet.store import credit_line, ledger, memberships, outbox, seasons, wallets

BATCH = 500


def end_some(work: Work, rules: Rules, scheme: str, season: str) -> bool:
    """End a batch of memberships with their wallets; True when none is left.

    What is done is known by the memberships' own state: a batch that was stopped is begun again. Statements are as
    many for a batch as for one membership.
    """
    batch = memberships.lock_unfinished(work, scheme, season, BATCH)
    members = [membership for membership in batch if membership.state is MembershipState.ACTIVE]
    held = wallets.lock_of_memberships(work, [m.membership_id for m in members])
    rulebook = rules.in_force(work, scheme, season)
    _close(work, [wallet for wallet in held if _is_over(rulebook, wallet, work.today)])
    _end(work, batch)
    return len(batch) < BATCH


def close_some(work: Work, scheme: str, season: str) -> bool:
    """Close a batch of the season's wallets whose own last day is over; True when none is left."""
    held = wallets.lock_over(work, scheme, season, BATCH)
    _close(work, held)
    return len(held) < BATCH


def _is_over(rulebook: Rulebook, wallet: Wallet, on: date) -> bool:
    """By the version in force, which may have moved the day that the wallet was made with."""
    return last_day(rulebook.benefit(wallet.benefit), wallet.closes_on) < on


def _close(work: Work, held: Sequence[Wallet]) -> None:
    _expire_wallets(work, release_of_wallets(work, held))


def _expire_wallets(work: Work, held: Sequence[Wallet]) -> None:
    hashes = seasons.open_hashes(work)
    moved = [
        wallet.expire(uuid.uuid4(), Act(work.now, work.today, hashes[wallet.scheme, wallet.season]))
        for wallet in held
        if wallet.balance_cents > 0
    ]
    wallets.save(work, [wallet for wallet, _ in moved])
    ledger.write(work, [transfer for _, transfer in moved])
    lost: Counter[UUID] = Counter()
    for _, transfer in moved:
        lost[transfer.envelope_id] += transfer.amount_cents
    seasons.add_expired(work, lost)
    tell_moved(work, moved)


def _end(work: Work, batch: Sequence[Membership]) -> None:
    """Who waits for something is refused, who is a member has ended, and who waited for budget waits no more."""
    ended = [membership.ended() for membership in batch if not membership.state.is_waiting]
    refused = [membership.refused(NOT_COMPLETED) for membership in batch if membership.state.is_waiting]
    memberships.save_all(work, [*ended, *refused])
    credit_line.leave(work, [membership.membership_id for membership in ended])
    outbox.publish_all(work, "membership_ended", (_told(membership) for membership in ended))


def _told(ended: Membership) -> outbox.Told:
    data = {
        "membership_id": str(ended.membership_id),
        "person_id": str(ended.person_id),
        "scheme": ended.scheme,
        "season": ended.season,
    }
    return str(ended.membership_id), ended.version, data
