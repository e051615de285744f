"""The code that a person hands over: typed by hand, checked by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.domain.errors import MistypedCode
from services.notification.domain.membership_codes import new_code, shown, typed

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODES = st.lists(st.integers(0, 31), min_size=12, max_size=12).map(lambda drawn: new_code(iter_of(drawn)))


def iter_of(drawn: list[int]) -> Callable[[int], int]:
    values = iter(drawn)
    return lambda _most: next(values)


@given(_CODES)
def test_a_code_is_read_as_it_was_shown(code: str) -> None:
    """Groups, lower case, and the letters that look like digits make no difference."""
    assert typed(shown(code)) == code
    assert typed(f"  {shown(code).lower().replace('-', ' ')} ") == code
    assert typed(shown(code).replace("1", "l").replace("0", "o")) == code


@given(_CODES, st.integers(0, 12), st.integers(1, 31))
def test_one_wrong_symbol_is_always_told(code: str, place: int, shift: int) -> None:
    """The check symbol differs for every single mistake."""
    wrong = _SYMBOLS[(_SYMBOLS.index(code[place]) + shift) % 32]
    with pytest.raises(MistypedCode):
        typed(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize("text", ["", "0000", "U" * 13, "é" * 13, "0" * 14, "<script>alert", "\x00" * 13])
def test_what_is_no_code_is_mistyped(text: str) -> None:
    """Length and symbols are told before anything is looked up."""
    with pytest.raises(MistypedCode):
        typed(text)


def test_codes_are_drawn_anew() -> None:
    """Sixty random bits: two thousand codes without a repeat."""
    assert len({new_code() for _ in range(2_000)}) == 2_000
