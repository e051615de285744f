"""Links between persons and subscribers, each under an id of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from chassis.work import Work
from services.notification.domain.memberships import Link
from services.notification.store.tables import links


def add(work: Work, link: Link) -> None:
    work.session.execute(
        sa.insert(links).values(
            authority_id=work.authority_id,
            pairwise_id=link.pairwise_id,
            subscriber_id=link.subscriber_id,
            person_id=link.person_id,
            linked_at=link.linked_at,
        )
    )


def of_person(work: Work, person_id: str) -> tuple[Link, ...]:
    """Every subscriber that knows the person, oldest link first."""
    rows = work.session.execute(
        sa.select(links)
        .where(links.c.authority_id == work.authority_id, links.c.person_id == person_id)
        .order_by(links.c.linked_at, links.c.subscriber_id)
    )
    return tuple(_link(row) for row in rows)


def with_subscriber(work: Work, subscriber_id: str, person_id: str) -> Link | None:
    return _first(work, links.c.subscriber_id == subscriber_id, links.c.person_id == person_id)


def under(work: Work, subscriber_id: str, pairwise_id: str) -> Link | None:
    """The person as this subscriber knows them; another's id finds nobody."""
    return _first(work, links.c.subscriber_id == subscriber_id, links.c.pairwise_id == pairwise_id)


def remove(work: Work, link: Link) -> None:
    """The link, and with it what was still to be told of it."""
    work.session.execute(
        sa.delete(links).where(links.c.authority_id == work.authority_id, links.c.pairwise_id == link.pairwise_id)
    )


def _first(work: Work, *conditions: sa.ColumnElement[bool]) -> Link | None:
    row = work.session.execute(sa.select(links).where(links.c.authority_id == work.authority_id, *conditions)).first()
    return _link(row) if row else None


def _link(row: Any) -> Link:
    return Link(row.subscriber_id, row.person_id, row.pairwise_id, row.linked_at)
