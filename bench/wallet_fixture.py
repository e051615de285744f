"""A wallet database as large as a region's, filled straight into the service's tables.

Wallet number n belongs to person n, whose presentation n is at partner n % partners; account number p is partner
p's cashier. Ids are their number in a UUID's clothes, so that the client needs no list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

import psycopg
import yaml
from marshmallow import Schema, fields, validate

from bench import ledger_history
from rulebooks import Catalogue

_FIXTURE = Path(__file__).with_name("fixture.yaml")

_WALLET, _PERSON, _CARD, _PRESENTATION, _MEMBERSHIP, _PARTNER, _ACCOUNT, _ENVELOPE = range(1, 9)


def numbered(kind: int, number: int) -> str:
    """The id of the `number`-th thing of a kind."""
    return str(UUID(int=(kind << 96) | (4 << 76) | (8 << 60) | number))


def presentation_id(wallet: int) -> str:
    return numbered(_PRESENTATION, wallet)


def partner_id(partner: int) -> str:
    return numbered(_PARTNER, partner)


def account_id(partner: int) -> str:
    return numbered(_ACCOUNT, partner)


@dataclass(frozen=True, slots=True)
class Purse:
    """Whose wallets are debited, at what platform time; each holds `balance_cents`."""

    authority: str
    scheme: str
    season: str
    benefit: str
    at: datetime
    balance_cents: int


class _Purse(Schema):
    authority, scheme, season, benefit = (fields.String(required=True) for _ in range(4))
    at = fields.AwareDateTime(required=True, default_timezone=UTC)
    balance_cents = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


@cache
def purse() -> Purse:
    """As `fixture.yaml` says. Raises marshmallow's ValidationError."""
    return Purse(**_Purse().load(yaml.safe_load(_FIXTURE.read_text(encoding="utf-8"))))


@dataclass(frozen=True, slots=True)
class Size:
    """How many wallets and partners; `debits_each` makes a ledger behind them, with so many debits of each wallet."""

    wallets: int = 500_000
    partners: int = 3_000
    debits_each: int = 0


def fill(url: str, size: Size) -> None:
    """Fill an empty, migrated wallet database. `url` is libpq's form."""
    with psycopg.connect(url, autocommit=False) as connection:
        connection.execute(_NUMBERED)
        for statement in _FILL:
            connection.execute(statement, _values(size))
        if size.debits_each:
            ledger_history.fill(connection, _values(size))
        connection.commit()
        connection.autocommit = True
        # Not the tables that are empty yet: a season's first debits find them as autovacuum leaves them.
        connection.execute(f"VACUUM ANALYZE {', '.join(_filled(size))}")
        connection.execute("DROP FUNCTION pg_temp.numbered")


def _filled(size: Size) -> tuple[str, ...]:
    return (*_FILLED, *ledger_history.FILLED) if size.debits_each else _FILLED


def _values(size: Size) -> dict[str, object]:
    spent = purse()
    rulebook = Catalogue.load().get(spent.authority, spent.scheme, spent.season)
    return {
        "authority": spent.authority,
        "scheme": spent.scheme,
        "season": spent.season,
        "benefit": spent.benefit,
        "category": rulebook.benefit(spent.benefit).category,
        "hash": rulebook.hash,
        "wallets": size.wallets,
        "partners": size.partners,
        "balance": spent.balance_cents,
        "debits_each": size.debits_each,
        "debit": ledger_history.DEBIT_CENTS,
        "now": spent.at,
        "starts": rulebook.starts_on,
        "ends": rulebook.ends_on,
    }


_FILLED = (
    "seasons",
    "season_versions",
    "envelopes",
    "memberships",
    "wallets",
    "cards",
    "presentations",
    "accreditations",
    "grants",
)
_NUMBERED = """
CREATE FUNCTION pg_temp.numbered(kind int, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(kind), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(number), 12, '0'))::uuid
$$"""

_FILL = (
    "INSERT INTO seasons VALUES (%(authority)s, %(scheme)s, %(season)s, %(hash)s, %(now)s)",
    "SELECT add_ledger_season(season_no) FROM seasons",
    """INSERT INTO season_versions VALUES (%(authority)s, %(scheme)s, %(season)s, %(starts)s, %(hash)s, %(now)s)""",
    """INSERT INTO envelopes (authority_id, envelope_id, scheme, season, benefit, voted_cents, unallocated_cents,
                              version)
       SELECT %(authority)s, pg_temp.numbered(8, 0), %(scheme)s, %(season)s, %(benefit)s,
              %(balance)s::bigint * %(wallets)s, 0, 1""",
    """INSERT INTO memberships (authority_id, membership_id, person_id, scheme, season, state, requested_on, fee_cents,
                                fee_state, rulebook_hash, reasons, entitlements, version)
       SELECT %(authority)s, pg_temp.numbered(5, n), pg_temp.numbered(2, n), %(scheme)s, %(season)s, 'active',
              %(starts)s, 1000, 'cashed', %(hash)s, '[]', '[]', 1
       FROM generate_series(0, %(wallets)s - 1) n""",
    """INSERT INTO wallets (authority_id, wallet_id, person_id, membership_id, envelope_id, scheme, season, benefit,
                            category, opens_on, closes_on, credited_cents, balance_cents, version)
       SELECT %(authority)s, pg_temp.numbered(1, n), pg_temp.numbered(2, n), pg_temp.numbered(5, n),
              pg_temp.numbered(8, 0), %(scheme)s, %(season)s, %(benefit)s, %(category)s, %(starts)s, %(ends)s,
              %(balance)s, %(balance)s - %(debits_each)s * %(debit)s, 1 + %(debits_each)s
       FROM generate_series(0, %(wallets)s - 1) n""",
    """INSERT INTO cards (authority_id, card_id, person_id, last_step)
       SELECT %(authority)s, pg_temp.numbered(3, n), pg_temp.numbered(2, n), 0
       FROM generate_series(0, %(wallets)s - 1) n""",
    """INSERT INTO presentations (authority_id, presentation_id, card_id, partner_id, device, account_id, expires_at)
       SELECT %(authority)s, pg_temp.numbered(4, n), pg_temp.numbered(3, n),
              pg_temp.numbered(6, n %% %(partners)s), 'till', pg_temp.numbered(7, n %% %(partners)s)::text,
              %(now)s::timestamptz + interval '1 day'
       FROM generate_series(0, %(wallets)s - 1) n""",
    """INSERT INTO accreditations (authority_id, partner_id, scheme, category, granted, version)
       SELECT %(authority)s, pg_temp.numbered(6, p), %(scheme)s, %(category)s, true, 1
       FROM generate_series(0, %(partners)s - 1) p""",
    """INSERT INTO grants (authority_id, account_id, scope, roles, version)
       SELECT %(authority)s, pg_temp.numbered(7, p)::text, 'partner:' || pg_temp.numbered(6, p), '{cashier}', 1
       FROM generate_series(0, %(partners)s - 1) p""",
)
