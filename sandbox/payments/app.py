"""The provider's HTTP door: merchants open checkouts, people pay them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.payments.checkouts import Checkout, Checkouts, Order, State
from sandbox.payments.config import SandboxSettings
from sandbox.payments.pages import checkout_page
from sandbox.payments.webhooks import Deliveries

# What a test card makes of the checkout, and what the merchant is told.
CARDS = {
    "4242424242424242": (State.PAID, "payment.succeeded"),
    "4000000000000002": (State.DECLINED, "payment.failed"),
}
_BODY_BYTES = 1 << 16


def build(settings: SandboxSettings) -> Starlette:
    """The application; webhooks that an earlier process left undelivered go on."""
    door = _Door(settings)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        delivering = asyncio.create_task(door.deliveries.run())
        yield
        delivering.cancel()
        with suppress(asyncio.CancelledError):
            await delivering
        door.checkouts.close()

    return Starlette(
        routes=[
            Route("/checkouts", door.open, methods=["POST"]),
            Route("/checkouts/{checkout_id}", door.show),
            Route("/checkouts/{checkout_id}/pay", door.pay, methods=["POST"]),
        ],
        lifespan=lifespan,
    )


class _Door:
    """The three requests."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        self.checkouts = Checkouts(settings.data_dir / "payments.sqlite")
        self.deliveries = Deliveries(self.checkouts, settings.webhook_key, settings.merchants)

    async def open(self, request: Request) -> Response:
        """{reference, amount_cents, webhook_url, authority_id} → 201 {checkout_id, checkout_url}."""
        order = self._order(_json_object(await _body(request)))
        try:
            checkout = self.checkouts.open(order)
        except ValueError as error:
            raise HTTPException(409, str(error)) from None
        url = f"{self._settings.public_url}/checkouts/{checkout.checkout_id}"
        return JSONResponse({"checkout_id": checkout.checkout_id, "checkout_url": url}, 201)

    async def show(self, request: Request) -> Response:
        return self._page(self._checkout(request))

    async def pay(self, request: Request) -> Response:
        """{card_number} as JSON → {state}; from the page's form → the page again."""
        checkout = self._checkout(request)
        is_json = request.headers.get("content-type", "").startswith("application/json")
        number = _card_number(await _body(request), is_json=is_json)
        if number not in CARDS:
            if not is_json:
                return self._page(checkout, 422, unknown_card=True)
            raise HTTPException(422, "Ce bac à sable ne connaît que ses deux cartes d'essai.")
        state, event = CARDS[number]
        state = self.checkouts.settle(checkout, state, event, time.time())
        self.deliveries.wake()
        if is_json:
            return JSONResponse({"checkout_id": checkout.checkout_id, "state": state})
        return self._page(Checkout(checkout.checkout_id, checkout.order, state))

    def _page(self, checkout: Checkout, status: int = 200, *, unknown_card: bool = False) -> Response:
        merchant_host = self._settings.merchants[checkout.order.authority_id]
        return HTMLResponse(checkout_page(checkout, merchant_host, unknown_card=unknown_card), status)

    def _checkout(self, request: Request) -> Checkout:
        checkout = self.checkouts.find(request.path_params["checkout_id"])
        if checkout is None:
            raise HTTPException(404, "Ce paiement n'existe pas.")
        return checkout

    def _order(self, body: dict[str, Any]) -> Order:
        match body:
            case {
                "reference": str(reference),
                "amount_cents": int(amount_cents),
                "webhook_url": str(webhook_url),
                "authority_id": str(authority_id),
            } if amount_cents > 0 and authority_id in self._settings.merchants and _is_http(webhook_url):
                return Order(authority_id, reference, amount_cents, webhook_url)
        raise HTTPException(422, "reference, amount_cents > 0, webhook_url, known authority_id")


def _is_http(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)


async def _body(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > _BODY_BYTES:
            raise HTTPException(413)
    return bytes(content)


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except ValueError:
        raise HTTPException(400, "not JSON") from None
    if not isinstance(value, dict):
        raise HTTPException(400, "not a JSON object")
    return value


def _card_number(content: bytes, *, is_json: bool) -> str:
    """The digits that were typed, without spaces; empty when there are none."""
    typed = (
        _json_object(content).get("card_number", "")
        if is_json
        else parse_qs(content.decode(errors="replace")).get("card_number", [""])[0]
    )
    return str(typed).replace(" ", "")
