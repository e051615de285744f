"""Who may ask for an erasure and confirm it, what it waits for, and until when a card's mark is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.accounts import AccountKind
from services.identity.domain.erasures import (
    SERVICES,
    Erasure,
    ErasureState,
    marks_until,
    once_keys,
    require_erasable,
)
from services.identity.domain.refusals import ErasureNeedsAnother, ErasureNotRequested, NotErasable


def _asked(by: str = "agent-1", **changes: Any) -> Erasure:
    values = {"erasure_id": "e", "person_id": "person", "state": ErasureState.REQUESTED, "asked_by": by}
    return Erasure(**{**values, "requested_at": datetime(2025, 10, 1, tzinfo=UTC), **changes})


def test_a_person_s_own_request_needs_nobody_else() -> None:
    """Whoever asks for themselves confirms by asking."""
    assert _asked("person").confirmed("person").state is ErasureState.WAITING


def test_who_asked_for_another_does_not_confirm() -> None:
    """A letter is read by two members of staff."""
    with pytest.raises(ErasureNeedsAnother):
        _asked("agent-1").confirmed("agent-1")
    assert _asked("agent-1").confirmed("agent-2").confirmed_by == "agent-2"


@pytest.mark.parametrize("state", [state for state in ErasureState if state is not ErasureState.REQUESTED])
def test_what_was_decided_is_not_decided_again(state: ErasureState) -> None:
    """Neither confirmed nor dropped twice."""
    with pytest.raises(ErasureNotRequested):
        _asked(state=state).confirmed("agent-2")
    with pytest.raises(ErasureNotRequested):
        _asked(state=state).dropped("agent-2")


def test_an_erasure_waits_while_something_is_open() -> None:
    """And goes on once nothing is."""
    waiting = _asked(state=ErasureState.WAITING).looked_at({"payout_open": 2})
    assert (waiting.state, waiting.holds) == (ErasureState.WAITING, {"payout_open": 2})
    assert waiting.looked_at({}).state is ErasureState.ERASING


def test_it_is_answered_once_every_service_has() -> None:
    """Identity's own count is not enough, nor all but one."""
    answers = dict.fromkeys(SERVICES, 0)
    assert _asked(answers=answers).is_answered
    for service in SERVICES:
        assert not _asked(answers={name: 0 for name in answers if name != service}).is_answered


def test_staff_are_not_erased() -> None:
    """What they did stays theirs: they leave by their roles."""
    with pytest.raises(NotErasable):
        require_erasable(AccountKind.STAFF)
    require_erasable(AccountKind.YOUNG)
    require_erasable(AccountKind.PARTNER)


@given(st.dates(date(1990, 1, 1), date(2020, 12, 31)), st.integers(18, 40))
def test_a_mark_is_kept_to_the_end_of_the_month_of_that_birthday(birth_date: date, age: int) -> None:
    """Never shorter than to the birthday, at most a month longer, and the day tells no birth date."""
    until = marks_until(birth_date, age)
    assert (until.year, until.month) == (birth_date.year + age, birth_date.month)
    assert until.day >= min(birth_date.day, 28)
    assert until == marks_until(birth_date.replace(day=1), age)


def test_what_was_had_under_two_accounts_is_kept_together() -> None:
    """The second erasure forgets nothing of the first."""
    assert once_keys(["equipment"], {"benefits_had": ["books", "equipment"]}) == ["books", "equipment"]
    assert once_keys(["equipment"], {}) == ["equipment"]
