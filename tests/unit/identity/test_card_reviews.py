"""What one member of staff decides of a card, what takes two, and what they compare."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.identity.domain.card_checks import CheckState, Ruling
from services.identity.domain.card_decisions import Act, Decision, Word, last_ruling, open_proposal, require_second
from services.identity.domain.card_reviews import CLEAR, compared, is_override, require_decidable
from services.identity.domain.documents import (
    Certainty,
    Cut,
    Declared,
    Outcome,
    PrintedNames,
    Reading,
    Reason,
    ZoneName,
    judge,
)
from services.identity.domain.documents.comparison import Likeness
from services.identity.domain.refusals import CheckNotForPerson, SecondPersonNeeded
from tests.unit.identity.test_card_checks import FIELDS

AT = datetime(2025, 9, 15, 8, tzinfo=UTC)
DECLARED = Declared("Dupécimen", "Zoé", date(2009, 3, 14))
READING = Reading(FIELDS, Certainty.EXACT, printed=PrintedNames("Dupécimen", "Zoé"))
PERSON, ACCEPTED, REFUSED, PENDING = CheckState.PERSON, CheckState.ACCEPTED, CheckState.REFUSED, CheckState.PENDING


@pytest.mark.parametrize(
    "standing",
    [
        ("unreadable",),
        ("readings_disagree",),
        ("printed_names_unread",),
        ("name_nearly_same",),
        ("birth_date_nearly_same",),
        ("differs_after_correction",),
        ("expiry_unclear",),
        ("reader_failed",),
    ],
)
@pytest.mark.parametrize("accept", [True, False])
def test_one_person_decides_what_the_machine_doubts(standing: tuple[str, ...], accept: bool) -> None:
    """Doubt is what staff are there for."""
    assert not is_override(PERSON, accept, standing)


@pytest.mark.parametrize("clear", sorted(CLEAR))
def test_accepting_against_a_clear_reading_takes_two_and_refusing_with_it_one(clear: str) -> None:
    """What was read beyond doubt is not overruled alone, even among doubts."""
    assert is_override(PERSON, accept=True, standing=("expiry_unclear", clear))
    assert not is_override(PERSON, accept=False, standing=(clear,))


@pytest.mark.parametrize(
    ("declared", "on"),
    [
        (replace(DECLARED, surname="Fictiveau"), date(2025, 9, 15)),
        (replace(DECLARED, birth_date=date(2007, 1, 2)), date(2025, 9, 15)),
        (DECLARED, date(2040, 1, 1)),
    ],
)
def test_what_the_machine_refuses_for_takes_two_to_accept(declared: Declared, on: date) -> None:
    """No code that a comparison refuses for is missing from the table."""
    verdict = judge(replace(READING, fields=replace(FIELDS, expiry=date(2034, 5, 1))), declared, on)

    assert verdict.outcome is Outcome.REFUSED
    assert is_override(PERSON, accept=True, standing=[reason.value for reason in verdict.reasons])


def test_refusing_where_nothing_stands_against_the_card_takes_two() -> None:
    """The reading agrees in everything: refusing it goes against what is clear."""
    assert is_override(PERSON, accept=False, standing=())
    assert not is_override(PERSON, accept=True, standing=())


@pytest.mark.parametrize(("state", "accept"), [(REFUSED, True), (ACCEPTED, False)])
@pytest.mark.parametrize("standing", [(), ("expired",), ("unreadable",)])
def test_what_was_decided_is_undone_by_two(state: CheckState, accept: bool, standing: tuple[str, ...]) -> None:
    """Whatever stands against the card or for it, a made decision is not turned by one person."""
    assert is_override(state, accept, standing)


@pytest.mark.parametrize(
    ("state", "accept", "is_latest"),
    [(PERSON, True, True), (PERSON, False, True), (REFUSED, True, True), (ACCEPTED, False, True)],
)
def test_staff_decide_what_waits_and_turn_what_was_decided_last(
    state: CheckState, accept: bool, is_latest: bool
) -> None:
    """These pass; all others are listed in the next test."""
    require_decidable(state, accept, is_latest)


@pytest.mark.parametrize(
    ("state", "accept", "is_latest"),
    [
        (PENDING, True, True),
        (PENDING, False, True),
        (ACCEPTED, True, True),
        (REFUSED, False, True),
        (REFUSED, True, False),
        (ACCEPTED, False, False),
    ],
)
def test_what_waits_for_a_reader_is_decided_already_or_followed_by_another_is_left_alone(
    state: CheckState, accept: bool, is_latest: bool
) -> None:
    """The person's latest card is the one that counts."""
    with pytest.raises(CheckNotForPerson):
        require_decidable(state, accept, is_latest)


def decision(act: Act, state: CheckState, by: str = "") -> Decision:
    return Decision(Ruling(state, ("expired",)), Word(act, by), AT)


def test_only_words_that_count_are_the_checks_ruling() -> None:
    """A proposal and its decline are on record and change nothing."""
    read, proposed = decision(Act.DECIDED, REFUSED), decision(Act.PROPOSED, ACCEPTED, "a")
    declined, confirmed = decision(Act.DECLINED, REFUSED, "b"), decision(Act.CONFIRMED, ACCEPTED, "b")

    assert last_ruling([read, proposed, declined]) == read.ruling
    assert last_ruling([read, proposed, confirmed]) == confirmed.ruling
    assert last_ruling([]) is None


def test_a_proposal_waits_until_the_next_word() -> None:
    """Confirmed or declined, it waits no more."""
    read, proposed = decision(Act.DECIDED, REFUSED), decision(Act.PROPOSED, ACCEPTED, "a")

    assert open_proposal([read, proposed]) == proposed
    assert open_proposal([read, proposed, decision(Act.DECLINED, REFUSED, "b")]) is None
    assert open_proposal([]) is None


def test_the_same_person_never_says_both_words() -> None:
    """Two words of one person are one opinion."""
    require_second("a", "b")
    with pytest.raises(SecondPersonNeeded):
        require_second("a", "a")


def test_fields_are_compared_one_by_one_and_printed_names_with_the_zone() -> None:
    """Staff see which field differs, in the zone or between the zone and the print."""
    reading = replace(READING, printed=PrintedNames("Fictiveau", "Zoé"))
    declared = replace(DECLARED, given_names="Zoë Lou", birth_date=date(2010, 4, 15))

    surname, given_names, birth_date = compared(declared, reading)

    assert (surname.likeness, surname.printed_likeness) == (Likeness.SAME, Likeness.DIFFERENT)
    assert (given_names.likeness, given_names.printed_likeness) == (Likeness.NEAR, Likeness.SAME)
    assert (birth_date.likeness, birth_date.read) == (Likeness.DIFFERENT, "2009-03-14")


def test_nothing_read_is_nothing_compared() -> None:
    """What was not read is neither the same nor different."""
    unread = Reading(None, Certainty.DOUBTFUL, (Reason.UNREADABLE,), printed=PrintedNames("Dupécimen", ""))

    for reading in (None, unread):
        assert [field.likeness for field in compared(DECLARED, reading)] == [None, None, None]
    assert compared(DECLARED, unread)[0].printed == "Dupécimen"


def test_a_name_that_the_zone_cut_is_compared_as_cut() -> None:
    """The record keeps where the zone ran out of room: a cut name does not differ from the whole one."""
    cut = replace(FIELDS, given_names=ZoneName("MARIE CLAI", Cut.ANYWHERE))
    declared = replace(DECLARED, given_names="Marie Claire")

    assert compared(declared, replace(READING, fields=cut, printed=None))[1].likeness is Likeness.SAME
