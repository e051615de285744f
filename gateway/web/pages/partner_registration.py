"""Registering an organisation: who it is, where, and in which roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atouts.partner.v1 import organisations_pb2 as pb
from marshmallow import ValidationError, post_load, validates_schema
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.rate_limits import READ
from gateway.schemas.fields import Many, Text, Uai, Word
from gateway.web import communes, words
from gateway.web.communes import PostalCode
from gateway.web.forms import Form, FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages.partner_space import SPACE
from gateway.web.partner_terms import terms_of
from gateway.web.visit import View, Visit
from rulebooks.communes import by_code

_PATH = SPACE + "/inscription"
_ESTABLISHMENT_KIND = "establishment_kind"
# What the service calls otherwise.
_NAMES = {"declarations": _ESTABLISHMENT_KIND}


class RegistrationForm(FormSchema):
    """The commune is found by its postal code, and kept by its INSEE code and its name."""

    siret = Text(20, required=True)
    legal_name = Text(140, required=True)
    public_name = Text(140, required=True)
    kind = Word(pb.PartnerKind, required=True)
    street = Text(200, required=True)
    postal_code = PostalCode(required=True)
    commune = Text(5)
    roles = Many(Text(40), 10, required=True)
    uai = Uai()
    establishment_kind = Text(40)

    @validates_schema(skip_on_field_errors=False)
    def require_commune(self, data: Fields, **_: Any) -> None:
        if "postal_code" in data and not communes.chosen(*_place(data)):
            raise ValidationError({"commune": ["commune_to_choose"]})

    @post_load
    def keep_commune(self, data: Fields, **_: Any) -> Fields:
        return {**data, "commune": communes.chosen(*_place(data))}


class CommuneSearch(FormSchema):
    """The same form while its commune is looked for: the rest comes back as it was typed."""

    siret = Text(20)
    legal_name = Text(140)
    public_name = Text(140)
    kind = Text(20)
    street = Text(200)
    postal_code = PostalCode(required=True)
    commune = Text(5)
    roles = Many(Text(40), 10)
    uai = Text(20)
    establishment_kind = Text(40)


@page(_PATH, PARTNER)
async def registration(visit: Visit) -> View:
    listed = (await terms_of(visit)).listed
    known = {category.role for terms in listed for category in terms.categories}
    values = {
        "form": visit.form.filled({"roles": ["service"]}),
        "kinds": words.PARTNER_FORMS,
        "roles": [(role, told) for role, told in words.PARTNER_ROLES if role in known],
        "establishments": words.ESTABLISHMENT_KINDS if "establishment" in known else [],
        "communes": communes.choices(*_place(visit.form.values)),
    }
    return View("partenaire/inscription.html", values)


@registration.act(RegistrationForm, names=_NAMES)
async def register(visit: Visit, fields: Fields) -> Response:
    """Whoever registers it is its principal delegate."""
    commune = by_code(fields["commune"])
    address = pb.Address(
        street=fields["street"],
        postal_code=fields["postal_code"],
        commune=fields["commune"],
        city=commune.name if commune else "",
    )
    said = fields.get(_ESTABLISHMENT_KIND)
    request = pb.RegisterPartnerRequest(
        siret=fields["siret"],
        legal_name=fields["legal_name"],
        public_name=fields["public_name"],
        kind=fields["kind"],
        address=address,
        declarations=[pb.Declaration(name=_ESTABLISHMENT_KIND, text=said)] if said else [],
        roles=fields["roles"],
        uai=fields.get("uai", "").upper(),
    )
    made = (await visit.ask(rpc("partner", "RegisterPartner"), request)).partner
    return visit.go(f"{SPACE}/{made.partner_id}", done="inscrit")


@registration.act(CommuneSearch, _PATH + "/communes", limit=READ)
async def find_communes(visit: Visit, fields: Fields) -> View | Response:
    """Nothing is kept: the page comes back with the communes of the postal code."""
    visit.form = Form({name: fields.get(name, "") for name in RegistrationForm().fields})
    return await registration.show(visit)


def _place(values: Mapping[str, Any]) -> tuple[str, str]:
    return str(values.get("postal_code", "")), str(values.get("commune", ""))
