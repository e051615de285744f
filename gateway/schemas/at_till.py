"""What every order at the till says: whose right, which one, and how the card was shown."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from gateway.schemas.fields import OneOf, SecretCode, Strict, Text


class AtTill(Strict):
    """With the presentation of a card, or all at once with its code; only the latter says by which channel."""

    presentation_id = Text(64)
    code = Text(300)
    scheme = Text(80, required=True)
    season = Text(20, required=True)
    benefit = Text(80, required=True)
    device = Text(80, required=True)
    channel = OneOf("till", "terminal", "nfc")
    secret_code = SecretCode()

    @validates_schema
    def one_of_both(self, data: dict[str, Any], **_rest: Any) -> None:
        if ("presentation_id" in data) == ("code" in data):
            raise ValidationError("one_of_both", "code")
