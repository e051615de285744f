"""What a partner is asked of itself: the declarations that the categories of rulebooks name, and no others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from atouts.partner.v1 import organisations_pb2 as pb

from gateway.schemas.fields import Many, Text
from gateway.schemas.partners import said
from gateway.web.forms import FormSchema
from gateway.web.words import Choices
from rulebooks.authoring.words import VALUES
from rulebooks.vocabulary import PARTNER, Fact

YES = "oui"
_SAYABLE = {name: fact for name, fact in PARTNER.items() if fact.told_by == "person"}
_FREE_LIST = 500
_NOT_OF_A_CODE = re.compile("[^a-z0-9_-]+")


def _field(fact: Fact) -> Text | Many:
    if fact.type is list:
        return Many(Text(64), 50) if fact.values else Text(_FREE_LIST)
    if fact.type is int:
        return Text(4, pattern=("[0-9]{1,4}", "not_a_whole_number"))
    return Text(64)


# Every answer that a form may hold, whatever rulebooks ask.
DeclarationAnswers = FormSchema.from_dict(
    {name: _field(fact) for name, fact in _SAYABLE.items()}, name="DeclarationAnswers"
)


@dataclass(frozen=True, slots=True)
class Question:
    """`shape`: `flag`, `number`, `choice`, `several` (of the choices) or `words`, separated by commas."""

    name: str
    label: str
    shape: str
    choices: Choices


def questions(names: Iterable[str]) -> list[Question]:
    """Of these names, what a partner may say, in the vocabulary's order."""
    asked = set(names)
    return [_question(fact) for name, fact in _SAYABLE.items() if name in asked]


def answered(asked: Iterable[Question], fields: Mapping[str, Any]) -> list[pb.Declaration]:
    """What a form says, in the contract's types; a box left empty says nothing."""
    found = (_declaration(question, fields.get(question.name)) for question in asked)
    return [each for each in found if each is not None]


def as_typed(declarations: Iterable[pb.Declaration]) -> dict[str, Any]:
    """Declarations as their form writes them."""
    return {each.name: _typed(each) for each in declarations}


def as_told(declaration: pb.Declaration) -> tuple[str, str]:
    """Label and value, for people."""
    fact = PARTNER.get(declaration.name)
    value = said(declaration)
    if isinstance(value, bool):
        return _label(fact, declaration.name), "Oui" if value else "Non"
    values = value if isinstance(value, list) else [str(value)]
    return _label(fact, declaration.name), ", ".join(VALUES.get(each, each) for each in values)


def _question(fact: Fact) -> Question:
    shape = {bool: "flag", int: "number", str: "choice", list: "several"}[fact.type]
    if shape == "several" and not fact.values:
        shape = "words"
    choices = sorted(((value, VALUES.get(value, value)) for value in fact.values), key=lambda one: one[1])
    return Question(fact.name, _label(fact, fact.name), shape, choices)


def _label(fact: Fact | None, name: str) -> str:
    label = fact.label if fact else "type d’établissement" if name == "establishment_kind" else "autre déclaration"
    return label[:1].upper() + label[1:]


def _typed(declaration: pb.Declaration) -> Any:
    value = said(declaration)
    if isinstance(value, bool):
        return YES if value else ""
    if isinstance(value, list) and not PARTNER[declaration.name].values:
        return ", ".join(value)
    return value if isinstance(value, list) else str(value)


def _codes(typed: str) -> list[str]:
    """The words between the commas as the vocabulary writes them: « Boxe française » is boxe-francaise."""
    plain = unicodedata.normalize("NFKD", typed.lower()).encode("ascii", "ignore").decode()
    words = (_NOT_OF_A_CODE.sub("-", each).strip("-") for each in plain.split(","))
    return [word for word in words if word]


def _declaration(question: Question, answer: Any) -> pb.Declaration | None:
    if not answer:
        return None
    if question.shape == "flag":
        return pb.Declaration(name=question.name, flag=True)
    if question.shape == "number":
        return pb.Declaration(name=question.name, number=int(answer))
    if question.shape == "choice":
        return pb.Declaration(name=question.name, text=answer)
    values = answer if question.shape == "several" else _codes(answer)
    return pb.Declaration(name=question.name, texts=pb.Texts(values=values))
