"""The journal of erasures against the database: what a restored backup brought back is cleared before doors open."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from chassis import logs
from chassis.config import SettingMissing
from chassis.context import CallContext
from chassis.outages import is_operational
from chassis.work import Work
from services.identity.application import erasures as use
from services.identity.bootstrap import Parts
from services.identity.domain.erasures import Erasure, ErasureState
from services.identity.entrypoints.transactions import in_transaction
from services.identity.store import erasure_views
from services.identity.store.keys.own_keys import JournalEntry

T = TypeVar("T")
_OUTAGE_S = 0.5
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Replayed:
    """`cleared` persons that were back, `unknown` entries whose account this database never had."""

    cleared: int
    unknown: int


def require_replayed(parts: Parts) -> None:
    """No door opens on a database that shows who was erased; waits for databases that still start.

    Raises SettingMissing with the remedy.
    """
    missing = _once_there(lambda: missing_entries(parts))
    if missing:
        raise SettingMissing(
            f"{len(missing)} erasures of the journal are unknown to this database, which was restored from before them:"
            " run `ctl erasures replay`, then start again"
        )


def missing_entries(parts: Parts) -> list[JournalEntry]:
    """Entries of the journal that this database has neither cleared nor is clearing."""
    with parts.platform.database.transaction() as session:
        known = erasure_views.hashes_cleared(session)
    return [each for each in parts.own_keys.journal() if (each.authority_id, each.account_hash) not in known]


def replay(parts: Parts) -> Replayed:
    """Clear again whoever the journal says was erased; may be repeated. Services are asked again by the worker."""
    cleared = unknown = 0
    for authority_id, entries in _by_authority(missing_entries(parts)):
        wanted = {each.account_hash: each for each in entries}
        for account_id in _accounts(parts, authority_id):
            entry = wanted.pop(parts.own_keys.hash_of(authority_id, account_id), None)
            if entry:
                _in(parts, authority_id, partial(_clear, parts=parts, entry=entry, account_id=account_id))
                cleared += 1
        for entry in wanted.values():
            _in(parts, authority_id, partial(erasure_views.note_unknown, entry=entry))
            unknown += 1
    _log.info("erasures replayed", cleared=cleared, unknown=unknown)
    return Replayed(cleared, unknown)


def ask_again(parts: Parts) -> int:
    """Have every service clear every erased person again: for one whose database was restored. How many persons."""
    asked = 0
    for authority in parts.catalogue.authorities():
        asked += _in(parts, authority.id, partial(_ask_again, parts=parts))
    return asked


def _once_there(ask: Callable[[], T]) -> T:
    while True:
        try:
            return ask()
        except Exception as error:
            if not is_operational(error):
                raise
            _log.warning("the journal of erasures waits", reason=str(error)[:200])
            time.sleep(_OUTAGE_S)


def _ask_again(work: Work, parts: Parts) -> int:
    done = erasure_views.lock_done(work)
    for erasure_id in done:
        erasure = use.locked(work, parts.erasing, erasure_id)
        own = {work.service: erasure.answers.get(work.service, 0)}
        again = replace(erasure, state=ErasureState.ERASING, answers=own, done_at=None)
        parts.erasing.erasures.keep(work, again)
        use.ask_services(work, again)
    return len(done)


def _clear(work: Work, parts: Parts, entry: JournalEntry, account_id: str) -> None:
    """Under the erasure that was under way when the backup was made, or a new one in the operator's name."""
    erasure = erasure_views.lock_open(work, account_id)
    if erasure is None:
        erasure_id = str(uuid.uuid4())
        begun = Erasure(erasure_id, account_id, ErasureState.ERASING, account_id, entry.erased_at, account_id)
        parts.erasing.erasures.add(work, begun)
    else:
        erasure_id = erasure
    use.forget(work, parts.erasing, erasure_id)


def _accounts(parts: Parts, authority_id: str) -> Iterator[str]:
    after: str | None = ""
    while after is not None:
        page, after = _in(parts, authority_id, partial(erasure_views.account_ids, after=after))
        yield from page


def _by_authority(entries: list[JournalEntry]) -> list[tuple[str, list[JournalEntry]]]:
    authorities = sorted({each.authority_id for each in entries})
    return [(one, [each for each in entries if each.authority_id == one]) for one in authorities]


def _in(parts: Parts, authority_id: str, act: Callable[[Work], T]) -> T:
    return in_transaction(parts.platform, CallContext(authority_id, parts.platform.service), act)
