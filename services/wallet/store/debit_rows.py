"""What a group of debits reads and writes, each table in one statement whatever the group's size.

Rows are locked in one order: cards by id, then wallets by id. Everything is keyed by authority first: a group
holds requests of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.wallet.domain.card import Card, ShownCode, TypedCode
from services.wallet.domain.debit import DebitWallet, Presentation, Presented
from services.wallet.domain.ledger import Transfer
from services.wallet.domain.membership import MembershipState
from services.wallet.domain.static_code import StaticCode
from services.wallet.domain.suspension import Bar
from services.wallet.domain.versions import Version
from services.wallet.domain.wallet import Wallet
from services.wallet.domain.wrong_codes import WrongCodes
from services.wallet.store import days, ledger, many_rows, wallets, wrong_codes
from services.wallet.store.cards import card_of, presentation_of
from services.wallet.store.idempotency import FirstAnswer
from services.wallet.store.wrong_codes import Typing

OPERATION = "debit"

# Each look-up is LATERAL … OFFSET 0: the wanted keys lead and each is one index look-up, whatever the planner was
# told of a table. *Measured*: planned when the table was empty, a plain join walked all of `idempotency` for each
# group, and grew with it. One statement for all that needs no lock: what is asked of a group costs a round trip once.
_FACTS = """
SELECT w.number, g.roles, i.request_hash, i.outcome, a.categories,
       p.card_id, p.partner_id, p.device, p.expires_at, p.channel, p.person_id, p.last_step, p.state, p.form,
       p.card_scheme, p.card_season, p.code_chosen, m.state AS member_state,
       m.bars
FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::text[], %s::text[])
  AS w(number, authority_id, account_id, caller, key, presentation_id, partner_id, scheme, season)
LEFT JOIN LATERAL (
  SELECT roles FROM grants g
  WHERE g.authority_id = w.authority_id AND g.account_id = w.account_id AND g.scope = w.caller OFFSET 0
) g ON true
LEFT JOIN LATERAL (
  SELECT request_hash, outcome FROM idempotency i
  WHERE i.authority_id = w.authority_id AND i.caller = w.caller AND i.operation = 'debit' AND i.key = w.key OFFSET 0
) i ON true
LEFT JOIN LATERAL (
  SELECT array_agg(category) AS categories FROM accreditations a
  WHERE a.authority_id = w.authority_id AND a.partner_id = w.partner_id AND a.scheme = w.scheme AND a.granted OFFSET 0
) a ON true
LEFT JOIN LATERAL (
  SELECT p.card_id, p.partner_id, p.device, p.expires_at, p.channel, c.person_id, c.last_step, c.state, c.form,
         c.scheme AS card_scheme, c.season AS card_season,
         EXISTS (SELECT FROM secret_codes s WHERE s.authority_id = c.authority_id AND s.person_id = c.person_id)
             AS code_chosen
  FROM presentations p JOIN cards c USING (authority_id, card_id)
  WHERE p.authority_id = w.authority_id AND p.presentation_id = w.presentation_id OFFSET 0
) p ON true
LEFT JOIN LATERAL (
  SELECT state, (
    SELECT jsonb_agg(jsonb_build_object('benefits', s.benefits, 'until', s.until)) FROM suspensions s
    WHERE s.authority_id = m.authority_id AND s.membership_id = m.membership_id AND s.lifted_at IS NULL
  ) AS bars FROM memberships m
  WHERE m.authority_id = w.authority_id AND m.person_id = p.person_id AND m.scheme = w.scheme
    AND m.season = w.season AND m.state <> 'refused' OFFSET 0
) m ON true
"""
# Without a version an authority's season is not open, and nothing moves on its days.
_SEASONS = """
SELECT v.authority_id, v.scheme, v.season, v.counts_from, v.rulebook_hash,
       EXISTS (SELECT FROM sealed_days d WHERE d.authority_id = v.authority_id AND d.day = %s) AS sealed
FROM season_versions v
WHERE v.authority_id = ANY(%s) ORDER BY v.authority_id, v.scheme, v.season, v.counts_from
"""
# For typed codes alone.
_NUMBERS = """
SELECT w.authority_id, w.number, c.card_id
FROM unnest(%s::text[], %s::text[]) AS w(authority_id, number)
CROSS JOIN LATERAL (
  SELECT card_id FROM cards c WHERE c.authority_id = w.authority_id AND c.number = w.number OFFSET 0
) c
"""
_CARDS = """
SELECT c.authority_id, c.card_id, c.person_id, c.last_step, c.state, c.form, c.scheme AS card_scheme,
       c.season AS card_season,
       EXISTS (SELECT FROM secret_codes s WHERE s.authority_id = c.authority_id AND s.person_id = c.person_id)
           AS code_chosen
FROM cards c
JOIN unnest(%s::text[], %s::uuid[]) AS w(authority_id, card_id) USING (authority_id, card_id)
ORDER BY c.card_id FOR UPDATE OF c
"""
# Of paper and plastic, found by their codes: nothing is burnt, so nothing is locked.
_STATIC_CARDS = """
SELECT w.authority_id, w.code_hash, c.*
FROM unnest(%s::text[], %s::bytea[]) AS w(authority_id, code_hash)
CROSS JOIN LATERAL (
  SELECT c.card_id, c.person_id, c.last_step, c.state, c.form, c.scheme AS card_scheme, c.season AS card_season,
         EXISTS (SELECT FROM secret_codes s WHERE s.authority_id = c.authority_id AND s.person_id = c.person_id)
             AS code_chosen
  FROM card_codes k JOIN cards c USING (authority_id, card_id)
  WHERE k.authority_id = w.authority_id AND k.code_hash = w.code_hash OFFSET 0
) c
"""
_MEMBERS = """
SELECT w.authority_id, w.person_id, w.scheme, w.season, m.state, m.bars
FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[]) AS w(authority_id, person_id, scheme, season)
CROSS JOIN LATERAL (
  SELECT state, (
    SELECT jsonb_agg(jsonb_build_object('benefits', s.benefits, 'until', s.until)) FROM suspensions s
    WHERE s.authority_id = m.authority_id AND s.membership_id = m.membership_id AND s.lifted_at IS NULL
  ) AS bars FROM memberships m
  WHERE m.authority_id = w.authority_id AND m.person_id = w.person_id AND m.scheme = w.scheme
    AND m.season = w.season AND m.state <> 'refused' OFFSET 0
) m
"""
_WALLETS = """
SELECT t.* FROM wallets t
JOIN unnest(%s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[])
  AS w(authority_id, person_id, scheme, season, benefit)
  USING (authority_id, person_id, scheme, season, benefit)
ORDER BY t.wallet_id FOR UPDATE OF t
"""
# For transfers to another operator alone.
_REFERENCES = """
SELECT w.authority_id, w.partner_id, w.reference
FROM unnest(%s::text[], %s::uuid[], %s::text[]) AS w(authority_id, partner_id, reference)
CROSS JOIN LATERAL (
  SELECT FROM operator_transfers t
  WHERE t.authority_id = w.authority_id AND t.partner_id = w.partner_id AND t.reference = w.reference OFFSET 0
) t
"""
_BURN = """
UPDATE cards SET last_step = w.last_step
FROM unnest(%s::text[], %s::uuid[], %s::bigint[]) AS w(authority_id, card_id, last_step)
WHERE cards.authority_id = w.authority_id AND cards.card_id = w.card_id
"""
_ANSWERS = many_rows.Added(
    "idempotency",
    "authority_id text, caller text, operation text, key text, request_hash bytea, outcome jsonb, transfer_id uuid",
)
_EVENTS = many_rows.Added(
    "outbox",
    "event_id uuid, authority_id text, type text, subject text, version bigint, data jsonb, traceparent text",
)
# All that a group nearly always writes. *Measured*: as five statements, four of them COPY, the service spent 40 % more
# on writing, and waited ten times for PostgreSQL instead of once.
_WRITE = many_rows.together(
    _ANSWERS.insert, ledger.TRANSFERS.insert, ledger.ENTRIES.insert, wallets.SAVE, _BURN, _EVENTS.insert
)
_REFER = "authority_id, debit_id, partner_id, reference"

Key = tuple[str, str, str]
Seasons = dict[Key, tuple[Version, ...]]
WalletKey = tuple[str, UUID, str, str, str]
_EVENT = tuple(_EVENTS.names.split(", "))


@dataclass(slots=True)
class Known:
    """What is known for a group, and moves on while it is decided in order of arrival."""

    roles: dict[Key, frozenset[str]] = field(default_factory=dict)
    answers: dict[Key, FirstAnswer] = field(default_factory=dict)
    seasons: Seasons = field(default_factory=dict)
    presentations: dict[tuple[str, UUID], Presentation] = field(default_factory=dict)
    cards: dict[tuple[str, UUID], Card] = field(default_factory=dict)
    numbered: dict[tuple[str, str], UUID] = field(default_factory=dict)
    static: dict[tuple[str, bytes | None], UUID] = field(default_factory=dict)
    wrong_codes: dict[Typing, WrongCodes] = field(default_factory=dict)
    members: dict[tuple[str, UUID, str, str], MembershipState] = field(default_factory=dict)
    bars: dict[tuple[str, UUID, str, str], tuple[Bar, ...]] = field(default_factory=dict)
    secret_codes: set[tuple[str, UUID]] = field(default_factory=set)
    wallets: dict[WalletKey, Wallet] = field(default_factory=dict)
    accredited: dict[tuple[str, UUID, str], frozenset[str]] = field(default_factory=dict)
    references: set[tuple[str, UUID, str]] = field(default_factory=set)

    def card_of(self, order: DebitWallet) -> Card | None:
        """The card that the order's code or presentation names."""
        card_id = self.card_id_of(order)
        return self.cards.get((order.authority_id, card_id)) if card_id else None

    def wallet_of(self, order: DebitWallet) -> Wallet | None:
        card = self.card_of(order)
        key = (order.authority_id, card.person_id, order.scheme, order.season, order.benefit) if card else None
        return self.wallets.get(key) if key else None

    def card_id_of(self, order: DebitWallet) -> UUID | None:
        if isinstance(order.proof, Presented):
            shown = self.presentation_of(order)
            return shown.card_id if shown else None
        if isinstance(order.proof, ShownCode):
            return order.proof.card_id
        if isinstance(order.proof, TypedCode):
            return self.numbered.get((order.authority_id, order.proof.number))
        if isinstance(order.proof, StaticCode):
            return self.static.get((order.authority_id, order.proof.code_hash))
        return None

    def presentation_of(self, order: DebitWallet) -> Presentation | None:
        if not isinstance(order.proof, Presented):
            return None
        return self.presentations.get((order.authority_id, order.proof.presentation_id))


@dataclass(slots=True)
class Written:
    """What a decided group leaves: first answers, transfers, moved wallets and cards, events."""

    answers: list[tuple[Key, FirstAnswer, UUID | None]] = field(default_factory=list)
    transfers: list[tuple[str, Transfer]] = field(default_factory=list)
    wallets: dict[UUID, tuple[str, Wallet]] = field(default_factory=dict)
    cards: dict[UUID, tuple[str, Card]] = field(default_factory=dict)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    wrong_codes: list[Typing] = field(default_factory=list)
    references: list[tuple[str, UUID, UUID, str]] = field(default_factory=list)


def key_of(order: DebitWallet) -> Key:
    return order.authority_id, order.caller, order.key


def typing_of(order: DebitWallet) -> Typing | None:
    """Who types, where the order's code was typed."""
    if isinstance(order.proof, TypedCode):
        return Typing(order.authority_id, order.partner_id, order.device, order.proof.number)
    if isinstance(order.proof, StaticCode) and order.proof.typed:
        return Typing(order.authority_id, order.partner_id, order.device)
    return None


def hold_day(connection: sa.Connection, day: date, orders: Sequence[DebitWallet]) -> Seasons | None:
    """Hold the day open for this transaction: the seasons that are open on it; None when an authority's day is
    counted already."""
    days.enter(connection, day)
    seasons: Seasons = {}
    # A statement of its own: what `enter` waited for is seen.
    for row in many_rows.fetch(connection, _SEASONS, [day, sorted({order.authority_id for order in orders})]):
        if row.sealed:
            return None
        season = (row.authority_id, row.scheme, row.season)
        seasons[season] = (*seasons.get(season, ()), Version(row.counts_from, row.rulebook_hash))
    return seasons


def load(connection: sa.Connection, orders: Sequence[DebitWallet], seasons: Seasons) -> Known:
    """Read all that deciding these orders needs; orders whose key is known need nothing more."""
    known = Known(seasons=seasons)
    _load_facts(connection, known, orders)
    new = [order for order in orders if key_of(order) not in known.answers]
    coded = [order for order in new if isinstance(order.proof, ShownCode | TypedCode | StaticCode)]
    if coded:
        _load_typed(connection, known, coded)
        _load_cards(connection, known, coded)
        _load_members(connection, known, coded)
    _load_wallets(connection, known, new)
    _load_references(connection, known, new)
    return known


def write(connection: sa.Connection, written: Written) -> None:
    """Write a decided group."""
    answers = [
        (authority_id, caller, OPERATION, key, answer.request_hash, answer.outcome, transfer_id)
        for (authority_id, caller, key), answer, transfer_id in written.answers
    ]
    if answers:
        moved, sides = ledger.rows(connection, written.transfers)
        burnt = [(authority_id, card.card_id, card.last_step) for authority_id, card in written.cards.values()]
        events = [[event[name] for name in _EVENT] for event in written.events]
        many_rows.run(
            connection,
            _WRITE,
            [
                *_ANSWERS.arrays(answers),
                *ledger.TRANSFERS.arrays(moved),
                *ledger.ENTRIES.arrays(sides),
                *wallets.balances(list(written.wallets.values())),
                *(many_rows.columns(burnt) if burnt else ["{}"] * 3),
                *_EVENTS.arrays(events),
            ],
        )
    wrong_codes.write(connection, written.wrong_codes)
    many_rows.copy(connection, "operator_transfers", _REFER, written.references)


def _rows(
    connection: sa.Connection, statement: str, wanted: Iterable[tuple[object, ...]], *more: object
) -> Sequence[Any]:
    """Rows for these keys; each distinct key is asked once."""
    distinct = dict.fromkeys(wanted)
    return many_rows.fetch(connection, statement, [*many_rows.columns(distinct), *more]) if distinct else ()


def _load_facts(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    wanted = [(number, *_asked_of(order)) for number, order in enumerate(orders)]
    for row in many_rows.fetch(connection, _FACTS, many_rows.columns(wanted)):
        order = orders[row.number]
        partner = order.authority_id, order.partner_id, order.scheme
        known.accredited[partner] = frozenset(row.categories or ())
        if row.roles:
            known.roles[order.authority_id, order.account_id, order.caller] = frozenset(row.roles)
        if row.outcome is not None:
            known.answers[key_of(order)] = FirstAnswer(row.request_hash, row.outcome)
        if row.card_id and isinstance(order.proof, Presented):
            known.presentations[order.authority_id, order.proof.presentation_id] = presentation_of(
                order.proof.presentation_id, row
            )
            _keep_card(known, order.authority_id, row)
        if row.member_state:
            person = order.authority_id, row.person_id, order.scheme, order.season
            _keep_member(known, person, row.member_state, row.bars)


def _asked_of(order: DebitWallet) -> tuple[object, ...]:
    presentation_id = order.proof.presentation_id if isinstance(order.proof, Presented) else None
    return (
        order.authority_id,
        order.account_id,
        order.caller,
        order.key,
        presentation_id,
        order.partner_id,
        order.scheme,
        order.season,
    )


def _load_typed(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    """Nothing is asked where no code was typed."""
    typings = [typing for order in orders if (typing := typing_of(order))]
    if not typings:
        return
    known.wrong_codes = wrong_codes.hold(connection, typings)
    numbers = [
        (order.authority_id, order.proof.number)
        for order in orders
        if isinstance(order.proof, TypedCode) and order.proof.step is not None
    ]
    for row in _rows(connection, _NUMBERS, numbers):
        known.numbered[row.authority_id, row.number] = row.card_id


def _load_cards(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    """Cards of codes: the app's are held, for their step burns once; a presentation's was read with it and is not
    burnt again."""
    static = [
        (order.authority_id, order.proof.code_hash)
        for order in orders
        if isinstance(order.proof, StaticCode) and order.proof.code_hash
    ]
    for row in _rows(connection, _STATIC_CARDS, static):
        known.static[row.authority_id, row.code_hash] = row.card_id
        _keep_card(known, row.authority_id, row)
    burnt = [
        (order.authority_id, card_id)
        for order in orders
        if not isinstance(order.proof, StaticCode) and (card_id := known.card_id_of(order))
    ]
    for row in _rows(connection, _CARDS, burnt):
        _keep_card(known, row.authority_id, row)


def _load_members(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    """Whether the holders of these codes' cards are members."""
    members = [
        (order.authority_id, card.person_id, order.scheme, order.season)
        for order in orders
        if (card := known.card_of(order))
    ]
    for row in _rows(connection, _MEMBERS, members):
        _keep_member(known, (row.authority_id, row.person_id, row.scheme, row.season), row.state, row.bars)


def _keep_member(known: Known, person: tuple[str, UUID, str, str], state: str, bars: Any) -> None:
    known.members[person] = MembershipState(state)
    if bars:
        known.bars[person] = tuple(Bar(frozenset(bar["benefits"]), date.fromisoformat(bar["until"])) for bar in bars)


def _keep_card(known: Known, authority_id: str, row: Any) -> None:
    known.cards[authority_id, row.card_id] = card_of(row)
    if row.code_chosen:
        known.secret_codes.add((authority_id, row.person_id))


def _load_wallets(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    wanted: list[WalletKey] = []
    for order in orders:
        card = known.card_of(order)
        if card:
            wanted.append((order.authority_id, card.person_id, order.scheme, order.season, order.benefit))
    for row in _rows(connection, _WALLETS, wanted):
        wallet = wallets.wallet_of(row)
        known.wallets[row.authority_id, wallet.person_id, wallet.scheme, wallet.season, wallet.benefit] = wallet


def _load_references(connection: sa.Connection, known: Known, orders: Sequence[DebitWallet]) -> None:
    """Nothing is asked where no order is a transfer."""
    wanted = [(order.authority_id, order.partner_id, order.reference) for order in orders if order.reference]
    for row in _rows(connection, _REFERENCES, wanted):
        known.references.add((row.authority_id, row.partner_id, row.reference))
