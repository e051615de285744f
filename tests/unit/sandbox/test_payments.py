"""The payment provider's stand-in: its page, its cards, its signed webhooks that wait until they are taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis import config as chassis_config
from chassis.config import Environment, SettingMissing
from sandbox.payments import app, config, webhooks
from sandbox.payments.config import SandboxSettings
from sandbox.payments.webhooks import signature

_KEY = b"k" * 32
_ORDER = {
    "reference": "payment-1",
    "amount_cents": 1_000,
    "webhook_url": "http://127.0.0.1:8080/v1/webhooks/payments/sandbox",
    "authority_id": "normandie",
}
_ACCEPTED, _DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"


@pytest.fixture
def settings(tmp_path: Path) -> SandboxSettings:
    shared = chassis_config.read("sandbox", Environment({"ATOUTS_MODE": "test", "KEYS_DIR": str(tmp_path)}))
    return SandboxSettings(
        shared, "127.0.0.1", 0, "http://pay.localhost", tmp_path, _KEY, {"normandie": "normandie.localhost"}
    )


class Merchant:
    """Where webhooks arrive: answers the statuses that it is given, then 204."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = list(statuses)
        self.received: list[httpx.Request] = []
        self._arrived = asyncio.Event()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.received.append(request)
        self._arrived.set()
        return httpx.Response(self._statuses.pop(0) if self._statuses else 204)

    async def got(self, count: int) -> None:
        while len(self.received) < count:
            self._arrived.clear()
            await asyncio.wait_for(self._arrived.wait(), 5)


@asynccontextmanager
async def _sandbox(settings: SandboxSettings, merchant: Merchant) -> AsyncIterator[httpx.AsyncClient]:
    """The application, its webhooks going to this merchant."""
    application = app.build(settings)
    real = httpx.AsyncClient
    transport = httpx.MockTransport(merchant)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx, "AsyncClient", lambda **rest: real(transport=transport, **rest))
        patch.setattr(webhooks, "_BACKOFF_S", (0.01,))
        async with application.router.lifespan_context(application):
            asgi = httpx.ASGITransport(application)
            async with real(transport=asgi, base_url="http://pay.localhost") as client:
                yield client


async def _checkout(client: httpx.AsyncClient, **change: object) -> str:
    answer = await client.post("/checkouts", json={**_ORDER, **change})
    assert answer.status_code == 201
    return str(answer.json()["checkout_url"])


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """A vector computed with OpenSSL: HMAC-SHA256 over `id.timestamp.body`, in base64, after `v1,`."""
    expected = "v1,WCY0D5alkeDiM9Pg8mRNnFmWnydWujUFTFJE8M88kHY="
    assert signature(_KEY, "msg_1", 1_700_000_000, b'{"type":"payment.succeeded"}') == expected


def test_a_good_card_pays_and_tells_the_merchant(settings: SandboxSettings) -> None:
    """A signed event, under the merchant's own host name, with the order's reference and amount."""

    async def story() -> None:
        merchant = Merchant()
        async with _sandbox(settings, merchant) as client:
            url = await _checkout(client)
            answer = await client.post(f"{url}/pay", json={"card_number": _ACCEPTED})
            assert answer.json()["state"] == "paid"
            await merchant.got(1)
        [sent] = merchant.received
        assert (str(sent.url), sent.headers["host"]) == (_ORDER["webhook_url"], "normandie.localhost:8080")
        body = json.loads(sent.content)
        assert body == {
            "type": "payment.succeeded", "checkout_id": url.rpartition("/")[2], "reference": "payment-1",
            "amount_cents": 1_000, "authority_id": "normandie",
        }  # fmt: skip
        timestamp = int(sent.headers["webhook-timestamp"])
        expected = signature(_KEY, sent.headers["webhook-id"], timestamp, sent.content)
        assert sent.headers["webhook-signature"] == expected

    run(story)


def test_a_declined_card_leaves_another_try(settings: SandboxSettings) -> None:
    """The merchant hears of both; what is paid stays paid and is told once."""

    async def story() -> None:
        merchant = Merchant()
        async with _sandbox(settings, merchant) as client:
            url = await _checkout(client)
            states = [
                (await client.post(f"{url}/pay", json={"card_number": number})).json()["state"]
                for number in (_DECLINED, _ACCEPTED, _ACCEPTED, _DECLINED)
            ]
            assert states == ["declined", "paid", "paid", "paid"]
            await merchant.got(2)
        told = sorted(json.loads(one.content)["type"] for one in merchant.received)
        assert told == ["payment.failed", "payment.succeeded"]

    run(story)


def test_a_webhook_is_sent_until_it_is_taken(settings: SandboxSettings) -> None:
    """The same id each time, so that the merchant takes it once."""

    async def story() -> None:
        merchant = Merchant(503, 500, 302)
        async with _sandbox(settings, merchant) as client:
            await client.post(f"{await _checkout(client)}/pay", json={"card_number": _ACCEPTED})
            await merchant.got(4)
        assert len({one.headers["webhook-id"] for one in merchant.received}) == 1

    run(story)


def test_a_restart_loses_no_webhook(settings: SandboxSettings) -> None:
    """What was not taken when the process stopped is sent by the next one."""

    async def story() -> None:
        away, back = Merchant(*[503] * 1_000), Merchant()
        async with _sandbox(settings, away) as client:
            await client.post(f"{await _checkout(client)}/pay", json={"card_number": _ACCEPTED})
            await away.got(1)
        async with _sandbox(settings, back):
            await back.got(1)
        assert back.received[0].headers["webhook-id"] == away.received[0].headers["webhook-id"]

    run(story)


def test_the_same_order_is_one_checkout(settings: SandboxSettings) -> None:
    """A merchant that lost the answer asks again; with another amount it is refused."""

    async def story() -> None:
        async with _sandbox(settings, Merchant()) as client:
            assert await _checkout(client) == await _checkout(client)
            other = await client.post("/checkouts", json={**_ORDER, "amount_cents": 2_000})
            assert other.status_code == 409

    run(story)


@pytest.mark.parametrize(
    "change",
    [{"amount_cents": 0}, {"amount_cents": "1000"}, {"authority_id": "bretagne"}, {"webhook_url": "file:///x"}],
)
def test_a_malformed_order_is_refused(settings: SandboxSettings, change: dict[str, object]) -> None:
    """422, and nothing is opened."""

    async def story() -> None:
        async with _sandbox(settings, Merchant()) as client:
            assert (await client.post("/checkouts", json={**_ORDER, **change})).status_code == 422

    run(story)


def test_the_page_announces_itself_and_works_without_javascript(settings: SandboxSettings) -> None:
    """A form, in French, that says that no money is real."""

    async def story() -> None:
        async with _sandbox(settings, Merchant()) as client:
            url = await _checkout(client)
            page = (await client.get(url)).text
            assert "Bac à sable" in page
            assert "10,00\u00a0€" in page
            assert "<script" not in page
            paid = await client.post(f"{url}/pay", data={"card_number": _ACCEPTED})
            assert "Le paiement est accepté" in paid.text
            assert "/mon-espace/adhesions?fait=paye'" in paid.text
            unknown = await client.post(f"{url}/pay", json={"card_number": "1"})
            assert unknown.status_code == 422

    run(story)


def test_a_mistyped_card_draws_the_page_again(settings: SandboxSettings) -> None:
    """With a sentence at the field, and the way back: not an error without a page."""

    async def story() -> None:
        async with _sandbox(settings, Merchant()) as client:
            answer = await client.post(f"{await _checkout(client)}/pay", data={"card_number": "4242"})
            assert answer.status_code == 422
            assert "rien n'a été prélevé" in answer.text
            assert "aria-invalid='true'" in answer.text
            assert "Annuler et revenir sur le site" in answer.text

    run(story)


def test_names_under_localhost_are_this_machine() -> None:
    """RFC 6761: also where the resolver knows no such name."""
    url, host = webhooks._address("http://normandie.localhost:81/hook", "normandie.localhost")
    assert (url, host) == ("http://127.0.0.1:81/hook", "normandie.localhost:81")


def test_it_does_not_start_in_production(tmp_path: Path) -> None:
    """A stand-in takes nobody's real fee."""
    values = {"ATOUTS_MODE": "production", "KEYS_DIR": str(tmp_path)}
    with pytest.raises(SettingMissing, match="production"):
        config.read(chassis_config.read("sandbox", Environment(values)))
