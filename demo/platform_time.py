"""Moves the platform's clock through the demo's route: forward only, each move after all has settled."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from demo.addresses import NoPlatform
from demo.client import Caller, Json, Refused, Request

PARIS = ZoneInfo("Europe/Paris")
_ANSWERS_WITHIN_S = 400.0
_STEP = timedelta(seconds=10)
_MORNING = time(10)
_BACKWARDS, _PLACED = "clock_backwards", "clock_already_placed"


class PlatformTime:
    """Platform time as its one route shows it. It goes on ticking between two moves."""

    def __init__(self, visitor: Caller) -> None:
        self._visitor = visitor

    def now(self) -> datetime:
        return datetime.fromisoformat(self._visitor.get("/demo/clock")["now"]).astimezone(PARIS)

    def place(self, instant: datetime) -> None:
        """Put a platform that holds nothing yet at the beginning of the story. Raises NoPlatform for another."""
        try:
            self._move({"to": instant.isoformat(), "place": True})
        except Refused as refusal:
            if refusal.code != _PLACED:
                raise
            raise NoPlatform("this platform has lived already: bin/demo starts a fresh one") from refusal

    def move(self, instant: datetime) -> None:
        """Go to that instant; returns when all that became due has been played and every event handled.

        An answer lost half-way leaves the clock moved and its consequences unawaited: a later instant is
        then asked for, which waits for them.
        """
        try:
            self._move({"to": instant.isoformat()})
        except Refused as refusal:
            if refusal.code != _BACKWARDS:
                raise
            self.settle()

    def settle(self) -> None:
        """Wait until every event is handled and every due job played: time moves by ten seconds."""
        self.move(self.now() + _STEP)

    def _move(self, body: Json) -> None:
        self._visitor.send(Request("POST", "/demo/clock", body=body), timeout_s=_ANSWERS_WITHIN_S)


def paris(day: date, clock: time = _MORNING) -> datetime:
    """That hour of the day in Paris; in the morning unless told otherwise."""
    return datetime.combine(day, clock, PARIS)
