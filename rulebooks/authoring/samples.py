"""People who do not exist: facts drawn so that every comparison of a rulebook is met by some and not by others."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from datetime import date

from rulebooks.authoring.explain import explain
from rulebooks.authoring.facts import Line
from rulebooks.conditions import Explained
from rulebooks.rulebook import Rulebook
from rulebooks.vocabulary import PERSON, Fact, FactValue

_TEXT = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_NUMBER = re.compile(r"(?<![\w\"'])\d+")
_AROUND = 2
_NAMED_SHARE = 0.85


def sample(rulebook: Rulebook, count: int, seed: int) -> Iterator[Line]:
    """`count` people, the same for the same rulebook and seed."""
    draw = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    named = _named_values(rulebook)
    for number in range(1, count + 1):
        yield Line(number, f"p{number}", {name: _value(PERSON[name], values, draw) for name, values in named.items()})


def _named_values(rulebook: Rulebook) -> Mapping[str, list[str]]:
    """The values that each fact is compared with, as the file writes them."""
    found: dict[str, set[str]] = {name: set() for name in sorted(rulebook.facts_named)}
    for expression, names in _comparisons(rulebook):
        texts = [double or single for double, single in _TEXT.findall(expression)]
        for name in names:
            found[name] |= {*texts, *_NUMBER.findall(expression)}
    return {name: sorted(values) for name, values in found.items()}


def _comparisons(rulebook: Rulebook) -> Iterator[tuple[str, list[str]]]:
    for trace in explain(rulebook, {}, date.min):
        for tree in filter(None, (trace.test, trace.applies)):
            yield from _leaves(tree)


def _leaves(tree: Explained) -> Iterator[tuple[str, list[str]]]:
    if tree.expression:
        yield tree.expression, [name for name, _ in tree.facts]
    for part in tree.parts:
        yield from _leaves(part)


def _value(fact: Fact, named: list[str], draw: random.Random) -> FactValue:
    if fact.type is bool:
        return draw.random() < 0.5
    if fact.type is int:
        numbers = [int(value) for value in named if value.isdecimal()] or [0]
        return draw.randint(max(0, min(numbers) - _AROUND), max(numbers) + _AROUND)
    texts = [value for value in named if not value.isdecimal() or not fact.values]
    if fact.type is list:
        return [value for value in texts if draw.random() < 0.3]
    others = sorted(fact.values - set(texts)) or [""]
    return draw.choice(texts or others) if draw.random() < _NAMED_SHARE else draw.choice(others)
