"""Every failure is a problem with a stable code and two sentences; nothing hangs, nothing shows its inside."""

from __future__ import annotations

import re
import time
from pathlib import Path

import grpc
import httpx
import pytest

from chassis.errors import Answer, Status
from chassis.sizes import MB, PICTURE_MB
from tests.integration.gateway_api.conftest import FakeServices, Serve

_REFUSED = Answer(
    Status.FAILED_PRECONDITION,
    "insufficient_balance",
    "Il reste 3,00 € sur ce porte-monnaie.",
    "3.00 € are left.",
    "amount_cents",
)
_DEBIT = {
    "code": "A1", "scheme": "culture-sport", "season": "2025-2026", "benefit": "cinema", "amount_cents": 500,
    "device": "caisse-1",
}  # fmt: skip
_DEBITS = "/v1/partners/p1/debits"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.INVALID_ARGUMENT, 400),
        (Status.UNAUTHENTICATED, 401),
        (Status.PERMISSION_DENIED, 403),
        (Status.NOT_FOUND, 404),
        (Status.ALREADY_EXISTS, 409),
        (Status.ABORTED, 409),
        (Status.FAILED_PRECONDITION, 422),
        (Status.RESOURCE_EXHAUSTED, 429),
        (Status.UNAVAILABLE, 503),
        (Status.INTERNAL, 500),
    ],
)
def test_a_services_status_becomes_an_http_status(
    client: httpx.Client, services: FakeServices, status: Status, expected: int
) -> None:
    """The table of the API, with Retry-After where waiting helps."""
    services.answers["ListSeasons"] = Answer(status, "some_reason", "Dites-le.", "Say it.")
    response = client.get("/v1/seasons")
    assert (response.status_code, response.json()["code"]) == (expected, "some_reason")
    assert ("retry-after" in response.headers) == (expected in (429, 503))


def test_a_refusal_says_why_and_where(client: httpx.Client, services: FakeServices, bearer: dict[str, str]) -> None:
    """RFC 9457, with the service's own sentences and the field at fault."""
    services.answers["Debit"] = _REFUSED
    response = client.post(_DEBITS, json=_DEBIT, headers={**bearer, "Idempotency-Key": "k"})
    assert response.headers["content-type"] == "application/problem+json"
    trace_id = re.fullmatch(r"00-([0-9a-f]{32})-[0-9a-f]{16}-00", response.headers["traceparent"])
    assert trace_id
    assert response.json() == {
        "type": "https://atouts.fr/problems/insufficient_balance",
        "title": "Demande refusée",
        "status": 422,
        "code": "insufficient_balance",
        "detail": "Il reste 3,00 € sur ce porte-monnaie.",
        "detail_en": "3.00 € are left.",
        "field": "amount_cents",
        "trace_id": trace_id.group(1),
    }


def test_english_on_request(client: httpx.Client, services: FakeServices) -> None:
    """Accept-Language: en puts English first and keeps the French."""
    services.answers["ListSeasons"] = _REFUSED
    response = client.get("/v1/seasons", headers={"Accept-Language": "en-GB,fr;q=0.5"})
    problem = response.json()
    assert (problem["title"], problem["detail"]) == ("Request refused", _REFUSED.en)
    assert problem["detail_fr"] == _REFUSED.fr
    assert response.headers["content-language"] == "en"


def test_another_body_under_a_known_key_is_422(client: httpx.Client, services: FakeServices) -> None:
    """Whatever status the service gives that reason."""
    services.answers["ListSeasons"] = Answer(Status.INVALID_ARGUMENT, "idempotency_key_reused", "Non.", "No.")
    assert client.get("/v1/seasons").status_code == 422


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (grpc.StatusCode.UNKNOWN, (500, "internal")),
        (grpc.StatusCode.UNIMPLEMENTED, (500, "internal")),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, (429, "overloaded")),
        (grpc.StatusCode.DEADLINE_EXCEEDED, (503, "unavailable")),
    ],
)
def test_a_failure_without_a_reason_shows_nothing_of_itself(
    client: httpx.Client, services: FakeServices, code: grpc.StatusCode, expected: tuple[int, str]
) -> None:
    """gRPC's own words stay in the log."""
    services.answers["ListSeasons"] = code
    response = client.get("/v1/seasons")
    assert (response.status_code, response.json()["code"]) == expected
    assert "not one of our own" not in response.text


def test_a_service_that_is_away_is_503_within_three_seconds(serve: Serve, tmp_path: Path) -> None:
    """Nothing listens there: said at once, with when to come back."""
    client = serve(dict.fromkeys(("identity", "wallet", "partner", "payout"), "127.0.0.1:1"), tmp_path / "clock")
    started = time.monotonic()
    response = client.get("/v1/seasons")
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert response.headers["retry-after"] == "1"
    assert time.monotonic() - started < 3


def test_the_replay_of_a_key_is_said(client: httpx.Client, services: FakeServices, bearer: dict[str, str]) -> None:
    """A known key answers the first answer again, with a header that says so."""
    from atouts.wallet.v1 import debits_pb2

    headers = {**bearer, "Idempotency-Key": "k"}
    assert "idempotent-replayed" not in client.post(_DEBITS, json=_DEBIT, headers=headers).headers
    services.answers["Debit"] = debits_pb2.DebitResponse(replayed=True)
    response = client.post(_DEBITS, json=_DEBIT, headers=headers)
    assert response.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("key", ["", "x" * 129, "a b", "é"])
def test_money_needs_a_readable_key(client: httpx.Client, bearer: dict[str, str], key: str) -> None:
    """1 to 128 printable characters; said before anything is done."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in bearer.items()]
    headers += [(b"Idempotency-Key", key.encode("latin-1"))] if key else []
    response = client.post(_DEBITS, json=_DEBIT, headers=headers)
    expected = "idempotency_key_invalid" if key else "idempotency_key_missing"
    assert (response.status_code, response.json()["code"]) == (400, expected)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_cents": 5.5}, "amount_cents"),
        ({"amount_cents": "500"}, "amount_cents"),
        ({"amount_cents": True}, "amount_cents"),
        ({"amount_cents": 0}, "amount_cents"),
        ({"amount_cents": -1}, "amount_cents"),
        ({"amount_cents": 10**30}, "amount_cents"),
        ({"device": "caisse\x00"}, "device"),
        ({"device": "caisse\u202e1"}, "device"),
        ({"device": "caisse\ud800"}, "device"),
        ({"device": "x" * 10_000}, "device"),
        ({"device": None}, "device"),
        ({"montant": 5}, "montant"),
        ({"presentation_id": "p"}, "code"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_asked(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str], change: dict[str, object], field: str
) -> None:
    """400 `malformed`, with the field and what to write instead."""
    import json

    response = client.post(
        _DEBITS,
        content=json.dumps({**_DEBIT, **change}),
        headers={**bearer, "Idempotency-Key": "k", "Content-Type": "application/json"},
    )
    assert (response.status_code, response.json()["code"], response.json()["field"]) == (400, "malformed", field)
    assert not services.calls


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", (400, "json_unreadable")),
        (b'{"email": NaN}', (400, "json_unreadable")),
        (b"\xff\xfe", (400, "json_unreadable")),
        (b"[" * 100_000, (400, "json_unreadable")),
        (b"[]", (400, "malformed")),
        (b" " * (1 << 20) + b"{}", (413, "body_too_large")),
    ],
)
def test_a_body_that_is_not_json_is_refused(client: httpx.Client, content: bytes, expected: tuple[int, str]) -> None:
    """Bad JSON, deep JSON, and a megabyte of it."""
    response = client.post("/v1/accounts", content=content, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == expected


def test_a_wrong_media_type_is_415(client: httpx.Client, bearer: dict[str, str]) -> None:
    """The problem names what is accepted."""
    response = client.post("/v1/card-checks", content=b"GIF89a", headers={**bearer, "Content-Type": "image/gif"})
    assert (response.status_code, response.json()["code"]) == (415, "media_type_refused")
    assert "image/png" in response.json()["detail"]


def test_an_image_too_large_is_refused_before_it_is_read(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str]
) -> None:
    """10 MB for a picture, by its declared length and by what comes."""
    headers = {**bearer, "Content-Type": "image/png"}
    large = b"x" * (PICTURE_MB * MB + 1)

    def without_length() -> list[bytes]:
        return [large]

    for content in (large, iter(without_length())):
        response = client.post("/v1/card-checks", content=content, headers=headers)
        assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert not services.calls


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v1/nowhere", (404, "unknown_route")),
        ("GET", "/v1/accounts/", (404, "unknown_route")),
        ("DELETE", "/v1/accounts", (405, "method_not_allowed")),
        ("GET", "/v1/directory?ville=Caen", (400, "malformed")),
        ("GET", "/v1/directory?city=%00", (400, "malformed")),
    ],
)
def test_an_address_that_does_not_exist_is_a_problem(
    client: httpx.Client, method: str, path: str, expected: tuple[int, str]
) -> None:
    """Unknown routes, methods and query parameters."""
    response = client.request(method, path)
    assert (response.status_code, response.json()["code"]) == expected


def test_an_impossible_identifier_is_not_found(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str]
) -> None:
    """No service sees a path segment that no id of ours could be."""
    response = client.get("/v1/partners/a%00b", headers=bearer)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert not services.calls


def test_an_unknown_host_has_no_authority(client: httpx.Client) -> None:
    """The tenant comes from the host name, never from elsewhere."""
    response = client.get("/v1/seasons", headers={"Host": "bretagne.localhost"})
    assert (response.status_code, response.json()["code"]) == (404, "unknown_authority")


def test_a_bug_is_answered_without_details(
    client: httpx.Client, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logged with its trace id; the client gets the trace id and no stack."""
    from gateway.peers import Peers

    monkeypatch.setattr(Peers, "_metadata", lambda *_: 1 / 0)
    response = client.get("/v1/seasons")
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert "ZeroDivision" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
