"""What must always hold in the ledger: the rules of the walk over it, and those of its seals.

Run in one snapshot: debits may go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.seal import NOTHING_BEFORE, mac_of
from services.wallet.store import closings, seals, walk
from services.wallet.store.budget_checks import LINE_RULES
from services.wallet.store.card_checks import CARD_RULES
from services.wallet.store.rights_checks import RIGHTS_CHECKS
from services.wallet.store.seals import ENTRIES_DIGEST, TOTALS_DIGEST


@dataclass(frozen=True, slots=True)
class Check:
    """A rule outside the walk; `first` tells the first difference, if there is one. `key` proves macs."""

    name: str
    first: Callable[[Work, bytes], str | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a rule holds; `detail` tells the first difference."""

    check: str
    held: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Each rule, and where each cent is."""

    findings: tuple[Finding, ...]
    figures: dict[str, int]

    @property
    def held(self) -> bool:
        return all(finding.held for finding in self.findings)


def run_checks(work: Work, key: bytes, since: date | None = None) -> Verdict:
    """Every rule; from `since` on where it is said, trusting the seals before it."""
    walked = walk.walk(work, since)
    rules = [rule for rule in walk.RULES if since is None or not rule.whole]
    findings = [_finding(rule.name, walked.differences.get(rule.name)) for rule in rules]
    findings += [_finding(check.name, check.first(work, key)) for check in CHECKS]
    return Verdict(tuple(findings), dict(walked.figures))


def _finding(name: str, difference: str | None) -> Finding:
    return Finding(name, difference is None, difference or "")


def _broken_link(work: Work, key: bytes) -> str | None:
    """A seal that is not the hash of what it says, was not made by the service, or does not follow the day before."""
    previous, expected_day = NOTHING_BEFORE, None
    for kept in seals.kept(work):
        day = kept.seal.day
        if expected_day not in (None, day):
            return f"day {expected_day}: its seal is missing"
        if kept.seal.previous_hash != previous:
            return f"day {day}: its seal does not follow that of the day before"
        if kept.seal.hash() != kept.hash:
            return f"day {day}: its seal is not the hash of what it says"
        if mac_of(key, kept.hash) != kept.mac:
            return f"day {day}: its seal was not made by this service"
        previous, expected_day = kept.hash, day + timedelta(days=1)
    return None


# The leaves and totals beside the digests that the day's hash covers.
_UNDERNEATH = f"""
SELECT coalesce(s.day, p.day) AS day, coalesce(s.season_no, p.season_no) AS season_no FROM (
    SELECT * FROM seal_seasons WHERE authority_id = :authority_id
) AS s FULL JOIN (
    SELECT day, season_no, b.digest AS entries_digest, b.transfers, coalesce(t.digest, ''::bytea) AS totals_digest
    FROM (SELECT day, season_no, sum(length(leaves)) / 48 AS transfers, {ENTRIES_DIGEST} AS digest
          FROM seal_branches WHERE authority_id = :authority_id GROUP BY day, season_no) AS b
    FULL JOIN (SELECT day, season_no, {TOTALS_DIGEST} AS digest
               FROM seal_totals WHERE authority_id = :authority_id GROUP BY day, season_no) AS t
    USING (day, season_no)
) AS p USING (day, season_no)
WHERE (s.entries_digest, s.totals_digest, s.transfers)
      IS DISTINCT FROM (p.entries_digest, p.totals_digest, p.transfers)
ORDER BY 1, 2 LIMIT 1
"""  # noqa: S608 - pieces of this package, no value


def _changed_part(work: Work, _key: bytes) -> str | None:
    row = work.session.execute(sa.text(_UNDERNEATH), {"authority_id": work.authority_id}).first()
    return f"day {row.day}: leaves or totals of season number {row.season_no} were changed" if row else None


def _by_query(query: str) -> Callable[[Work, bytes], str | None]:
    """The first row of a query that takes :authority_id and answers rows that break the rule."""

    def first(work: Work, _key: bytes) -> str | None:
        found = work.session.execute(sa.text(f"{query} LIMIT 1"), {"authority_id": work.authority_id})
        row = found.mappings().first()
        return ", ".join(f"{name} {value}" for name, value in row.items()) if row else None

    return first


CHECKS = (
    Check("each day's seal is the hash of its day, chained to the day before", _broken_link),
    Check("the leaves and totals of each seal are those that it was made of", _changed_part),
    Check("a detached season closed with the balances of its sealed days", closings.first_difference),
    *(Check(name, _by_query(query)) for name, query in (*CARD_RULES, *LINE_RULES, *RIGHTS_CHECKS)),
)
