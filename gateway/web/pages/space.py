"""A young person's own space: the code to show, wallets, what is still to do, what was spent."""

from __future__ import annotations

from typing import Any

from atouts.partner.v1 import organisations_pb2
from atouts.wallet.v1 import access_uses_pb2, debits_pb2, memberships_pb2, movements_pb2, suspensions_pb2
from starlette.responses import Response

from chassis.errors import UNAVAILABLE
from gateway.contracts import rpc
from gateway.live import EventStream
from gateway.problems import Problem, from_answer
from gateway.schemas.fields import Text
from gateway.web import qr, words
from gateway.web.forms import PageToken
from gateway.web.page import YOUNG, page
from gateway.web.pages.card import card_of
from gateway.web.titles import suspended_titles
from gateway.web.visit import View, Visit

_SVG_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


@page("/mon-espace", YOUNG, done={"bienvenue": "Ton compte est créé. Bienvenue !"})
async def space(visit: Visit) -> View:
    wallets = (await visit.ask(rpc("wallet", "ListWallets"), movements_pb2.ListWalletsRequest())).wallets
    memberships = (
        await visit.ask(rpc("wallet", "ListMemberships"), memberships_pb2.ListMembershipsRequest())
    ).memberships
    values = {
        "wallets": wallets,
        "accesses": (await visit.ask(rpc("wallet", "ListAccesses"), access_uses_pb2.ListAccessesRequest())).accesses,
        "periods": words.PERIODS,
        "memberships": memberships,
        "titles": scheme_titles(visit),
        "states": words.MEMBERSHIP_STATES,
        "suspensions": await _suspensions(visit),
        "code": await _code(visit) if wallets else None,
        "card": await card_of(visit) if wallets else None,
    }
    return View("jeune/espace.html", values)


@page("/mon-espace/code", YOUNG)
async def code(visit: Visit) -> View:
    """The part of the page that rotates, alone: what the script puts in place of the one before."""
    found = await _code(visit)
    if found is None:
        raise Problem(409, "app_card_opposed", "Ta carte est bloquée.", "Your card is blocked.")
    return View("jeune/_code.html", {"code": found})


@page("/mon-espace/soldes", YOUNG)
async def balances(visit: Visit) -> View:
    """The wallets alone: what the script puts in place once something was paid."""
    answer = await visit.ask(rpc("wallet", "ListWallets"), movements_pb2.ListWalletsRequest())
    return View("jeune/_porte_monnaie.html", {"wallets": answer.wallets})


@page("/mon-espace/code.svg", YOUNG)
async def code_picture(visit: Visit) -> Response:
    answer = await visit.ask(rpc("wallet", "ShowCode"), debits_pb2.ShowCodeRequest())
    return Response(qr.svg(answer.code), media_type="image/svg+xml", headers=_SVG_POLICY)


@page("/mon-espace/direct", YOUNG)
async def live(visit: Visit) -> Response:
    """What happens to the account, as it happens; a browser opens it again when the token ends. Raises Problem 503."""
    notices, session = visit.parts.live, visit.session
    if notices is None or session is None:
        raise from_answer(UNAVAILABLE)
    subscription = await notices.subscribe(visit.authority.id, session.account_id)
    return EventStream(subscription, session.expires_at)


async def _suspensions(visit: Visit) -> list[tuple[Any, str]]:
    """Those in force, with the titles of what they concern."""
    answer = await visit.ask(rpc("wallet", "ListSuspensions"), suspensions_pb2.ListSuspensionsRequest())
    return [(each, suspended_titles(visit, each)) for each in answer.suspensions if each.in_force]


async def _code(visit: Visit) -> dict[str, Any] | None:
    """The code of this half-minute; `seconds` by the platform's clock, which the browser's may not be. None where the
    card was reported lost or stolen."""
    try:
        answer = await visit.ask(rpc("wallet", "ShowCode"), debits_pb2.ShowCodeRequest())
    except Problem as problem:
        if problem.code != "app_card_opposed":
            raise
        return None
    left = answer.valid_until.ToMilliseconds() / 1000 - visit.setting.clock.now().timestamp()
    return {"svg": qr.svg(answer.code), "typed": answer.typed_code, "seconds": max(1, min(60, round(left)))}


def scheme_titles(visit: Visit) -> dict[tuple[str, str], str]:
    """Titles by scheme and season."""
    rulebooks = visit.setting.catalogue.of_authority(visit.authority.id)
    return {(rulebook.scheme, rulebook.season): rulebook.title for rulebook in rulebooks}


class HistoryQuery(PageToken):
    wallet_id = Text(64, pattern=("[A-Za-z0-9_-]{1,64}", "required"))


@page("/mon-espace/historique", YOUNG)
async def history(visit: Visit) -> View:
    """One wallet's movements, with the partners' names."""
    query = visit.query(HistoryQuery)
    wallets = (await visit.ask(rpc("wallet", "ListWallets"), movements_pb2.ListWalletsRequest())).wallets
    wallet_id = query.get("wallet_id") or (wallets[0].wallet_id if wallets else "")
    movements, following = await _movements(visit, wallet_id, query.get("page_token", ""))
    values = {
        "wallets": wallets,
        "wallet_id": wallet_id,
        "movements": movements,
        "next": following,
        "partners": await partner_names(visit, {one.partner_id for one in movements}),
        "kinds": words.MOVEMENTS,
    }
    return View("jeune/historique.html", values)


async def _movements(visit: Visit, wallet_id: str, page_token: str) -> tuple[list[Any], str]:
    if not wallet_id:
        return [], ""
    asked = movements_pb2.ListMovementsRequest(wallet_id=wallet_id, page_token=page_token)
    answer = await visit.ask(rpc("wallet", "ListMovements"), asked)
    return list(answer.movements), answer.next_page_token


async def partner_names(visit: Visit, partner_ids: set[str]) -> dict[str, str]:
    """Names by id, with the city; a history without names beats none where partner is away."""
    asked = sorted(partner_ids - {""})
    if not asked:
        return {}
    try:
        answer = await visit.ask(
            rpc("partner", "LookUpPartners"), organisations_pb2.LookUpPartnersRequest(partner_ids=asked)
        )
    except Problem as problem:
        if problem.status != 503:
            raise
        return {}
    return {one.partner_id: f"{one.public_name} ({one.city})" for one in answer.partners}
