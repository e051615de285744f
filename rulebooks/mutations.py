"""Whether the cases hold a rulebook: each value is changed, one at a time, and a case must then fail.

What is changed follows the schema: amounts, counts and durations by one, days by a day, flags, values of closed lists,
items of lists; in conditions, numbers by one, values of lists, a test by its contrary, and what may be left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TextIO

from rulebooks import build
from rulebooks.cases import case_places, failure_at, read_cases, run_cases
from rulebooks.catalogue import Catalogue
from rulebooks.checks import rulebook_problems
from rulebooks.documents import Document, Where
from rulebooks.problems import RulebookProblems
from rulebooks.rulebook import Rulebook
from rulebooks.structure import schema_named, structure_holds

ENOUGH_PERCENT: Final = 95
_SCHEMA: Final = "rulebook"
_LEFT_OUT: Final = object()

Schema = Mapping[str, Any]
_Change = tuple[Where, object, object, object]  # where, before and after as they are shown, the new value

_QUOTED = r'"[^"]*"|\'[^\']*\''
_NUMBER = re.compile(rf"{_QUOTED}|(?<!\w)-?\d+")
_LIST = re.compile(r"\[(?P<values>.*)\]")
_VALUE = re.compile(rf"{_QUOTED}|-?\d+")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rulebook's content with one value changed at `where`. `before`, `after`: that value, as it is shown."""

    where: Where
    before: str
    after: str
    content: Any


@dataclass(frozen=True, slots=True)
class MutationRun:
    """`count` changes: refused at load, caught by a case, or neither (`survivors`)."""

    count: int
    caught: int
    refused_at_load: int
    survivors: tuple[Mutant, ...]

    @property
    def share_percent(self) -> float:
        """Of the changes that load, those that a case catches."""
        loaded = self.count - self.refused_at_load
        return 100 * self.caught / loaded if loaded else 100.0


def mutants(document: Document) -> Iterator[Mutant]:
    """Every change of one value of a rulebook that loads."""
    for where, before, after, value in _changes(document.content, schema_named(_SCHEMA), ()):
        yield Mutant(where, str(before), str(after), _with(document.content, where, value))


def run_mutations(cases: Document, document: Document, rulebook: Rulebook) -> MutationRun:
    """Change the file that `rulebook` was built from, value by value, and run its cases each time.

    Raises RulebookProblems where a case fails before anything is changed: such a run would prove nothing.
    """
    failures = run_cases(cases, rulebook, document).failures
    if failures:
        raise RulebookProblems(failures)
    count = caught = refused = 0
    survivors: list[Mutant] = []
    order = list(case_places(cases))
    for mutant in mutants(document):
        count += 1
        changed = replace(document, content=mutant.content)
        if not _loads(changed, mutant.where):
            refused += 1
        elif _is_caught(cases, order, changed, rulebook):
            caught += 1
        else:
            survivors.append(mutant)
    return MutationRun(count, caught, refused, tuple(survivors))


def mutation_report(catalogue: Catalogue, *directories: Path, out: TextIO | None = None) -> int:
    """Tell for each rulebook the share of its changed values that a case catches, and those that none does.

    `directories`: those that the catalogue was loaded from; the cases lie beside the rulebooks. The exit code is 1
    where a share is not above ENOUGH_PERCENT. Raises RulebookProblems where cases fail or are missing.
    """
    told, is_enough = out or sys.stdout, True
    for rulebook in catalogue.rulebooks():
        document = catalogue.document(rulebook.hash)
        directory = next(each for each in directories if (each / document.name).is_file())
        run = run_mutations(read_cases(directory, rulebook), document, rulebook)
        is_enough = is_enough and run.share_percent > ENOUGH_PERCENT
        told.write(f"{rulebook.title} : {_summary(run)}\n")
        for survivor in run.survivors:
            told.write(f"  {document.name}, ligne {document.line(survivor.where)} : {_told(document, survivor)}\n")
    return 0 if is_enough else 1


def _summary(run: MutationRun) -> str:
    share = f"{run.share_percent:.1f}".replace(".", ",")
    loaded = run.count - run.refused_at_load
    return (
        f"{run.count} changements, dont {run.refused_at_load} refusés à la lecture ; "
        f"{run.caught} sur {loaded} vus par un cas ({share} %)"
    )


def _told(document: Document, survivor: Mutant) -> str:
    places = (survivor.where[: depth + 1] for depth in range(len(survivor.where)))
    named = " › ".join(_name(document, where) for where in places)
    return f"« {named} » : {survivor.before} → {survivor.after} ne fait échouer aucun cas."


def _name(document: Document, where: Where) -> str:
    """An item of a list by its identifier, or else by its place."""
    item = document.text_at(*where, "id") or document.text_at(*where, "code")
    return (item if isinstance(where[-1], int) else None) or str(where[-1])


def _is_caught(cases: Document, order: list[Where], changed: Document, rulebook: Rulebook) -> bool:
    """Neighbouring changes fail the same case, so the last one that failed is tried first: `order` is changed."""
    built = build.rulebook(changed, rulebook.authority_id, rulebook.scheme)
    for index, where in enumerate(order):
        if failure_at(cases, where, built, changed) is not None:
            order.insert(0, order.pop(index))
            return True
    return False


def _loads(changed: Document, where: Where) -> bool:
    """Structure is looked at only in what has changed: the rest was read before."""
    section, *within = where
    part = changed.at(section)
    if len(within) > 1 and isinstance(part, list):
        part = [part[int(within[0])]]
    if not structure_holds({str(section): part} if part is not None else {}, _SCHEMA):
        return False
    return next(rulebook_problems(changed, Path(changed.name)), None) is None


def _with(content: Any, where: Where, value: object) -> Any:
    """The content with another value at a place; what lies beside is shared."""
    head, *rest = where
    if not rest:
        return _replaced(content, head, value)
    return _replaced(content, head, _with(content[head], tuple(rest), value))


def _replaced(content: Any, head: str | int, value: object) -> Any:
    places = enumerate(content) if isinstance(content, list) else content.items()
    kept = {place: value if place == head else old for place, old in places}
    if value is _LEFT_OUT:
        del kept[head]
    return list(kept.values()) if isinstance(content, list) else kept


def _changes(stated: Any, schema: Schema, where: Where) -> Iterator[_Change]:
    name, schema = _resolved(schema)
    if name in _BY_NAME:
        yield from _BY_NAME[name](stated, where)
    elif "enum" in schema:
        yield from ((where, stated, other, other) for other in schema["enum"] if other != stated)
    elif isinstance(stated, bool):
        yield where, stated, not stated, not stated
    elif isinstance(stated, int):
        yield from ((where, stated, other, other) for other in (stated - 1, stated + 1))
    elif isinstance(stated, list):
        yield from _changes_of_list(stated, schema, where)
    elif isinstance(stated, dict):
        yield from _changes_of_lines(stated, schema, where)


def _resolved(schema: Schema) -> tuple[str, Schema]:
    """The name of the definition that a schema refers to (empty for none), and the definition."""
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    return (name, schema_named(_SCHEMA)["$defs"][name]) if name else ("", schema)


def _changes_of_lines(stated: Mapping[str, Any], schema: Schema, where: Where) -> Iterator[_Change]:
    for name, value in stated.items():
        inner = schema["properties"][name]
        if _resolved(inner)[0] == "test" and name not in schema.get("required", ()):
            yield (*where, name), _shown(value), "rien", _LEFT_OUT
        yield from _changes(value, inner, (*where, name))


def _changes_of_list(stated: list[Any], schema: Schema, where: Where) -> Iterator[_Change]:
    for index, item in enumerate(stated):
        yield (*where, index), _shown(item), "rien", _LEFT_OUT
    items = schema.get("items", {})
    choices = _resolved(items)[1].get("enum")
    if choices:
        for more in choices:
            if more not in stated:
                yield where, "rien", more, [*stated, more]
        return
    for index, item in enumerate(stated):
        yield from _changes(item, items, (*where, index))


def _shown(value: object) -> str:
    """A section by its identifier or its title, anything else as it is."""
    if not isinstance(value, dict):
        return str(value)
    names = (value[name] for name in ("id", "code", "instalment", "source") if name in value)
    return str(next(names, value))


def _changes_of_day(stated: str, where: Where) -> Iterator[_Change]:
    for days in (-1, 1):
        other = (date.fromisoformat(stated) + timedelta(days=days)).isoformat()
        yield where, stated, other, other


def _changes_of_test(stated: Any, where: Where) -> Iterator[_Change]:
    if isinstance(stated, str):
        yield from ((where, stated, other, other) for other in (*_other_comparisons(stated), _contrary(stated)))
        return
    ((joined_by, tests),) = stated.items()
    for index, test in enumerate(tests):
        if len(tests) > 1:
            yield (*where, joined_by, index), _shown(test), "rien", _LEFT_OUT
        yield from _changes_of_test(test, (*where, joined_by, index))


def _other_comparisons(expression: str) -> Iterator[str]:
    for number in _NUMBER.finditer(expression):
        if number[0][0] not in "\"'":
            for other in (int(number[0]) - 1, int(number[0]) + 1):
                yield expression[: number.start()] + str(other) + expression[number.end() :]
    listed = _LIST.search(expression)
    values = _VALUE.findall(listed["values"]) if listed else []
    for index in range(len(values)):
        kept = ", ".join(values[:index] + values[index + 1 :])
        yield _LIST.sub(lambda _, kept=kept: f"[{kept}]", expression)  # type: ignore[misc]  # bound at once


def _contrary(comparison: str) -> str:
    return comparison[1:] if comparison.startswith("!") else f"!({comparison})"


_BY_NAME: Mapping[str, Callable[[Any, Where], Iterator[_Change]]] = MappingProxyType(
    {"day": _changes_of_day, "test": _changes_of_test}
)
