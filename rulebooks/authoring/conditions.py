"""Conditions in French words: a comparison, a list of them, the answer that facts give."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rulebooks.authoring.words import told
from rulebooks.french import listed
from rulebooks.vocabulary import Fact, Vocabulary

JOINED = {"all": "toutes ces conditions", "any": "au moins une de ces conditions"}

_LITERAL = r"\"[^\"]*\"|'[^']*'|-?\d+|true|false"
_NEGATED = re.compile(r"^!\s*(?P<inner>\(.*\)|\w+)$")
_IN_BRACKETS = re.compile(r"^\((?P<inner>.*)\)$")
_BARE = re.compile(r"^\w+$")
_COMPARED = re.compile(rf"^(?P<fact>\w+)\s*(?P<sign>==|!=|<=|>=|<|>)\s*(?P<value>{_LITERAL})$")
_ONE_OF = re.compile(r"^(?P<fact>\w+)\s+in\s+(?P<values>\[.*\])$")
_HOLDS = re.compile(rf"^(?P<value>{_LITERAL})\s+in\s+(?P<fact>\w+)$")
_AMOUNTS = {
    ">=": "au moins {}",
    "<=": "au plus {}",
    ">": "plus de {}",
    "<": "moins de {}",
    "==": "{}",
    "!=": "autre que {}",
}
_AGE = "age"


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and the texts under it."""

    text: str
    parts: tuple[Words, ...] = ()

    def flat(self) -> str:
        """All of it on one line."""
        if not self.parts:
            return self.text
        alone = len(self.parts) == 1
        inner = " ; ".join(f"({part.flat()})" if part.parts and not alone else part.flat() for part in self.parts)
        return f"{self.text} : {inner}" if self.text else inner


def test_in_words(stated: str | Mapping[str, Any], vocabulary: Vocabulary) -> Words:
    """What stands under a `when`, an `if` or a `partner`."""
    if isinstance(stated, str):
        return Words(comparison_in_words(stated, vocabulary))
    ((joined_by, tests),) = stated.items()
    return Words(JOINED[joined_by], tuple(test_in_words(test, vocabulary) for test in tests))


def comparison_in_words(expression: str, vocabulary: Vocabulary) -> str:
    """« âge le jour de la demande : au moins 15 ans »; an expression of another form stays as it is written."""
    text, negated = _without_negation(expression.strip())
    return _sentence(text, negated, vocabulary) or f"« {expression} »"


def _without_negation(text: str) -> tuple[str, bool]:
    negated = False
    while match := _NEGATED.match(text) or _IN_BRACKETS.match(text):
        negated ^= match.re is _NEGATED
        text = match["inner"].strip()
    return text, negated


def _sentence(text: str, negated: bool, vocabulary: Vocabulary) -> str | None:
    if _BARE.match(text) and text in vocabulary:
        return f"{vocabulary[text].label} : {'non' if negated else 'oui'}"
    if match := _COMPARED.match(text):
        return _compared(vocabulary.get(match["fact"]), match["sign"], _value(match["value"]), negated)
    if match := _ONE_OF.match(text):
        return _one_of(vocabulary.get(match["fact"]), _value(match["values"]), negated)
    if match := _HOLDS.match(text):
        fact = vocabulary.get(match["fact"])
        verb = "ne comprend pas" if negated else "comprend"
        return f"{fact.label} : {verb} « {told(fact, _value(match['value']))} »" if fact else None
    return None


def _value(literal: str) -> Any:
    return json.loads(literal.replace("'", '"'))


def _compared(fact: Fact | None, sign: str, value: Any, negated: bool) -> str | None:
    if fact is None:
        return None
    if value == fact.unknown and sign in ("==", "!="):
        known = (sign == "!=") ^ negated
        return f"{fact.label} : {_presence(fact, known)}"
    unit = " ans" if fact.name == _AGE else ""
    words = _AMOUNTS[sign].format(f"{told(fact, value)}{unit}")
    return f"{fact.label} : {'pas ' if negated else ''}{words}"


def _presence(fact: Fact, known: bool) -> str:
    if fact.type is bool:
        return "oui" if known else "non"
    return "renseigné" if known else "non renseigné"


def _one_of(fact: Fact | None, values: list[Any], negated: bool) -> str | None:
    if fact is None:
        return None
    words = [told(fact, value) for value in values]
    return f"{fact.label} : {'ni ' if negated else ''}{listed(words, 'ni' if negated else 'ou')}"
