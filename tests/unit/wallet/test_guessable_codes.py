"""Secret codes that are refused because they are tried first."""

import pytest

from services.wallet.domain.secret_code import is_guessable


@pytest.mark.parametrize("code", ["0000", "9999", "1234", "4321", "0123", "7890", "111111", "654321"])
def test_a_code_that_is_tried_first_is_guessable(code: str) -> None:
    """The same digit again and again, or digits in order, up or down."""
    assert is_guessable(code)


@pytest.mark.parametrize("code", ["2580", "1122", "1357", "1243", "0009", "9098"])
def test_any_other_code_is_not(code: str) -> None:
    """No list of birthdays or patterns: the lock after five attempts does the rest."""
    assert not is_guessable(code)
