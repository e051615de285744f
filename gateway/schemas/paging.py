"""Lists come by pages; the token is opaque."""

from __future__ import annotations

from marshmallow import fields

from gateway.schemas.fields import Shown, Strict, Text


class Page(Strict):
    """Query parameters of a list."""

    page_token = Text(500, metadata={"description": "next_page_token de la page précédente"})


class Paged(Shown):
    """An answer with more to come when next_page_token is not empty."""

    next_page_token = fields.String()
