"""The wire that a drill cuts: it passes everything on, loses answers only, or is gone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from drills.wire import Wire, wire


class Echo:
    """A server that answers what it is sent, and keeps what arrived."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.arrived: list[bytes] = []
        self.something_arrived = threading.Semaphore(0)

    @property
    def port(self) -> int:
        return int(self.door.getsockname()[1])

    def serve(self) -> None:
        while True:
            try:
                caller, _ = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        with caller:
            try:
                while heard := caller.recv(1_000):
                    self.arrived.append(heard)
                    self.something_arrived.release()
                    caller.sendall(heard)
            except OSError:
                return  # the wire was cut


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    threading.Thread(target=server.serve, daemon=True).start()
    yield server
    server.door.shutdown(socket.SHUT_RDWR)
    server.door.close()


@pytest.fixture
def cable(echo: Echo) -> Iterator[Wire]:
    with wire(echo.port) as made:
        yield made


def _call(cable: Wire) -> socket.socket:
    return socket.create_connection(("127.0.0.1", cable.port), timeout=10)


def test_a_whole_wire_passes_both_ways(cable: Wire) -> None:
    """What is sent arrives, what is answered comes back, on several connections at once."""
    with _call(cable) as one, _call(cable) as other:
        one.sendall(b"one")
        other.sendall(b"other")
        assert (one.recv(100), other.recv(100)) == (b"one", b"other")


def test_lost_answers_were_carried_out(cable: Wire, echo: Echo) -> None:
    """The request arrives and nothing comes back: the caller does not know, and is cut off in the end."""
    with _call(cable) as caller:
        caller.sendall(b"before")
        assert caller.recv(100) == b"before"
        losing = threading.Thread(target=cable.lose_answers, args=(0.2,))
        losing.start()
        while cable.answers_pass:
            threading.Event().wait(0.001)
        caller.sendall(b"debit")
        assert echo.something_arrived.acquire(timeout=10)
        assert echo.something_arrived.acquire(timeout=10)
        assert echo.arrived[-1] == b"debit"
        with pytest.raises(ConnectionError):
            _must_answer(caller)
        losing.join()
    with _call(cable) as again:
        again.sendall(b"again")
        assert again.recv(100) == b"again"


def test_a_cut_wire_refuses_until_it_is_whole(cable: Wire) -> None:
    """Connections break, new ones find nobody, and afterwards everything is as before."""
    with _call(cable) as caller:
        caller.sendall(b"before")
        assert caller.recv(100) == b"before"
        cable.cut(0.05)
        with pytest.raises(ConnectionError):
            _must_answer(caller)
    with _call(cable) as again:
        again.sendall(b"again")
        assert again.recv(100) == b"again"


def _must_answer(caller: socket.socket) -> bytes:
    heard = caller.recv(100)
    if not heard:
        raise ConnectionResetError("closed without an answer")
    return heard
