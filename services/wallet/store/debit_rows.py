"""What a group of debits reads and writes, each table in one statement whatever the group's size.

Rows are locked in one order: cards by id, then wallets by id. Everything is keyed by authority first: a group
holds requests of several.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.grants import partner_scope
from services.wallet.domain.card import WRONG_CODES_WINDOW_S, Card, ShownCode, TypedCode
from services.wallet.domain.debit import DebitWallet, Presentation, Presented
from services.wallet.domain.ledger import Transfer
from services.wallet.domain.membership import MembershipState
from services.wallet.domain.versions import Version
from services.wallet.domain.wallet import Wallet
from services.wallet.store import days, ledger, wallets
from services.wallet.store.cards import card_of, presentation_of
from services.wallet.store.idempotency import FirstAnswer
from services.wallet.store.recordset import recordset
from services.wallet.store.wrong_codes import LINE

OPERATION = "debit"

# Each look-up is LATERAL … OFFSET 0: the wanted keys lead and each is one index look-up, whatever the planner was
# told of a table. *Measured*: planned when the table was empty, a plain join walked all of `idempotency` for each
# group, and grew with it.
_GRANTS = """
SELECT w.authority_id, w.account_id, w.scope, g.roles
FROM json_to_recordset(%s::json) AS w(authority_id text, account_id text, scope text)
CROSS JOIN LATERAL (
  SELECT roles FROM grants g
  WHERE g.authority_id = w.authority_id AND g.account_id = w.account_id AND g.scope = w.scope OFFSET 0
) g
"""
_ANSWERS = """
SELECT w.authority_id, w.caller, w.key, i.request_hash, i.outcome
FROM json_to_recordset(%s::json) AS w(authority_id text, caller text, key text)
CROSS JOIN LATERAL (
  SELECT request_hash, outcome FROM idempotency i
  WHERE i.authority_id = w.authority_id AND i.caller = w.caller AND i.operation = 'debit' AND i.key = w.key OFFSET 0
) i
"""
_SEASONS = """
SELECT authority_id, scheme, season, counts_from, rulebook_hash FROM season_versions
WHERE authority_id = ANY(%s) ORDER BY authority_id, scheme, season, counts_from
"""
_PRESENTATIONS = """
SELECT w.authority_id, w.presentation_id, p.card_id, p.partner_id, p.device, p.expires_at, p.channel,
       p.person_id, p.last_step, p.opposed_at, p.code_chosen
FROM json_to_recordset(%s::json) AS w(authority_id text, presentation_id uuid)
CROSS JOIN LATERAL (
  SELECT p.card_id, p.partner_id, p.device, p.expires_at, p.channel, c.person_id, c.last_step, c.opposed_at,
         EXISTS (SELECT FROM secret_codes s WHERE s.authority_id = c.authority_id AND s.person_id = c.person_id)
             AS code_chosen
  FROM presentations p JOIN cards c USING (authority_id, card_id)
  WHERE p.authority_id = w.authority_id AND p.presentation_id = w.presentation_id OFFSET 0
) p
"""
# For typed codes alone. A partner's rivals wait for each other before any card is locked, in the order of their names.
_WRONG_CODES_LINE = """
SELECT pg_advisory_xact_lock(hashtextextended(w.line, 0)) FROM json_to_recordset(%s::json) AS w(line text)
"""
_WRONG_CODES = """
SELECT w.authority_id, w.partner_id, c.of_late
FROM json_to_recordset(%s::json) AS w(authority_id text, partner_id uuid)
CROSS JOIN LATERAL (
  SELECT count(*) AS of_late FROM wrong_codes c
  WHERE c.authority_id = w.authority_id AND c.partner_id = w.partner_id
    AND c.recorded_at > clock_timestamp() - make_interval(secs => %s) OFFSET 0
) c
"""
_NUMBERS = """
SELECT w.authority_id, w.number, c.card_id
FROM json_to_recordset(%s::json) AS w(authority_id text, number text)
CROSS JOIN LATERAL (
  SELECT card_id FROM cards c WHERE c.authority_id = w.authority_id AND c.number = w.number OFFSET 0
) c
"""
_CARDS = """
SELECT c.authority_id, c.card_id, c.person_id, c.last_step, c.opposed_at,
       EXISTS (SELECT FROM secret_codes s WHERE s.authority_id = c.authority_id AND s.person_id = c.person_id)
           AS code_chosen
FROM cards c
JOIN json_to_recordset(%s::json) AS w(authority_id text, card_id uuid) USING (authority_id, card_id)
ORDER BY c.card_id FOR UPDATE OF c
"""
_MEMBERS = """
SELECT w.authority_id, w.person_id, w.scheme, w.season, m.state
FROM json_to_recordset(%s::json) AS w(authority_id text, person_id uuid, scheme text, season text)
CROSS JOIN LATERAL (
  SELECT state FROM memberships m
  WHERE m.authority_id = w.authority_id AND m.person_id = w.person_id AND m.scheme = w.scheme
    AND m.season = w.season AND m.state <> 'refused' OFFSET 0
) m
"""
_WALLETS = """
SELECT t.* FROM wallets t
JOIN json_to_recordset(%s::json)
  AS w(authority_id text, person_id uuid, scheme text, season text, benefit text)
  USING (authority_id, person_id, scheme, season, benefit)
ORDER BY t.wallet_id FOR UPDATE OF t
"""
_ACCREDITATIONS = """
SELECT w.authority_id, w.partner_id, w.scheme, a.category
FROM json_to_recordset(%s::json) AS w(authority_id text, partner_id uuid, scheme text)
CROSS JOIN LATERAL (
  SELECT category FROM accreditations a
  WHERE a.authority_id = w.authority_id AND a.partner_id = w.partner_id AND a.scheme = w.scheme AND a.granted OFFSET 0
) a
"""
_FREEZE = """
INSERT INTO idempotency (authority_id, caller, operation, key, request_hash, outcome, transfer_id)
SELECT w.authority_id, w.caller, 'debit', w.key, w.request_hash, w.outcome, w.transfer_id
FROM json_to_recordset(%s::json)
  AS w(authority_id text, caller text, key text, request_hash bytea, outcome jsonb, transfer_id uuid)
"""
_BURN = """
UPDATE cards SET last_step = w.last_step
FROM json_to_recordset(%s::json) AS w(authority_id text, card_id uuid, last_step bigint)
WHERE cards.authority_id = w.authority_id AND cards.card_id = w.card_id
"""
_COUNT_WRONG = """
INSERT INTO wrong_codes (authority_id, wrong_code_id, partner_id)
SELECT * FROM json_to_recordset(%s::json) AS w(authority_id text, wrong_code_id uuid, partner_id uuid)
"""
_PUBLISH = """
INSERT INTO outbox (event_id, authority_id, type, subject, version, data, traceparent)
SELECT * FROM json_to_recordset(%s::json)
  AS w(event_id uuid, authority_id text, type text, subject text, version bigint, data jsonb, traceparent text)
"""

Key = tuple[str, str, str]
WalletKey = tuple[str, UUID, str, str, str]
_WALLET_KEY = ("authority_id", "person_id", "scheme", "season", "benefit")
_ANSWER = ("authority_id", "caller", "key", "request_hash", "outcome", "transfer_id")
_BURNT = ("authority_id", "card_id", "last_step")
_WRONG = ("authority_id", "wrong_code_id", "partner_id")
_EVENT = ("event_id", "authority_id", "type", "subject", "version", "data", "traceparent")


@dataclass(slots=True)
class Known:
    """What is known for a group, and moves on while it is decided in order of arrival."""

    roles: dict[Key, frozenset[str]] = field(default_factory=dict)
    answers: dict[Key, FirstAnswer] = field(default_factory=dict)
    seasons: dict[Key, tuple[Version, ...]] = field(default_factory=dict)
    presentations: dict[tuple[str, UUID], Presentation] = field(default_factory=dict)
    cards: dict[tuple[str, UUID], Card] = field(default_factory=dict)
    numbered: dict[tuple[str, str], UUID] = field(default_factory=dict)
    wrong_codes: dict[tuple[str, UUID], int] = field(default_factory=dict)
    members: dict[tuple[str, UUID, str, str], MembershipState] = field(default_factory=dict)
    secret_codes: set[tuple[str, UUID]] = field(default_factory=set)
    wallets: dict[WalletKey, Wallet] = field(default_factory=dict)
    accredited: dict[tuple[str, UUID, str], frozenset[str]] = field(default_factory=dict)

    def card_of(self, order: DebitWallet) -> Card | None:
        """The card that the order's code or presentation names."""
        card_id = self.card_id_of(order)
        return self.cards.get((order.authority_id, card_id)) if card_id else None

    def card_id_of(self, order: DebitWallet) -> UUID | None:
        if isinstance(order.proof, ShownCode):
            return order.proof.card_id
        if isinstance(order.proof, TypedCode):
            return self.numbered.get((order.authority_id, order.proof.number))
        shown = self.presentation_of(order)
        return shown.card_id if shown else None

    def presentation_of(self, order: DebitWallet) -> Presentation | None:
        if not isinstance(order.proof, Presented):
            return None
        return self.presentations.get((order.authority_id, order.proof.presentation_id))


@dataclass(slots=True)
class Written:
    """What a decided group leaves: first answers, transfers, moved wallets and cards, events."""

    answers: list[tuple[DebitWallet, FirstAnswer, UUID | None]] = field(default_factory=list)
    transfers: list[tuple[str, Transfer]] = field(default_factory=list)
    wallets: dict[UUID, tuple[str, Wallet]] = field(default_factory=dict)
    cards: dict[UUID, tuple[str, Card]] = field(default_factory=dict)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    wrong_codes: list[tuple[str, UUID]] = field(default_factory=list)


def caller_of(order: DebitWallet) -> str:
    """Keys belong to the partner: whichever delegate asks again gets the first answer."""
    return f"partner:{order.partner_id}"


def key_of(order: DebitWallet) -> Key:
    return order.authority_id, caller_of(order), order.key


def hold_day(connection: sa.Connection, day: date, orders: Sequence[DebitWallet]) -> bool:
    """Hold the day open for this transaction; False when an authority's day is counted already."""
    days.enter(connection, day)
    return not days.sealed(connection, day, {order.authority_id for order in orders})


def load(connection: sa.Connection, orders: Sequence[DebitWallet]) -> Known:
    """Read all that deciding these orders needs; orders whose key is known need nothing more."""
    known = Known()
    _load_roles(connection, known, orders)
    _load_answers(connection, known, orders)
    new = [order for order in orders if key_of(order) not in known.answers]
    _load_seasons(connection, known, new)
    _load_presentations(connection, known, new)
    _load_typed(connection, known, new)
    _load_cards(connection, known, new)
    _load_members_and_wallets(connection, known, new)
    _load_accreditations(connection, known, new)
    return known


def write(connection: sa.Connection, written: Written) -> None:
    """Write a decided group."""
    _write_rows(
        connection,
        _FREEZE,
        _ANSWER,
        [
            (*key_of(order), answer.request_hash, answer.outcome, transfer_id)
            for order, answer, transfer_id in written.answers
        ],
    )
    ledger.append(connection, written.transfers)
    wallets.save_balances(connection, list(written.wallets.values()))
    _write_rows(
        connection,
        _BURN,
        _BURNT,
        [(authority_id, card.card_id, card.last_step) for authority_id, card in written.cards.values()],
    )
    wrong = [(authority_id, uuid.uuid4(), partner_id) for authority_id, partner_id in written.wrong_codes]
    _write_rows(connection, _COUNT_WRONG, _WRONG, wrong)
    _write_rows(connection, _PUBLISH, _EVENT, [[event[name] for name in _EVENT] for event in written.events])


def _rows(
    connection: sa.Connection,
    statement: str,
    names: Sequence[str],
    wanted: Iterable[tuple[object, ...]],
    *more: object,
) -> list[Any]:
    """Rows for these keys; each distinct key is asked once."""
    distinct = dict.fromkeys(wanted)
    return list(connection.exec_driver_sql(statement, (recordset(names, distinct), *more))) if distinct else []


def _load_roles(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    wanted = [(order.authority_id, order.account_id, partner_scope(str(order.partner_id))) for order in orders]
    for row in _rows(connection, _GRANTS, ("authority_id", "account_id", "scope"), wanted):
        known.roles[row.authority_id, row.account_id, row.scope] = frozenset(row.roles)


def _load_answers(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    for row in _rows(connection, _ANSWERS, ("authority_id", "caller", "key"), map(key_of, orders)):
        known.answers[row.authority_id, row.caller, row.key] = FirstAnswer(row.request_hash, row.outcome)


def _load_seasons(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    authorities = sorted({order.authority_id for order in orders})
    for row in connection.exec_driver_sql(_SEASONS, (authorities,)):
        season = (row.authority_id, row.scheme, row.season)
        known.seasons[season] = (*known.seasons.get(season, ()), Version(row.counts_from, row.rulebook_hash))


def _load_presentations(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    wanted = [
        (order.authority_id, order.proof.presentation_id) for order in orders if isinstance(order.proof, Presented)
    ]
    for row in _rows(connection, _PRESENTATIONS, ("authority_id", "presentation_id"), wanted):
        known.presentations[row.authority_id, row.presentation_id] = presentation_of(row)
        _keep_card(known, row)


def _load_typed(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    """Nothing is asked where no code was typed."""
    typed = [(order, order.proof) for order in orders if isinstance(order.proof, TypedCode)]
    if not typed:
        return
    partners = sorted({(order.authority_id, order.partner_id) for order, _ in typed})
    lines = [(f"{LINE}{authority_id}/{partner_id}",) for authority_id, partner_id in partners]
    _rows(connection, _WRONG_CODES_LINE, ("line",), lines)
    for row in _rows(connection, _WRONG_CODES, ("authority_id", "partner_id"), partners, WRONG_CODES_WINDOW_S):
        known.wrong_codes[row.authority_id, row.partner_id] = row.of_late
    numbers = [(order.authority_id, proof.number) for order, proof in typed if proof.step is not None]
    for row in _rows(connection, _NUMBERS, ("authority_id", "number"), numbers):
        known.numbered[row.authority_id, row.number] = row.card_id


def _load_cards(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    """Cards of codes; a presentation's card was read with it and is not burnt again."""
    wanted = [
        (order.authority_id, card_id)
        for order in orders
        if isinstance(order.proof, ShownCode | TypedCode) and (card_id := known.card_id_of(order))
    ]
    for row in _rows(connection, _CARDS, ("authority_id", "card_id"), wanted):
        _keep_card(known, row)


def _keep_card(known: Known, row: Any) -> None:
    known.cards[row.authority_id, row.card_id] = card_of(row)
    if row.code_chosen:
        known.secret_codes.add((row.authority_id, row.person_id))


def _load_members_and_wallets(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    wanted: list[WalletKey] = []
    for order in orders:
        card = known.card_of(order)
        if card:
            wanted.append((order.authority_id, card.person_id, order.scheme, order.season, order.benefit))
    for row in _rows(connection, _MEMBERS, _WALLET_KEY[:4], [key[:4] for key in wanted]):
        known.members[row.authority_id, row.person_id, row.scheme, row.season] = MembershipState(row.state)
    for row in _rows(connection, _WALLETS, _WALLET_KEY, wanted):
        wallet = wallets.wallet_of(row)
        known.wallets[row.authority_id, wallet.person_id, wallet.scheme, wallet.season, wallet.benefit] = wallet


def _load_accreditations(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    wanted = [(order.authority_id, order.partner_id, order.scheme) for order in orders]
    found: dict[tuple[str, UUID, str], set[str]] = defaultdict(set)
    for row in _rows(connection, _ACCREDITATIONS, ("authority_id", "partner_id", "scheme"), wanted):
        found[row.authority_id, row.partner_id, row.scheme].add(row.category)
    known.accredited = {key: frozenset(categories) for key, categories in found.items()}


def _write_rows(
    connection: sa.Connection, statement: str, names: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    if rows:
        connection.exec_driver_sql(statement, (recordset(names, rows),))
