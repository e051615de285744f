"""Holds: placed for a missing IBAN by the service itself, or by staff with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from chassis.clock import paris_day
from chassis.work import Work
from services.payout.domain.bank_account import BankAccount
from services.payout.domain.errors import AlreadyHeld, HoldAlreadyLifted, HoldLiftsItself
from services.payout.domain.holds import MISSING_IBAN_SENTENCE, Hold, HoldCode, told_first
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
    if Holds(work).open_of(order.partner_id, HoldCode.STAFF):
        raise AlreadyHeld(order.partner_id)
    hold = _place(work, order.partner_id, HoldCode.STAFF, order.reason)
    work.audit("place_hold", hold.hold_id, after={"partner_id": hold.partner_id, "code": hold.code})
    return hold


def lift_hold(work: Work, hold_id: str) -> Hold:
    """Raises UnknownHold, HoldAlreadyLifted, HoldLiftsItself."""
    hold = Holds(work).lock(hold_id)
    if hold.lifted_at is not None:
        raise HoldAlreadyLifted(hold_id, paris_day(hold.lifted_at))
    if hold.code.lifts_itself:
        raise HoldLiftsItself(hold_id)
    work.audit("lift_hold", hold_id, before={"partner_id": hold.partner_id, "code": hold.code})
    return _lift(work, hold)


def keep_bank_account(work: Work, accounts: BankAccounts, account: BankAccount) -> None:
    """Keep a verified account; a hold for its absence ends."""
    Holds(work).lock_partners([account.partner_id])
    accounts.keep(work, account)
    hold = Holds(work).open_of(account.partner_id, HoldCode.MISSING_IBAN)
    if hold is not None:
        _lift(work, hold)


def hold_for_missing_iban(work: Work, partner_ids: Iterable[str]) -> None:
    """Hold those of these partners who have no verified account."""
    missing = set(partner_ids) - partners_with_account(work, partner_ids)
    Holds(work).lock_partners(missing)
    still_missing = missing - partners_with_account(work, missing)
    held = Holds(work).open_codes(still_missing)
    for partner_id in sorted(still_missing):
        if HoldCode.MISSING_IBAN not in held.get(partner_id, ()):
            _place(work, partner_id, HoldCode.MISSING_IBAN, MISSING_IBAN_SENTENCE)


def reasons_to_hold(work: Work, partner_ids: Iterable[str]) -> dict[str, HoldCode]:
    """Why each of these partners cannot be paid now; those who can are left out."""
    partners = list(partner_ids)
    codes = Holds(work).open_codes(partners)
    for partner_id in set(partners) - partners_with_account(work, partners):
        codes.setdefault(partner_id, set()).add(HoldCode.MISSING_IBAN)
    told = {partner_id: told_first(found) for partner_id, found in codes.items()}
    return {partner_id: code for partner_id, code in told.items() if code}


def _place(work: Work, partner_id: str, code: HoldCode, reason: str) -> Hold:
    hold = Hold(str(uuid.uuid4()), partner_id, code, reason, work.now)
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
