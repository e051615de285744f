"""The catalogue: what is loaded, how it is found, and what identifies a content."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rulebooks import Catalogue, Rulebook, RulebookProblems, UnknownAuthority, UnknownRulebook
from rulebooks.__main__ import main
from rulebooks.catalogue import PACKAGED
from rulebooks.checks import iban_holds


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


PLACES = {
    "auvergne-rhone-alpes": ("auvergne-rhone-alpes.localhost", "84", ""),
    "bouches-du-rhone": ("bouches-du-rhone.localhost", "93", "13"),
    "normandie": ("normandie.localhost", "28", ""),
}
SCHEMES = {
    "auvergne-rhone-alpes": ["pass-region"],
    "bouches-du-rhone": ["cjeune"],
    "normandie": ["atouts-formation", "atouts-loisirs", "culture-sport", "livres-equipement"],
}


def test_each_authority_has_its_host_its_place_and_a_valid_account(catalogue: Catalogue) -> None:
    """An authority answers under its own host, on its own territory, and pays from an account whose key is right."""
    found = catalogue.authorities()
    assert {each.id: (each.host, each.region_code, each.department_code) for each in found} == PLACES
    assert all(catalogue.authority(each.id) is each for each in found)
    assert {each.time_zone for each in found} == {"Europe/Paris"}
    assert all(iban_holds(each.debtor.iban) for each in found)
    assert all(each.mail.address.endswith(f"@{each.host}") for each in found)


@pytest.mark.parametrize("authority", sorted(SCHEMES))
def test_an_authority_has_its_own_schemes(authority: str, catalogue: Catalogue) -> None:
    """Rulebooks of one authority are never another's."""
    found = catalogue.of_authority(authority)
    assert sorted({rulebook.scheme for rulebook in found}) == SCHEMES[authority]
    assert {rulebook.authority_id for rulebook in found} == {authority}


def test_a_rulebook_is_found_by_its_hash(catalogue: Catalogue, books: Rulebook) -> None:
    """The content's hash finds the rulebook; an authority that nobody described has none."""
    assert catalogue.by_hash(books.hash) is books
    assert catalogue.of_authority("atlantide") == ()


def test_what_is_not_loaded_is_unknown(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownRulebook, match="1999"):
        catalogue.get("normandie", "culture-sport", "1999")
    with pytest.raises(UnknownRulebook):
        catalogue.by_hash("0" * 64)
    with pytest.raises(UnknownAuthority, match="atlantide"):
        catalogue.authority("atlantide")


def test_dates_of_the_season_are_inclusive_days(books: Rulebook) -> None:
    assert (books.starts_on, books.ends_on) == (date(2025, 7, 1), date(2026, 6, 30))
    assert (books.join_window.opens_on, books.join_window.closes_on) == (date(2025, 7, 1), date(2026, 5, 31))
    assert books.spend_until == books.settle_until == date(2026, 6, 30)
    assert books.fee is None
    assert books.dispute.days == 30


def test_only_a_wallet_with_a_life_of_its_own_outlives_the_season(tmp_path: Path) -> None:
    """A window that closes after the season's last day of spending needs `valid_months`."""
    copied = tmp_path / "auvergne-rhone-alpes"
    shutil.copytree(PACKAGED / copied.name, copied)
    path = copied / "pass-region" / "2022-2023.yaml"
    (loaded,) = Catalogue.load(tmp_path).of_authority(copied.name)
    assert loaded.benefit("permis").spend_window.closes_on > loaded.spend_until
    rewrite(path, "valid_months: 24, ", "")
    with pytest.raises(RulebookProblems, match="2025-06-30"):
        Catalogue.load(tmp_path)


def test_layout_and_comments_do_not_change_the_hash_but_words_and_amounts_do(copied: Path, books: Rulebook) -> None:
    path = copied / "normandie" / "livres-equipement" / "2025-2026.yaml"

    def content_hash() -> str:
        return Catalogue.load(copied).get("normandie", "livres-equipement", "2025-2026").hash

    rewrite(path, "document: ", "# a remark\n\ndocument:   ")
    assert content_hash() == books.hash
    rewrite(path, "cents: 5000", "cents: 5100")
    assert content_hash() != books.hash


def test_the_packaged_cases_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test"]) == 0
    out = capsys.readouterr().out
    assert out.count(", 0 en échec") == out.count("en échec") == sum(map(len, SCHEMES.values()))


def test_a_changed_amount_fails_a_case_and_the_command(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(copied / "normandie" / "culture-sport" / "2025-2026.yaml", "cents: 2000", "cents: 2100")
    assert main(["test", "--directory", str(copied)]) == 1
    assert "'cinema': 2100" in capsys.readouterr().out


def test_a_rulebook_without_cases_fails_the_command(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copied / "normandie" / "culture-sport" / "2025-2026.cases.yaml").unlink()
    assert main(["test", "--directory", str(copied)]) == 1
    assert "n'a pas de cas" in capsys.readouterr().err


def test_check_lists_what_is_loaded(capsys: pytest.CaptureFixture[str], books: Rulebook) -> None:
    assert main(["check"]) == 0
    assert books.hash[:12] in capsys.readouterr().out


def test_no_authority_scheme_or_benefit_is_named_in_the_language(catalogue: Catalogue) -> None:
    names = {authority.id for authority in catalogue.authorities()}
    for authority_id in tuple(names):
        for rulebook in catalogue.of_authority(authority_id):
            names |= {rulebook.scheme, *(benefit.id for benefit in rulebook.benefits)}
    modules = sorted(PACKAGED.rglob("*.py"))
    found = {(module.name, text) for module in modules for text in texts_of(module) if text in names}
    assert len(modules) > 10
    assert found == set()


def texts_of(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
