"""The secret code's count, and what a debit is told of it."""

from __future__ import annotations

from uuid import UUID

import pytest

from services.wallet.domain import errors
from services.wallet.domain.secret_code import (
    ATTEMPTS,
    NOT_SENT,
    CodeCheck,
    SecretCode,
    Verdict,
    is_well_formed,
)

FRESH = SecretCode(UUID(int=1), "hash")


def _after(*attempts: bool) -> SecretCode:
    code = FRESH
    for number, is_right in enumerate(attempts):
        code, _ = code.tried(is_right, bytes([number]))
    return code


@pytest.mark.parametrize(
    ("before", "is_right", "verdict", "left"),
    [
        ((), True, Verdict.RIGHT, 0),
        ((), False, Verdict.WRONG, ATTEMPTS - 1),
        ((False,) * (ATTEMPTS - 2), False, Verdict.WRONG, 1),
        ((False,) * (ATTEMPTS - 1), False, Verdict.LOCKED, 0),
        ((False,) * (ATTEMPTS - 1), True, Verdict.RIGHT, 0),
        ((False,) * ATTEMPTS, True, Verdict.LOCKED, 0),
        ((False,) * (ATTEMPTS - 1) + (True,), False, Verdict.WRONG, ATTEMPTS - 1),
    ],
)
def test_wrong_codes_in_a_row_lock(before: tuple[bool, ...], is_right: bool, verdict: Verdict, left: int) -> None:
    """A right one begins the count again; the last wrong one locks, and then a right one is refused too."""
    _, check = _after(*before).tried(is_right, b"new")
    assert (check.verdict, check.attempts_left) == (verdict, left)


def test_the_same_request_counts_once() -> None:
    """Sent again before its answer was kept."""
    once, first = FRESH.tried(False, b"request")
    again, second = once.tried(False, b"request")
    assert (again, second) == (once, first)
    assert again.wrong_in_a_row == 1


@pytest.mark.parametrize(
    ("check", "chosen", "refusal"),
    [
        (NOT_SENT, False, errors.SecretCodeNotChosen),
        (NOT_SENT, True, errors.SecretCodeMissing),
        (CodeCheck(Verdict.NOT_CHOSEN), False, errors.SecretCodeNotChosen),
        (CodeCheck(Verdict.NOT_CHECKED), True, errors.SecretCodeNotChecked),
        (CodeCheck(Verdict.WRONG, 2), True, errors.SecretCodeWrong),
        (CodeCheck(Verdict.LOCKED), True, errors.SecretCodeLocked),
    ],
)
def test_only_a_right_code_passes(check: CodeCheck, chosen: bool, refusal: type[errors.WalletRefusal]) -> None:
    """Each other finding has its own refusal."""
    with pytest.raises(refusal):
        check.check_right(chosen)
    CodeCheck(Verdict.RIGHT).check_right(chosen=True)


@pytest.mark.parametrize(
    ("code", "is_right"), [("0000", True), ("471", False), ("47111", False), ("47a1", False), ("٤٧١١", False)]
)
def test_a_code_is_so_many_digits(code: str, is_right: bool) -> None:
    """Digits of a keypad, and none of another script."""
    assert is_well_formed(code, 4) is is_right
