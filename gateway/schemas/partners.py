"""Partner organisations, their documents, bank account and delegates."""

from __future__ import annotations

from typing import Any

from atouts.partner.v1 import organisations_pb2 as pb
from marshmallow import ValidationError, fields, validates_schema

from gateway.schemas.accreditations import Accreditation
from gateway.schemas.fields import Commune, Flag, Many, Part, Several, Shown, Strict, Text, Uai, Whole, Word


class Address(Strict):
    street = Text(200, required=True)
    postal_code = Text(10, required=True)
    commune = Commune(required=True)
    city = Text(100, required=True)


class Declaration(Strict):
    """One fact of the vocabulary, with a value of its own type."""

    name = Text(80, required=True)
    text = Text(500, least=0)
    flag = Flag()
    number = Whole()

    @validates_schema
    def one_value(self, data: dict[str, Any], **_rest: Any) -> None:
        if len(data) != 2:
            raise ValidationError("one_value")


class DeclarationShown(fields.Field[Any]):
    """A declaration with the one value that it holds."""

    def _serialize(self, value: Any, *_args: Any, **_rest: Any) -> dict[str, Any]:
        kind = value.WhichOneof("value")
        return {"name": value.name, kind: getattr(value, kind)} if kind else {"name": value.name}


class RegisterPartner(Strict):
    siret = Text(20, required=True)
    legal_name = Text(140, required=True)
    public_name = Text(140, required=True)
    kind = Word(pb.PartnerKind, required=True)
    address = Part(Address, required=True)
    declarations = Several(Declaration)
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
    declarations = fields.List(DeclarationShown(metadata={"type": "object"}))
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
