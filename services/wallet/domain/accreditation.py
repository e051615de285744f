"""What a partner may take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from rulebooks import PARTNER


@dataclass(frozen=True, slots=True)
class Accreditation:
    """Whether a partner takes a category of a scheme, at a version of the owner's.

    `activity`: what the partner declared itself to be, in the rulebooks' words; None where its owner did not tell.
    `tags`: the lists that it declared, one word a value, as in `sports/combat sports/judo`; None as well.
    """

    partner_id: UUID
    scheme: str
    category: str
    granted: bool
    version: int
    activity: str | None = None
    tags: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a partner's accreditation tells of it."""

    activity: str | None
    tags: str | None

    def facts(self) -> dict[str, object]:
        """In the rulebooks' vocabulary of partners; a word that it does not know says nothing."""
        said: dict[str, object] = {"activity": self.activity or ""}
        for tag in (self.tags or "").split():
            name, _, value = tag.partition("/")
            listed = said.setdefault(name, [])
            if isinstance(listed, list):
                listed.append(value)
        known = dict(PARTNER.items())
        return {name: value for name, value in said.items() if name in known and not known[name].complaint(value)}


NOTHING_TOLD = Told(None, None)


def words(tags: Iterable[str]) -> str:
    """Tags as they are kept."""
    return " ".join(sorted(tags))
