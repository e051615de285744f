"""What every service does when a person is erased: it is asked to close them, then to clear what it keeps of them.

A service hands over `clear(work, person_id)`, which answers rows by table, and `close(work, person_id, movement_ids)`
where something may be open. Identity alone asks; what the first clearing counted is kept and answered again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from atouts.personal.v1 import messages_pb2 as pb
from atouts.personal.v1 import service_pb2
from sqlalchemy.dialects.postgresql import insert

from chassis.errors import Malformed
from chassis.grpc_server import Doors, Platform
from chassis.policy import Rule, services
from chassis.work import Work

DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["PersonalDataService"]
POLICY: dict[str, Rule] = {"ClosePerson": services("identity"), "ErasePerson": services("identity")}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open of a person by code, their movements of money at partners, and what they had once."""

    holds: Mapping[str, int] = field(default_factory=dict)
    movement_ids: Sequence[str] = ()
    once_keys: Sequence[str] = ()


Clear = Callable[[Work, UUID], Mapping[str, int]]
Close = Callable[[Work, UUID, Sequence[UUID]], Standing]


def doors(platform: Platform, table: sa.Table, clear: Clear, close: Close | None = None) -> Doors:
    """The service's second gRPC service."""
    return Doors(platform, DESCRIPTOR, [PersonalDataDoor(table, clear, close)], POLICY, {})


class PersonalDataDoor:
    """Closes and clears one person at a time."""

    def __init__(self, table: sa.Table, clear: Clear, close: Close | None) -> None:
        self._table = table
        self._clear = clear
        self._close = close

    def close_person(self, work: Work, request: pb.ClosePersonRequest) -> pb.ClosePersonResponse:
        if self._close is None:
            return pb.ClosePersonResponse()
        movement_ids = [_an_id(each, "movement_ids") for each in request.movement_ids]
        standing = self._close(work, _an_id(request.person_id, "person_id"), movement_ids)
        holds = [pb.Hold(code=code, count=count) for code, count in sorted(standing.holds.items()) if count]
        return pb.ClosePersonResponse(holds=holds, movement_ids=standing.movement_ids, once_keys=standing.once_keys)

    def erase_person(self, work: Work, request: pb.ErasePersonRequest) -> pb.ErasePersonResponse:
        cleared = self._cleared(work, _an_id(request.person_id, "person_id"))
        rows = [pb.ClearedRows(table=name, rows=count) for name, count in sorted(cleared.items())]
        return pb.ErasePersonResponse(cleared=rows)

    def _cleared(self, work: Work, person_id: UUID) -> Mapping[str, int]:
        """The counts of the first time. It is cleared again all the same: what came in late goes too."""
        cleared = self._clear(work, person_id)
        now = {**cleared, "audit": cleared.get("audit", 0) + forget_addresses(work, person_id)}
        key = {"authority_id": work.authority_id, "person_id": person_id}
        row = {**key, "cleared": {name: count for name, count in now.items() if count}, "erased_at": work.now}
        work.session.execute(insert(self._table).values(row).on_conflict_do_nothing())
        kept = sa.select(self._table.c.cleared).where(*(self._table.c[name] == value for name, value in key.items()))
        first: Mapping[str, int] = work.session.execute(kept).scalar_one()
        return first


def forget_addresses(work: Work, person_id: UUID) -> int:
    """Empty the network addresses of the person's own acts in the audit: the one change that it allows."""
    audit = work.tables.audit
    return changed(
        work,
        sa.update(audit)
        .where(audit.c.authority_id == work.authority_id, audit.c.account_id == str(person_id), audit.c.address != "")
        .values(address=""),
    )


def changed(work: Work, statement: sa.Update | sa.Delete) -> int:
    """How many rows a statement changed."""
    result = work.session.execute(statement)
    return int(result.rowcount)  # type: ignore[attr-defined]  # of an UPDATE or DELETE it is a CursorResult


def _an_id(text: str, name: str) -> UUID:
    """Raises Malformed."""
    try:
        return UUID(text)
    except ValueError:
        raise Malformed(name, "Cet identifiant n'est pas valide : vérifiez-le.", "Not a valid identifier.") from None
