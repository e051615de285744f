"""Sealed columns open where they were sealed, and nowhere else."""

from __future__ import annotations

import pytest

from chassis.crypto import Cipher, Unreadable

KEY, OTHER = b"k" * 32, b"o" * 32


def test_a_sealed_value_opens_again_and_shows_nothing() -> None:
    sealed = Cipher(KEY).seal_text("DUPECIMEN", "person/1")
    assert b"DUPECIMEN" not in sealed
    assert Cipher(KEY).open_text(sealed, "person/1") == "DUPECIMEN"


def test_a_sealed_value_copied_into_another_row_does_not_open() -> None:
    sealed = Cipher(KEY).seal_text("x", "person/1")
    with pytest.raises(Unreadable):
        Cipher(KEY).open_text(sealed, "person/2")


@pytest.mark.parametrize("position", [0, 12, -1])
def test_a_changed_value_does_not_open(position: int) -> None:
    sealed = bytearray(Cipher(KEY).seal_text("x", "a"))
    sealed[position] ^= 1
    with pytest.raises(Unreadable):
        Cipher(KEY).open_text(bytes(sealed), "a")


def test_a_look_up_hash_finds_equal_values_under_one_key_only() -> None:
    assert Cipher(KEY).look_up_hash("a@b.c") == Cipher(KEY).look_up_hash("a@b.c")
    assert Cipher(KEY).look_up_hash("a@b.c") != Cipher(OTHER).look_up_hash("a@b.c")
    assert Cipher(KEY).look_up_hash("a@b.c") != Cipher(KEY).look_up_hash("a@b.d")
