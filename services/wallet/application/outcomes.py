"""First answers as rows: what a key's outcome looks like in JSON, and how it becomes the answer again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from services.wallet.domain import card_errors, rights_errors  # noqa: F401 - their refusals are among all
from services.wallet.domain.errors import WalletRefusal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a debit answers; `balance_cents` is the wallet's right after it."""

    debit_id: UUID
    amount_cents: int
    balance_cents: int
    occurred_at: datetime
    scheme: str
    season: str
    benefit: str


def receipt_to_json(receipt: Receipt) -> dict[str, Any]:
    return {
        "debit_id": str(receipt.debit_id),
        "amount_cents": receipt.amount_cents,
        "balance_cents": receipt.balance_cents,
        "occurred_at": receipt.occurred_at.isoformat(),
        "scheme": receipt.scheme,
        "season": receipt.season,
        "benefit": receipt.benefit,
    }


def receipt_from_json(document: Mapping[str, Any]) -> Receipt:
    values = dict(document)
    values["debit_id"] = UUID(values["debit_id"])
    values["occurred_at"] = datetime.fromisoformat(values["occurred_at"])
    return Receipt(**values)


@dataclass(frozen=True, slots=True)
class Redemption:
    """A voucher's receipt, and what went back to its wallet."""

    receipt: Receipt
    returned_cents: int


def redemption_to_json(redemption: Redemption) -> dict[str, Any]:
    return receipt_to_json(redemption.receipt) | {"returned_cents": redemption.returned_cents}


def redemption_from_json(document: Mapping[str, Any]) -> Redemption:
    values = dict(document)
    returned_cents = values.pop("returned_cents")
    return Redemption(receipt_from_json(values), returned_cents)


def refusal_to_json(refusal: WalletRefusal) -> dict[str, Any]:
    """The refusal's class and what it holds."""
    held = {item.name: getattr(refusal, item.name) for item in fields(refusal) if item.init}
    texts = {name: value.isoformat() if isinstance(value, date) else value for name, value in held.items()}
    return {"refused": type(refusal).__name__, "holds": texts}


def refusal_from_json(document: Mapping[str, Any]) -> WalletRefusal:
    """The refusal that was frozen."""
    cls = _refusals()[document["refused"]]
    days = {item.name for item in fields(cls) if item.type == "date"}
    holds = {name: date.fromisoformat(value) if name in days else value for name, value in document["holds"].items()}
    return cls(**holds)


def all_refusals(root: type[WalletRefusal] = WalletRefusal) -> Iterator[type[WalletRefusal]]:
    """Every class of refusal of this service."""
    for cls in root.__subclasses__():
        yield cls
        yield from all_refusals(cls)


@cache
def _refusals() -> Mapping[str, type[WalletRefusal]]:
    return {cls.__name__: cls for cls in all_refusals()}
