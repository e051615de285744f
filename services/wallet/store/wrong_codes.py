"""Wrong codes that were typed of late, by machine time: rows, so that no restart forgets them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.wrong_codes import WINDOW_S, WrongCodes
from services.wallet.store import many_rows
from services.wallet.store.card_tables import wrong_codes

# Rivals at one partner, or at one card, wait for each other here, so that none types more than the limit at the same
# moment. Whoever takes several lines takes them in the order of their names, before any card is locked.
_WAIT = "SELECT pg_advisory_xact_lock(hashtextextended(w.line, 0)) FROM unnest(%s::text[]) AS w(line)"
_COUNT = """
SELECT w.authority_id, w.partner_id, w.device, w.number, p.of_partner, p.of_device, c.of_card
FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[]) AS w(authority_id, partner_id, device, number)
CROSS JOIN LATERAL (
  SELECT count(*) AS of_partner, count(*) FILTER (WHERE device = w.device AND device <> '') AS of_device
  FROM wrong_codes
  WHERE authority_id = w.authority_id AND partner_id = w.partner_id
    AND recorded_at > clock_timestamp() - make_interval(secs => %s) OFFSET 0
) p
CROSS JOIN LATERAL (
  SELECT count(*) AS of_card FROM wrong_codes
  WHERE authority_id = w.authority_id AND number = w.number
    AND recorded_at > clock_timestamp() - make_interval(secs => %s) OFFSET 0
) c
"""
_ADD = "authority_id, wrong_code_id, partner_id, device, number"


@dataclass(frozen=True, slots=True)
class Typing:
    """Who types at a till, and the number of the card that is meant; None where the code names none.

    A device without a name is nobody's: only its partner is counted.
    """

    authority_id: str
    partner_id: UUID
    device: str
    number: str | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        of_partner = f"wrong_codes/{self.authority_id}/{self.partner_id}"
        return (of_partner, f"wrong_codes/{self.authority_id}/{self.number}") if self.number else (of_partner,)

    @property
    def key(self) -> tuple[object, ...]:
        return self.authority_id, self.partner_id, self.device, self.number


def hold(connection: sa.Connection, typings: Iterable[Typing]) -> dict[Typing, WrongCodes]:
    """Those of late, by who types; rivals wait until this transaction ends."""
    distinct = list(dict.fromkeys(typings))
    lines = sorted({line for typing in distinct for line in typing.lines})
    many_rows.run(connection, _WAIT, many_rows.columns([(line,) for line in lines]))
    wanted = many_rows.columns([typing.key for typing in distinct])
    rows = many_rows.fetch(connection, _COUNT, [*wanted, WINDOW_S, WINDOW_S])
    return {_typing(row): WrongCodes(row.of_partner, row.of_device, row.of_card) for row in rows}


def counted(known: Mapping[Typing, WrongCodes], wrong: Typing) -> dict[Typing, WrongCodes]:
    """The counts once `wrong` has typed one more."""
    return {typing: _with_one(typing, of_late, wrong) for typing, of_late in known.items()}


def write(connection: sa.Connection, typings: Sequence[Typing]) -> None:
    """One more each."""
    rows = [(each.authority_id, uuid.uuid4(), each.partner_id, each.device, each.number) for each in typings]
    many_rows.copy(connection, "wrong_codes", _ADD, rows)


def hold_one(work: Work, partner_id: UUID, device: str = "", number: str | None = None) -> WrongCodes:
    """The same for one request."""
    typing = Typing(work.authority_id, partner_id, device, number)
    return hold(work.session.connection(), [typing])[typing]


def add(work: Work, partner_id: UUID, device: str = "", number: str | None = None) -> None:
    """One more; the partner's that are too old to count are forgotten."""
    _forget(work, wrong_codes.c.partner_id == partner_id)
    write(work.session.connection(), [Typing(work.authority_id, partner_id, device, number)])


def hold_of_person(work: Work, person_id: UUID) -> int:
    """How many of late by a person who pairs a card; the person's other tries wait for this transaction."""
    line = f"wrong_codes/{work.authority_id}/{person_id}"
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line, 0))))
    of_person = sa.select(sa.func.count()).where(
        wrong_codes.c.authority_id == work.authority_id,
        wrong_codes.c.person_id == person_id,
        wrong_codes.c.recorded_at > _window_start(),
    )
    return int(work.session.execute(of_person).scalar_one())


def add_of_person(work: Work, person_id: UUID) -> None:
    """One more; those that are too old to count are forgotten."""
    _forget(work, wrong_codes.c.person_id == person_id)
    row = {"authority_id": work.authority_id, "wrong_code_id": uuid.uuid4(), "person_id": person_id}
    work.session.execute(sa.insert(wrong_codes).values(row))


def _with_one(typing: Typing, of_late: WrongCodes, wrong: Typing) -> WrongCodes:
    is_here = typing.authority_id == wrong.authority_id
    same_partner = is_here and typing.partner_id == wrong.partner_id
    same_card = is_here and typing.number is not None and typing.number == wrong.number
    return WrongCodes(
        of_late.partner + same_partner,
        of_late.device + (same_partner and typing.device == wrong.device != ""),
        of_late.card + same_card,
    )


def _typing(row: Any) -> Typing:
    return Typing(row.authority_id, row.partner_id, row.device, row.number)


def _forget(work: Work, which: sa.ColumnElement[bool]) -> None:
    work.session.execute(
        sa.delete(wrong_codes).where(
            wrong_codes.c.authority_id == work.authority_id, which, wrong_codes.c.recorded_at <= _window_start()
        )
    )


def _window_start() -> sa.ColumnElement[object]:
    return sa.func.clock_timestamp() - sa.text(f"interval '{WINDOW_S} seconds'")
