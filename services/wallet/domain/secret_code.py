"""The holder's secret code: typed at the till where the rulebook asks for it, locked when it is guessed at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import pairwise
from uuid import UUID

from services.wallet.domain.errors import (
    SecretCodeLocked,
    SecretCodeMissing,
    SecretCodeNotChecked,
    SecretCodeNotChosen,
    SecretCodeWrong,
)

# Wrong codes in a row, at whatever tills, until the holder chooses another (default: no source states it).
ATTEMPTS = 5


class Verdict(Enum):
    """What was found of a code that came with a debit, before the debit is decided."""

    NOT_SENT = auto()
    # Not looked at: the debit is refused or answered whatever it is.
    NOT_CHECKED = auto()
    NOT_CHOSEN = auto()
    RIGHT = auto()
    WRONG = auto()
    LOCKED = auto()


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """`attempts_left` is told with a wrong code."""

    verdict: Verdict = Verdict.NOT_SENT
    attempts_left: int = 0

    def check_right(self, chosen: bool) -> None:
        """Raises SecretCodeNotChosen, SecretCodeLocked, SecretCodeWrong, SecretCodeNotChecked, SecretCodeMissing."""
        if not chosen or self.verdict is Verdict.NOT_CHOSEN:
            raise SecretCodeNotChosen
        if self.verdict is Verdict.LOCKED:
            raise SecretCodeLocked
        if self.verdict is Verdict.WRONG:
            raise SecretCodeWrong(self.attempts_left)
        if self.verdict is Verdict.NOT_CHECKED:
            raise SecretCodeNotChecked
        if self.verdict is Verdict.NOT_SENT:
            raise SecretCodeMissing


NOT_SENT = CodeCheck()


@dataclass(frozen=True, slots=True)
class SecretCode:
    """`last_wrong` is the hash of the last request that brought a wrong one: sent again, it is not counted again."""

    person_id: UUID
    code_hash: str
    wrong_in_a_row: int = 0
    last_wrong: bytes | None = None

    @property
    def locked(self) -> bool:
        return self.wrong_in_a_row >= ATTEMPTS

    def tried(self, is_right: bool, request_hash: bytes) -> tuple[SecretCode, CodeCheck]:
        """The code after one attempt, and what is said of it; locked, a right one is refused too."""
        if self.locked:
            return self, CodeCheck(Verdict.LOCKED)
        if is_right:
            return replace(self, wrong_in_a_row=0, last_wrong=None), CodeCheck(Verdict.RIGHT)
        if request_hash == self.last_wrong:
            return self, self._wrong()
        after = replace(self, wrong_in_a_row=self.wrong_in_a_row + 1, last_wrong=request_hash)
        return after, CodeCheck(Verdict.LOCKED) if after.locked else after._wrong()

    def _wrong(self) -> CodeCheck:
        return CodeCheck(Verdict.WRONG, ATTEMPTS - self.wrong_in_a_row)


def is_guessable(code: str) -> bool:
    """Whether it is one of the few that a thief tries first: one digit again and again, or digits in order.

    The lock leaves a thief five attempts: too few for any other code, enough for these.
    """
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(code)}
    return len(steps) == 1 and steps <= {0, 1, 9}


def is_well_formed(code: str, digits: int) -> bool:
    return len(code) == digits and code.isascii() and code.isdigit()
