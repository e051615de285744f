"""Holds: placed for a missing IBAN or proof by the service itself, or by staff with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from chassis.clock import paris_day
from chassis.work import Work
from rulebooks import Rulebook
from rulebooks.partners import Hold as HoldRule
from services.payout.domain.bank_account import BankAccount
from services.payout.domain.errors import AlreadyHeld, HoldAlreadyLifted, HoldLiftsItself
from services.payout.domain.holds import (
    EVERYWHERE,
    MISSING_IBAN,
    MISSING_IBAN_SENTENCE,
    STAFF,
    Hold,
    Proof,
    Scope,
    asks_for_proof,
    scope_of,
    told_first,
)
from services.payout.store import proofs
from services.payout.store.bank_accounts import BankAccounts, partners_with_account
from services.payout.store.holds import Holds


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Order of staff. `reason` is French, shown to the partner."""

    partner_id: str
    reason: str


def place_hold(work: Work, order: PlaceHold) -> Hold:
    """Raises AlreadyHeld."""
    Holds(work).lock_partners([order.partner_id])
    if Holds(work).open_of(order.partner_id, STAFF):
        raise AlreadyHeld(order.partner_id)
    hold = _place(work, order.partner_id, STAFF, order.reason)
    work.audit("place_hold", hold.hold_id, after={"partner_id": hold.partner_id, "code": hold.code})
    return hold


def lift_hold(work: Work, hold_id: str) -> Hold:
    """Raises UnknownHold, HoldAlreadyLifted, HoldLiftsItself."""
    hold = Holds(work).lock(hold_id)
    if hold.lifted_at is not None:
        raise HoldAlreadyLifted(hold_id, paris_day(hold.lifted_at))
    if hold.lifts_itself:
        raise HoldLiftsItself(hold_id)
    work.audit("lift_hold", hold_id, before={"partner_id": hold.partner_id, "code": hold.code})
    return _lift(work, hold)


def keep_bank_account(work: Work, accounts: BankAccounts, account: BankAccount) -> None:
    """Keep a verified account; a hold for its absence ends."""
    Holds(work).lock_partners([account.partner_id])
    accounts.keep(work, account)
    hold = Holds(work).open_of(account.partner_id, MISSING_IBAN)
    if hold is not None:
        _lift(work, hold)


def keep_proof(work: Work, proof: Proof) -> None:
    """Keep what a partner proved; the holds that waited for it end."""
    Holds(work).lock_partners([proof.partner_id])
    proofs.keep(work, proof)
    for season in ("", proof.season):
        hold = Holds(work).open_of(proof.partner_id, proof.hold_code, Scope(proof.scheme, season))
        if hold is not None:
            _lift(work, hold)


def missing_iban_sentence(rulebook: Rulebook) -> str:
    """What the rulebook says to a partner without a verified IBAN; our own sentence where it says nothing."""
    return next((rule.sentence for rule in rulebook.holds if rule.lifted_by == "iban"), MISSING_IBAN_SENTENCE)


def hold_for_missing_iban(work: Work, partner_ids: Iterable[str], sentence: str = MISSING_IBAN_SENTENCE) -> None:
    """Hold those of these partners who have no verified account."""
    missing = set(partner_ids) - partners_with_account(work, partner_ids)
    Holds(work).lock_partners(missing)
    still_missing = missing - partners_with_account(work, missing)
    held = Holds(work).open_codes(still_missing)
    for partner_id in sorted(still_missing):
        if MISSING_IBAN not in held.get(partner_id, ()):
            _place(work, partner_id, MISSING_IBAN, sentence)


def hold_for_missing_proof(
    work: Work, rulebook: Rulebook, season: str, owed: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Hold those of these (partner, category) whose proof is not there, and tell by which code.

    A hold without categories is of all that the scheme knows. A category that waits for several is told the first.
    """
    shares = list(owed)
    held: dict[tuple[str, str], str] = {}
    for rule in filter(asks_for_proof, rulebook.holds):
        scope = scope_of(rule, rulebook.scheme, season)
        concerned = [share for share in shares if rule.concerns(share[1])]
        missing = _without_proof(work, rule, scope, {partner_id for partner_id, _ in concerned})
        held = {share: rule.code for share in concerned if share[0] in missing} | held
    return held


def reasons_to_hold(work: Work, partner_ids: Iterable[str]) -> dict[str, str]:
    """Why each of these partners cannot be paid at all now; those who can are left out."""
    partners = list(partner_ids)
    codes = Holds(work).open_codes(partners)
    for partner_id in set(partners) - partners_with_account(work, partners):
        codes.setdefault(partner_id, set()).add(MISSING_IBAN)
    told = {partner_id: told_first(found) for partner_id, found in codes.items()}
    return {partner_id: code for partner_id, code in told.items() if code}


def _without_proof(work: Work, rule: HoldRule, scope: Scope, partner_ids: set[str]) -> set[str]:
    missing = partner_ids - proofs.proven(work, partner_ids, rule.code, scope)
    Holds(work).lock_partners(missing)
    still_missing = missing - proofs.proven(work, missing, rule.code, scope)
    for partner_id in sorted(still_missing):
        if Holds(work).open_of(partner_id, rule.code, scope) is None:
            _place(work, partner_id, rule.code, rule.sentence, scope, rule.categories)
    return still_missing


def _place(
    work: Work,
    partner_id: str,
    code: str,
    reason: str,
    scope: Scope = EVERYWHERE,
    categories: frozenset[str] = frozenset(),
) -> Hold:
    hold = Hold(str(uuid.uuid4()), partner_id, code, reason, work.now, scope=scope, categories=categories)
    Holds(work).add(hold)
    work.publish("hold_placed", hold.hold_id, 1, _fact(hold))
    return hold


def _lift(work: Work, hold: Hold) -> Hold:
    # A job plays at its due time: a hold that it placed may be later than the clock of a late event.
    lifted = replace(hold, lifted_at=max(work.now, hold.placed_at))
    Holds(work).mark_lifted(lifted)
    work.publish("hold_lifted", hold.hold_id, 2, _fact(hold))
    return lifted


def _fact(hold: Hold) -> dict[str, str]:
    return {"hold_id": hold.hold_id, "partner_id": hold.partner_id, "reason": hold.code}
