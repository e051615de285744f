"""Whose card it is, as identity tells it at the moment it is asked: printed or compared, and kept by nobody here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CardHolder:
    """`address`: the lines above the town, its postal code and the town; empty where none was given.

    `photo`: a JPEG file, where photos were asked for.
    """

    person_id: UUID
    given_name: str
    surname: str
    address: tuple[str, ...] = ()
    postal_code: str = ""
    town: str = ""
    has_photo: bool = False
    photo: bytes = b""
