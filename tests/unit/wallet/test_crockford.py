"""Codes that people type: what is forgiven, and what the check character finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.wallet.domain import crockford
from services.wallet.domain.voucher import code_of, plain_code

NUMBERS = st.integers(0, 2**60 - 1)


@given(NUMBERS, st.integers(0, 12), st.sampled_from(crockford.ALPHABET))
def test_one_wrong_character_is_found(number: int, place: int, letter: str) -> None:
    """Wherever it is and whatever it became."""
    code = code_of(number)
    changed = code[:place] + letter + code[place + 1 :]
    assert crockford.is_right(changed) == (changed == code)


@given(NUMBERS, st.integers(0, 12), st.integers(0, 12))
def test_two_characters_that_changed_places_are_found(number: int, one: int, other: int) -> None:
    """Neighbours or not."""
    letters = list(code_of(number))
    letters[one], letters[other] = letters[other], letters[one]
    swapped = "".join(letters)
    assert crockford.is_right(swapped) == (swapped == code_of(number))


@given(NUMBERS)
def test_a_code_is_read_back_from_its_groups(number: int) -> None:
    """Groups of four, read in any case, with O for 0 and I or L for 1."""
    shown = crockford.grouped(code_of(number))
    assert [len(group) for group in shown.split("-")] == [4, 4, 4, 1]
    typed = shown.lower().replace("0", "o").replace("1", "l")
    assert plain_code(typed) == code_of(number)


@pytest.mark.parametrize("text", ["", "ABCD", "U" * 13, "é" * 13, "0" * 14, "=1+1", "\x00" * 13, "A" * 100_000])
def test_anything_else_is_no_code(text: str) -> None:
    """Too short, too long, or other characters: a U is none of Crockford's."""
    assert plain_code(text) is None
