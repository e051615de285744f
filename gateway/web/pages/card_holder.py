"""What is printed on a young person's card: where it is sent, and their photo."""

from __future__ import annotations

from atouts.identity.v1 import holders_pb2 as pb
from starlette.responses import Response

from chassis.sizes import PICTURE_MB
from gateway import answers
from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.problems import Problem
from gateway.rate_limits import UPLOAD
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema, NoFields
from gateway.web.page import YOUNG, page
from gateway.web.visit import View, Visit

_LINES = ("line_1", "line_2", "line_3")
_DONE = {
    "adresse": "Ton adresse est enregistrée.",
    "photo": "Ta photo est enregistrée.",
    "retiree": "Ta photo est retirée.",
}


class AddressForm(FormSchema):
    line_1 = Text(38, required=True)
    line_2 = Text(38)
    line_3 = Text(38)
    postal_code = Text(5, required=True, pattern=("[0-9]{5}", "not_a_postal_code"))
    town = Text(38, required=True)


@page("/mon-espace/carte/titulaire", YOUNG, done=_DONE)
async def holder(visit: Visit) -> View:
    try:
        address = (await visit.ask(rpc("identity", "GetPostalAddress"), pb.GetPostalAddressRequest())).address
        photo = (await visit.ask(rpc("identity", "GetPhoto"), pb.GetPhotoRequest())).image
    except Problem as problem:
        if problem.code != "profile_missing":
            raise
        return View("jeune/titulaire.html", {"without_profile": True})
    typed = dict(zip(_LINES, address.lines, strict=False))
    form = visit.form.filled({**typed, "postal_code": address.postal_code, "town": address.town})
    values = {"form": form, "has_photo": bool(photo), "limit_mb": PICTURE_MB, "without_profile": False}
    return View("jeune/titulaire.html", values)


@holder.act(AddressForm, names={"lines": "line_1"})
async def keep_address(visit: Visit, fields: Fields) -> Response:
    lines = [fields[name] for name in _LINES if fields.get(name)]
    address = pb.PostalAddress(lines=lines, postal_code=fields["postal_code"], town=fields["town"])
    await visit.ask(rpc("identity", "SetPostalAddress"), pb.SetPostalAddressRequest(address=address))
    return visit.go(holder.path, done="adresse")


@holder.act(NoFields, "/mon-espace/carte/photo", limit=UPLOAD, uploads={"image": PICTURE_MB})
async def keep_photo(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("identity", "SetPhoto", SLOW_S), pb.SetPhotoRequest(image=fields["image"]))
    return visit.go(holder.path, done="photo")


@holder.act(NoFields, "/mon-espace/carte/photo/retirer")
async def remove_photo(visit: Visit, _fields: Fields) -> Response:
    await visit.ask(rpc("identity", "RemovePhoto"), pb.RemovePhotoRequest())
    return visit.go(holder.path, done="retiree")


@page("/mon-espace/carte/photo.jpg", YOUNG)
async def own_photo(visit: Visit) -> Response:
    """Shown within the page; opened by itself, it is downloaded."""
    found = await visit.ask(rpc("identity", "GetPhoto"), pb.GetPhotoRequest())
    return answers.File("image", "image/jpeg", "ma-photo.jpg").render(found)
