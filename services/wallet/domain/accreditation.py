"""What a partner may take."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Accreditation:
    """Whether a partner takes a category of a scheme, at a version of the owner's.

    `activity`: what the partner declared itself to be, in the rulebooks' words; None where its owner did not tell.
    """

    partner_id: UUID
    scheme: str
    category: str
    granted: bool
    version: int
    activity: str | None = None
