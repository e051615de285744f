"""What no client should send, at the HTTP door: refused with its field and a sentence before any service is asked."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_api.samples import PATH_ID

DEBIT, USE, TRANSFER = (f"/v1/partners/{PATH_ID}/{noun}" for noun in ("debits", "access-uses", "transfers"))
RIGHT = {"code": "A1ABC", "scheme": "essai", "season": "2025-2026", "benefit": "livres"}
GOOD: dict[str, dict[str, Any]] = {
    DEBIT: RIGHT | {"device": "caisse 1", "amount_cents": 100},
    USE: RIGHT | {"device": "caisse 1"},
    TRANSFER: RIGHT | {"reference": "R1"},
}
AMOUNTS: dict[str, Any] = {
    "0": 0,
    "negative": -1,
    "fractional": 12.5,
    "a whole number with decimals": 12.0,
    "a text": "100",
    "a boolean": True,
    "nothing": None,
    "above what a bigint holds": 2**63,
    "not a number": [100],
}
MEMBERS = {
    "a currency": {"currency": "USD"},
    "an amount in euros": {"amount": "12,50"},
    "a name with NUL": {"scheme": "es\x00sai"},
    "a name that turns the text": {"benefit": "\u202elivres"},
    "a right-to-left mark": {"season": "2025-2026\u200f"},
    "a code of 10 kB": {"code": "A" * 10_240},
}
KEYS = {"none": None, "10 kB": "k" * 10_240, "129 characters": "k" * 129, "a space": "a b", "a control": "a\x7f"}


def _send(client: httpx.Client, path: str, body: Any, bearer: dict[str, str], key: str | None = "cle-1") -> Any:
    named = {"Idempotency-Key": key} if key is not None else {}
    return client.post(path, json=body, headers=bearer | named)


def _check_refused(answer: Any, services: FakeServices, field: str) -> None:
    assert answer.status_code in (400, 422), answer.text
    problem = answer.json()
    assert problem["field"] == field
    assert problem["detail"].endswith(".")
    assert not services.calls


@pytest.mark.parametrize("amount", AMOUNTS.values(), ids=AMOUNTS)
def test_an_amount_is_whole_cents_above_zero(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str], amount: Any
) -> None:
    """Neither 0 nor less, no decimals, no text; more than the wallet holds is the wallet's to refuse."""
    _check_refused(_send(client, DEBIT, GOOD[DEBIT] | {"amount_cents": amount}, bearer), services, "amount_cents")


@pytest.mark.parametrize("amount", [2**31, 2**31 + 1])
def test_a_great_amount_reaches_the_wallet_whole(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str], amount: int
) -> None:
    """No bit of it is lost on the way: the wallet says that it is too much."""
    _send(client, DEBIT, GOOD[DEBIT] | {"amount_cents": amount}, bearer)
    assert services.last.request.amount_cents == amount


@pytest.mark.parametrize("path", GOOD, ids=["debit", "use", "transfer"])
@pytest.mark.parametrize("members", MEMBERS.values(), ids=MEMBERS)
def test_what_is_no_member_or_no_text_is_named(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str], path: str, members: dict[str, Any]
) -> None:
    """All amounts are euros: a currency is as unknown as any other member."""
    _check_refused(_send(client, path, GOOD[path] | members, bearer), services, next(iter(members)))


@pytest.mark.parametrize("path", GOOD, ids=["debit", "use", "transfer"])
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_is_short_and_printable(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str], path: str, key: str | None
) -> None:
    """Absent, long or unprintable: nothing is asked of the wallet."""
    _check_refused(_send(client, path, GOOD[path], bearer, key), services, "Idempotency-Key")
