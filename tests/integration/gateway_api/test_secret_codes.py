"""Secret codes, channels, units and versions over HTTP; and a secret code that stands in no log and no problem."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator

import grpc
import httpx
import pytest
from atouts.wallet.v1 import debits_pb2, movements_pb2

from chassis import logs
from chassis.errors import Answer, Status
from gateway.peers import Peers
from services.wallet.domain import errors
from services.wallet.entrypoints.answers import ANSWERS
from tests.integration.gateway_api.conftest import FakeServices

_DEBITS = "/v1/partners/p1/debits"
_SECRET = "739146"
_DEBIT = {
    "code": "ATOUTS:1:x", "scheme": "s", "season": "2025-2026", "benefit": "livres", "amount_cents": 750,
    "device": "caisse-1",
}  # fmt: skip
_PRESENTED = {"presentation_id": "pr1", **{name: value for name, value in _DEBIT.items() if name != "code"}}

_REFUSALS: list[tuple[errors.WalletRefusal, int]] = [
    (errors.SecretCodeNotAsked(), 422),
    (errors.SecretCodeMalformed(4), 422),
    (errors.SecretCodeGuessable(), 422),
    (errors.SecretCodeNotChosen(), 422),
    (errors.SecretCodeMissing(), 422),
    (errors.SecretCodeNotChecked(), 409),
    (errors.SecretCodeWrong(1), 422),
    (errors.SecretCodeLocked(), 422),
    (errors.NoUseLeft(), 422),
    (errors.NotEnoughUses(3000), 422),
    (errors.WholeAmountOnly(4000), 422),
    (errors.WholeTicketsOnly(400), 422),
    (errors.NotSpentInMoney(), 422),
    (errors.ChannelNotAccepted(), 422),
    (errors.HolderNotPresent(), 422),
    (errors.PresentationOfOtherHolder(), 422),
    (errors.UnknownVersion(), 404),
]


@pytest.fixture
def keyed(bearer: dict[str, str]) -> dict[str, str]:
    return {**bearer, "Idempotency-Key": "k"}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the gateway writes at its most talkative; silent again afterwards, as the other tests want it."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logs.configure("gateway", "http", "debug")
    for name, module in list(sys.modules.items()):
        if name.startswith(("gateway.", "chassis.")) and hasattr(module, "_log"):
            monkeypatch.setattr(module, "_log", logs.get(name))
    yield written
    monkeypatch.undo()
    logs.configure("gateway", "http", "critical")


@pytest.mark.parametrize(("refusal", "status"), _REFUSALS, ids=lambda value: type(value).__name__)
def test_each_new_refusal_of_the_wallet_is_a_problem_in_both_languages(
    client: httpx.Client, services: FakeServices, keyed: dict[str, str], refusal: errors.WalletRefusal, status: int
) -> None:
    """The wallet's reason is the code; its sentences, filled in, are the detail in French and in English."""
    told = ANSWERS[type(refusal)]
    fr, en = (told.fr.format_map(vars(refusal)), told.en.format_map(vars(refusal)))
    services.answers["Debit"] = Answer(told.status, told.reason, fr, en, told.field)
    problem = client.post(_DEBITS, json=_DEBIT, headers=keyed)
    assert (problem.status_code, problem.json()["code"]) == (status, told.reason)
    assert (problem.json()["detail"], problem.json()["detail_en"]) == (fr, en)
    assert problem.json().get("field", "") == told.field
    assert "{" not in fr + en


def test_a_debit_says_its_channel_and_brings_the_secret_code(
    client: httpx.Client, services: FakeServices, keyed: dict[str, str]
) -> None:
    """Both go on unchanged; without them the wallet gets none."""
    body = {**_DEBIT, "channel": "terminal", "secret_code": _SECRET}
    assert client.post(_DEBITS, json=body, headers=keyed).status_code == 201
    assert (services.last.request.channel, services.last.request.secret_code) == ("terminal", _SECRET)
    client.post(_DEBITS, json=_DEBIT, headers=keyed)
    assert (services.last.request.channel, services.last.request.secret_code) == ("", "")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"channel": "qr"}, "channel"),
        ({"channel": ""}, "channel"),
        ({"channel": 1}, "channel"),
        ({"secret_code": "73 9"}, "secret_code"),
        ({"secret_code": ""}, "secret_code"),
        ({"secret_code": 7391}, "secret_code"),
        ({"secret_code": "7" * 13}, "secret_code"),
        ({"secret_code": "７３９１"}, "secret_code"),
    ],
)
def test_what_is_no_channel_or_no_code_is_named_and_not_repeated(
    client: httpx.Client, services: FakeServices, keyed: dict[str, str], change: dict[str, object], field: str
) -> None:
    """A presentation's channels are not chosen by the till; a code is digits in quotes."""
    refused = client.post(_DEBITS, json={**_DEBIT, **change}, headers=keyed)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (400, "malformed", field)
    assert "73" not in refused.json()["detail"]
    assert not services.calls


def test_uses_that_are_not_counted_are_null_and_none_left_is_nought(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str]
) -> None:
    """A till must not take one for the other."""
    services.answers["PresentCard"] = debits_pb2.PresentCardResponse(
        spendable=[debits_pb2.Spendable(kind="money"), debits_pb2.Spendable(kind="tickets", uses_left=0)]
    )
    services.answers["ListWallets"] = movements_pb2.ListWalletsResponse(
        wallets=[movements_pb2.Wallet(kind="money"), movements_pb2.Wallet(kind="tickets", uses_left=3, unit_cents=400)]
    )
    body = {"code": "ATOUTS:1:x", "device": "caisse-1"}
    shown = client.post("/v1/partners/p1/presentations", json=body, headers=bearer).json()["spendable"]
    assert [one["uses_left"] for one in shown] == [None, 0]
    held = client.get("/v1/wallets", headers=bearer).json()["wallets"]
    assert [(one["kind"], one["uses_left"], one["unit_cents"]) for one in held] == [
        ("money", None, 0),
        ("tickets", 3, 400),
    ]


def test_a_cancellation_may_bring_the_holders_card_or_nothing(
    client: httpx.Client, services: FakeServices, keyed: dict[str, str]
) -> None:
    """Who cancelled without a body before still does."""
    path = f"{_DEBITS}/d1/cancellation"
    for sent, expected in (({}, ""), ({"json": {}}, ""), ({"json": {"presentation_id": "pr1"}}, "pr1")):
        assert client.post(path, headers=keyed, **sent).status_code == 201
        assert services.last.request.presentation_id == expected


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"montant": 5}'])
def test_a_cancellations_body_is_read_where_there_is_one(
    client: httpx.Client, services: FakeServices, keyed: dict[str, str], content: bytes
) -> None:
    """A body that may be left out may not be wrong."""
    headers = {**keyed, "Content-Type": "application/json"}
    assert client.post(f"{_DEBITS}/d1/cancellation", content=content, headers=headers).status_code == 400
    assert not services.calls


def test_the_secret_code_stands_in_no_log_line_and_no_problem(
    client: httpx.Client,
    services: FakeServices,
    keyed: dict[str, str],
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Paid, refused, malformed, away, broken, or a bug of ours: at the till and where it is chosen."""
    wrong = Answer(Status.FAILED_PRECONDITION, "secret_code_wrong", "Faux.", "Wrong.", "secret_code")
    heard: list[httpx.Response] = []

    def play(secret_code: object) -> None:
        sent = {"secret_code": secret_code}
        heard.extend(client.post(_DEBITS, json={**body, **sent}, headers=keyed) for body in (_DEBIT, _PRESENTED))
        heard.append(client.put("/v1/card/secret-code", json=sent, headers=keyed))

    _lines_of_before_are_there(client)
    log.seek(0)
    log.truncate()
    play(_SECRET)
    for outcome in (wrong, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN):
        services.answers |= {"Debit": outcome, "SetSecretCode": outcome}
        play(_SECRET)
    for malformed in (f"{_SECRET}x", int(_SECRET), [_SECRET], f"{_SECRET}\x00"):
        play(malformed)
    monkeypatch.setattr(Peers, "_metadata", lambda *_: 1 / 0)
    play(_SECRET)
    _lines_of_before_are_there(client)
    assert {answer.status_code for answer in heard} == {201, 204, 400, 422, 500, 503}
    lines = [json.loads(line) for line in log.getvalue().splitlines() if line.startswith("{")]
    noted = [line for line in lines if line["event"] == "request" and line["method"] != "GET"]
    assert len(noted) == len(heard)
    assert any(line["event"] == "bug" for line in lines)
    assert _SECRET not in log.getvalue()
    assert not [answer.text for answer in heard if _SECRET in answer.text + str(answer.headers)]


def _lines_of_before_are_there(client: httpx.Client) -> None:
    """A line is written just after its answer left: by the next answer, those before are there."""
    client.get("/v1/seasons")
