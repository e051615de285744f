"""Versions of a season: which one counts on a day, and what a later one may not do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rulebooks import Catalogue, Problem, RulebookProblems

FOLDER = Path("valmer/carte-jeune")
FIRST = FOLDER / "2025-2026.yaml"
KEY = ("valmer", "carte-jeune", "2025-2026")


def write_version(directory: Path, day: str, *changes: tuple[str, str], members: str = "false") -> str:
    """A version of the specimen that counts from `day`, with some words changed; its file's name."""
    text = (directory / FIRST).read_text(encoding="utf-8")
    section = f"version: {{counts_from: {day}, applies_to_members: {members}, source: §10}}\n"
    for old, new in (("title: Carte", f"{section}title: Carte"), *changes):
        assert old in text
        text = text.replace(old, new, 1)
    path = directory / FOLDER / f"2025-2026@{day}.yaml"
    path.write_text(text, encoding="utf-8")
    return path.relative_to(directory).as_posix()


def problems_of(directory: Path) -> tuple[Problem, ...]:
    with pytest.raises(RulebookProblems) as refused:
        Catalogue.load(directory)
    return refused.value.problems


@pytest.mark.parametrize(
    ("on", "cents"),
    [
        (date(2025, 8, 31), 1000),
        (date(2025, 12, 31), 1000),
        (date(2026, 1, 1), 1200),
        (date(2026, 3, 31), 1200),
        (date(2026, 4, 1), 1500),
        (date(2027, 1, 1), 1500),
    ],
)
def test_the_last_version_that_came_to_count_is_in_force(specimens: Path, on: date, cents: int) -> None:
    """A version counts from its day, that day included, until the next one; before the season the first does."""
    write_version(specimens, "2026-04-01", ("fee: {cents: 1000", "fee: {cents: 1500"))
    write_version(specimens, "2026-01-01", ("fee: {cents: 1000", "fee: {cents: 1200"))
    fee = Catalogue.load(specimens).in_force(*KEY, on).fee
    assert fee is not None
    assert fee.amount_cents == cents


def test_versions_come_in_the_order_in_which_they_count(specimens: Path) -> None:
    """Each has its own hash and edition; the season's name alone is the first one."""
    write_version(specimens, "2026-04-01", members="true")
    write_version(specimens, "2026-01-01")
    catalogue = Catalogue.load(specimens)
    versions = catalogue.versions(*KEY)
    assert [each.edition for each in versions] == ["2025-2026", "2025-2026@2026-01-01", "2025-2026@2026-04-01"]
    assert [each.counts_from for each in versions] == [None, date(2026, 1, 1), date(2026, 4, 1)]
    assert [each.applies_to_members for each in versions] == [False, False, True]
    assert catalogue.get(*KEY) is versions[0]
    assert all(catalogue.by_hash(each.hash) is each for each in versions)


@pytest.mark.parametrize("day", ["2025-09-01", "2026-09-01"])
def test_a_version_counts_from_a_day_inside_the_season(specimens: Path, day: str) -> None:
    """From its first day it would be the first version, after its last nobody would see it."""
    file = write_version(specimens, day)
    (problem,) = problems_of(specimens)
    assert problem.file == file
    assert problem.sentence == f"Cette version compte du {day}, hors de la saison."
    assert problem.remedy == "Choisissez un jour après le 2025-09-01 et au plus tard le 2026-08-31."


def test_the_days_just_inside_the_season_are_allowed(specimens: Path) -> None:
    """The second day and the last."""
    write_version(specimens, "2025-09-02")
    write_version(specimens, "2026-08-31")
    assert len(Catalogue.load(specimens).versions(*KEY)) == 3


def test_a_version_without_a_first_one_is_refused(specimens: Path) -> None:
    """Before its day nothing would count."""
    write_version(specimens, "2026-01-01")
    (specimens / FIRST).unlink()
    (problem,) = problems_of(specimens)
    assert problem.sentence == "Cette version n'a pas de règlement de départ."
    assert problem.remedy == "Écrivez d'abord « <saison>.yaml »."


def test_a_first_version_with_a_mistake_is_not_said_to_be_missing(specimens: Path) -> None:
    """One mistake is told once, in the file where it stands."""
    write_version(specimens, "2026-01-01")
    path = specimens / FIRST
    path.write_text(path.read_text(encoding="utf-8").replace("rhythm: monthly", "rhythm: daily"), encoding="utf-8")
    assert [problem.file for problem in problems_of(specimens)] == [FIRST.as_posix()]


def test_the_name_of_a_version_s_file_says_its_day(specimens: Path) -> None:
    """A file that is found under one day and counts from another would mislead who reads the folder."""
    write_version(specimens, "2026-01-01")
    (specimens / FOLDER / "2025-2026@2026-01-01.yaml").rename(specimens / FOLDER / "2025-2026@2026-02-01.yaml")
    (problem,) = problems_of(specimens)
    assert problem.file == (FOLDER / "2025-2026@2026-02-01.yaml").as_posix()
    assert problem.sentence == (
        "Le nom du fichier et « version › counts_from » ne disent pas le même jour (2025-2026@2026-02-01)."
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            [("  - id: seances\n", "  - id: films\n")],
            "L'avantage « seances » de la version précédente a disparu.",
        ),
        (
            [("    category: clubs\n", "    category: salles\n")],
            "« category » de l'avantage « licence » change d'une version à l'autre.",
        ),
        (
            [("kind: tickets", "kind: vouchers")],
            "« kind » de l'avantage « seances » change d'une version à l'autre.",
        ),
        (
            [("unit: {cents: 400,", "unit: {cents: 500,")],
            "« unit › cents » de l'avantage « seances » change d'une version à l'autre.",
        ),
        (
            [
                (
                    "spending: {uses: once, amount: any, source: §3.3}",
                    "spending: {uses: several, amount: any, source: §3.3}",
                )
            ],
            "« spending › uses » de l'avantage « licence » change d'une version à l'autre.",
        ),
        (
            [("    category: salles\n", "    category: salles\n    paid_out: {to_partner: false, source: §3.4}\n")],
            "« paid_out › to_partner » de l'avantage « seances » change d'une version à l'autre.",
        ),
    ],
)
def test_a_version_keeps_what_wallets_were_made_with(
    specimens: Path, changes: list[tuple[str, str]], sentence: str
) -> None:
    """A benefit, its kind, its accreditation, what a unit is worth, whether uses are counted and partners are paid."""
    file = write_version(specimens, "2026-01-01", *changes)
    (problem,) = problems_of(specimens)
    assert (problem.file, problem.sentence) == (file, sentence)


def test_a_version_may_change_everything_else(specimens: Path) -> None:
    """Amounts, windows, channels, conditions, sources, a new benefit: that is what versions are for."""
    write_version(
        specimens,
        "2026-01-01",
        ("{cents: 3000, source: §3.3}", "{cents: 4000, source: §3.3 bis}"),
        (
            "spending: {uses: several, amount: any, source: §3.1}",
            "spending: {uses: several, amount: whole, source: §3.1}",
        ),
        ("{cents: 400, holder_cents: 100, source: §3.4}", "{cents: 400, holder_cents: 200, source: §3.4 bis}"),
        ("closes_on: 2026-06-30, source: §3.3", "closes_on: 2026-03-31, source: §3.3"),
        ("by: [qr, terminal]", "by: [qr, terminal, till]"),
        ("when: age >= 15", "when: age >= 14"),
        ("consents:\n", _NEW_BENEFIT + "consents:\n"),
    )
    first, second = Catalogue.load(specimens).versions(*KEY)
    assert {each.id for each in second.benefits} - {each.id for each in first.benefits} == {"musees"}


_NEW_BENEFIT = """\
  - id: musees
    title: Musées
    kind: access
    once: {per: season, source: §3.10}
    window: {opens_on: 2026-01-01, closes_on: 2026-06-30, source: §3.10}

"""


def test_what_a_version_adds_a_later_one_keeps(specimens: Path) -> None:
    """Each version is held to the one before it, not only to the first."""
    write_version(specimens, "2026-01-01", ("consents:\n", _NEW_BENEFIT + "consents:\n"))
    file = write_version(specimens, "2026-02-01")
    (problem,) = problems_of(specimens)
    assert (problem.file, problem.sentence) == (file, "L'avantage « musees » de la version précédente a disparu.")
