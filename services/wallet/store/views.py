"""Reads that need no rule, straight from SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work
from services.wallet.domain.ledger import AccountKind, TransferKind
from services.wallet.domain.membership import FeeState, Membership, MembershipState
from services.wallet.domain.wallet import Wallet
from services.wallet.store import paging
from services.wallet.store.memberships import membership_of
from services.wallet.store.tables import entries, envelopes, memberships, transfers, wallets
from services.wallet.store.wallets import wallet_of

T = TypeVar("T")
STANDINGS_A_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class EnvelopeFigures:
    """Cents of one line of the budget; `debited_cents` is what stays with partners."""

    envelope_id: UUID
    scheme: str
    season: str
    benefit: str
    voted_cents: int
    unallocated_cents: int
    debited_cents: int
    expired_cents: int

    @property
    def credited_cents(self) -> int:
        return self.voted_cents - self.unallocated_cents

    @property
    def left_cents(self) -> int:
        return self.credited_cents - self.debited_cents - self.expired_cents


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
    """A wallet's movement; `amount_cents` is signed."""

    movement_id: UUID
    kind: str
    amount_cents: int
    balance_after_cents: int
    partner_id: UUID | None
    occurred_at: datetime
    version: int


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


_SIGNED = sa.case((transfers.c.kind == TransferKind.CANCEL.value, -1), else_=1) * transfers.c.amount_cents
_OF_PARTNER = transfers.c.partner_id.is_not(None)
_WITH_ENVELOPE = transfers.join(
    envelopes,
    (envelopes.c.authority_id == transfers.c.authority_id) & (envelopes.c.envelope_id == transfers.c.envelope_id),
)


def envelope_figures(work: Work, *which: sa.ColumnElement[bool]) -> list[EnvelopeFigures]:
    """Debited and expired are sums over transfers: no debit ever writes to an envelope."""

    def total(*kinds: TransferKind) -> sa.ColumnElement[int]:
        values = [kind.value for kind in kinds]
        return sa.func.coalesce(sa.func.sum(_SIGNED).filter(transfers.c.kind.in_(values)), 0)

    rows = work.session.execute(
        sa.select(
            envelopes,
            total(TransferKind.DEBIT, TransferKind.CANCEL).label("debited"),
            total(TransferKind.EXPIRE).label("expired"),
        )
        .select_from(
            envelopes.outerjoin(
                transfers,
                (envelopes.c.authority_id == transfers.c.authority_id)
                & (envelopes.c.envelope_id == transfers.c.envelope_id),
            )
        )
        .where(envelopes.c.authority_id == work.authority_id, *which)
        .group_by(envelopes.c.authority_id, envelopes.c.envelope_id)
        .order_by(envelopes.c.scheme, envelopes.c.season, envelopes.c.benefit)
    )
    return [_figures(row) for row in rows]


def envelopes_of(work: Work, scheme: str, season: str) -> list[EnvelopeFigures]:
    """Those of a scheme or a season, or all where the name is empty."""
    which = [column == name for column, name in ((envelopes.c.scheme, scheme), (envelopes.c.season, season)) if name]
    return envelope_figures(work, *which)


def envelope(work: Work, envelope_id: UUID) -> EnvelopeFigures:
    return envelope_figures(work, envelopes.c.envelope_id == envelope_id)[0]


def search_memberships(
    work: Work,
    scheme: str,
    season: str,
    state: MembershipState | None,
    fee_state: FeeState | None,
    page_token: str,
) -> tuple[Sequence[Membership], str]:
    which = [memberships.c.authority_id == work.authority_id]
    wanted = {
        memberships.c.scheme: scheme,
        memberships.c.season: season,
        memberships.c.state: state and state.value,
        memberships.c.fee_state: fee_state and fee_state.value,
    }
    which += [column == value for column, value in wanted.items() if value]
    after = paging.key_of(page_token, 1)
    if after:
        which.append(memberships.c.membership_id > _uuid(after[0]))
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
        which.append(memberships.c.membership_id > _uuid(after[0]))
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


def movements(work: Work, wallet_id: UUID, page_token: str) -> tuple[Sequence[Movement], str]:
    """A wallet's movements, latest first."""
    which = [
        entries.c.authority_id == work.authority_id,
        entries.c.account_id == wallet_id,
        entries.c.account_kind == AccountKind.WALLET.value,
    ]
    after = paging.key_of(page_token, 1)
    if after:
        which.append(entries.c.account_version < _integer(after[0]))
    rows = work.session.execute(
        sa.select(entries, transfers.c.kind, transfers.c.partner_id, transfers.c.occurred_at)
        .join(
            transfers,
            (transfers.c.authority_id == entries.c.authority_id) & (transfers.c.transfer_id == entries.c.transfer_id),
        )
        .where(*which)
        .order_by(entries.c.account_version.desc())
        .limit(paging.PAGE_SIZE + 1)
    )
    return paging.cut([_movement(row) for row in rows], lambda found: (str(found.version),))


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
        which.append(transfers.c.transfer_id > _uuid(after[0]))
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
    """A partner's debits, latest first; both days are included."""
    which = [
        transfers.c.authority_id == work.authority_id,
        transfers.c.partner_id == partner_id,
        transfers.c.kind == TransferKind.DEBIT.value,
    ]
    which += [transfers.c.business_day >= from_day] if from_day else []
    which += [transfers.c.business_day <= to_day] if to_day else []
    after = paging.key_of(page_token, 2)
    if after:
        last = sa.tuple_(sa.literal(_instant(after[0])), sa.literal(_uuid(after[1])))
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


def _figures(row: Any) -> EnvelopeFigures:
    return EnvelopeFigures(
        row.envelope_id,
        row.scheme,
        row.season,
        row.benefit,
        row.voted_cents,
        row.unallocated_cents,
        int(row.debited),
        int(row.expired),
    )


def _movement(row: Any) -> Movement:
    return Movement(
        row.transfer_id,
        row.kind,
        row.amount_cents,
        row.balance_after_cents,
        row.partner_id,
        row.occurred_at,
        row.account_version,
    )


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
    )


def _uuid(text: str) -> UUID:
    return _read(UUID, text)


def _integer(text: str) -> int:
    return _read(int, text)


def _instant(text: str) -> datetime:
    return _read(datetime.fromisoformat, text)


def _read(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError:
        raise paging.unreadable() from None
