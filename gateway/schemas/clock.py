"""The demo's clock."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.fields import Flag, Moment, Shown, Strict, Whole


class MoveClock(Strict):
    to = Moment(required=True)
    place = Flag(metadata={"description": "Premier réglage d'une plateforme vide : peut aller dans le passé"})
    timeout_s = Whole(1, 3_600, metadata={"description": "Attente au plus, après le déplacement"})


class Clock(Shown):
    now = fields.AwareDateTime(format="iso")


class ClockMoved(Clock):
    waited_s = fields.Float()
