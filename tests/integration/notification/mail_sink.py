"""An SMTP server whose answers a test holds back: what was accepted, and what the sender knows of it, come apart."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from threading import Event, Lock, Thread


class _Session(socketserver.StreamRequestHandler):
    server: MailSink

    def handle(self) -> None:
        self._say("220 sink")
        for line in iter(self.rfile.readline, b""):
            word = line.split()[0].upper() if line.split() else b""
            if word == b"QUIT":
                return self._say("221 bye")
            if word != b"DATA":
                self._say("250 ok")
                continue
            self._say("354 go on")
            self.server.accept(self._content())
            self._say("250 taken")
        return None

    def _content(self) -> bytes:
        return b"".join(iter(lambda: self.rfile.readline(), b".\r\n"))

    def _say(self, answer: str) -> None:
        try:
            self.wfile.write(answer.encode() + b"\r\n")
        except OSError:  # the sender was killed: that is what is being played
            return


class MailSink(socketserver.ThreadingTCPServer):
    """Keeps the Message-ID of every mail that it accepted. The answer to number `hold_at` never comes."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, hold_at: int) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.message_ids: list[str] = []
        self.bodies: list[bytes] = []
        self.held = Event()
        self._hold_at = hold_at
        self._never = Event()
        self._lock = Lock()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def accept(self, content: bytes) -> None:
        with self._lock:
            self.message_ids.append(str(message_from_bytes(content)["Message-ID"]))
            self.bodies.append(content)
            holds = len(self.message_ids) == self._hold_at
        if holds:
            self.held.set()
            self._never.wait(60.0)

    def let_go(self) -> None:
        self._never.set()


@contextmanager
def mail_sink(hold_at: int = 0) -> Iterator[MailSink]:
    """`hold_at` 0: every answer comes."""
    with MailSink(hold_at) as sink:
        thread = Thread(target=sink.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield sink
        sink.let_go()
        sink.shutdown()
        thread.join()
