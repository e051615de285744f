"""What a seal says of one transfer: the canonical text of its row and of its entries' rows, as SQL.

A column that may be empty is left out where it is, so that a column which is added later leaves old seals as they are.
Free text bears its length: no value can pass for two. A test holds these columns against the tables'.
"""

from __future__ import annotations

# The season's number is this database's own: the seal names scheme and season instead.
NOT_SEALED = frozenset({"authority_id", "transfer_id", "season_no"})
_FREE_TEXT = ("kind", "category", "rulebook_hash", "account_id", "device", "channel")
TRANSFER_COLUMNS = (
    "kind",
    "envelope_id",
    "wallet_id",
    "partner_id",
    "category",
    "amount_cents",
    "cancels",
    "occurred_at",
    "business_day",
    "rulebook_hash",
    "account_id",
    "device",
    "recorded_at",
    "uses",
    "channel",
)
ENTRY_COLUMNS = (
    "account_kind",
    "account_id",
    "amount_cents",
    "balance_before_cents",
    "balance_after_cents",
    "account_version",
)


def transfer_text(row: str) -> str:
    """SQL for the text of the transfer `row`; instants as PostgreSQL writes them in UTC."""
    return _text(row, TRANSFER_COLUMNS, _FREE_TEXT)


def entry_text(row: str) -> str:
    return _text(row, ENTRY_COLUMNS, ())


def leaf(transfer: str, entries: str) -> str:
    """SQL for the leaf: SHA-256 of the transfer's text and its entries' texts, by kind of account."""
    return f"sha256(convert_to({transfer} || ';' || coalesce({entries}, ''), 'UTF8'))"


def _text(row: str, columns: tuple[str, ...], free: tuple[str, ...]) -> str:
    def value(name: str) -> str:
        length = f" || length({row}.{name}) || ':'" if name in free else ""
        return f"'{name}='{length} || {row}.{name}"

    return f"concat_ws('|', {', '.join(value(name) for name in columns)})"
