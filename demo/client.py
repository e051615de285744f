"""One caller's door to the HTTP API: asks until the answer is known, whatever dies in between.

An answer that was lost (connection reset, time-out, 503) leaves the outcome unknown. A request with an
idempotency key, and any read, is then simply sent again. For the others the caller says how to find out
whether the first attempt was applied (`found`), and that is asked before the request is sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx

Json = dict[str, Any]
Found = Callable[[], Json | None]

_PATIENCE_S = 120.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.1, 2.0
_STREAM_SILENT_S = 20.0
"""A stream says that it lives every 15 seconds."""


class Refused(Exception):
    """The platform said no, with a problem: a stable code, a French sentence, the field at fault."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.detail = str(problem.get("detail", ""))
        self.field = problem.get("field")
        super().__init__(f"{status} {self.code}: {self.detail}")


class NoAnswer(Exception):
    """The platform did not answer within the demo's patience."""


@dataclass(frozen=True)
class Request:
    """What is asked; `body` is sent as JSON, `content` as it is with its `media_type`."""

    method: str
    path: str
    body: Json | None = None
    content: bytes | None = None
    media_type: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Headers of the caller's own."""

    @property
    def headers(self) -> dict[str, str]:
        headers = {**self.shown, **({"Idempotency-Key": self.key} if self.key else {})}
        return {**headers, "Content-Type": self.media_type} if self.media_type else headers


@dataclass(frozen=True)
class Reply:
    """An answer of success."""

    content: bytes
    replayed: bool = False

    @property
    def json(self) -> Json:
        answer: Json = httpx.Response(200, content=self.content).json() if self.content else {}
        return answer


class Gateway:
    """The API at one address, spoken to under the authority's host name; shared by all callers and threads."""

    def __init__(self, url: str, host: str) -> None:
        self._http = httpx.Client(
            base_url=url,
            headers={"Host": host},
            timeout=httpx.Timeout(30.0, connect=5.0),
            limits=httpx.Limits(max_connections=32),
        )

    @property
    def url(self) -> str:
        return str(self._http.base_url)

    def close(self) -> None:
        self._http.close()

    def answer(self, request: Request, token: str = "", timeout_s: float | None = None) -> httpx.Response:
        """Send once. Raises httpx.TransportError when nothing came back."""
        return self._http.request(
            request.method,
            request.path,
            json=request.body,
            content=request.content,
            params=request.params,
            headers={**request.headers, **_bearer(token)},
            timeout=timeout_s or httpx.USE_CLIENT_DEFAULT,
        )

    @contextmanager
    def stream(self, path: str, token: str) -> Iterator[Iterator[str]]:
        """The lines of an answer that does not end, as they come. Raises httpx.HTTPError when it breaks off."""
        with self._http.stream("GET", path, headers=_bearer(token), timeout=_STREAM_SILENT_S) as response:
            response.raise_for_status()
            yield response.iter_lines()


class Caller:
    """Sends requests as somebody; without a session, as a visitor."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def get(self, path: str, **params: str) -> Json:
        return self.send(Request("GET", path, params=params)).json

    def file(self, path: str, **params: str) -> bytes:
        """The content of a file, as it is."""
        return self.send(Request("GET", path, params=params)).content

    def post(self, path: str, body: Json | None = None, *, key: str = "", found: Found | None = None) -> Json:
        return self.send(Request("POST", path, body=body, key=key), found).json

    def put(self, path: str, body: Json) -> Json:
        """Puts are safe to send twice."""
        return self.send(Request("PUT", path, body=body)).json

    def delete(self, path: str, found: Found | None = None) -> Json:
        return self.send(Request("DELETE", path), found).json

    def upload(self, path: str, content: bytes, media_type: str, found: Found | None = None, **params: str) -> Json:
        """Send a file as the body."""
        request = Request("POST", path, content=content, media_type=media_type, params=params)
        return self.send(request, found).json

    def upload_put(self, path: str, content: bytes, media_type: str) -> Json:
        """Put a file as the body: safe to send twice."""
        return self.send(Request("PUT", path, content=content, media_type=media_type)).json

    def pages(self, path: str, items: str, **params: str) -> Iterator[Json]:
        """Every item of a list, page after page."""
        while True:
            page = self.get(path, **params)
            yield from page.get(items, [])
            if not page.get("next_page_token"):
                return
            params["page_token"] = page["next_page_token"]

    def send(self, request: Request, found: Found | None = None, timeout_s: float | None = None) -> Reply:
        """Send until the outcome is known. Raises Refused, or NoAnswer when patience ends."""
        patience = _Patience()
        unknown = False
        while True:
            if unknown and found and (already := found()) is not None:
                return _reply_of(already)
            try:
                response = self._answer(request, timeout_s)
            except httpx.TransportError as lost:
                unknown = True
                patience.wait(str(lost) or type(lost).__name__)
                continue
            if response.is_success:
                replayed = response.headers.get("Idempotent-Replayed") == "true"
                return Reply(response.content, replayed)
            if not _may_pass(response):
                return self._refusal(response, found if unknown else None)
            unknown = unknown or response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
            patience.wait(response.text, _retry_after(response))

    def _answer(self, request: Request, timeout_s: float | None) -> httpx.Response:
        return self._gateway.answer(request, timeout_s=timeout_s)

    def _refusal(self, response: httpx.Response, found: Found | None) -> Reply:
        """A refusal after a lost answer may only say that the first attempt was applied."""
        if found and (already := found()) is not None:
            return _reply_of(already)
        raise Refused(response.status_code, _problem(response))


class _Patience:
    """Waits between attempts, longer each time, and gives up in the end."""

    def __init__(self) -> None:
        self._until = time.monotonic() + _PATIENCE_S
        self._next_s = _FIRST_WAIT_S

    def wait(self, reason: str, asked_s: float | None = None) -> None:
        if time.monotonic() > self._until:
            raise NoAnswer(f"no answer within {_PATIENCE_S:.0f} s; the last one was: {reason[:300]}")
        time.sleep(self._next_s if asked_s is None else min(asked_s, _LONGEST_WAIT_S))
        self._next_s = min(self._next_s * 2, _LONGEST_WAIT_S)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _may_pass(response: httpx.Response) -> bool:
    """Whether the same request may succeed later."""
    return response.status_code in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)


def _retry_after(response: httpx.Response) -> float | None:
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isdigit() else None


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        problem: Json = response.json()
    except ValueError:
        return {"detail": response.text[:300]}
    return problem


def _reply_of(known: Json) -> Reply:
    return Reply(httpx.Request("GET", "http://known", json=known).content)
