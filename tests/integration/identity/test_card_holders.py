"""Addresses and photos of card holders: the person's own, the wallet's to ask, and gone with the person."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import holders_pb2 as pb

from chassis.crypto import Unreadable
from chassis.grpc_client import PeerRefused
from services.identity.domain.card_holders import PostalAddress
from tests.integration.identity.stage import Caller, Stage, picture

ADDRESS = pb.PostalAddress(lines=["12 rue des Essais"], postal_code="14000", town="Caen")


@pytest.fixture
def lou(stage: Stage) -> Caller:
    caller = stage.young("lou@exemple.fr")
    stage.declare(caller)
    return caller


def _given(stage: Stage, caller: Caller) -> None:
    stage.call("SetPostalAddress", pb.SetPostalAddressRequest(address=ADDRESS), caller.token)
    stage.call("SetPhoto", pb.SetPhotoRequest(image=picture()), caller.token)


def _looked_up(stage: Stage, *person_ids: str, with_photos: bool = False) -> list[pb.CardHolder]:
    request = pb.LookUpCardHoldersRequest(person_ids=person_ids, with_photos=with_photos)
    return list(stage.call("LookUpCardHolders", request, service="wallet").holders)


def test_a_person_gives_changes_and_takes_away_what_is_printed(stage: Stage, lou: Caller) -> None:
    """Facts that others decide by do not change with it."""
    assert not stage.call("GetPostalAddress", pb.GetPostalAddressRequest(), lou.token).HasField("address")
    _given(stage, lou)
    assert stage.call("GetPostalAddress", pb.GetPostalAddressRequest(), lou.token).address == ADDRESS
    photo = stage.call("GetPhoto", pb.GetPhotoRequest(), lou.token)
    assert photo.image.startswith(b"\xff\xd8\xff")
    assert len(photo.image) <= 40_000
    stage.call("RemovePhoto", pb.RemovePhotoRequest(), lou.token)
    assert stage.call("GetPhoto", pb.GetPhotoRequest(), lou.token).image == b""
    assert [row.version for row in stage.published("facts_changed")] == [1]


def test_the_wallet_asks_for_names_addresses_and_on_demand_photos(stage: Stage, lou: Caller) -> None:
    """Persons without a profile are left out; one who gave nothing is named all the same."""
    max_, nobody = stage.young("max@exemple.fr"), stage.young("nul@exemple.fr")
    stage.declare(max_)
    _given(stage, lou)
    found = {one.person_id: one for one in _looked_up(stage, lou.account_id, max_.account_id, nobody.account_id)}
    assert set(found) == {lou.account_id, max_.account_id}
    assert (found[lou.account_id].address, found[lou.account_id].has_photo) == (ADDRESS, True)
    assert found[lou.account_id].photo == b""
    assert not found[max_.account_id].HasField("address")
    (with_photo,) = _looked_up(stage, lou.account_id, with_photos=True)
    assert with_photo.photo == stage.call("GetPhoto", pb.GetPhotoRequest(), lou.token).image


def test_nobody_else_asks(stage: Stage, lou: Caller) -> None:
    request = pb.LookUpCardHoldersRequest(person_ids=[lou.account_id])
    for service in ("gateway", "partner", "payout", "notification"):
        with pytest.raises(PeerRefused) as refused:
            stage.call("LookUpCardHolders", request, service=service)
        assert refused.value.reason == "not_allowed"


def test_they_are_sealed_under_the_persons_own_key_and_go_with_the_person(stage: Stage, lou: Caller) -> None:
    """No value is in the clear; without its key row a sealed value opens for nobody, so that a backup tells nothing."""
    _given(stage, lou)
    (row,) = stage.rows(sa.text("SELECT key_sealed, address_sealed, photo_sealed FROM card_holders"))
    assert b"Essais" not in row.address_sealed
    assert b"\xff\xd8\xff" not in row.photo_sealed
    other = stage.young("max@exemple.fr")
    stage.declare(other)
    _given(stage, other)
    swap = sa.text(
        "UPDATE card_holders SET key_sealed = (SELECT key_sealed FROM card_holders WHERE person_id = :other) "
        "WHERE person_id = :lou"
    )
    stage.work(lambda work: work.session.execute(swap, {"other": other.account_id, "lou": lou.account_id}))
    holders = stage.parts.card_holders
    with pytest.raises(Unreadable):
        stage.work(lambda work: holders.photo_of(work, lou.account_id))
    gone = sa.text("DELETE FROM persons WHERE person_id = :lou")
    stage.work(lambda work: work.session.execute(gone, {"lou": lou.account_id}))
    assert len(stage.rows(sa.text("SELECT 1 FROM card_holders"))) == 1
    assert stage.work(lambda work: holders.address_of(work, other.account_id)) == PostalAddress(
        ("12 rue des Essais",), "14000", "Caen"
    )
