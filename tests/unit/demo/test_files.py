"""Transfer files and statements are read as their recipients read them."""

from pathlib import Path

import pytest

from demo.files import BadFile, statement

HEADING = "Date;Heure;Dispositif;Avantage;Référence;Montant (€)\r\n"


def _kept(folder: Path, text: str) -> Path:
    path = folder / "2025-09-14_livres-equipement_bookshop.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_a_statement_is_read_with_its_total_and_its_signs(tmp_path: Path) -> None:
    text = HEADING + "10/09/2025;10:00:00;Livres;Livres;d1;1 212,50\r\n;;;;d2;-2,50\r\nTotal;;;;;1 210,00\r\n"
    read = statement(_kept(tmp_path, text))
    assert read.lines == (("d1", 121250), ("d2", -250))
    assert read.total == 121000
    assert (read.run, read.partner) == ("2025-09-14_livres-equipement", "bookshop")


def test_a_statement_without_its_total_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="total"):
        statement(_kept(tmp_path, HEADING + "10/09/2025;10:00:00;Livres;Livres;d1;12,50\r\n"))


def test_a_fraction_of_a_cent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cents"):
        statement(_kept(tmp_path, HEADING + "10/09/2025;10:00:00;Livres;Livres;d1;12,505\r\nTotal;;;;;12,505\r\n"))
