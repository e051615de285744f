"""What must always hold between the tables, as queries that find the first row where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from chassis.work import Work


@dataclass(frozen=True, slots=True)
class Check:
    """`query` takes :authority_id and answers rows that break the rule."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a rule holds; `detail` tells the first difference."""

    check: str
    held: bool
    detail: str = ""


CHECKS = (
    Check(
        "no offer has more winners than places",
        """
        SELECT o.offer_id, o.places, count(r.registration_id) AS winners
        FROM offers o JOIN registrations r USING (authority_id, offer_id)
        WHERE o.authority_id = :authority_id AND r.state = 'won'
        GROUP BY o.offer_id, o.places HAVING count(r.registration_id) > o.places
        """,
    ),
    Check(
        "places taken and places left add up",
        """
        SELECT o.offer_id, o.places, o.places_left, count(r.registration_id) AS winners
        FROM offers o LEFT JOIN registrations r
          ON r.authority_id = o.authority_id AND r.offer_id = o.offer_id AND r.state = 'won'
        WHERE o.authority_id = :authority_id
        GROUP BY o.offer_id, o.places, o.places_left
        HAVING o.places_left + count(r.registration_id) <> o.places
        """,
    ),
    Check(
        "an offer is registered for in the way of its kind",
        """
        SELECT r.registration_id, o.kind, o.state AS offer_state, r.state
        FROM registrations r JOIN offers o USING (authority_id, offer_id)
        WHERE r.authority_id = :authority_id AND r.state <> 'withdrawn' AND NOT CASE
            WHEN o.kind = 'registration' THEN r.state = 'won'
            WHEN o.state = 'drawn' THEN r.state IN ('won', 'lost')
            ELSE r.state = 'waiting' END
        """,
    ),
    Check(
        "nobody registered before the opening or after the closing",
        """
        SELECT r.registration_id, r.registered_at, o.opens_at, o.closes_at
        FROM registrations r JOIN offers o USING (authority_id, offer_id)
        WHERE r.authority_id = :authority_id AND r.registered_at NOT BETWEEN o.opens_at AND o.closes_at
        """,
    ),
    Check(
        "an offer is drawn if and only if its draw is kept",
        """
        SELECT coalesce(o.offer_id, d.offer_id) AS offer_id, o.state
        FROM offers o FULL JOIN draws d USING (authority_id, offer_id)
        WHERE authority_id = :authority_id AND (o.state IS NOT DISTINCT FROM 'drawn') <> (d.seed IS NOT NULL)
        """,
    ),
    Check(
        "an offer that shows was moderated by another person than its author",
        """
        SELECT offer_id, author_id, moderated_by FROM offers
        WHERE authority_id = :authority_id AND state <> 'submitted' AND moderated_by IN ('', author_id)
        """,
    ),
)

_FIGURES = """
    SELECT (SELECT count(*) FROM offers WHERE authority_id = :authority_id) AS offers,
           (SELECT count(*) FROM draws WHERE authority_id = :authority_id) AS draws,
           count(*) FILTER (WHERE state <> 'withdrawn') AS registrations,
           count(*) FILTER (WHERE state = 'won') AS winners
    FROM registrations WHERE authority_id = :authority_id
"""


def run_checks(work: Work) -> Iterator[Finding]:
    for check in CHECKS:
        row = work.session.execute(sa.text(f"{check.query} LIMIT 1"), _of(work)).mappings().first()
        told = ", ".join(f"{name} {value}" for name, value in row.items()) if row else ""
        yield Finding(check.name, row is None, told)


def figures(work: Work) -> dict[str, int]:
    """Offers, draws, registrations that stand, and winners."""
    row = work.session.execute(sa.text(_FIGURES), _of(work)).mappings().one()
    return {name: int(value) for name, value in row.items()}


def _of(work: Work) -> dict[str, str]:
    return {"authority_id": work.authority_id}
