"""Live notices over a real Valkey: to the account's own streams, few at a time, until they end."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis import Redis
from starlette.types import Message

from gateway import live
from gateway.live import EventStream, LiveNotices, Notice
from gateway.problems import Problem
from services.notification.adapters import live_channel
from services.notification.adapters.live_channel import ValkeyChannel

_WITHIN_S = 10.0
_ZOE, _TOM = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@asynccontextmanager
async def listening() -> AsyncIterator[LiveNotices]:
    async with LiveNotices(live.connect(os.environ["REDIS_URL"])).running() as notices:
        await asyncio.wait_for(notices.listening.wait(), _WITHIN_S)
        yield notices


def run(act: Coroutine[Any, Any, None]) -> None:
    asyncio.run(act)


def tell(account_id: str, fact: str, subject: str, authority_id: str = "normandie") -> None:
    """As notification's worker does."""
    ValkeyChannel(live_channel.connect(os.environ["REDIS_URL"])).tell(authority_id, account_id, fact, subject)


def test_a_notice_reaches_every_stream_of_its_account_and_no_other() -> None:
    """Nor the same account's of another authority."""

    async def act() -> None:
        async with listening() as notices:
            mine = [await notices.subscribe("normandie", _ZOE) for _ in range(2)]
            others = [await notices.subscribe("normandie", _TOM), await notices.subscribe("elsewhere", _ZOE)]
            tell(_ZOE, "debit_recorded", "a-debit")
            for stream in mine:
                assert await asyncio.wait_for(anext(stream), _WITHIN_S) == Notice("debit_recorded", "a-debit")
            tell(_TOM, "place_won", "a-place")
            tell(_ZOE, "wallet_credited", "a-wallet", "elsewhere")
            assert [await asyncio.wait_for(anext(each), _WITHIN_S) for each in others] == [
                Notice("place_won", "a-place"),
                Notice("wallet_credited", "a-wallet"),
            ]

    run(act())


def test_an_account_has_three_streams_at_most_and_a_closed_one_makes_room() -> None:
    """429, and no harm to those that are open."""

    async def act() -> None:
        async with listening() as notices:
            streams = [await notices.subscribe("normandie", _ZOE) for _ in range(3)]
            with pytest.raises(Problem) as refused:
                await notices.subscribe("normandie", _ZOE)
            assert (refused.value.status, refused.value.code) == (429, "too_many_streams")
            streams[0].close()
            streams[0].close()
            await notices.subscribe("normandie", _ZOE)

    run(act())


def test_what_is_no_notice_disturbs_nobody() -> None:
    """A stray message is passed over, and the next is handed out."""

    async def act() -> None:
        async with listening() as notices:
            stream = await notices.subscribe("normandie", _ZOE)
            with Redis.from_url(os.environ["REDIS_URL"]) as valkey:
                for stray in ("not json", "[]", json.dumps({"fact": "x"})):
                    valkey.publish(f"live:normandie:{_ZOE}", stray)
            tell(_ZOE, "debit_recorded", "a-debit")
            assert await asyncio.wait_for(anext(stream), _WITHIN_S) == Notice("debit_recorded", "a-debit")

    run(act())


def test_the_listener_comes_back_after_valkey_dropped_it() -> None:
    """A lost connection costs the notices of that moment."""

    async def act() -> None:
        async with listening() as notices:
            stream = await notices.subscribe("normandie", _ZOE)
            with Redis.from_url(os.environ["REDIS_URL"]) as valkey:
                valkey.client_kill_filter(_type="pubsub")
            received = asyncio.ensure_future(anext(stream))
            deadline = time.monotonic() + _WITHIN_S
            while not received.done():
                assert time.monotonic() < deadline
                tell(_ZOE, "debit_recorded", "a-debit")
                await asyncio.wait([received], timeout=0.1)

    run(act())


def test_a_stream_is_server_sent_events_that_end_when_the_process_leaves() -> None:
    """Event, id and data; then the end, so that nobody waits for it; and the place is free again."""

    async def act() -> None:
        async with listening() as notices:
            response = EventStream(await notices.subscribe("normandie", _ZOE), time.time() + 60)
            tell(_ZOE, "debit_recorded", "a-debit")

            def leave(body: bytes) -> None:
                if b"debit_recorded" in body:
                    notices.end()

            sent = await _served(response, leave)
            assert b'event: debit_recorded\nid: 1\ndata: {"subject": "a-debit"}\n\n' in sent
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["x-accel-buffering"] == "no"
            assert notices._streams == {}

    run(act())


def test_a_stream_ends_with_the_token() -> None:
    """Who is signed out by time hears no more."""

    async def act() -> None:
        async with listening() as notices:
            response = EventStream(await notices.subscribe("normandie", _ZOE), time.time() + 0.2)
            assert b"event:" not in await _served(response)

    run(act())


def test_a_notice_without_valkey_is_lost_and_nothing_else() -> None:
    """The worker goes on: telling never raises for an absence."""
    ValkeyChannel(live_channel.connect("redis://127.0.0.1:1")).tell("normandie", _ZOE, "debit_recorded", "a-debit")


async def _served(response: EventStream, on_body: Any = lambda _body: None) -> bytes:
    """What a client receives until the stream ends."""
    chunks: list[bytes] = []
    never = asyncio.Event()

    async def send(message: Message) -> None:
        chunks.append(message.get("body", b""))
        on_body(chunks[-1])

    async def receive() -> Message:
        await never.wait()
        return {"type": "http.disconnect"}

    scope = {"type": "http", "asgi": {"spec_version": "2.3"}}
    await asyncio.wait_for(response(scope, receive, send), _WITHIN_S)
    return b"".join(chunks)
