"""Partner organisations, their documents, bank account and delegates."""

from __future__ import annotations

from typing import Any

from atouts.partner.v1 import organisations_pb2 as pb
from atouts.partner.v1 import proofs_pb2
from marshmallow import ValidationError, fields

from gateway.schemas.accreditations import Accreditation
from gateway.schemas.fields import Commune, Flag, Instant, Many, Part, Shown, Strict, Text, Uai, Whole, Word
from gateway.schemas.paging import Page, Paged


class Address(Strict):
    street = Text(200, required=True)
    postal_code = Text(10, required=True)
    commune = Commune(required=True)
    city = Text(100, required=True)


class Declarations(fields.Field[Any]):
    """What the organisation says of itself: an object from the vocabulary's names to a text, boolean, number or list
    of texts."""

    _MOST = 100

    def __init__(self, **rest: Any) -> None:
        values = {"type": ["string", "boolean", "integer", "array"], "items": {"type": "string"}}
        super().__init__(metadata={"type": "object", "additionalProperties": values}, **rest)

    def _deserialize(self, value: Any, *_args: Any, **_rest: Any) -> list[dict[str, Any]]:
        """As gRPC carries them: a list of names, each with one value of its own type."""
        if not isinstance(value, dict):
            raise ValidationError("not_an_object")
        if len(value) > self._MOST:
            raise ValidationError(f"too_many:{self._MOST}")
        return [_declaration(name, answer) for name, answer in value.items()]

    def _serialize(self, value: Any, *_args: Any, **_rest: Any) -> dict[str, Any]:
        return {one.name: said(one) for one in value}


def said(declaration: pb.Declaration) -> Any:
    """A text, a flag, a number or a list of texts."""
    if declaration.WhichOneof("value") == "texts":
        return list(declaration.texts.values)
    return getattr(declaration, declaration.WhichOneof("value") or "text")


def _declaration(name: str, answer: object) -> dict[str, Any]:
    """As gRPC carries it. Raises ValidationError."""
    checked = {"name": Text(80).deserialize(name)}
    match answer:
        case bool():
            return {**checked, "flag": answer}
        case int():
            return {**checked, "number": Whole().deserialize(answer)}
        case str():
            return {**checked, "text": Text(500, least=0).deserialize(answer)}
        case list():
            return {**checked, "texts": {"values": Many(Text(80), 100).deserialize(answer)}}
    raise ValidationError({name: ["not_a_simple_value"]})


class Said(fields.Field[Any]):
    """One value of a fact: a text, a boolean, a number or a list of texts."""

    def __init__(self, **rest: Any) -> None:
        kinds = {"type": ["string", "boolean", "integer", "array"], "items": {"type": "string"}}
        super().__init__(metadata=kinds, **rest)

    def _deserialize(self, value: Any, *_args: Any, **_rest: Any) -> dict[str, Any]:
        """As gRPC carries it, without its name."""
        return {kind: each for kind, each in _declaration("value", value).items() if kind != "name"}


class RegisterPartner(Strict):
    siret = Text(20, required=True)
    legal_name = Text(140, required=True)
    public_name = Text(140, required=True)
    kind = Word(pb.PartnerKind, required=True)
    address = Part(Address, required=True)
    declarations = Declarations()
    roles = Many(Text(40), 10, required=True)
    uai = Uai()


class ChangeDeclarations(Strict):
    declarations = Declarations(required=True)


class Document(Shown):
    document_id = fields.String()
    kind = fields.String()
    filename = fields.String()
    size_bytes = fields.Integer()


class Delegate(Shown):
    account_id = fields.String()
    roles = fields.List(fields.String())


class PayoutProof(Shown):
    partner_id = fields.String()
    scheme = fields.String()
    season = fields.String()
    hold_code = fields.String()
    state = Word(proofs_pb2.PayoutProofState)
    document_id = fields.String()
    declared = fields.Boolean()
    reason = fields.String()
    version = fields.Integer()
    public_name = fields.String()


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
    iban_reason = fields.String(metadata={"description": "Pourquoi il est refusé ; vide sinon"})
    documents = fields.List(Part(Document))
    delegates = fields.List(Part(Delegate))
    accreditations = fields.List(Part(Accreditation))
    version = fields.Integer()
    staff_facts = Declarations()
    payout_proofs = fields.List(Part(PayoutProof))


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
    version = Whole(0, metadata={"description": "Celle du compte qui a été vu ; 0 : celui qui attend"})


class WaitingIban(Shown):
    partner_id = fields.String()
    public_name = fields.String()
    legal_name = fields.String()
    iban = fields.String()
    holder = fields.String()
    version = fields.Integer()
    submitted_at = Instant()
    documents = fields.List(Part(Document))


class WaitingIbans(Paged):
    accounts = fields.List(Part(WaitingIban))


class BankAccountVerified(Shown):
    iban_state = Word(pb.IbanState)


class AddDelegate(Strict):
    account_id = Text(64, required=True)
    roles = Many(Text(40), 10, required=True)


class DelegateAnswer(Shown):
    delegate = Part(Delegate)


class StaffFact(Strict):
    name = Text(80, required=True)
    value = Said(required=True)
    reason = Text(500, required=True)


class SendPayoutProof(Strict):
    """`document_id`, or `not_concerned`."""

    scheme = Text(80, required=True)
    season = Text(20, required=True)
    hold_code = Text(80, required=True)
    document_id = Text(64)
    not_concerned = Flag()


class PayoutProofAnswer(Shown):
    proof = Part(PayoutProof)


class PayoutProofsQuery(Page):
    state = Word(proofs_pb2.PayoutProofState)


class PayoutProofs(Paged):
    proofs = fields.List(Part(PayoutProof))


class DecidePayoutProof(Strict):
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    hold_code = Text(80, required=True)
    accept = Flag(required=True)
    reason = Text(500, least=0)


class DelegateAccount(Shown):
    account_id = fields.String()
    email = fields.String()
    roles = fields.List(fields.String())


class DelegateAccounts(Shown):
    delegates = fields.List(Part(DelegateAccount))


class FoundDelegate(Shown):
    delegate = Part(DelegateAccount)


class DelegateAddress(Strict):
    email = Text(254, required=True)
