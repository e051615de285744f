"""Tells the story on the terminal, in plain words."""

from __future__ import annotations

import textwrap
from datetime import date

from demo.client import Refused
from demo.french import long_day

_WIDTH = 108


class Narrator:
    """Chapters, days, and what happened on them."""

    def __init__(self) -> None:
        self._chapters = 0

    def chapter(self, title: str) -> None:
        self._chapters += 1
        print(f"\n━━ {self._chapters}. {title} ".ljust(_WIDTH, "━"), flush=True)

    def day(self, day: date) -> None:
        print(f"\n  {long_day(day).capitalize()}", flush=True)

    def say(self, sentence: str) -> None:
        self._print(sentence, "   · ")

    def refused(self, what: str, refusal: Refused) -> None:
        """What was tried, and the platform's own sentence."""
        self._print(f"{what} : refusé. « {refusal.detail} » ({refusal.code})", "   ✗ ")

    def _print(self, sentence: str, mark: str) -> None:
        indent = " " * len(mark)
        wrapped = textwrap.wrap(sentence, _WIDTH, initial_indent=mark, subsequent_indent=indent, break_long_words=False)
        print("\n".join(wrapped), flush=True)
