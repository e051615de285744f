"""The rotating code: read once, in its step, by its own authority."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from services.wallet.domain import crockford
from services.wallet.domain.card import (
    Card,
    CardState,
    CodeKeys,
    ShownCode,
    TypedCode,
    end_of_step,
    step_at,
)
from services.wallet.domain.debit import accept_typed
from services.wallet.domain.errors import (
    CardOpposed,
    CodeAlreadyUsed,
    CodeExpired,
    CodeOfLater,
    CodeUnreadable,
    TooManyWrongCodes,
    TypedCodeWrong,
    WalletRefusal,
)
from services.wallet.domain.wrong_codes import NONE, PARTNER_LIMIT, WrongCodes

NOW = datetime(2025, 10, 4, 14, 3, 10, tzinfo=UTC)
KEYS = CodeKeys({1: bytes(range(32))})
CARD = Card(uuid.UUID(int=7), uuid.UUID(int=8))
SHOWN = ShownCode(CARD.card_id, step_at(NOW))
TEXT = KEYS.write("normandie", SHOWN)


def test_what_is_written_is_read() -> None:
    """A genuine code tells its card and step, and fits a QR of letters and digits."""
    assert KEYS.read("normandie", TEXT) == SHOWN
    assert TEXT.startswith("A1")
    assert set(TEXT) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


@pytest.mark.parametrize("place", range(len(TEXT)))
def test_one_changed_character_makes_it_unreadable(place: int) -> None:
    """Also where base32 has spare bits: only the spelling that we write is read."""
    for other in "A7Z0":
        if TEXT[place] != other:
            with pytest.raises(CodeUnreadable):
                KEYS.read("normandie", TEXT[:place] + other + TEXT[place + 1 :])


@pytest.mark.parametrize("text", ["", "A1", "A1é", TEXT.lower(), TEXT + "=", TEXT[2:], "A1" + "A" * 10_000, "\x00"])
def test_anything_else_is_unreadable(text: str) -> None:
    """Other texts, other spellings, endless texts."""
    with pytest.raises(CodeUnreadable):
        KEYS.read("normandie", text)


def test_another_authoritys_code_is_a_forged_one() -> None:
    """The authority is under the HMAC: a forger and a neighbour get the same answer."""
    with pytest.raises(CodeUnreadable):
        KEYS.read("hauts-de-france", TEXT)
    with pytest.raises(CodeUnreadable):
        CodeKeys({1: bytes(32)}).read("normandie", TEXT)


def test_a_code_under_the_former_key_is_read_during_a_rotation() -> None:
    """Two key ids are valid while one replaces the other; a key that is gone reads nothing."""
    rotating = CodeKeys({1: bytes(range(32)), 2: bytes(32)}, current=2)
    assert rotating.read("normandie", TEXT) == SHOWN
    assert rotating.read("normandie", rotating.write("normandie", SHOWN)) == SHOWN
    with pytest.raises(CodeUnreadable):
        CodeKeys({2: bytes(32)}, current=2).read("normandie", TEXT)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_step_early_or_late_passes(steps: int) -> None:
    """A phone's clock may be a step off."""
    assert CARD.accept(SHOWN, NOW + timedelta(seconds=30 * steps)).last_step == SHOWN.step


@pytest.mark.parametrize(
    ("steps", "refused"), [(-10, CodeOfLater), (-2, CodeOfLater), (2, CodeExpired), (10, CodeExpired)]
)
def test_two_steps_off_is_expired_or_of_a_clock_that_is_ahead(steps: int, refused: type[WalletRefusal]) -> None:
    """Who shows a code of later is told that the phone's clock is not right: a new code would be no better."""
    with pytest.raises(refused):
        CARD.accept(SHOWN, NOW + timedelta(seconds=30 * steps))


def test_a_step_is_accepted_once_and_only_a_greater_one_after_it() -> None:
    """Single use is one number: the last accepted step."""
    burnt = CARD.accept(SHOWN, NOW)
    with pytest.raises(CodeAlreadyUsed):
        burnt.accept(SHOWN, NOW)
    with pytest.raises(CodeAlreadyUsed):
        burnt.accept(ShownCode(CARD.card_id, SHOWN.step - 1), NOW)
    assert burnt.accept(ShownCode(CARD.card_id, SHOWN.step + 1), NOW).last_step == SHOWN.step + 1


def test_an_opposed_card_is_told_before_anything_else() -> None:
    """Lost or stolen: the cashier hears that, not that the code is old."""
    opposed = Card(CARD.card_id, CARD.person_id, state=CardState.OPPOSED)
    with pytest.raises(CardOpposed):
        opposed.accept(SHOWN, NOW + timedelta(hours=1))


NUMBER = "7K3M29QX"
TYPED = KEYS.write_typed("normandie", NUMBER, SHOWN.step)


def test_a_typed_code_is_read_however_it_is_spelled() -> None:
    """Fourteen characters in groups; case, spaces and dashes are forgiven."""
    assert [len(group) for group in TYPED.split("-")] == [4, 4, 4, 2]
    for spelling in (TYPED, TYPED.lower(), TYPED.replace("-", ""), f" {TYPED.replace('-', ' ')} "):
        assert KEYS.read_typed("normandie", spelling, NOW) == TypedCode(NUMBER, SHOWN.step)


@pytest.mark.parametrize("steps", [-1, 0, 1, 19])
def test_a_typed_code_tells_its_step_for_ten_minutes(steps: int) -> None:
    """So that one that is too old is told as expired."""
    typed = KEYS.read_typed("normandie", TYPED, NOW + timedelta(seconds=30 * steps))
    assert typed == TypedCode(NUMBER, SHOWN.step)


def test_a_typed_code_of_other_keys_authorities_numbers_and_days_is_wrong() -> None:
    """Nobody but us writes one, and an old one tells nothing."""
    other = KEYS.write_typed("normandie", "00000000", SHOWN.step)
    forged = crockford.with_check(NUMBER + crockford.plain(other)[8:13])
    assert KEYS.read_typed("hauts-de-france", TYPED, NOW) == TypedCode(NUMBER, None)
    assert CodeKeys({1: bytes(32)}).read_typed("normandie", TYPED, NOW) == TypedCode(NUMBER, None)
    assert KEYS.read_typed("normandie", TYPED, NOW + timedelta(days=1)) == TypedCode(NUMBER, None)
    assert KEYS.read_typed("normandie", forged, NOW) == TypedCode(NUMBER, None)


def test_both_keys_read_while_both_are_there_and_new_codes_are_of_the_newest() -> None:
    """The code says which key is its own; once the former one is taken away, its codes are unreadable."""
    rotating, after = CodeKeys({1: bytes(range(32)), 2: bytes(32)}, current=2), CodeKeys({2: bytes(32)}, current=2)
    new = rotating.write("normandie", SHOWN)
    assert rotating.read("normandie", TEXT) == rotating.read("normandie", new) == after.read("normandie", new) == SHOWN
    assert (rotating.ids, rotating.current) == ([1, 2], 2)
    for keys, text in ((KEYS, new), (after, TEXT)):
        with pytest.raises(CodeUnreadable):
            keys.read("normandie", text)


def test_a_typed_code_under_the_former_key_is_read_during_a_rotation() -> None:
    """As a scanned one is."""
    rotating = CodeKeys({1: bytes(range(32)), 2: bytes(32)}, current=2)
    assert rotating.read_typed("normandie", TYPED, NOW) == TypedCode(NUMBER, SHOWN.step)


@pytest.mark.parametrize("text", ["", TEXT, "A1NOTACODE", "U" * 14, TYPED + "0", "\x00", "A" * 100_000])
def test_what_has_not_its_form_is_no_typed_code(text: str) -> None:
    """It may be a scanned one."""
    assert KEYS.read_typed("normandie", text, NOW) is None


def test_a_right_typed_code_is_refused_after_too_many_wrong_ones() -> None:
    """Or guessing would go on."""
    typed = TypedCode(NUMBER, SHOWN.step)
    assert accept_typed(typed, CARD, WrongCodes(PARTNER_LIMIT - 1), NOW).last_step == SHOWN.step
    with pytest.raises(TooManyWrongCodes):
        accept_typed(typed, CARD, WrongCodes(PARTNER_LIMIT), NOW)
    for wrong, card in ((TypedCode(NUMBER, None), CARD), (typed, None)):
        with pytest.raises(TypedCodeWrong):
            accept_typed(wrong, card, NONE, NOW)


def test_a_step_is_thirty_seconds() -> None:
    """The next code is due when the step ends."""
    assert end_of_step(step_at(NOW)) == datetime(2025, 10, 4, 14, 3, 30, tzinfo=UTC)
