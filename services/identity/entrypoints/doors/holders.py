"""What is printed on a person's card: their own, and what the wallet asks when it prints or shows it."""

from __future__ import annotations

from atouts.identity.v1 import holders_pb2 as pb

from chassis.errors import Malformed
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity.application import card_holders as use
from services.identity.application.card_holders import CardHolder
from services.identity.bootstrap import Parts
from services.identity.domain.card_holders import PostalAddress
from services.identity.entrypoints.parsing import ids
from services.identity.entrypoints.transactions import in_transaction

_MOST_WITH_PHOTOS = 100
_MEDIA_TYPE = "image/jpeg"


class HolderDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._persons, self._holders = parts.schools.persons, parts.card_holders

    def set_postal_address(self, work: Work, request: pb.SetPostalAddressRequest) -> pb.SetPostalAddressResponse:
        asked = request.address
        address = PostalAddress(tuple(asked.lines), asked.postal_code, asked.town)
        use.set_address(work, self._persons, self._holders, address)
        return pb.SetPostalAddressResponse()

    def get_postal_address(self, work: Work, _request: pb.GetPostalAddressRequest) -> pb.GetPostalAddressResponse:
        address = use.own_address(work, self._persons, self._holders)
        return pb.GetPostalAddressResponse(address=_address(address) if address else None)

    @direct
    def set_photo(self, call: Call, request: pb.SetPhotoRequest) -> pb.SetPhotoResponse:
        """The picture is made safe before any transaction."""
        photo = self._parts.pictures.portrait(request.image)
        in_transaction(
            self._parts.platform,
            call.context,
            lambda work: use.set_photo(work, self._persons, self._holders, photo),
        )
        return pb.SetPhotoResponse()

    def get_photo(self, work: Work, _request: pb.GetPhotoRequest) -> pb.GetPhotoResponse:
        photo = use.own_photo(work, self._persons, self._holders)
        return pb.GetPhotoResponse(image=photo, media_type=_MEDIA_TYPE if photo else "")

    def remove_photo(self, work: Work, _request: pb.RemovePhotoRequest) -> pb.RemovePhotoResponse:
        use.set_photo(work, self._persons, self._holders, None)
        return pb.RemovePhotoResponse()

    def look_up_card_holders(self, work: Work, request: pb.LookUpCardHoldersRequest) -> pb.LookUpCardHoldersResponse:
        person_ids = ids(request.person_ids, "person_ids")
        if request.with_photos and len(person_ids) > _MOST_WITH_PHOTOS:
            sentence = f"{_MOST_WITH_PHOTOS} identifiants au plus par appel avec les photos."
            raise Malformed("person_ids", sentence, f"{_MOST_WITH_PHOTOS} ids at most with photos")
        found = use.look_up_card_holders(work, self._persons, self._holders, person_ids, request.with_photos)
        return pb.LookUpCardHoldersResponse(holders=[_holder(each) for each in found])


def _holder(found: CardHolder) -> pb.CardHolder:
    profile, kept = found.person.profile, found.kept
    return pb.CardHolder(
        person_id=found.person.person_id,
        given_name=profile.given_names[0],
        surname=profile.surname,
        address=_address(kept.address) if kept.address else None,
        has_photo=kept.has_photo,
        photo=kept.photo,
    )


def _address(address: PostalAddress) -> pb.PostalAddress:
    return pb.PostalAddress(lines=address.lines, postal_code=address.postal_code, town=address.town)
