"""Live notices: one listener a process to Valkey, handed out to the open streams of each account.

A notice says that something happened, never what: the page asks again with its own right. One is lost when Valkey
is away or a stream is slow; nothing is kept, and the next refresh shows the same.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from chassis import logs
from gateway import metrics
from gateway.problems import Problem

MOST_STREAMS = 3
HEARTBEAT_S = 15.0
_WAITING_NOTICES = 16
_LOOK_EVERY_S = 5.0
_BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
_PREFIX = "live:"
_log = logs.get(__name__)

_Queue = asyncio.Queue["Notice | None"]


@dataclass(frozen=True, slots=True)
class Notice:
    """`fact` happened to an account; `subject` is the id of what it happened to."""

    fact: str
    subject: str


class Subscription:
    """One stream's notices, as an asynchronous iterator; ends when the process leaves. Close it."""

    def __init__(self, live: LiveNotices, channel: str, queue: _Queue) -> None:
        self._live = live
        self._channel = channel
        self._queue = queue

    def __aiter__(self) -> AsyncIterator[Notice]:
        return self

    async def __anext__(self) -> Notice:
        notice = await self._queue.get()
        if notice is None:
            raise StopAsyncIteration
        return notice

    def close(self) -> None:
        """Again and again without harm."""
        self._live.forget(self._channel, self._queue)


class LiveNotices:
    """Every open stream of this process."""

    def __init__(self, valkey: Redis, most_streams: int = MOST_STREAMS) -> None:
        self._valkey = valkey
        self._most = most_streams
        self._streams: dict[str, set[_Queue]] = {}
        self._leaving = False
        self.listening = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[LiveNotices]:
        """Listen in the running loop until the block ends."""
        listener = asyncio.create_task(self._listen(), name="live notices")
        try:
            yield self
        finally:
            self.end()
            listener.cancel()
            with suppress(asyncio.CancelledError):
                await listener
            await self._valkey.aclose()

    async def subscribe(self, authority_id: str, account_id: str) -> Subscription:
        """Notices to one account from now on. Raises Problem 429 when it has too many streams open."""
        channel = f"{_PREFIX}{authority_id}:{account_id}"
        streams = self._streams.setdefault(channel, set())
        if len(streams) >= self._most:
            raise _too_many_streams(self._most)
        queue: _Queue = asyncio.Queue(_WAITING_NOTICES)
        streams.add(queue)
        metrics.LIVE_STREAMS.inc()
        if self._leaving:
            queue.put_nowait(None)
        return Subscription(self, channel, queue)

    def forget(self, channel: str, queue: _Queue) -> None:
        streams = self._streams.get(channel, set())
        if queue in streams:
            streams.remove(queue)
            metrics.LIVE_STREAMS.dec()
        if not streams:
            self._streams.pop(channel, None)

    def end(self) -> None:
        """Let every stream end: a server that leaves waits for what is under way."""
        self._leaving = True
        for streams in self._streams.values():
            for queue in streams:
                _put(queue, None)

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async with self._valkey.pubsub() as pubsub:
                    await pubsub.psubscribe(f"{_PREFIX}*")
                    self.listening.set()
                    failures = 0
                    while True:
                        self._hand_out(await pubsub.get_message(ignore_subscribe_messages=True, timeout=_LOOK_EVERY_S))
            except (RedisError, OSError, TimeoutError) as error:
                self.listening.clear()
                _log.warning("live notices wait: Valkey is away", reason=type(error).__name__)
                await asyncio.sleep(_BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)])
                failures += 1

    def _hand_out(self, message: dict[str, Any] | None) -> None:
        if message is None:
            return
        streams = self._streams.get(message["channel"].decode())
        if not streams:
            return
        try:
            told = json.loads(message["data"])
            notice = Notice(str(told["fact"]), str(told["subject"]))
        except (ValueError, KeyError, TypeError):
            _log.error("not a notice")
            return
        for queue in streams:
            _put(queue, notice)


class EventStream(StreamingResponse):
    """Server-sent events, until `until` (machine time, seconds): when the caller's proof of who they are ends."""

    def __init__(self, subscription: Subscription, until: float) -> None:
        # A proxy that gathers an answer before it passes it on would pass this one on never.
        headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        super().__init__(_events(subscription, until), media_type="text/event-stream", headers=headers)
        self._subscription = subscription

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._subscription.close()


def connect(url: str) -> Redis:
    """A client that may wait for news as long as it takes, and notices when the line is dead."""
    return Redis.from_url(url, socket_connect_timeout=1.0, health_check_interval=int(_LOOK_EVERY_S))


async def _events(subscription: Subscription, until: float) -> AsyncIterator[bytes]:
    number = 0
    yield b": bonjour\n\n"
    while (left_s := until - time.time()) > 0:
        try:
            notice = await asyncio.wait_for(anext(subscription), min(HEARTBEAT_S, left_s))
        except TimeoutError:
            yield b": .\n\n"
            continue
        except StopAsyncIteration:
            return
        number += 1
        yield _event(number, notice)


def _event(number: int, notice: Notice) -> bytes:
    data = json.dumps({"subject": notice.subject})
    return f"event: {notice.fact}\nid: {number}\ndata: {data}\n\n".encode()


def _put(queue: _Queue, notice: Notice | None) -> None:
    """The end always gets in; of notices that nobody takes, the newest are dropped."""
    if notice is None and queue.full():
        queue.get_nowait()
    with suppress(asyncio.QueueFull):
        queue.put_nowait(notice)


def _too_many_streams(most: int) -> Problem:
    return Problem(
        429,
        "too_many_streams",
        f"Ce compte a déjà {most} pages ouvertes qui attendent des nouvelles : fermez-en une.",
        f"This account has {most} streams open already: close one.",
        headers={"Retry-After": "15"},
    )
