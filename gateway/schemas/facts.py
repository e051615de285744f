"""Facts by the names of the rulebooks' vocabulary, as one JSON object."""

# ruff: noqa: ARG002, RUF012 - the signatures and class attributes below are marshmallow's
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atouts.identity.v1 import facts_pb2 as pb
from marshmallow import ValidationError, fields

from gateway.schemas.fields import Day, Instant, Part, Shown, Strict, Text, Word
from gateway.schemas.paging import Paged
from rulebooks import PERSON
from rulebooks.vocabulary import Fact

_MOST_FACTS, _MOST_CODES, _LONGEST = 60, 50, 64
_JSON_TYPES = {bool: "boolean", int: "integer", str: "string"}


def _described(fact: Fact) -> dict[str, Any]:
    words = {"enum": sorted(fact.values)} if fact.values else {}
    if fact.type is list:
        return {"type": "array", "items": {"type": "string", **words}, "description": fact.label}
    return {"type": _JSON_TYPES[fact.type], "description": fact.label, **words}


class FactValues(fields.Field[Any]):
    """`{"sex": "F", "disability": true, "validated_proofs": ["mission_80h"]}`; loads as the contract's messages.

    Which names there are, and who may say which, is identity's to refuse.
    """

    default_error_messages = {"required": "required", "null": "null"}

    def __init__(self, *tellers: str, **rest: Any) -> None:
        """`tellers`: whose facts are documented, with the vocabulary's labels."""
        named = {name: _described(fact) for name, fact in PERSON.items() if fact.told_by in tellers}
        super().__init__(metadata={"type": "object", "properties": named, "maxProperties": _MOST_FACTS}, **rest)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> list[pb.Fact]:
        if not isinstance(value, dict):
            raise ValidationError("not_an_object")
        if len(value) > _MOST_FACTS:
            raise ValidationError(f"too_many:{_MOST_FACTS}")
        return [_message(_text(_NAME, name), said) for name, said in value.items()]

    def _serialize(self, value: Any, attr: str | None, obj: Any, **rest: Any) -> dict[str, Any]:
        return {fact.name: plain(fact) for fact in value}


class RecordedFacts(Strict):
    facts = FactValues("staff", "guardian", "person", "school", required=True)
    reason = Text(200, least=3, required=True)
    proof = Text(200, least=0)
    expires_on = Day()


class RecordedFactsAnswer(Shown):
    facts = FactValues("staff", "guardian", "person", "school")
    version = fields.Integer()


class FactValue(fields.Field[Any]):
    """One fact as `{"name": value}`."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(metadata={"type": "object", "maxProperties": 1}, **rest)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **rest: Any) -> dict[str, Any]:
        return {value.name: plain(value)}


class FactRecord(Shown):
    record_id = fields.String()
    fact = FactValue()
    source = Word(pb.FactSource)
    said_at = Instant()
    expires_on = fields.String()
    proof = fields.String()
    reason = fields.String()
    said_by = fields.String()
    corrects = fields.String()


class FactRecords(Paged):
    records = fields.List(Part(FactRecord))


_NAME, _WORD = Text(_LONGEST), Text(_LONGEST, least=0)


def plain(fact: pb.Fact) -> bool | int | str | list[str]:
    """What a fact's message says."""
    match fact.WhichOneof("value"):
        case "flag":
            return fact.flag
        case "number":
            return fact.number
        case "texts":
            return list(fact.texts.values)
        case _:
            return fact.text


def _message(name: str, said: Any) -> pb.Fact:
    match said:
        case bool():
            return pb.Fact(name=name, flag=said)
        case int() if abs(said) < 1 << 62:
            return pb.Fact(name=name, number=said)
        case list():
            return pb.Fact(name=name, texts=pb.Texts(values=[_text(_NAME, code) for code in _few(said)]))
        case _:
            return pb.Fact(name=name, text=_text(_WORD, said))


def _text(field: Text, value: Any) -> str:
    text: str = field.deserialize(value)
    return text


def _few(codes: list[Any]) -> list[Any]:
    if len(codes) > _MOST_CODES:
        raise ValidationError(f"too_many:{_MOST_CODES}")
    return codes
