"""Who works here: staff and their roles, those who were invited, inviting and changing roles."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.rate_limits import SIGN_IN
from gateway.schemas.fields import Many, OneOf, Text
from gateway.web import tabs, words
from gateway.web.forms import FormSchema, NoFields, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.staff_queues import Queue
from gateway.web.visit import View, Visit

_LIST = "/agents/equipe"
_STAFF = Queue(lambda: rpc("identity", "ListStaff"), lambda token: pb.ListStaffRequest(page_token=token), "staff")
_DONE = {
    "invite": "L’invitation est partie par message : son lien sert une fois, pendant sept jours.",
    "roles": "Les rôles sont changés : ils comptent aussitôt, les onglets de la personne suivent sous dix minutes.",
}


class RolesForm(FormSchema):
    """None: the person may do nothing any more, and is signed out."""

    roles = Many(OneOf(*sorted(tabs.EVERY_ROLE)), len(tabs.EVERY_ROLE))


class InviteForm(FormSchema):
    email = Text(254, required=True)
    roles = Many(OneOf(*sorted(tabs.EVERY_ROLE)), len(tabs.EVERY_ROLE), required=True)


@page(_LIST, STAFF, done=_DONE)
async def team(visit: Visit) -> View:
    found, more = await _STAFF.page(visit, visit.query(PageToken).get("page_token", ""))
    values = {
        "staff": found,
        "next": more,
        "states": words.STAFF_STATES,
        "invited": pb.STAFF_STATE_INVITED,
        "roles": words.STAFF_ROLES,
        "names": dict(words.STAFF_ROLES),
    }
    return View("agents/equipe.html", values)


@team.act(InviteForm, limit=SIGN_IN)
async def invite(visit: Visit, fields: Fields) -> Response:
    """By a mail to that address alone: who invites never holds the link. What was sent before is void."""
    await visit.ask(rpc("identity", "InviteStaff"), pb.InviteStaffRequest(**fields))
    return visit.go(_LIST, done="invite")


@page(_LIST + "/{account_id}", STAFF)
async def member(visit: Visit) -> View:
    return View("agents/agent.html", {"member": await _member(visit), "roles": words.STAFF_ROLES})


@member.act(RolesForm)
async def set_roles(visit: Visit, fields: Fields) -> Response:
    request = pb.SetStaffRolesRequest(account_id=visit.id("account_id"), roles=fields.get("roles", []))
    await visit.ask(rpc("identity", "SetStaffRoles"), request)
    return visit.go(_LIST, done="roles")


@member.act(NoFields, _LIST + "/{account_id}/invitation", limit=SIGN_IN)
async def invite_again(visit: Visit, _fields: Fields) -> Response:
    """With the roles that they hold."""
    known = await _member(visit)
    await visit.ask(rpc("identity", "InviteStaff"), pb.InviteStaffRequest(email=known.email, roles=known.roles))
    return visit.go(_LIST, done="invite")


async def _member(visit: Visit) -> pb.StaffMember:
    """Raises Problem 404 for an account that is not staff's."""
    async for each in _STAFF.every(visit):
        if each.account_id == visit.id("account_id"):
            found: pb.StaffMember = each
            return found
    raise Problem(404, "not_found", "Rien ne porte cet identifiant.", "Nothing has this identifier.")
