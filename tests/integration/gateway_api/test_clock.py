"""The demo's clock moves only between two rests, and only where a clock may move."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from atouts.operations.v1.messages_pb2 import EventCount, GetProgressResponse

from chassis import config as chassis_config
from chassis.clock import MovableClock
from chassis.config import SERVICES, Environment
from gateway import bootstrap, config
from gateway.problems import Problem
from gateway.quiet import Rest, Snapshot, Waiting, waiting
from tests.integration.gateway_api.conftest import FakeServices, Serve

_DEBITED = "fr.atouts.wallet.debit_recorded.v1"
_PUBLISHED = EventCount(source="wallet", type=_DEBITED, count=3)


def _wallet(unpublished: int = 0, jobs_due: int = 0) -> GetProgressResponse:
    return GetProgressResponse(published=[_PUBLISHED], unpublished=unpublished, jobs_due=jobs_due)


def _payout(handled: int) -> GetProgressResponse:
    return GetProgressResponse(handled=[EventCount(source="wallet", type=_DEBITED, count=handled)])


_REST: Snapshot = {"wallet": _wallet(), "payout": _payout(3)}


@pytest.mark.parametrize(
    ("snapshot", "expected"),
    [
        (_REST, []),
        ({"wallet": _wallet(unpublished=2), "payout": _payout(3)}, [Waiting("wallet", "unpublished", 2)]),
        ({"wallet": _wallet(jobs_due=1), "payout": _payout(3)}, [Waiting("wallet", "jobs_due", 1)]),
        ({"wallet": _wallet(), "payout": _payout(1)}, [Waiting("payout", _DEBITED, 2)]),
        ({"wallet": _wallet(), "payout": None}, [Waiting("payout", "unreachable", 1)]),
    ],
)
def test_what_is_not_at_rest_is_named(snapshot: Snapshot, expected: list[Waiting]) -> None:
    """A full outbox, a due job, an event not handled yet, a service away."""
    assert waiting(snapshot) == expected


def _rest(snapshots: list[Snapshot]) -> tuple[Rest, Iterator[Snapshot]]:
    coming = iter(snapshots)

    async def read() -> Snapshot:
        return next(coming)

    return Rest(read), coming


def test_rest_is_two_equal_snapshots() -> None:
    """Services are read one after another: a fact may pass between two readings, but not between two rounds."""
    moved: Snapshot = {"wallet": GetProgressResponse(), "payout": _payout(0)}
    rest, coming = _rest([moved, _REST, _REST, _REST])
    asyncio.run(rest.reached(5))
    assert len(list(coming)) == 1


def test_a_wait_that_ends_names_what_it_waited_for() -> None:
    """503 `not_quiet`, with the service, the type and the count."""
    rest, _ = _rest([{"wallet": _wallet(), "payout": _payout(1)}] * 2)
    with pytest.raises(Problem) as refused:
        asyncio.run(rest.reached(-1))
    assert (refused.value.status, refused.value.code) == (503, "not_quiet")
    assert refused.value.more == {"waiting": [{"service": "payout", "what": _DEBITED, "count": 2}]}
    assert f"payout {_DEBITED} (2)" in refused.value.fr


@pytest.fixture
def clock(serve: Serve, services: FakeServices, tmp_path: Path) -> httpx.Client:
    """A gateway whose clock was never moved."""
    return serve(services.addresses, tmp_path / "clock.json")


def _move(client: httpx.Client, **order: object) -> httpx.Response:
    return client.post("/demo/clock", json=order)


def test_the_first_placing_may_go_back_and_later_moves_may_not(clock: httpx.Client) -> None:
    """A season of last year is played from its beginning, forward."""
    placed = _move(clock, to="2025-07-01T09:00:00+02:00", place=True)
    assert placed.status_code == 200, placed.text
    assert placed.json()["now"].startswith("2025-07-01T07:00:0")
    assert _move(clock, to="2025-09-01T09:00:00+02:00").json()["now"].startswith("2025-09-01T07:00:0")
    back = _move(clock, to="2025-08-01T09:00:00+02:00")
    assert (back.status_code, back.json()["code"], back.json()["field"]) == (422, "clock_backwards", "to")
    assert clock.get("/demo/clock").json()["now"].startswith("2025-09-01T07:00")


def test_the_same_move_again_only_waits(clock: httpx.Client) -> None:
    """Who lost the answer asks again."""
    order = {"to": "2027-01-01T00:00:00Z"}
    assert [_move(clock, **order).status_code for _ in range(2)] == [200, 200]


def test_an_instant_that_passes_during_the_wait_is_reached(
    clock: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock ticks while it waits for rest: what was ahead when it was asked is not refused then."""
    reached = Rest.reached

    async def slow(rest: Rest, timeout_s: float) -> None:
        while platform.now() < soon:
            await asyncio.sleep(0.02)
        await reached(rest, timeout_s)

    platform = MovableClock(tmp_path / "clock.json")
    soon = platform.now() + timedelta(seconds=0.5)
    monkeypatch.setattr(Rest, "reached", slow)
    assert _move(clock, to=soon.isoformat()).status_code == 200


def test_a_platform_that_holds_something_is_placed_once(clock: httpx.Client, services: FakeServices) -> None:
    """422 `clock_already_placed` once anything was published after a first placing."""
    assert _move(clock, to="2025-07-01T09:00:00+02:00", place=True).status_code == 200
    services.answers["GetProgress"] = GetProgressResponse(
        published=[EventCount(source="identity", type="fr.atouts.identity.grant_changed.v1", count=1)]
    )
    again = _move(clock, to="2025-06-01T09:00:00+02:00", place=True)
    assert (again.status_code, again.json()["code"]) == (422, "clock_already_placed")


def test_it_does_not_move_while_something_is_under_way(clock: httpx.Client, services: FakeServices) -> None:
    """A due job that nobody plays: 503, and the time stays."""
    services.answers["GetProgress"] = GetProgressResponse(jobs_due=1)
    before = clock.get("/demo/clock").json()["now"][:10]
    refused = _move(clock, to="2099-01-01T00:00:00Z", timeout_s=1)
    assert (refused.status_code, refused.json()["code"]) == (503, "not_quiet")
    assert {one["what"] for one in refused.json()["waiting"]} == {"jobs_due"}
    assert clock.get("/demo/clock").json()["now"][:10] == before


@pytest.mark.parametrize("to", ["demain", "2026-01-01T09:00:00", 5, None])
def test_an_instant_needs_its_offset(clock: httpx.Client, to: object) -> None:
    """09:00 where?"""
    refused = _move(clock, to=to)
    assert (refused.status_code, refused.json()["field"]) == (400, "to")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("production", False), ("demo", True), ("test", True)],
)
def test_the_route_exists_only_where_the_clock_may_move(tmp_path: Path, mode: str, expected: bool) -> None:
    """In production there is no such operation: neither served nor documented."""
    values = {
        "ATOUTS_MODE": mode, "KEYS_DIR": str(tmp_path), "GATEWAY_PORT": "1", "REDIS_URL": "redis://localhost",
        **{f"{service}_RPC": "localhost:1" for service in map(str.upper, SERVICES)},
    }  # fmt: skip
    if expected:
        values["CLOCK_FILE"] = str(tmp_path / "clock.json")
    settings = config.read(chassis_config.read("gateway", Environment(values)))
    paths = {one.path for one in bootstrap.operations(settings)}
    assert ("/demo/clock" in paths) == expected
