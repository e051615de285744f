"""Specimens: the same draw gives the same file, and what is missing is said."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

import specimens
from specimens import font
from specimens.__main__ import main

HOLDER = specimens.Holder("Labulle", "Zoé", date(2008, 3, 4), "F", date(2024, 2, 29))


@pytest.mark.parametrize("difficulty", [1, 3])
def test_a_seed_fixes_every_byte(difficulty: int) -> None:
    """The same holder and seed give the same picture, another seed another."""
    first, again, other = (specimens.card(HOLDER, difficulty=difficulty, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize(("format", "difficulty"), [("td2", 1), ("td1", 4)])
def test_what_is_not_drawn_is_refused(format: str, difficulty: int) -> None:  # noqa: A002 - the parameter's name
    """An unknown format or difficulty is named in the error."""
    with pytest.raises(ValueError, match=r"unknown (format 'td2'|difficulty 4)"):
        specimens.card(HOLDER, format=format, difficulty=difficulty, seed=1)


def test_a_card_expires_ten_years_after_issue() -> None:
    """The printed last day is the eve of the tenth anniversary, leap years included."""
    assert HOLDER.last_day == date(2034, 2, 28)
    assert specimens.Holder("X", "Y", date(2000, 1, 1), "M", date(2024, 5, 6)).last_day == date(2034, 5, 5)


def test_invented_holders_are_of_the_ages_asked() -> None:
    """Every drawn holder is between the ages asked on the day asked, with a card issued before."""
    on = date(2025, 9, 1)
    for seed in range(200):
        holder = specimens.invented(seed, on, ages=(15, 17))
        assert date(2007, 9, 1) < holder.birth_date <= date(2010, 9, 1)
        assert holder.issued_on < on < holder.last_day


def test_a_missing_font_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without font, network or rights, one sentence names the package and the folder."""

    def refuse(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(100, command)

    monkeypatch.setattr(font, "_SYSTEM_FOLDERS", (tmp_path / "system",))
    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(font.FontMissingError, match="apt-get install fonts-ocr-b"):
        font.locate(tmp_path / "private")


def test_the_command_writes_a_batch_with_its_truth(tmp_path: Path) -> None:
    """A batch holds each format, and says what each picture shows."""
    assert main(["batch", "--seed", "5", "--count", "3", "--out", str(tmp_path)]) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["000-td1-1.png", "001-td3-1.png", "002-fr_card_2x36-1.png", "truth.json"]
