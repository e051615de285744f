"""Erasing a person: asked for, confirmed, held up while money is under way, then done step by step.

Each step is a transaction of its own and may be played again; between them stand calls to other services and the key
database, made by the jobs (`entrypoints/erasing.py`).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.clock import paris_midnight
from chassis.work import Work
from services.identity.application.erasure_ports import Erasures, OwnRows
from services.identity.application.ports import Accounts, ClassLists, Enrolments, Persons, SignInFailures
from services.identity.domain.accounts import Account
from services.identity.domain.erasures import SERVICES, Erasure, ErasureState, require_erasable
from services.identity.domain.refusals import (
    AccountUnknown,
    ErasureUnderWay,
    ErasureUnknown,
    OwnPasswordWrong,
)

# The kinds of its jobs, each in a line of its own: `settle:<erasure>`, `clear:<service>:<erasure>`.
SETTLE, FORGET, CLEAR = "settle", "forget", "clear"


@dataclass(frozen=True, slots=True)
class ErasingParts:
    """What erasing needs."""

    accounts: Accounts
    failures: SignInFailures
    persons: Persons
    enrolments: Enrolments
    class_lists: ClassLists
    erasures: Erasures
    own_rows: OwnRows


def request_own(work: Work, parts: ErasingParts, password_matches: bool, at: datetime) -> Erasure:
    """The caller's own request; `at` is machine time. Raises AccountUnknown, AccountLocked, OwnPasswordWrong,
    NotErasable, ErasureUnderWay."""
    account = _account(parts.accounts.lock(work, work.context.account_id))
    parts.failures.get(work, account.email).require_unlocked(at)
    if not password_matches:
        known = parts.failures.lock(work, account.email)
        parts.failures.keep(work, account.email, known.one_more(at))
        raise OwnPasswordWrong
    asked = _ask(work, parts, account)
    return _begin(work, parts, account, asked.confirmed(account.account_id))


def ask_by_staff(work: Work, parts: ErasingParts, person_id: str, email: str) -> Erasure:
    """For a letter: by id or, where that is empty, by address. Raises AccountUnknown, NotErasable, ErasureUnderWay."""
    found = parts.accounts.lock(work, person_id) if person_id else parts.accounts.find_by_email(work, email)
    asked = _ask(work, parts, _account(found))
    work.audit("erasure_asked", asked.erasure_id)
    return asked


def erase_idle(work: Work, parts: ErasingParts, account_id: str) -> None:
    """In the service's own name, by the authority's setting: as if the person had asked. One that is under way goes
    on."""
    account = parts.accounts.lock(work, account_id)
    if account is None:
        return
    asked = Erasure(str(uuid.uuid4()), account_id, ErasureState.REQUESTED, account_id, work.now)
    if parts.erasures.add(work, asked):
        _begin(work, parts, account, asked.confirmed(account_id))
        work.audit("erasure_of_idle_account", asked.erasure_id)


def confirm(work: Work, parts: ErasingParts, erasure_id: str) -> Erasure:
    """Raises ErasureUnknown, ErasureNotRequested, ErasureNeedsAnother, AccountUnknown."""
    confirmed = locked(work, parts, erasure_id).confirmed(work.context.account_id)
    account = _account(parts.accounts.lock(work, confirmed.person_id))
    begun = _begin(work, parts, account, confirmed)
    work.audit("erasure_confirmed", erasure_id)
    return begun


def drop(work: Work, parts: ErasingParts, erasure_id: str) -> Erasure:
    """Raises ErasureUnknown, ErasureNotRequested."""
    dropped = locked(work, parts, erasure_id).dropped(work.context.account_id)
    parts.erasures.keep(work, dropped)
    work.audit("erasure_dropped", erasure_id)
    return dropped


def settle(work: Work, parts: ErasingParts, erasure_id: str, holds: Mapping[str, int], once_keys: list[str]) -> Erasure:
    """Keep what is open and look again tomorrow; once nothing is, let go of what only a readable person finds."""
    erasure = locked(work, parts, erasure_id)
    if erasure.state is not ErasureState.WAITING:
        return erasure
    looked_at = erasure.looked_at(holds)
    if looked_at.state is ErasureState.WAITING:
        tomorrow = work.today + timedelta(days=1)
        _schedule(work, SETTLE, looked_at, paris_midnight(tomorrow), key=tomorrow.isoformat())
    else:
        looked_at = replace(looked_at, answers=_lines_forgotten(work, parts, erasure.person_id))
        _schedule(work, FORGET, looked_at, work.now, once_keys=once_keys)
    parts.erasures.keep(work, looked_at)
    return looked_at


def forget(work: Work, parts: ErasingParts, erasure_id: str) -> Erasure:
    """Clear identity's own rows, the key being destroyed; then have each service clear its own."""
    erasure = locked(work, parts, erasure_id)
    rows = parts.own_rows.clear(work, erasure.person_id)
    before = erasure.answers.get(work.service, 0)
    forgotten = replace(erasure, state=ErasureState.ERASING, answers={work.service: before + sum(rows.values())})
    parts.erasures.keep(work, forgotten)
    ask_services(work, forgotten)
    version = parts.own_rows.last_version(work, erasure.person_id)
    work.publish("person_erased", erasure.person_id, version, {"person_id": erasure.person_id})
    return forgotten


def ask_services(work: Work, erasure: Erasure) -> None:
    """Each in a line of its own: one that is away keeps no other back."""
    for service in SERVICES:
        _schedule(work, f"{CLEAR}:{service}", erasure, work.now, key=str(uuid.uuid4()))


def answered(work: Work, parts: ErasingParts, erasure_id: str, service: str, rows: int) -> Erasure:
    """A service has cleared; the last one ends it."""
    erasure = locked(work, parts, erasure_id)
    after = replace(erasure, answers={**erasure.answers, service: rows})
    if after.is_answered and after.state is ErasureState.ERASING:
        after = replace(after, state=ErasureState.DONE, done_at=work.now)
    parts.erasures.keep(work, after)
    return after


def locked(work: Work, parts: ErasingParts, erasure_id: str) -> Erasure:
    """Raises ErasureUnknown."""
    erasure = parts.erasures.lock(work, erasure_id)
    if erasure is None:
        raise ErasureUnknown
    return erasure


def _ask(work: Work, parts: ErasingParts, account: Account) -> Erasure:
    require_erasable(account.kind)
    asked = Erasure(str(uuid.uuid4()), account.account_id, ErasureState.REQUESTED, work.context.account_id, work.now)
    if not parts.erasures.add(work, asked):
        raise ErasureUnderWay
    return asked


def _begin(work: Work, parts: ErasingParts, account: Account, erasure: Erasure) -> Erasure:
    """Close the account: nobody signs in to it any more."""
    parts.failures.clear(work, account.email)
    parts.own_rows.close_account(work, account.account_id)
    parts.erasures.keep(work, erasure)
    _schedule(work, SETTLE, erasure, work.now, key="first")
    return erasure


def _lines_forgotten(work: Work, parts: ErasingParts, person_id: str) -> dict[str, int]:
    person = parts.persons.lock(work, person_id)
    if person is None:
        return {}
    pairs = [(enrolment, person) for enrolment in parts.enrolments.of_persons(work, [person_id])]
    return {work.service: parts.class_lists.forget(work, pairs)}


def _schedule(work: Work, line: str, erasure: Erasure, due_at: datetime, key: str = "", **payload: object) -> None:
    told = {"erasure_id": erasure.erasure_id, "person_id": erasure.person_id, **payload}
    work.schedule(f"{line}:{erasure.erasure_id}", key or erasure.erasure_id, due_at, told)


def _account(found: Account | None) -> Account:
    if found is None:
        raise AccountUnknown
    return found
