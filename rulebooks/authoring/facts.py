"""Facts as people write them in files: one person in YAML or JSON, many in CSV or JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from rulebooks.documents import read_document
from rulebooks.errors import RulebookError
from rulebooks.problems import RulebookProblems
from rulebooks.vocabulary import PERSON, Fact, age_on

BIRTH, NAME = "born_on", "id"
_YES, _NO = frozenset({"oui", "true", "vrai", "1"}), frozenset({"non", "false", "faux", "0"})
_LIST_MARK = "|"
_WANTED = {
    bool: "true ou false",
    int: "un nombre entier",
    str: "un texte entre guillemets",
    list: "une liste de textes",
}


class FactsRefused(RulebookError):
    """Facts that cannot be decided on; the message tells why in French."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a file. `number`: of the line, from 1. `refused`: why it cannot be read, empty where it can."""

    number: int
    id: str
    facts: Mapping[str, object]
    refused: str = ""


def read_person(path: Path, on: date) -> dict[str, object]:
    """The facts of one person. Raises FactsRefused, RulebookProblems."""
    document, problems = _read(path)
    if problems:
        raise RulebookProblems(problems)
    stated = document.content if document else None
    if not isinstance(stated, dict):
        raise FactsRefused("Écrivez une donnée par ligne, par exemple « age: 17 ».")
    return checked({str(name): value for name, value in stated.items()}, on)


def _read(path: Path) -> tuple[Any, list[Any]]:
    try:
        return read_document(path, path.name)  # JSON is YAML
    except OSError:
        raise FactsRefused(f"Le fichier {path} ne s'ouvre pas. Vérifiez son nom.") from None


def checked(stated: Mapping[str, object], on: date) -> dict[str, object]:
    """Facts of the vocabulary, `born_on` turned into the age of that day. Raises FactsRefused."""
    facts = {name: value for name, value in stated.items() if name not in (BIRTH, NAME)}
    if stated.get(BIRTH):
        facts["age"] = _age(stated[BIRTH], on)
    complaints = [complaint for name, value in facts.items() if (complaint := _complaint(name, value))]
    if complaints:
        raise FactsRefused(" ".join(complaints))
    return facts


def _age(born_on: object, on: date) -> int:
    try:
        return age_on(date.fromisoformat(str(born_on)), on)
    except ValueError:
        raise FactsRefused(f"« {BIRTH} » : {born_on} n'est pas un jour passé de la forme 2009-04-30.") from None


def _complaint(name: str, value: object) -> str | None:
    fact = PERSON.get(name)
    if fact is None:
        return f"La donnée « {name} » n'existe pas ; données connues : {', '.join(sorted(PERSON))}."
    if fact.complaint(value) is None:
        return None
    if fact.values:
        return f"« {name} » ne peut pas valoir {value} ; valeurs possibles : {', '.join(sorted(fact.values))}."
    return f"« {name} » vaut {value} ; écrivez {_WANTED[fact.type]}."


def read_people(path: Path, on: date) -> Iterator[Line]:
    """Every person of a `.csv` (columns are names of facts, lists separated by `|`) or of a `.jsonl`.

    A line that cannot be read is told and does not stop the others. Raises FactsRefused for the file as a whole.
    """
    reader = _json_lines if path.suffix in (".jsonl", ".ndjson") else _csv_lines
    try:
        for number, stated in reader(path):
            yield _line(number, stated, on)
    except (OSError, UnicodeDecodeError):
        raise FactsRefused(f"Le fichier {path} ne se lit pas. Vérifiez son nom, et qu'il est en UTF-8.") from None


def _line(number: int, stated: Mapping[str, object] | str, on: date) -> Line:
    if isinstance(stated, str):
        return Line(number, str(number), {}, stated)
    name = str(stated.get(NAME) or number)
    try:
        return Line(number, name, checked(stated, on))
    except FactsRefused as refused:
        return Line(number, name, {}, str(refused))


def _json_lines(path: Path) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                yield number, _json(text)


def _json(text: str) -> Mapping[str, object] | str:
    try:
        stated = json.loads(text)
    except ValueError:
        return "Cette ligne n'est pas du JSON."
    return stated if isinstance(stated, dict) else "Cette ligne n'est pas un objet JSON."


def _csv_lines(path: Path) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        names = [name.strip() for name in next(csv.reader([header], delimiter=_delimiter(header)), [])]
        _check_columns(names)
        yield from _rows(file, names, _delimiter(header))


def _rows(file: TextIO, names: list[str], delimiter: str) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    rows = csv.reader(file, delimiter=delimiter)
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            yield rows.line_num + 1, "Cette ligne n'est pas du CSV : un texte y est trop long ou mal fermé."
            continue
        if row is None:
            return
        if row:
            yield rows.line_num + 1, _stated(names, row)


def _stated(names: list[str], row: list[str]) -> Mapping[str, object] | str:
    if len(row) != len(names):
        return f"Cette ligne a {len(row)} colonnes, l'en-tête en a {len(names)}."
    return {name: _typed(PERSON.get(name), text) for name, text in zip(names, row, strict=True) if text.strip()}


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _check_columns(names: list[str]) -> None:
    unknown = [name for name in names if name not in PERSON and name not in (BIRTH, NAME)]
    if unknown or not names:
        columns = ", ".join(f"« {name} »" for name in unknown) or "(aucune)"
        raise FactsRefused(
            f"Colonnes inconnues : {columns}. Colonnes possibles : {', '.join((NAME, BIRTH, *sorted(PERSON)))}."
        )


def _typed(fact: Fact | None, text: str) -> object:
    """The cell's value; as it stands where it cannot be one, so that the fact's own complaint tells it."""
    cell = text.strip()
    if fact is None or fact.type is str:
        return cell
    if fact.type is list:
        return [item.strip() for item in cell.split(_LIST_MARK) if item.strip()]
    if fact.type is bool:
        return cell.lower() in _YES if cell.lower() in _YES | _NO else cell
    return int(cell) if cell.lstrip("-").isdecimal() else cell
