"""What is printed on a person's card and checked at the till: their postal address and their photo.

Both are sealed under a key of that person alone, which goes with the person: what a backup still holds is unreadable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chassis.work import Work
from services.identity.application.ports import Persons
from services.identity.application.profiles import locked_person, own_person
from services.identity.domain.card_holders import KeptOfHolder, PostalAddress, fit_address
from services.identity.domain.profiles import Person


class CardHolders(Protocol):
    """Addresses and photos, by person."""

    def keep_address(self, work: Work, person_id: str, address: PostalAddress) -> None: ...

    def address_of(self, work: Work, person_id: str) -> PostalAddress | None: ...

    def keep_photo(self, work: Work, person_id: str, photo: bytes | None) -> None:
        """None takes it away."""

    def photo_of(self, work: Work, person_id: str) -> bytes: ...

    def found(self, work: Work, person_ids: Sequence[str], with_photos: bool) -> dict[str, KeptOfHolder]:
        """By person, of those who gave something."""


@dataclass(frozen=True, slots=True)
class CardHolder:
    person: Person
    kept: KeptOfHolder


_NOTHING = KeptOfHolder(None, has_photo=False)


def set_address(work: Work, persons: Persons, holders: CardHolders, address: PostalAddress) -> None:
    """Raises AddressUnfit, ProfileMissing."""
    fit = fit_address(address)
    person = locked_person(work, persons, work.context.account_id)
    holders.keep_address(work, person.person_id, fit)
    work.audit("postal_address_given", person.person_id)


def own_address(work: Work, persons: Persons, holders: CardHolders) -> PostalAddress | None:
    """Raises ProfileMissing."""
    return holders.address_of(work, own_person(work, persons).person_id)


def set_photo(work: Work, persons: Persons, holders: CardHolders, photo: bytes | None) -> None:
    """A picture that was made safe, or None to take it away. Raises ProfileMissing."""
    person = locked_person(work, persons, work.context.account_id)
    holders.keep_photo(work, person.person_id, photo)
    work.audit("photo_given" if photo else "photo_removed", person.person_id)


def own_photo(work: Work, persons: Persons, holders: CardHolders) -> bytes:
    """Empty until one is given. Raises ProfileMissing."""
    return holders.photo_of(work, own_person(work, persons).person_id)


def look_up_card_holders(
    work: Work, persons: Persons, holders: CardHolders, person_ids: Sequence[str], with_photos: bool
) -> list[CardHolder]:
    """One each; persons without a profile are left out."""
    kept = holders.found(work, person_ids, with_photos)
    known = persons.find_all(work, list(dict.fromkeys(person_ids)))
    return [CardHolder(person, kept.get(person.person_id, _NOTHING)) for person in known]
