"""Words on a card check: each is a row that stays, and only some of them count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.identity.domain.card_checks import Ruling
from services.identity.domain.refusals import SecondPersonNeeded


class Act(StrEnum):
    """What was done with the ruling that the row holds."""

    DECIDED = "decided"  # by the reader, or by one member of staff
    PROPOSED = "proposed"  # by staff, against what is clear: nothing moves yet
    CONFIRMED = "confirmed"  # by a second member of staff
    DECLINED = "declined"  # the proposal falls, the check stays as it was

    @property
    def counts(self) -> bool:
        return self in (Act.DECIDED, Act.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Word:
    """Who says it, and how. `by` is an account of staff, empty for the reader, whose `seconds` are machine time.

    `proposed_by`: of what is confirmed, who said it first.
    """

    act: Act = Act.DECIDED
    by: str = ""
    proposed_by: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One row: what, by whom, when (platform time)."""

    ruling: Ruling
    word: Word
    at: datetime


def last_ruling(decisions: Sequence[Decision]) -> Ruling | None:
    """The one that counts, of decisions in their order."""
    counting = (decision.ruling for decision in reversed(decisions) if decision.word.act.counts)
    return next(counting, None)


def open_proposal(decisions: Sequence[Decision]) -> Decision | None:
    """The proposal that waits for a second person: always the last word."""
    if decisions and decisions[-1].word.act is Act.PROPOSED:
        return decisions[-1]
    return None


def require_second(proposed_by: str, account_id: str) -> None:
    """Raises SecondPersonNeeded when one person would say both words."""
    if proposed_by == account_id:
        raise SecondPersonNeeded
