"""Refilling the read models from their owners, and naming where they differ. Events may flow meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from chassis import grants
from chassis.work import Work
from rulebooks import Catalogue
from services.payout.adapters.grants import Grant
from services.payout.application.accruing import accrue
from services.payout.application.holding import keep_bank_account, keep_proof
from services.payout.domain.accruals import Accrual
from services.payout.domain.bank_account import BankAccount
from services.payout.domain.holds import Proof
from services.payout.store import proofs
from services.payout.store.bank_accounts import BankAccounts, versions
from services.payout.store.listings import grants_known, movements_of

Difference = str


def keep_movements(work: Work, catalogue: Catalogue, movements: Iterable[Accrual]) -> None:
    if owned := [(work, movement) for movement in movements]:
        accrue(catalogue, owned)


def keep_accounts(work: Work, accounts: BankAccounts, owned: Iterable[BankAccount], asked: Iterable[str]) -> None:
    """Keep what partner lists; an account that it no longer lists is forgotten."""
    listed = {account.partner_id: account for account in owned}
    for partner_id in asked:
        if partner_id in listed:
            keep_bank_account(work, accounts, listed[partner_id])
        else:
            accounts.forget(work, partner_id)


def keep_proofs(work: Work, owned: Iterable[Proof]) -> None:
    for proof in owned:
        keep_proof(work, proof)


def keep_grants(work: Work, owned: Iterable[Grant]) -> None:
    for grant in owned:
        who = (work.authority_id, grant.account_id)
        grants.keep(work.session, work.tables, *who, grant.scope, grant.roles, grant.version)


def compare_movements(work: Work, day: date, owned: Iterable[Accrual]) -> Iterator[Difference]:
    """Movements of one day."""
    theirs = {each.movement_id: (each.partner_id, each.amount_cents) for each in owned}
    ours = movements_of(work, day)
    for movement_id in sorted(theirs.keys() | ours.keys()):
        if theirs.get(movement_id) != ours.get(movement_id):
            yield f"accrual {movement_id} of {day}: {_told(theirs, ours, movement_id, 'wallet')}"


def compare_accounts(work: Work, owned: Iterable[BankAccount]) -> Iterator[Difference]:
    """Versions only: an IBAN is never printed."""
    theirs = {account.partner_id: account.version for account in owned}
    ours = versions(work)
    for partner_id in sorted(theirs.keys() | ours.keys()):
        if theirs.get(partner_id) != ours.get(partner_id):
            yield f"bank account of {partner_id}: version {_told(theirs, ours, partner_id, 'partner')}"


def compare_proofs(work: Work, owned: Iterable[Proof]) -> Iterator[Difference]:
    """What partners proved."""
    theirs = {(each.partner_id, each.scheme, each.season, each.hold_code): each.version for each in owned}
    ours = {key: each.version for key, each in proofs.known(work).items()}
    for key in sorted(theirs.keys() | ours.keys()):
        if theirs.get(key) != ours.get(key):
            yield f"payout proof {'/'.join(key)}: version {_told(theirs, ours, key, 'partner')}"


def compare_grants(work: Work, scope_prefix: str, owned: Iterable[Grant], owner: str) -> Iterator[Difference]:
    """Grants of one owner. One that was never known, and is gone, is no difference."""
    theirs = {(grant.account_id, grant.scope): (grant.roles, grant.version) for grant in owned}
    ours = grants_known(work, scope_prefix)
    for key in sorted(theirs.keys() | ours.keys()):
        gone = not theirs.get(key, ((), 0))[0] and not ours.get(key, ((), 0))[0]
        if theirs.get(key) != ours.get(key) and not gone:
            yield f"grant of {key[0]} in {key[1]}: {_told(theirs, ours, key, owner)}"


def _told(theirs: Mapping[Any, object], ours: Mapping[Any, object], key: object, owner: str) -> str:
    return f"{theirs.get(key, 'nothing')} in {owner}, {ours.get(key, 'nothing')} here"
