"""YAML as rule authors write it: plain values, and the line on which each stands."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from rulebooks.problems import Problem

Where = tuple[str | int, ...]


# libyaml's parser where PyYAML was built with it, ten times faster: every process reads all rulebooks as it starts.
_Parsing: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Parsing):  # type: ignore[misc]  # one of two, chosen above
    """YAML without its traps: dates and decimals stay text, only true and false are booleans.

    (YAML 1.1 reads a bare `on`, `yes` or `no` as a boolean, also as a key, and 12:30 as 750. JSON Schema
    takes 20.0 for an integer: a decimal amount must not get that far.)
    """


_PLAIN_TAGS = {
    "tag:yaml.org,2002:int": r"^[-+]?(0|[1-9][0-9]*)$",
    "tag:yaml.org,2002:bool": r"^(true|false)$",
    "tag:yaml.org,2002:null": r"^(~|null|)$",
}


def _keep_only_plain_tags() -> None:
    _Loader.yaml_implicit_resolvers = {}
    for tag, pattern in _PLAIN_TAGS.items():
        _Loader.add_implicit_resolver(tag, re.compile(pattern), None)


_keep_only_plain_tags()


@dataclass(frozen=True)
class Document:
    """One file: its name in reports, its content, the line (from 1) of each place in it."""

    name: str
    content: Any
    _lines: Mapping[Where, int]

    def at(self, *where: str | int) -> Any:
        """What stands at a place; None where there is nothing, whatever the structure."""
        found = self.content
        for part in where:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def text_at(self, *where: str | int) -> str | None:
        found = self.at(*where)
        return found if isinstance(found, str) else None

    def day_at(self, *where: str | int) -> date | None:
        """None also for a day that does not exist: the structure tells it."""
        try:
            return date.fromisoformat(self.text_at(*where) or "")
        except ValueError:
            return None

    def integer_at(self, *where: str | int) -> int | None:
        found = self.at(*where)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def places_in(self, *where: str | int) -> tuple[Where, ...]:
        """The places of a list's items, none where there is no list."""
        found = self.at(*where)
        return tuple((*where, index) for index in range(len(found))) if isinstance(found, list) else ()

    def texts_in(self, *where: str | int) -> tuple[str, ...]:
        """The texts of a list."""
        found = self.at(*where)
        return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()

    def line(self, where: Where) -> int:
        """The line of a place, or of the nearest place that holds it."""
        while where and where not in self._lines:
            where = where[:-1]
        return self._lines.get(where, 1)

    def problem(self, where: Where, sentence: str, remedy: str) -> Problem:
        return Problem(self.name, self.line(where), sentence, remedy)

    def content_hash(self) -> str:
        """sha256 (hex) of the content in canonical JSON: layout and comments do not count."""
        canonical = json.dumps(self.content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def read_document(path: Path, name: str) -> tuple[Document | None, list[Problem]]:
    """The file at `path`, or the problems that keep it from being read at all."""
    try:
        text = path.read_text(encoding="utf-8")
        loader = _Loader(text)
        node = loader.get_single_node()
        content = loader.construct_document(node) if node else None
    except UnicodeDecodeError:
        return None, [Problem(name, 1, "Le fichier n'est pas en UTF-8.", "Enregistrez-le en UTF-8.")]
    except yaml.MarkedYAMLError as error:
        return None, [_unreadable(name, error)]
    lines: dict[Where, int] = {}
    problems: list[Problem] = []
    for where, place, is_repeated in _places(node, ()):
        lines.setdefault(where, place)
        if is_repeated:
            problems.append(_repeated(name, place, where))
    return Document(name, content, lines), problems


def _places(node: yaml.Node | None, where: Where) -> Iterator[tuple[Where, int, bool]]:
    if isinstance(node, yaml.MappingNode):
        yield from _places_of_mapping(node, where)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*where, index), item.start_mark.line + 1, False
            yield from _places(item, (*where, index))


def _places_of_mapping(node: yaml.MappingNode, where: Where) -> Iterator[tuple[Where, int, bool]]:
    seen: set[str] = set()
    for key, value in node.value:
        inner = (*where, str(key.value))
        yield inner, key.start_mark.line + 1, key.value in seen
        seen.add(key.value)
        yield from _places(value, inner)


def _unreadable(name: str, error: yaml.MarkedYAMLError) -> Problem:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return Problem(
        name,
        line,
        "Le fichier ne se lit pas à partir d'ici.",
        "Vérifiez les deux-points, les retraits et les guillemets de cette ligne.",
    )


def _repeated(name: str, line: int, where: Where) -> Problem:
    return Problem(
        name,
        line,
        f"« {where[-1]} » est écrit deux fois au même endroit.",
        "Gardez une seule des deux lignes.",
    )
