"""Every mail that was taken: one file each, numbered in the order of arrival."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from threading import Lock

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail as people and the demo look at it. `date` is the header's own text."""

    number: int
    message_id: str
    to: str
    subject: str
    date: str
    text: str
    html: str


class Mailbox:
    """A folder of .eml files; what was taken is on disk before the sender is told so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        self._next = max(self.numbers(), default=0) + 1
        self._read: dict[int, StoredMail] = {}

    def keep(self, content: bytes) -> int:
        """Keep a mail; its number."""
        with self._lock:
            number, self._next = self._next, self._next + 1
        fresh = self._path(number).with_suffix(".part")
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path(number))
        return number

    def numbers(self) -> list[int]:
        return sorted(int(path.stem) for path in self._folder.glob("*.eml"))

    def all(self) -> list[StoredMail]:
        """Oldest first. A mail never changes: each is read once."""
        for number in self.numbers():
            if number not in self._read:
                self._read[number] = _parsed(number, self.raw(number))
        return [self._read[number] for number in sorted(self._read)]

    def raw(self, number: int) -> bytes:
        """The mail as it came. Raises FileNotFoundError."""
        return self._path(number).read_bytes()

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:0{_DIGITS}}.eml"


def _parsed(number: int, content: bytes) -> StoredMail:
    message = message_from_bytes(content, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return StoredMail(
        number=number,
        message_id=str(message["Message-ID"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        date=str(message["Date"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if isinstance(part, EmailMessage) else ""
