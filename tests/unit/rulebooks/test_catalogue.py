"""The catalogue: what is loaded, how it is found, and what identifies a content."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rulebooks import Catalogue, Rulebook, UnknownAuthority, UnknownRulebook
from rulebooks.__main__ import main
from rulebooks.catalogue import PACKAGED
from rulebooks.checks import iban_holds


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_authority_has_its_host_and_a_valid_account(catalogue: Catalogue) -> None:
    (authority,) = catalogue.authorities()
    assert catalogue.authority(authority.id) is authority
    assert (authority.host, authority.region_code) == ("normandie.localhost", "28")
    assert authority.time_zone == "Europe/Paris"
    assert iban_holds(authority.debtor.iban)


def test_a_rulebook_is_found_by_key_by_hash_and_by_authority(catalogue: Catalogue, books: Rulebook) -> None:
    assert catalogue.by_hash(books.hash) is books
    found = catalogue.of_authority("normandie")
    assert [rulebook.scheme for rulebook in found] == ["culture-sport", "livres-equipement"]
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
    assert capsys.readouterr().out.count("0 en échec") == 2


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
    modules = sorted(PACKAGED.glob("*.py"))
    found = {(module.name, text) for module in modules for text in texts_of(module) if text in names}
    assert len(modules) > 10
    assert found == set()


def texts_of(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
