"""Papers as PDF/UA-1, written by Typst: the same content always gives the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from chassis.errors import Operational, Overloaded

MEDIA_TYPE = "application/pdf"
_TYPESETTING = Path(__file__).with_name("typesetting.py")
_AT_ONCE = 1  # 200 MB for the longest
_WAITING = 8
_LONGEST_S = 8.0  # below the caller's deadline

# What the fonts of Typst's wheel show: Latin with its accents, Greek, Cyrillic, punctuation and currencies. PDF/UA
# allows no character without a glyph.
SHOWN = ((0x20, 0x7E), (0xA0, 0x4FF), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x202F, 0x203A), (0x20A0, 0x20BF))
_NOT_SHOWN = "\ufffd"


class NotTypeset(Exception):
    """Typst refused a paper: a bug of ours, in the template or in what it is given."""


class Pdfs:
    """One paper is made at a time, in a process of its own; a few callers wait, the rest is refused at once."""

    def __init__(self, typeset: Callable[[str], bytes] | None = None) -> None:
        self._typeset = typeset or _typeset
        self._running = BoundedSemaphore(_AT_ONCE)
        self._held = BoundedSemaphore(_AT_ONCE + _WAITING)

    def write(self, template: Path, dated: datetime, content: Mapping[str, Any]) -> bytes:
        """`content` reaches the template as JSON, in `sys.inputs.content`.

        Slow: never called inside a transaction. Raises Overloaded, Operational, NotTypeset.
        """
        asked = {"template": str(template), "dated_s": int(dated.timestamp()), "content": content}
        with self._place():
            return self._typeset(json.dumps(asked))

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._held.acquire(blocking=False):
            raise Overloaded("too many papers to print at once")
        try:
            if not self._running.acquire(timeout=_LONGEST_S):
                raise Overloaded("papers before this one take too long")
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._held.release()


def shown(text: str) -> str:
    """What no font of ours shows becomes a mark that says so."""
    return "".join(character if _is_shown(ord(character)) else _NOT_SHOWN for character in text)


def _is_shown(code: int) -> bool:
    return any(first <= code <= last for first, last in SHOWN)


def _typeset(asked: str) -> bytes:
    command = [sys.executable, "-I", str(_TYPESETTING)]
    try:
        done = subprocess.run(command, input=asked.encode(), capture_output=True, timeout=_LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        raise Operational("the paper took too long to print") from None
    if done.returncode:
        raise NotTypeset(f"exit {done.returncode}: {done.stderr.decode(errors='replace')[:300]}")
    return done.stdout
