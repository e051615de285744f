"""The codes of cards on paper and plastic: as they were printed, or nothing."""

from __future__ import annotations

import base64
import uuid
from dataclasses import replace
from datetime import date

import pytest

from chassis.crypto import Cipher
from services.wallet.application import static_codes
from services.wallet.domain import crockford, static_code, voucher
from services.wallet.domain.card import Card, CardForm, CardState
from services.wallet.domain.card_errors import CardNotActivated, CardOfPastSeason, CardReplaced
from services.wallet.domain.debit import accept_static
from services.wallet.domain.errors import CardOpposed, CodeUnreadable, TooManyWrongCodes, TypedCodeWrong
from services.wallet.domain.static_code import StaticCode
from services.wallet.domain.wrong_codes import NONE, PARTNER_LIMIT, WrongCodes

CIPHER = Cipher(bytes(range(32)))
CODES = static_codes.draw()
HASHES = static_codes.hashes_of(CIPHER, "normandie", CODES)
TYPED = crockford.plain(CODES.typed)
SUMMER = date(2026, 6, 30)
CARD = Card(uuid.UUID(int=7), uuid.UUID(int=8), form=CardForm.PAPER, scheme="essai", season="2025-2026")


def _read(text: str) -> StaticCode | None:
    return static_codes.read(CIPHER, "normandie", text)


def _names_the_card(text: str) -> bool:
    code = _read(text)
    return code is not None and code.code_hash in (HASHES.qr, HASHES.typed)


def test_both_codes_are_found_by_their_hashes() -> None:
    """The QR holds 128 bits in letters and digits; what is typed comes in groups of four."""
    assert _read(CODES.qr) == StaticCode(HASHES.qr, typed=False)
    assert _read(CODES.typed) == StaticCode(HASHES.typed, typed=True)
    assert (len(CODES.qr), len(TYPED), CODES.typed.count("-")) == (28, 13, 3)


@pytest.mark.parametrize("place", range(len(CODES.qr)))
def test_one_changed_character_of_the_qr_is_no_code_of_the_card(place: int) -> None:
    """Also where base32 has spare bits: only the one spelling is read."""
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567":
        if CODES.qr[place] != other:
            assert not _names_the_card(CODES.qr[:place] + other + CODES.qr[place + 1 :])


@pytest.mark.parametrize("place", range(len(TYPED)))
def test_one_changed_character_of_the_typed_code_is_mistyped(place: int) -> None:
    """The check character finds each: no hash is even made of it, or it is taken for a voucher's."""
    for other in crockford.ALPHABET:
        if TYPED[place] != other:
            code = _read(TYPED[:place] + other + TYPED[place + 1 :])
            assert code is None or code.code_hash is None


def test_what_people_type_for_digits_is_understood() -> None:
    """O for 0, I and L for 1, lower case, spaces or dashes."""
    plain = crockford.with_check("0" * 6 + "1" * 6, 1)
    meant = _read(plain)
    assert meant is not None
    for typed in (
        plain.replace("0", "O"),
        plain.replace("1", "l"),
        plain.replace("1", "I"),
        f" {plain[:4]}-{plain[4:]}",
    ):
        assert _read(typed) == meant


def test_a_vouchers_code_is_no_cards_and_a_cards_is_no_vouchers() -> None:
    """They are as long: the check character tells which of the two was typed, so that a till may take either."""
    of_voucher = voucher.code_of(2**60 - 1)
    assert _read(of_voucher) is None
    assert voucher.plain_code(CODES.typed) is None


def test_another_authoritys_code_is_nobodys() -> None:
    """The hash covers the authority: the same text elsewhere finds nothing."""
    elsewhere = static_codes.read(CIPHER, "ailleurs", CODES.qr)
    assert elsewhere is not None
    assert elsewhere.code_hash != HASHES.qr


def test_codes_are_drawn_from_all_their_bits() -> None:
    """The least and the greatest are written and read back whole."""
    for bits in (0, 2**128 - 1):
        text = static_code.qr_of(bits)
        assert int.from_bytes(base64.b32decode(text.removeprefix("A2") + "======")) == bits
    assert static_code.typed_of(2**60 - 1).startswith("ZZZZ-ZZZZ-ZZZZ-")


def test_being_shown_does_not_burn_a_static_code() -> None:
    """Accepted again and again, the card stays as it is."""
    for _ in range(2):
        assert accept_static(StaticCode(HASHES.qr, typed=False), CARD, NONE) == CARD


def test_an_unknown_code_is_unreadable_when_scanned_and_wrong_when_typed() -> None:
    """Nobody guesses 128 bits: only what is typed is counted and limited."""
    with pytest.raises(CodeUnreadable):
        accept_static(StaticCode(HASHES.qr, typed=False), None, WrongCodes(PARTNER_LIMIT))
    with pytest.raises(TypedCodeWrong):
        accept_static(StaticCode(HASHES.typed, typed=True), None, NONE)
    with pytest.raises(TooManyWrongCodes):
        accept_static(StaticCode(HASHES.typed, typed=True), CARD, WrongCodes(PARTNER_LIMIT))


@pytest.mark.parametrize(
    ("state", "on", "refusal"),
    [
        (CardState.OPPOSED, date(2026, 7, 1), CardOpposed),
        (CardState.REPLACED, date(2026, 7, 1), CardOfPastSeason),
        (CardState.ACTIVE, date(2026, 7, 1), CardOfPastSeason),
        (CardState.REPLACED, SUMMER, CardReplaced),
        (CardState.WAITING, SUMMER, CardNotActivated),
    ],
)
def test_the_gravest_reason_is_told(state: CardState, on: date, refusal: type[Exception]) -> None:
    """A stolen card is a stolen card whatever the season; one of last season is told as such."""
    with pytest.raises(refusal):
        replace(CARD, state=state).check_usable(on, SUMMER)


def test_a_card_is_good_to_the_last_day_of_its_season_or_on_where_the_rulebook_keeps_it() -> None:
    """The app's has no end."""
    CARD.check_usable(SUMMER, SUMMER)
    CARD.check_usable(date(2027, 1, 1), None)


@pytest.mark.parametrize("of_late", [WrongCodes(partner=20), WrongCodes(device=10), WrongCodes(card=10)])
def test_each_of_partner_device_and_card_has_its_limit(of_late: WrongCodes) -> None:
    """One less passes; each alone is enough."""
    with pytest.raises(TooManyWrongCodes):
        of_late.check_few()
    WrongCodes(of_late.partner and 19, of_late.device and 9, of_late.card and 9).check_few()
