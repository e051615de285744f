"""Addresses and photos of card holders, each person's under a key of their own."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.crypto import Cipher
from chassis.work import Work
from services.identity.domain.card_holders import KeptOfHolder, PostalAddress
from services.identity.store.keys.own_keys import OwnKeys
from services.identity.store.tables import card_holders

_KEY_BYTES = 32


class CardHolderRows:
    """`CardHolders` in the service's database. A row's key is sealed under the person's own, and opens the rest."""

    def __init__(self, keys: OwnKeys) -> None:
        self._keys = keys

    def keep_address(self, work: Work, person_id: str, address: PostalAddress) -> None:
        packed = json.dumps([list(address.lines), address.postal_code, address.town])
        own = self._own(work, person_id)
        self._keep(work, person_id, address_sealed=own.seal_text(packed, f"{person_id}/address"))

    def address_of(self, work: Work, person_id: str) -> PostalAddress | None:
        found = self.found(work, [person_id], with_photos=False).get(person_id)
        return found.address if found else None

    def keep_photo(self, work: Work, person_id: str, photo: bytes | None) -> None:
        own = self._own(work, person_id)
        self._keep(work, person_id, photo_sealed=own.seal(photo, f"{person_id}/photo") if photo else None)

    def photo_of(self, work: Work, person_id: str) -> bytes:
        found = self.found(work, [person_id], with_photos=True).get(person_id)
        return found.photo if found else b""

    def found(self, work: Work, person_ids: Sequence[str], with_photos: bool) -> dict[str, KeptOfHolder]:
        photo = card_holders.c.photo_sealed if with_photos else sa.null().label("photo_sealed")
        rows = work.session.execute(
            sa.select(
                card_holders.c.person_id,
                card_holders.c.key_sealed,
                card_holders.c.address_sealed,
                card_holders.c.photo_sealed.is_not(None).label("has_photo"),
                photo,
            ).where(
                card_holders.c.authority_id == work.authority_id,
                card_holders.c.person_id.in_([UUID(person_id) for person_id in person_ids]),
            )
        )
        kept = {str(row.person_id): row for row in rows}
        openers = self._keys.openers(work.authority_id, kept)
        keys = {each: openers[each].content(kept[each].key_sealed, _bound_to(each)) for each in kept}
        return {person_id: _kept(kept[person_id], Cipher(key)) for person_id, key in keys.items() if key}

    def _own(self, work: Work, person_id: str) -> Cipher:
        """The row's key, made at its first use; the person is locked by who calls."""
        keeper = self._keys.keeper(work.authority_id, person_id)
        sealed = keeper.seal(os.urandom(_KEY_BYTES), _bound_to(person_id))
        key = {"authority_id": work.authority_id, "person_id": UUID(person_id)}
        work.session.execute(insert(card_holders).values(key | {"key_sealed": sealed}).on_conflict_do_nothing())
        kept = work.session.execute(
            sa.select(card_holders.c.key_sealed).where(*(card_holders.c[name] == value for name, value in key.items()))
        ).scalar_one()
        return Cipher(keeper.content(kept, _bound_to(person_id)) or b"")

    def _keep(self, work: Work, person_id: str, **values: object) -> None:
        work.session.execute(
            sa.update(card_holders)
            .where(card_holders.c.authority_id == work.authority_id, card_holders.c.person_id == UUID(person_id))
            .values(**values)
        )


def _kept(row: Any, own: Cipher) -> KeptOfHolder:
    person_id = str(row.person_id)
    photo = own.open(row.photo_sealed, f"{person_id}/photo") if row.photo_sealed else b""
    return KeptOfHolder(_address(own, person_id, row.address_sealed), row.has_photo, photo)


def _address(own: Cipher, person_id: str, sealed: bytes | None) -> PostalAddress | None:
    if sealed is None:
        return None
    lines, postal_code, town = json.loads(own.open_text(sealed, f"{person_id}/address"))
    return PostalAddress(tuple(lines), postal_code, town)


def _bound_to(person_id: str) -> str:
    return f"{person_id}/card-holder-key"
