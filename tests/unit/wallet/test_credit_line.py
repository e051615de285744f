"""The line before an envelope: whose turn it is, and that no cent is promised twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.wallet.domain.credit_line import DueCredit, serve
from services.wallet.domain.envelope import Envelope

ENVELOPE = UUID(int=1)
NOON = datetime(2025, 10, 4, 12, tzinfo=UTC)


class _All:
    def __contains__(self, _member: object) -> bool:
        return True


def due(member: int, cents: int, minute: int = 0) -> DueCredit:
    return DueCredit(UUID(int=member), "b", ENVELOPE, cents, NOON + timedelta(minutes=minute))


def members(served: tuple[DueCredit, ...]) -> list[int]:
    return [each.membership_id.int for each in served]


@pytest.mark.parametrize(
    ("left_cents", "line", "credited"),
    [
        pytest.param(100, [due(1, 50, 1), due(2, 50, 0), due(3, 50, 2)], [2, 1], id="first complete, first served"),
        pytest.param(50, [due(2, 50), due(1, 50)], [1], id="at the same instant the lower id"),
        pytest.param(70, [due(1, 100, 0), due(2, 70, 1)], [2], id="what is too little for one serves the next"),
        pytest.param(100, [due(1, 100)], [1], id="to the last cent"),
        pytest.param(99, [due(1, 100)], [], id="a cent too little"),
        pytest.param(0, [], [], id="nobody waits"),
    ],
)
def test_whose_turn_it_is(left_cents: int, line: list[DueCredit], credited: list[int]) -> None:
    """The last euros go by time of complete request, then id."""
    assert members(serve(left_cents, line, _All()).credits) == credited


def test_cents_are_kept_for_somebody_before_who_is_not_ours() -> None:
    """Nobody passes a place that another transaction is to serve; that it must be is told."""
    served = serve(100, [due(1, 60, 0), due(2, 60, 1), due(3, 40, 2)], {UUID(int=2), UUID(int=3)})
    assert members(served.credits) == [3]
    assert served.others_first


@given(
    st.integers(0, 5_000),
    st.lists(st.tuples(st.integers(1, 900), st.integers(0, 5)), max_size=30),
    st.sets(st.integers(0, 29)),
)
def test_no_line_takes_more_than_there_is_and_none_is_passed_who_could_be_borne(
    left_cents: int, stated: list[tuple[int, int]], ours: set[int]
) -> None:
    """In whatever order the line is told: the sum is borne, and who is left out could not be when their turn came."""
    line = [due(member, cents, minute) for member, (cents, minute) in enumerate(stated)]
    known = {UUID(int=member) for member in ours}
    served = serve(left_cents, reversed(line), known)
    assert served == serve(left_cents, line, known)
    assert sum(each.amount_cents for each in served.credits) <= left_cents
    turn = left_cents
    for each in sorted(line, key=lambda one: one.place):
        borne = each.amount_cents <= turn
        turn -= each.amount_cents if borne else 0
        assert (each in served.credits) == (borne and each.membership_id in known)


@pytest.mark.parametrize(
    ("credited", "announced", "told"),
    [(49, 0, []), (50, 0, [50]), (90, 0, [50, 80]), (90, 50, [80]), (100, 80, [100]), (100, 100, [])],
)
def test_each_threshold_that_a_group_passes_is_told_once(credited: int, announced: int, told: list[int]) -> None:
    """A group may pass two at once: both are told, in their order, and none again."""
    envelope = Envelope(ENVELOPE, "s", "2025-2026", "b", 100, 100 - credited, 2, announced)
    assert envelope.to_announce((50, 80, 100)) == told
