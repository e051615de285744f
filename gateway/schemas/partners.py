"""Partner organisations, their documents, bank account and delegates."""

from __future__ import annotations

from typing import Any

from atouts.partner.v1 import organisations_pb2 as pb
from marshmallow import ValidationError, fields

from gateway.schemas.accreditations import Accreditation
from gateway.schemas.fields import Commune, Flag, Many, Part, Shown, Strict, Text, Uai, Whole, Word


class Address(Strict):
    street = Text(200, required=True)
    postal_code = Text(10, required=True)
    commune = Commune(required=True)
    city = Text(100, required=True)


class Declarations(fields.Field[Any]):
    """What the organisation says of itself: an object from the vocabulary's names to a text, boolean or number."""

    _MOST = 100

    def __init__(self, **rest: Any) -> None:
        values = {"type": ["string", "boolean", "integer"]}
        super().__init__(metadata={"type": "object", "additionalProperties": values}, **rest)

    def _deserialize(self, value: Any, *_args: Any, **_rest: Any) -> list[dict[str, Any]]:
        """As gRPC carries them: a list of names, each with one value of its own type."""
        if not isinstance(value, dict):
            raise ValidationError("not_an_object")
        if len(value) > self._MOST:
            raise ValidationError(f"too_many:{self._MOST}")
        return [_declaration(name, answer) for name, answer in value.items()]

    def _serialize(self, value: Any, *_args: Any, **_rest: Any) -> dict[str, Any]:
        return {one.name: getattr(one, one.WhichOneof("value") or "text") for one in value}


def _declaration(name: str, answer: object) -> dict[str, Any]:
    checked = {"name": Text(80).deserialize(name)}
    match answer:
        case bool():
            return {**checked, "flag": answer}
        case int():
            return {**checked, "number": Whole().deserialize(answer)}
        case str():
            return {**checked, "text": Text(500, least=0).deserialize(answer)}
    raise ValidationError({name: ["not_a_simple_value"]})


class RegisterPartner(Strict):
    siret = Text(20, required=True)
    legal_name = Text(140, required=True)
    public_name = Text(140, required=True)
    kind = Word(pb.PartnerKind, required=True)
    address = Part(Address, required=True)
    declarations = Declarations()
    roles = Many(Text(40), 10, required=True)
    uai = Uai()


class Document(Shown):
    document_id = fields.String()
    kind = fields.String()
    filename = fields.String()
    size_bytes = fields.Integer()


class Delegate(Shown):
    account_id = fields.String()
    roles = fields.List(fields.String())


class Partner(Shown):
    partner_id = fields.String()
    siret = fields.String()
    legal_name = fields.String()
    public_name = fields.String()
    kind = Word(pb.PartnerKind)
    address = Part(Address)
    declarations = Declarations()
    roles = fields.List(fields.String())
    uai = fields.String()
    iban_state = Word(pb.IbanState)
    iban_tail = fields.String()
    documents = fields.List(Part(Document))
    delegates = fields.List(Part(Delegate))
    accreditations = fields.List(Part(Accreditation))
    version = fields.Integer()


class PartnerAnswer(Shown):
    partner = Part(Partner)


class Partners(Shown):
    partners = fields.List(Part(Partner))


class DocumentQuery(Strict):
    kind = Text(40, required=True)
    filename = Text(200, required=True)


class DocumentAnswer(Shown):
    document = Part(Document)


class BankAccount(Strict):
    iban = Text(50, required=True)
    holder = Text(140, required=True)


class BankAccountAnswer(Shown):
    iban_state = Word(pb.IbanState)
    iban_tail = fields.String()


class BankAccountVerification(Strict):
    accept = Flag(required=True)
    reason = Text(500, least=0)


class BankAccountVerified(Shown):
    iban_state = Word(pb.IbanState)


class AddDelegate(Strict):
    account_id = Text(64, required=True)
    roles = Many(Text(40), 10, required=True)


class DelegateAnswer(Shown):
    delegate = Part(Delegate)
