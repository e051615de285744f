"""The demo's clock. These operations exist in the modes `demo` and `test` only."""

from __future__ import annotations

from gateway.answers import Json
from gateway.bodies import Body, Fields, JsonBody
from gateway.clock import DemoClock, MovePlatformTime, PlatformTime
from gateway.operations import GET, POST, Act, Operation
from gateway.peers import Caller, Peers
from gateway.schemas import clock as schemas


def operations(clock: DemoClock) -> list[Operation]:
    """GET and POST /demo/clock, on this clock."""

    async def read_clock(_peers: Peers, _caller: Caller, _fields: Fields) -> PlatformTime:
        return clock.read()

    async def move_clock(peers: Peers, caller: Caller, fields: Fields) -> PlatformTime:
        return await clock.move(peers, caller, MovePlatformTime(**fields))

    get = _clock_operation(GET, "Lire l'heure de la plateforme", read_clock, Json(schemas.Clock))
    post = _clock_operation(
        POST,
        "Avancer l'heure de la plateforme, et attendre que tout ce qui est devenu dû soit joué",
        move_clock,
        Json(schemas.ClockMoved),
        JsonBody(schemas.MoveClock),
    )
    return [get, post]


def _clock_operation(method: str, summary: str, act: Act, answers: Json, takes: Body | None = None) -> Operation:
    return Operation(
        method,
        "/demo/clock",
        summary,
        "Démonstration",
        act,
        answers,
        act.__name__,
        takes=takes,
        signed_in=False,
        limit=None,
    )
