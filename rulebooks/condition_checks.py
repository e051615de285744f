"""Conditions at load: CEL's own compiler checks syntax only, so the rest is checked here.

Facts must lie in the vocabulary, one comparison a condition, texts of a closed list must be in that
list, and each condition runs once on typed sample facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cel

from rulebooks.documents import Document, Where
from rulebooks.problems import Problem
from rulebooks.vocabulary import PARTNER, PERSON, Fact, Vocabulary

_ALLOWED = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in", "!_", "size", "startsWith", "endsWith"})
_TESTS = ("when", "if", "partner")
_LITERAL = r'"[^"]*"|\'[^\']*\'|-?\d+|true|false'
_FACT_THEN_VALUES = re.compile(
    rf"^!?\(?\s*(?P<fact>\w+)\s*(?:==|!=|<=|>=|<|>|in)\s*(?P<values>\[.*\]|{_LITERAL})\s*\)?$"
)
_VALUE_IN_FACT = re.compile(rf"^!?\(?\s*(?P<values>{_LITERAL})\s+in\s+(?P<fact>\w+)\s*\)?$")


@dataclass(frozen=True)
class _Complaint:
    sentence: str
    remedy: str


def condition_problems(document: Document) -> Iterator[Problem]:
    """Every comparison under a `when`, an `if` or a `partner`, against the vocabulary of its place."""
    content = document.content if isinstance(document.content, dict) else {}
    for section, content_of_section in content.items():
        of_partners = section in ("categories", "documents")
        for where, expression in _comparisons(content_of_section, (section,)):
            complaint = _complaint(expression, PARTNER if of_partners or "partner" in where else PERSON)
            if complaint is not None:
                yield document.problem(where, complaint.sentence, complaint.remedy)


def _comparisons(stated: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(stated, dict):
        for key, value in stated.items():
            inner = (*where, key)
            yield from _leaves(value, inner) if key in _TESTS else _comparisons(value, inner)
    elif isinstance(stated, list):
        for index, item in enumerate(stated):
            yield from _comparisons(item, (*where, index))


def _leaves(test: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(test, str):
        yield where, test
    elif isinstance(test, dict):
        for key, value in test.items():
            yield from _leaves(value, (*where, key))
    elif isinstance(test, list):
        for index, item in enumerate(test):
            yield from _leaves(item, (*where, index))


def _complaint(expression: str, vocabulary: Vocabulary) -> _Complaint | None:
    try:
        program = cel.compile(expression)
    except ValueError:
        return _Complaint(
            f"La condition « {expression} » ne se lit pas.",
            "Écrivez une comparaison, par exemple « age >= 15 » ; un texte se met entre guillemets.",
        )
    return (
        _too_much(expression, program)
        or _unknown_facts(program, vocabulary)
        or _wrong_values(expression, vocabulary)
        or _fails_on_samples(expression, program, vocabulary)
    )


def _too_much(expression: str, program: cel.Program) -> _Complaint | None:
    if set(program.functions()) <= _ALLOWED:
        return None
    return _Complaint(
        f"La condition « {expression} » fait plus qu'une comparaison.",
        "Séparez-la en plusieurs lignes sous « all » ou « any ».",
    )


def _unknown_facts(program: cel.Program, vocabulary: Vocabulary) -> _Complaint | None:
    unknown = [name for name in program.variables() if name not in vocabulary]
    if not unknown:
        return None
    return _Complaint(
        f"La donnée « {unknown[0]} » n'existe pas.", f"Données connues ici : {', '.join(sorted(vocabulary))}."
    )


def _wrong_values(expression: str, vocabulary: Vocabulary) -> _Complaint | None:
    shape = _FACT_THEN_VALUES.match(expression) or _VALUE_IN_FACT.match(expression)
    if shape is None:
        return None
    fact = vocabulary.get(shape["fact"])
    values = _parsed(shape["values"])
    if fact is None or values is None:
        return None  # the run on sample facts judges it
    refused = next((value for value in values if not _fits(fact, value)), None)
    if refused is None:
        return None
    return _Complaint(f"« {fact.name} » ne peut pas valoir {json.dumps(refused, ensure_ascii=False)}.", _choices(fact))


def _parsed(values: str) -> list[Any] | None:
    try:
        parsed = json.loads(values.replace("'", '"'))
    except ValueError:
        return None
    return parsed if isinstance(parsed, list) else [parsed]


def _fits(fact: Fact, value: object) -> bool:
    if fact.type is list:
        return isinstance(value, str) and (not fact.values or value in fact.values)
    return fact.complaint(value) is None


def _choices(fact: Fact) -> str:
    if fact.values:
        return f"Valeurs possibles : {', '.join(sorted(fact.values))}."
    kinds = {bool: "true ou false", int: "un nombre entier", str: "un texte entre guillemets"}
    return f"Comparez avec {kinds.get(fact.type, 'des textes entre guillemets')}."


def _fails_on_samples(expression: str, program: cel.Program, vocabulary: Vocabulary) -> _Complaint | None:
    try:
        answer = program.execute(cel.Context(variables=vocabulary.samples()))
    except (TypeError, ValueError, RuntimeError):
        answer = None
    if isinstance(answer, bool):
        return None
    return _Complaint(
        f"La condition « {expression} » ne répond pas par oui ou par non.",
        "Comparez une donnée avec une valeur du même type, par exemple « age >= 15 ».",
    )
