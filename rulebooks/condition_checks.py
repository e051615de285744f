"""Conditions at load: CEL's own compiler checks syntax only, so the rest is checked here.

Facts must lie in the vocabulary, one comparison a condition, texts of a closed list must be in that
list, and each condition runs on typed sample facts: on nothing known, and on everything known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from rulebooks.cel_engine import cel
from rulebooks.documents import Document, Where
from rulebooks.problems import Problem
from rulebooks.vocabulary import PARTNER, PERSON, Fact, Vocabulary

_ALLOWED = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in", "!_", "size", "startsWith", "endsWith"})
_TESTS = ("when", "if", "partner")
_COMPARED = re.compile(r"==|!=|<=|>=|<|>|(?<!\w)in(?!\w)")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_LITERAL = re.compile(rf"{_QUOTED.pattern}|-?\d+|true|false")


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
            complaint = _complaint(expression, of_partners or "partner" in where)
            if complaint is not None:
                yield document.problem(where, complaint.sentence, complaint.remedy)


def excludes_activity(test: Any, activity: str) -> bool:
    """Whether a partner's test speaks of the activity alone, and says no to this one."""
    expressions = [expression for _, expression in _leaves(test, ())]
    if not _is_test(test) or any(_complaint(expression, True) for expression in expressions):
        return False  # what is wrong with them is told already
    if any(set(cel.compile(expression).variables()) != {"activity"} for expression in expressions):
        return False
    return not _holds(test, cel.Context(variables={"activity": activity}))


def _is_test(stated: Any) -> bool:
    """A comparison, or a list of tests under `all` or `any`; the structure tells anything else."""
    if not isinstance(stated, dict) or len(stated) != 1:
        return isinstance(stated, str)
    ((joined_by, tests),) = stated.items()
    return joined_by in ("all", "any") and isinstance(tests, list) and all(_is_test(test) for test in tests)


def _holds(test: Any, context: cel.Context) -> bool:
    if isinstance(test, str):
        return cel.compile(test).execute(context) is True
    ((joined_by, tests),) = test.items()
    met = [_holds(inner, context) for inner in tests]
    return all(met) if joined_by == "all" else any(met)


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


@cache
def _complaint(expression: str, of_partners: bool) -> _Complaint | None:
    """The same for the same words: authors repeat themselves, and a mutation check asks thousands of times."""
    vocabulary = PARTNER if of_partners else PERSON
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
        or _wrong_values(expression, program, vocabulary)
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


def _wrong_values(expression: str, program: cel.Program, vocabulary: Vocabulary) -> _Complaint | None:
    """Values that the fact beside them never has; CEL itself calls such a comparison false, and says nothing."""
    sides = _sides(expression)
    if sides is None:
        return None
    left, right = sides
    fact = vocabulary.get(left) or vocabulary.get(right)
    other = right if left in vocabulary else left
    if fact is None:
        return None  # the run on sample facts judges it
    if other in vocabulary:
        return _unlike(fact, vocabulary[other], is_in="@in" in program.functions())
    values = _parsed(other)
    if values == []:
        return _Complaint(f"La liste de « {expression} » est vide : elle ne contient personne.", _choices(fact))
    refused = next((value for value in values or () if not _fits(fact, value)), None)
    if refused is None:
        return None
    return _Complaint(f"« {fact.name} » ne peut pas valoir {json.dumps(refused, ensure_ascii=False)}.", _choices(fact))


def _sides(expression: str) -> tuple[str, str] | None:
    """What stands on each side of the comparison; None where there is none."""
    bare = expression.strip()
    if bare.startswith("!"):
        bare = bare[1:].strip()
    while bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    hidden = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), bare)
    compared = _COMPARED.search(hidden)
    return (bare[: compared.start()].strip(), bare[compared.end() :].strip()) if compared else None


def _unlike(fact: Fact, other: Fact, is_in: bool) -> _Complaint | None:
    """Two facts compared, of which one can never be the other."""
    alike = (fact.type, other.type) == (str, list) if is_in else fact.type is other.type
    if alike:
        return None
    return _Complaint(
        f"« {fact.name} » et « {other.name} » ne se comparent pas.", "Comparez deux données du même type."
    )


def _parsed(values: str) -> list[Any] | None:
    """The values of a literal or of a list of literals; None for anything else."""
    is_list = values.startswith("[") and values.endswith("]")
    between = _LITERAL.sub("", values[1:-1] if is_list else values)
    if between.replace(",", "").strip():
        return None
    return [_value(literal) for literal in _LITERAL.findall(values)]


def _value(literal: str) -> Any:
    return literal[1:-1] if literal[0] in "\"'" else json.loads(literal)


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
    if all(_answers(program, sample) for sample in vocabulary.samples()):
        return None
    return _Complaint(
        f"La condition « {expression} » ne répond pas par oui ou par non.",
        "Comparez une donnée avec une valeur du même type, par exemple « age >= 15 ».",
    )


def _answers(program: cel.Program, sample: Mapping[str, object]) -> bool:
    try:
        return isinstance(program.execute(cel.Context(variables=dict(sample))), bool)
    except (TypeError, ValueError, RuntimeError):
        return False
