"""The ledger's words: a transfer moves cents between two accounts and is written as two signed entries.

Money goes authority → envelope → wallet → partner, or wallet → expired at the season's end; wallet → envelope when what
was added for a debit goes back with it. A voucher reserves
money on its way: wallet → hold → partner, and what the partner does not take hold → wallet. An entry carries
its account's balance before and after, and version, only where that account's row is locked anyway: on the
envelope when it is voted, credited from or given back to, on the wallet always. Partners', holds' and expired totals
are derived. Staff's corrections move cents between envelope and wallet, a clawback partner → envelope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class TransferKind(StrEnum):
    VOTE = "vote"
    CREDIT = "credit"
    DEBIT = "debit"
    CANCEL = "cancel"
    EXPIRE = "expire"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    RETURN = "return"
    CORRECTION = "correction"
    CLAWBACK = "clawback"


# What a partner is paid by: counted by day, told as a debit, cancelled as one.
PAYING = (TransferKind.DEBIT, TransferKind.CAPTURE)


class AccountKind(StrEnum):
    """`authority` and `expired` are numbered by their envelope, `hold` by its voucher."""

    AUTHORITY = "authority"
    ENVELOPE = "envelope"
    WALLET = "wallet"
    PARTNER = "partner"
    EXPIRED = "expired"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Balance:
    """A locked account's balance in cents around one entry; `version` is the account's after it."""

    before_cents: int
    after_cents: int
    version: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a transfer. `amount_cents` is signed: what the account gained."""

    account_kind: AccountKind
    account_id: UUID
    amount_cents: int
    balance: Balance | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Who moved the money, when and by which rules. `occurred_at` is platform time, `business_day` its Paris
    day; `account_id` is empty where a job or a provider acted."""

    occurred_at: datetime
    business_day: date
    rulebook_hash: str
    account_id: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A movement of `amount_cents` > 0; `cancels` is the debit that a cancellation undoes.

    `uses`: of a wallet that counts them, how many were granted (credit), taken (debit, hold, capture) or given back
    (cancel, release), or either (correction); None where they are not counted. `channel`: by which a partner was paid.
    """

    transfer_id: UUID
    kind: TransferKind
    envelope_id: UUID
    amount_cents: int
    act: Act
    entries: tuple[Entry, Entry]
    wallet_id: UUID | None = None
    partner_id: UUID | None = None
    category: str | None = None
    cancels: UUID | None = None
    uses: int | None = None
    channel: str | None = None
