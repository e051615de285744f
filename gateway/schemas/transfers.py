"""A balance moved whole to another operator's account."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.debits import Receipt
from gateway.schemas.fields import Part, Shown, Strict, Text


class Transfer(Strict):
    """`code`: that the holder shows or types on the operator's site. `reference`: the operator's own, once each."""

    code = Text(300, required=True)
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    benefit = Text(80, required=True)
    reference = Text(100, required=True)


class TransferAnswer(Shown):
    receipt = Part(Receipt)
    reference = fields.String()
    units = fields.Integer()
    unit = fields.String()
    replayed = fields.Boolean()
