"""What the holder can spend at one partner."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.access_uses import Access
from gateway.schemas.debits import Spendable
from gateway.schemas.fields import Part, Shown


class SpendableHere(Shown):
    wallet = Part(Spendable)
    channels = fields.List(fields.String())


class SpendableAnswer(Shown):
    spendable = fields.List(Part(SpendableHere))
    accesses = fields.List(Part(Access))
