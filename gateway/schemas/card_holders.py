"""What is printed on one's card: where it is sent, and one's photo."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.fields import Many, Part, Shown, Strict, Text


class NewAddress(Strict):
    lines = Many(Text(38), most=3, required=True)
    postal_code = Text(5, required=True)
    town = Text(38, required=True)


class NewPostalAddress(Strict):
    address = Part(NewAddress, required=True)


class HolderAddress(Shown):
    lines = fields.List(fields.String())
    postal_code = fields.String()
    town = fields.String()


class PostalAddress(Shown):
    address = Part(HolderAddress)
