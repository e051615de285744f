"""Mails, counted."""

from __future__ import annotations

from atouts.notification.v1 import deliveries_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Part, Shown, Word


class DeliveryCount(Shown):
    template = fields.String()
    state = Word(pb.DeliveryState)
    count = fields.Integer()


class DeliveryCounts(Shown):
    counts = fields.List(Part(DeliveryCount))
