"""Rulings on card checks, what one document and one person are known by, and the line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.identity.domain.card_checks import (
    CheckState,
    Place,
    Ruling,
    document_mark,
    given_up,
    person_mark,
    ruling_of,
)
from services.identity.domain.documents import DocumentFields, Reason, Verdict, ZoneName
from services.identity.domain.profiles import Profile

FIELDS = DocumentFields(
    format="td1",
    surname=ZoneName("DUPECIMEN"),
    given_names=ZoneName("ZOE"),
    birth_date=date(2009, 3, 14),
    sex="F",
    number="D2H6862M2",
    expiry=None,
    issuing_state="FRA",
)


@pytest.mark.parametrize(
    ("reasons", "taken", "state", "codes"),
    [
        ((), (), CheckState.ACCEPTED, ()),
        ((), ("document_of_another",), CheckState.PERSON, ("document_of_another",)),
        ((), ("person_of_another",), CheckState.PERSON, ("person_of_another",)),
        ((Reason.NAME_NEARLY_SAME,), (), CheckState.PERSON, ("name_nearly_same",)),
        ((Reason.EXPIRED, Reason.NAME_NEARLY_SAME), (), CheckState.REFUSED, ("expired", "name_nearly_same")),
    ],
)
def test_the_machine_rules_as_the_verdict_says_unless_another_account_holds_it(
    reasons: tuple[Reason, ...], taken: tuple[str, ...], state: CheckState, codes: tuple[str, ...]
) -> None:
    """What another account holds is never accepted by the machine."""
    assert ruling_of(Verdict.because(reasons), taken) == Ruling(state, codes)


def test_every_reason_has_a_sentence_and_staffs_words_are_told_too() -> None:
    """Nobody reads a bare code."""
    codes = ("expired", "document_of_another", "person_of_another")
    ruling = Ruling(CheckState.REFUSED, codes, "La carte est coupée.")

    assert [code for code, _ in ruling.reasons] == [*codes, "decided_by_staff"]
    assert all(sentence for _, sentence in ruling.reasons)
    assert given_up().reasons[0][1]


@pytest.mark.parametrize("number", ["D2H6862M2", "D2HG862M2", "DZH6862M2"])
def test_a_number_misread_within_a_check_digits_blindness_is_the_same_document(number: str) -> None:
    is_blind_swap = number != "DZH6862M2"

    assert (document_mark(replace(FIELDS, number=number)) == document_mark(FIELDS)) is is_blind_swap


@pytest.mark.parametrize(
    "other",
    [
        replace(FIELDS, number="D2H6862M3"),
        replace(FIELDS, birth_date=date(2009, 3, 15)),
        replace(FIELDS, issuing_state="BEL"),
    ],
)
def test_another_number_birth_date_or_state_is_another_document(other: DocumentFields) -> None:
    assert document_mark(other) != document_mark(FIELDS)


def profile(surname: str, *given_names: str, birth_date: date = date(2009, 3, 14)) -> Profile:
    return Profile(surname, given_names, birth_date, "76540", "lyceen")


@pytest.mark.parametrize(
    "same",
    [
        profile("dupécimen-test", "Zoé", "Lou"),
        profile("Dupecimen Test", "Lou", "Zoé"),
        profile("Test Dupecimen", "Zoelou"),
    ],
)
def test_a_person_is_the_same_however_their_names_are_ordered_or_joined(same: Profile) -> None:
    """A card is accepted for all of these, so a second account under any of them is seen."""
    assert person_mark(same) == person_mark(profile("Dupécimen Test", "Zoé", "Lou"))


@pytest.mark.parametrize(
    "other",
    [
        profile("Dupecimen", "Zoé"),
        profile("Dupecimen Test", "Lou", "Zoé", birth_date=date(2009, 3, 15)),
        profile("Zoé Lou", "Dupécimen", "Test"),
    ],
)
def test_other_names_or_another_birth_date_are_another_person(other: Profile) -> None:
    """Twins and relatives each have their own account; surname and given names are not mixed."""
    assert person_mark(other) != person_mark(profile("Dupécimen Test", "Zoé", "Lou"))


@pytest.mark.parametrize(
    ("before", "readers", "recent_s", "expected_s"),
    [
        (0, 0, (), None),
        (0, 0, (0.8,), 1),
        (0, 1, (0.9, 1.1, 9.0), 2),
        (5, 2, (1.5, 1.5), 5),
        (6, 2, (1.5, 1.5), 6),
    ],
)
def test_the_seconds_to_expect_follow_the_line_and_recent_readings(
    before: int, readers: int, recent_s: tuple[float, ...], expected_s: int | None
) -> None:
    """One slow reading does not frighten everybody, and nothing is invented before the first."""
    assert Place(before, is_being_read=False, readers=readers, recent_s=recent_s).expected_s == expected_s
