"""Specimens: the same draw gives the same file, and what is missing is said."""

import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import specimens
from specimens import font
from specimens.__main__ import main
from specimens.trials import Kind, false_declarations, trials

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


@pytest.mark.parametrize(("format", "count"), [("td1", 2), ("residence_permit", 2), ("td3", 1), ("fr_card_2x36", 1)])
def test_a_document_has_as_many_sides_as_it_is_photographed_in(format: str, count: int) -> None:  # noqa: A002
    """A card since 2021 and a residence permit are two pictures, the others one."""
    pictures = specimens.sides(HOLDER, format=format, seed=1)
    assert len(set(pictures)) == count


def test_a_residence_permit_says_what_it_is() -> None:
    """Its zone has a code of its own and a nationality that no country has."""
    first, second, _ = specimens.zone_lines(HOLDER, "residence_permit", 1)
    assert (first[:5], second[15:18]) == ("IRFRA", "UTO")


def test_trials_hold_honest_documents_and_all_kinds_of_bad_faith() -> None:
    """One document of bad faith for four honest ones, of each kind, and none shown by whom the print names."""
    drawn = list(trials(7, 64, date(2025, 9, 1)))
    kinds = Counter(trial.kind for trial in drawn)
    assert (kinds[Kind.HONEST], kinds.total()) == (64, 80)
    assert set(kinds) == set(Kind)
    forged = [trial for trial in drawn if trial.kind in (Kind.FORGED, Kind.FORGED_NEAR)]
    assert all(trial.printed.surname != trial.shown_by.surname for trial in forged)


def test_nobody_that_a_false_declaration_names_is_the_holder() -> None:
    """Each false declaration differs from the holder in what a check compares."""
    for seed in range(40):
        holder = specimens.invented(seed, date(2025, 9, 1))
        for other in false_declarations(holder):
            said = [(person.surname, person.given_names, person.birth_date) for person in (holder, other)]
            assert said[0] != said[1]
