"""Rulings on card checks, and what one document is known by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.identity.domain.card_checks import (
    CheckState,
    Ruling,
    document_mark,
    given_up,
    plain,
    require_for_person,
    ruling_of,
)
from services.identity.domain.documents import DocumentFields, Reason, Verdict, ZoneName
from services.identity.domain.refusals import CheckNotForPerson

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
    ("reasons", "is_free", "state", "codes"),
    [
        ((), True, CheckState.ACCEPTED, ()),
        ((), False, CheckState.PERSON, ("document_of_another",)),
        ((Reason.NAME_NEARLY_SAME,), True, CheckState.PERSON, ("name_nearly_same",)),
        ((Reason.EXPIRED, Reason.NAME_NEARLY_SAME), True, CheckState.REFUSED, ("expired", "name_nearly_same")),
    ],
)
def test_the_machine_rules_as_the_verdict_says_unless_the_document_is_anothers(
    reasons: tuple[Reason, ...], is_free: bool, state: CheckState, codes: tuple[str, ...]
) -> None:
    assert ruling_of(Verdict.because(reasons), is_free) == Ruling(state, codes)


@pytest.mark.parametrize("state", list(CheckState))
def test_a_picture_lives_as_long_as_somebody_has_to_look_at_it(state: CheckState) -> None:
    assert state.keeps_image == state.is_open == (state in (CheckState.PENDING, CheckState.PERSON))


@pytest.mark.parametrize("state", [CheckState.PENDING, CheckState.ACCEPTED, CheckState.REFUSED])
def test_people_decide_only_what_waits_for_them(state: CheckState) -> None:
    with pytest.raises(CheckNotForPerson):
        require_for_person(state)


def test_every_reason_has_a_sentence_and_staffs_words_are_told_too() -> None:
    ruling = Ruling(CheckState.REFUSED, ("expired", "document_of_another"), "La carte est coupée.")

    assert [code for code, _ in ruling.reasons] == ["expired", "document_of_another", "decided_by_staff"]
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


def test_what_staff_compare_is_plain_text() -> None:
    assert plain(FIELDS)["birth_date"] == "2009-03-14"
    assert plain(FIELDS)["expiry"] == ""
