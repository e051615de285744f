"""A wire between two parts of the platform that a drill can cut: a TCP proxy on a port of its own."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)  # close with a reset: what is on the way is gone, as when a cable is pulled


class Wire:
    """Passes bytes on to `target` (a port of this machine) until it is cut."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._door = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._answers_pass = threading.Event()
        self._answers_pass.set()
        self._is_whole = threading.Event()
        self._is_whole.set()
        self.port: int = self._door.getsockname()[1]

    @property
    def answers_pass(self) -> bool:
        return self._answers_pass.is_set()

    def cut(self, for_s: float) -> None:
        """Cut every connection; new ones are refused that long."""
        self._is_whole.clear()
        self._reset_all()
        threading.Event().wait(for_s)
        self._is_whole.set()

    def lose_answers(self, for_s: float) -> None:
        """Requests still arrive and are carried out, nothing comes back; then every connection is cut."""
        self._answers_pass.clear()
        threading.Event().wait(for_s)
        self._reset_all()
        self._answers_pass.set()

    def close(self) -> None:
        self._door.close()
        self._reset_all()

    def serve(self) -> None:
        """Accept until closed."""
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            if self._is_whole.is_set():
                self._join(client)
            else:
                _reset(client)

    def _join(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._target), 5)
        except OSError:
            _reset(client)
            return
        with self._lock:
            self._ends |= {client, server}
        for source, sink, answers in ((client, server, False), (server, client, True)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            source.settimeout(None)
            threading.Thread(target=self._pass_on, args=(source, sink, answers), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with suppress(OSError):  # an end that was cut or closed: both go
            while chunk := source.recv(_CHUNK):
                if not answers or self._answers_pass.is_set():
                    sink.sendall(chunk)
        for end in (source, sink):
            with self._lock:
                self._ends.discard(end)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _reset_all(self) -> None:
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            _reset(end)


def _reset(end: socket.socket) -> None:
    with suppress(OSError):  # the other side was faster
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        end.shutdown(socket.SHUT_RD)  # wakes the thread that reads it
    end.close()


@contextmanager
def wire(target: int) -> Iterator[Wire]:
    """A wire to that port; gone afterwards."""
    made = Wire(target)
    threading.Thread(target=made.serve, daemon=True).start()
    try:
        yield made
    finally:
        made.close()
