"""Around every request: its trace, its metrics and log line, the security headers, and the last resort."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import logs, trace
from chassis.errors import BUG
from gateway import metrics
from gateway.problems import Problem, from_answer

Answer: TypeAlias = Callable[[Problem, Request], Awaitable[Response]]
_log = logs.get(__name__)

# A JSON API: nothing in it is a page, nothing personal is kept by a cache. A page sets its own.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Edge:
    """ASGI middleware, outermost. A bug is logged with its trace id and told by `answer`, without details."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        exchange = _Exchange(scope, send)
        try:
            await self._app(scope, receive, exchange.send)
        except Exception as error:
            _log.error("bug", method=scope["method"], route=exchange.route, exc_info=error)
            if exchange.status:
                raise  # the answer has begun: nothing better can be said
            response = await self._answer(from_answer(BUG), Request(scope))
            await response(scope, receive, exchange.send)
        finally:
            exchange.note()


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._started = time.perf_counter()
        self._traceparent = trace.start(_header(scope, b"traceparent"))
        self.status = 0

    @property
    def route(self) -> str:
        """The path's template: an id in a label would be personal, and endless."""
        return str(self._scope.get("route_template", "unmatched"))

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["traceparent"] = self._traceparent
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)

    def note(self) -> None:
        seconds = time.perf_counter() - self._started
        metrics.HTTP_REQUESTS.labels(self._scope["method"], self.route, self.status).inc()
        metrics.HTTP_SECONDS.labels(self.route).observe(seconds)
        _log.info(
            "request",
            method=self._scope["method"],
            route=self.route,
            status=self.status,
            ms=round(seconds * 1000, 1),
        )


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None
