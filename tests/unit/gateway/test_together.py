"""Calls that come in while others are under way go together, and each gets its own outcome."""

from __future__ import annotations

import asyncio

import pytest
from atouts.calls.v1 import messages_pb2 as pb

from chassis.errors import Overloaded
from gateway.together import CALLS_LIMIT, HELD_LIMIT, Together


class Service:
    """Keeps the messages that it is sent, and answers when it is told to."""

    def __init__(self) -> None:
        self.messages: list[list[str]] = []
        self.open = asyncio.Event()
        self.failure: Exception | None = None

    async def send(self, request: pb.CallManyRequest) -> pb.CallManyResponse:
        self.messages.append([call.method for call in request.calls])
        await self.open.wait()
        if self.failure:
            raise self.failure
        return pb.CallManyResponse(outcomes=[pb.OneOutcome(response=call.method.encode()) for call in request.calls])


async def _sent(service: Service, messages: int) -> None:
    while len(service.messages) < messages:
        await asyncio.sleep(0)


def _ask(together: Together, *names: str) -> list[asyncio.Task[pb.OneOutcome]]:
    return [asyncio.create_task(together.ask(pb.OneCall(method=name))) for name in names]


def test_those_who_come_meanwhile_go_in_one_message() -> None:
    """Two messages are under way; the third takes all who came in meanwhile, in their order."""

    async def play() -> None:
        service = Service()
        together = Together(service.send)
        asked = _ask(together, "a")
        await _sent(service, 1)
        asked += _ask(together, "b")
        await _sent(service, 2)
        asked += _ask(together, "c", "d", "e")
        service.open.set()
        outcomes = await asyncio.gather(*asked)
        assert service.messages == [["a"], ["b"], ["c", "d", "e"]]
        assert [outcome.response for outcome in outcomes] == [b"a", b"b", b"c", b"d", b"e"]

    asyncio.run(play())


def test_a_message_holds_so_many_calls_and_no_more() -> None:
    async def play() -> None:
        service = Service()
        service.open.set()
        together = Together(service.send)
        await asyncio.gather(*_ask(together, *(f"call-{number}" for number in range(3 * CALLS_LIMIT))))
        assert sum(map(len, service.messages)) == 3 * CALLS_LIMIT
        assert max(map(len, service.messages)) == CALLS_LIMIT

    asyncio.run(play())


def test_a_message_that_fails_is_told_to_each_of_its_callers_and_to_no_other() -> None:
    """As if each call had failed alone; who comes afterwards is sent again."""

    async def play() -> None:
        service = Service()
        together = Together(service.send)
        asked = _ask(together, "a", "b")
        await _sent(service, 1)
        service.failure = ConnectionError("away")
        service.open.set()
        assert [type(told) for told in await asyncio.gather(*asked, return_exceptions=True)] == [ConnectionError] * 2
        service.failure = None
        assert (await together.ask(pb.OneCall(method="c"))).response == b"c"

    asyncio.run(play())


def test_a_service_that_answers_too_few_outcomes_is_an_error() -> None:
    """No caller is given another's outcome, and none waits for ever."""

    async def play() -> None:
        async def send(_request: pb.CallManyRequest) -> pb.CallManyResponse:
            return pb.CallManyResponse()

        with pytest.raises(ValueError, match="zip"):
            await Together(send).ask(pb.OneCall(method="a"))

    asyncio.run(play())


def test_a_caller_that_has_gone_keeps_nobody_waiting() -> None:
    async def play() -> None:
        service = Service()
        together = Together(service.send)
        gone, here = _ask(together, "gone", "here")
        await _sent(service, 1)
        gone.cancel()
        service.open.set()
        assert (await here).response == b"here"

    asyncio.run(play())


def test_past_what_three_messages_take_a_call_is_refused_at_once() -> None:
    """It is not sent and waits for nobody; those that are held are answered, and then there is room again."""

    async def play() -> None:
        service = Service()
        together = Together(service.send)
        held = _ask(together, *(f"call-{number}" for number in range(HELD_LIMIT)))
        await _sent(service, 2)
        with pytest.raises(Overloaded):
            await together.ask(pb.OneCall(method="one more"))
        service.open.set()
        assert len(await asyncio.gather(*held)) == HELD_LIMIT
        assert (await together.ask(pb.OneCall(method="afterwards"))).response == b"afterwards"
        assert "one more" not in {call for message in service.messages for call in message}

    asyncio.run(play())


def test_the_place_of_a_caller_that_has_gone_goes_to_the_next() -> None:
    """Those who stay on both sides of a whole message of callers that gave up go together."""

    async def play() -> None:
        service = Service()
        together = Together(service.send)
        under_way = _ask(together, "a")
        await _sent(service, 1)
        under_way += _ask(together, "b")
        await _sent(service, 2)
        here = _ask(together, "first")
        gone = _ask(together, *(f"gone-{number}" for number in range(CALLS_LIMIT)))
        here += _ask(together, "last")
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        service.open.set()
        await asyncio.gather(*under_way, *here)
        assert service.messages == [["a"], ["b"], ["first", "last"]]

    asyncio.run(play())
