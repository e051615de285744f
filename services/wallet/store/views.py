"""Reads that need no rule, straight from SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.ledger import PAYING, AccountKind, TransferKind
from services.wallet.domain.membership import FeeState, Membership, MembershipState
from services.wallet.domain.wallet import Wallet
from services.wallet.store import paging
from services.wallet.store.memberships import membership_of
from services.wallet.store.rights_tables import top_ups
from services.wallet.store.tables import entries, envelopes, memberships, transfers, vouchers, wallets
from services.wallet.store.wallets import wallet_of

STANDINGS_A_PAGE = 1_000
_IS_TOP_UP = (
    sa.exists()
    .where(top_ups.c.authority_id == transfers.c.authority_id, top_ups.c.credit_id == transfers.c.transfer_id)
    .label("is_top_up")
)


@dataclass(frozen=True, slots=True)
class WantedMemberships:
    """What staff look for; what is empty or None is not asked."""

    scheme: str
    season: str
    state: MembershipState | None
    fee_state: FeeState | None
    person_id: UUID | None
    membership_id: UUID | None


@dataclass(frozen=True, slots=True)
class MembershipStanding:
    """What another service needs to know of a membership: active or ended."""

    membership_id: UUID
    person_id: UUID
    scheme: str
    season: str
    state: MembershipState
    version: int


@dataclass(frozen=True, slots=True)
class Movement:
    """A wallet's movement; `amount_cents` is signed. A capture moves nothing here: its cents left with their hold, and
    its place is after the `version` that the wallet had. `is_top_up`: a credit that a till added."""

    movement_id: UUID
    kind: str
    amount_cents: int
    balance_after_cents: int
    partner_id: UUID | None
    occurred_at: datetime
    version: int
    voucher_id: UUID | None
    captured_cents: int
    channel: str | None
    is_top_up: bool

    @property
    def place(self) -> tuple[int, int]:
        return self.version, 1 if self.captured_cents else 0


@dataclass(frozen=True, slots=True)
class PartnerDay:
    """A partner's movements of one day in one scheme: debits add, cancellations subtract."""

    partner_id: UUID
    scheme: str
    count: int
    sum_cents: int


@dataclass(frozen=True, slots=True)
class PartnerMovement:
    """A debit, or a cancellation with a negative amount; `debit_id` is the debit's in both."""

    movement_id: UUID
    debit_id: UUID
    partner_id: UUID
    scheme: str
    season: str
    benefit: str
    category: str
    amount_cents: int
    occurred_at: datetime
    business_day: date
    rulebook_hash: str


@dataclass(frozen=True, slots=True)
class PartnerDebit:
    """A debit as its partner sees it."""

    debit_id: UUID
    scheme: str
    season: str
    benefit: str
    category: str
    amount_cents: int
    occurred_at: datetime
    cancelled: bool
    channel: str


_SIGNED = sa.case((transfers.c.kind == TransferKind.CANCEL.value, -1), else_=1) * transfers.c.amount_cents
_OF_PARTNER = transfers.c.partner_id.is_not(None)
_WITH_ENVELOPE = transfers.join(
    envelopes,
    (envelopes.c.authority_id == transfers.c.authority_id) & (envelopes.c.envelope_id == transfers.c.envelope_id),
)


def search_memberships(work: Work, wanted: WantedMemberships, page_token: str) -> tuple[Sequence[Membership], str]:
    which = [memberships.c.authority_id == work.authority_id]
    columns = {
        memberships.c.scheme: wanted.scheme,
        memberships.c.season: wanted.season,
        memberships.c.state: wanted.state and wanted.state.value,
        memberships.c.fee_state: wanted.fee_state and wanted.fee_state.value,
        memberships.c.person_id: wanted.person_id,
        memberships.c.membership_id: wanted.membership_id,
    }
    which += [column == value for column, value in columns.items() if value]
    after = paging.key_of(page_token, 1)
    if after:
        which.append(memberships.c.membership_id > paging.identifier(after[0]))
    rows = work.session.execute(
        sa.select(memberships).where(*which).order_by(memberships.c.membership_id).limit(paging.PAGE_SIZE + 1)
    )
    return paging.cut([membership_of(row) for row in rows], lambda found: (str(found.membership_id),))


def membership_standings(work: Work, page_token: str) -> tuple[Sequence[MembershipStanding], str]:
    """Every membership that is or was active, by id, for the other services."""
    which = [
        memberships.c.authority_id == work.authority_id,
        memberships.c.state.in_([MembershipState.ACTIVE.value, MembershipState.ENDED.value]),
    ]
    after = paging.key_of(page_token, 1)
    if after:
        which.append(memberships.c.membership_id > paging.identifier(after[0]))
    rows = work.session.execute(
        sa.select(*(memberships.c[name] for name in MembershipStanding.__dataclass_fields__))
        .where(*which)
        .order_by(memberships.c.membership_id)
        .limit(STANDINGS_A_PAGE + 1)
    )
    found = [_standing(row) for row in rows]
    return paging.cut(found, lambda standing: (str(standing.membership_id),), STANDINGS_A_PAGE)


def wallets_of(work: Work, person_id: UUID) -> list[Wallet]:
    rows = work.session.execute(
        sa.select(wallets)
        .where(wallets.c.authority_id == work.authority_id, wallets.c.person_id == person_id)
        .order_by(wallets.c.scheme, wallets.c.season, wallets.c.benefit)
    )
    return [wallet_of(row) for row in rows]


def wallets_of_membership(work: Work, membership_id: UUID) -> list[Wallet]:
    rows = work.session.execute(
        sa.select(wallets)
        .where(wallets.c.authority_id == work.authority_id, wallets.c.membership_id == membership_id)
        .order_by(wallets.c.benefit)
    )
    return [wallet_of(row) for row in rows]


def movements(work: Work, wallet_id: UUID, page_token: str) -> tuple[Sequence[Movement], str]:
    """A wallet's movements, latest first, with what partners took of its vouchers."""
    found = sa.union_all(_own_movements(work, wallet_id), _captures(work, wallet_id)).subquery()
    place = sa.tuple_(found.c.version, found.c.after, found.c.movement_id)
    statement = sa.select(found).order_by(found.c.version.desc(), found.c.after.desc(), found.c.movement_id.desc())
    after = paging.key_of(page_token, 3)
    if after:
        last = (paging.integer(after[0]), paging.integer(after[1]), paging.identifier(after[2]))
        statement = statement.where(place < sa.tuple_(*(sa.literal(part) for part in last)))
    rows = work.session.execute(statement.limit(paging.PAGE_SIZE + 1))
    return paging.cut([_movement(row) for row in rows], _movement_key)


def _own_movements(work: Work, wallet_id: UUID) -> sa.Select[Any]:
    """Its entries; a hold's and a release's other side names the voucher."""
    hold = entries.alias("hold")
    return (
        sa.select(
            transfers.c.transfer_id.label("movement_id"),
            transfers.c.kind,
            entries.c.amount_cents,
            entries.c.balance_after_cents,
            sa.func.coalesce(transfers.c.partner_id, vouchers.c.partner_id).label("partner_id"),
            transfers.c.occurred_at,
            entries.c.account_version.label("version"),
            sa.literal(0).label("after"),
            hold.c.account_id.label("voucher_id"),
            sa.literal(0).label("captured_cents"),
            transfers.c.channel,
            _IS_TOP_UP,
        )
        .select_from(entries)
        .join(transfers, _same(entries, transfers, "transfer_id"))
        .outerjoin(hold, _same(entries, hold, "transfer_id") & (hold.c.account_kind == AccountKind.HOLD.value))
        .outerjoin(
            vouchers,
            (vouchers.c.authority_id == hold.c.authority_id) & (vouchers.c.voucher_id == hold.c.account_id),
        )
        .where(
            entries.c.authority_id == work.authority_id,
            entries.c.account_id == wallet_id,
            entries.c.account_kind == AccountKind.WALLET.value,
        )
    )


def _captures(work: Work, wallet_id: UUID) -> sa.Select[Any]:
    """What partners took of its vouchers, with the balance that the wallet had."""
    return (
        sa.select(
            transfers.c.transfer_id.label("movement_id"),
            transfers.c.kind,
            sa.literal(0).label("amount_cents"),
            entries.c.balance_after_cents,
            transfers.c.partner_id,
            transfers.c.occurred_at,
            vouchers.c.wallet_version.label("version"),
            sa.literal(1).label("after"),
            vouchers.c.voucher_id,
            transfers.c.amount_cents.label("captured_cents"),
            transfers.c.channel,
            sa.false().label("is_top_up"),
        )
        .select_from(vouchers)
        .join(
            transfers,
            (transfers.c.authority_id == vouchers.c.authority_id) & (transfers.c.transfer_id == vouchers.c.debit_id),
        )
        .join(
            entries,
            (entries.c.authority_id == vouchers.c.authority_id)
            & (entries.c.account_id == vouchers.c.wallet_id)
            & (entries.c.account_version == vouchers.c.wallet_version),
        )
        .where(vouchers.c.authority_id == work.authority_id, vouchers.c.wallet_id == wallet_id)
    )


def _same(one: sa.FromClause, other: sa.FromClause, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(one.c.authority_id == other.c.authority_id, one.c[name] == other.c[name])


def _movement_key(movement: Movement) -> tuple[str, str, str]:
    version, after = movement.place
    return str(version), str(after), str(movement.movement_id)


def partner_days(work: Work, day: date) -> list[PartnerDay]:
    rows = work.session.execute(
        sa.select(
            transfers.c.partner_id,
            envelopes.c.scheme,
            sa.func.count().label("count"),
            sa.func.sum(_SIGNED).label("sum_cents"),
        )
        .select_from(_WITH_ENVELOPE)
        .where(transfers.c.authority_id == work.authority_id, transfers.c.business_day == day, _OF_PARTNER)
        .group_by(transfers.c.partner_id, envelopes.c.scheme)
        .order_by(transfers.c.partner_id, envelopes.c.scheme)
    )
    return [PartnerDay(row.partner_id, row.scheme, row._mapping["count"], int(row.sum_cents)) for row in rows]


def day_movements(work: Work, day: date, page_token: str) -> tuple[Sequence[PartnerMovement], str]:
    """All partners' movements of a day, by id."""
    which = [
        transfers.c.authority_id == work.authority_id,
        transfers.c.business_day == day,
        _OF_PARTNER,
    ]
    after = paging.key_of(page_token, 1)
    if after:
        which.append(transfers.c.transfer_id > paging.identifier(after[0]))
    rows = work.session.execute(
        sa.select(transfers, envelopes.c.scheme, envelopes.c.season, envelopes.c.benefit, _SIGNED.label("signed"))
        .select_from(_WITH_ENVELOPE)
        .where(*which)
        .order_by(transfers.c.transfer_id)
        .limit(paging.PAGE_SIZE + 1)
    )
    return paging.cut([_partner_movement(row) for row in rows], lambda found: (str(found.movement_id),))


def partner_debits(
    work: Work, partner_id: UUID, from_day: date | None, to_day: date | None, page_token: str
) -> tuple[Sequence[PartnerDebit], str]:
    """A partner's debits, by card or by voucher, latest first; both days are included."""
    which = [
        transfers.c.authority_id == work.authority_id,
        transfers.c.partner_id == partner_id,
        transfers.c.kind.in_([kind.value for kind in PAYING]),
    ]
    which += [transfers.c.business_day >= from_day] if from_day else []
    which += [transfers.c.business_day <= to_day] if to_day else []
    after = paging.key_of(page_token, 2)
    if after:
        last = sa.tuple_(sa.literal(paging.instant(after[0])), sa.literal(paging.identifier(after[1])))
        which.append(sa.tuple_(transfers.c.occurred_at, transfers.c.transfer_id) < last)
    cancelling = transfers.alias()
    cancelled = (
        sa.exists()
        .where(
            cancelling.c.authority_id == transfers.c.authority_id,
            cancelling.c.cancels == transfers.c.transfer_id,
        )
        .label("cancelled")
    )
    rows = work.session.execute(
        sa.select(transfers, envelopes.c.scheme, envelopes.c.season, envelopes.c.benefit, cancelled)
        .select_from(_WITH_ENVELOPE)
        .where(*which)
        .order_by(transfers.c.occurred_at.desc(), transfers.c.transfer_id.desc())
        .limit(paging.PAGE_SIZE + 1)
    )
    found = [_partner_debit(row) for row in rows]
    return paging.cut(found, lambda debit: (debit.occurred_at.isoformat(), str(debit.debit_id)))


def _standing(row: Any) -> MembershipStanding:
    return MembershipStanding(
        row.membership_id, row.person_id, row.scheme, row.season, MembershipState(row.state), row.version
    )


def _movement(row: Any) -> Movement:
    return Movement(**{name: getattr(row, name) for name in Movement.__dataclass_fields__})


def _partner_movement(row: Any) -> PartnerMovement:
    return PartnerMovement(
        row.transfer_id,
        row.cancels or row.transfer_id,
        row.partner_id,
        row.scheme,
        row.season,
        row.benefit,
        row.category,
        row.signed,
        row.occurred_at,
        row.business_day,
        row.rulebook_hash,
    )


def _partner_debit(row: Any) -> PartnerDebit:
    return PartnerDebit(
        row.transfer_id,
        row.scheme,
        row.season,
        row.benefit,
        row.category,
        row.amount_cents,
        row.occurred_at,
        row.cancelled,
        row.channel or "",
    )
