"""The till: which partner one works for, and the card or voucher that a customer shows."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2
from atouts.wallet.v1 import debits_pb2, vouchers_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.rate_limits import TILL
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages import till_passage
from gateway.web.pages.till_passage import Passage
from gateway.web.visit import View, Visit

_READER, _WASM = "vendor/zxing-wasm/reader/index.js", "vendor/zxing-wasm/reader/zxing_reader.wasm"
SCAN_SOURCES = {"script-src": ("'wasm-unsafe-eval'",)}
_NOT_A_CARD = "code_unreadable"
_NOT_A_VOUCHER = 404


class CodeForm(FormSchema):
    code = Text(300, required=True)


async def partners(visit: Visit) -> list[organisations_pb2.Partner]:
    """Those that the visitor acts for."""
    answer = await visit.ask(rpc("partner", "ListMyPartners"), organisations_pb2.ListMyPartnersRequest())
    return list(answer.partners)


async def partner_of(visit: Visit) -> organisations_pb2.Partner:
    """The partner in the path. Raises Problem 404 when the visitor does not act for it."""
    for partner in await partners(visit):
        if partner.partner_id == visit.id("partner_id"):
            return partner
    raise Problem(
        404,
        "unknown_partner",
        "Votre compte n'agit pas pour ce partenaire : demandez à son délégué principal de vous ajouter.",
        "Your account does not act for this partner: ask its principal delegate to add you.",
    )


def scanner(visit: Visit) -> dict[str, str]:
    """Where the script that scans finds its reader; empty where it is not installed."""
    statics = visit.setting.statics
    installed = statics.has(_READER) and statics.has(_WASM)
    return {"reader": statics.url(_READER), "wasm": statics.url(_WASM)} if installed else {"reader": "", "wasm": ""}


@page("/caisse", PARTNER, limit=TILL)
async def counters(visit: Visit) -> View | Response:
    """With one partner there is nothing to choose."""
    known = await partners(visit)
    if len(known) == 1:
        return visit.go(f"/caisse/{known[0].partner_id}")
    return View("caisse/partenaires.html", {"partners": known})


@page(
    "/caisse/{partner_id}",
    PARTNER,
    limit=TILL,
    done={"ferme": "Ce passage n'est plus ouvert sur cet appareil : scannez à nouveau la carte ou le coupon."},
    sources=SCAN_SOURCES,
    camera=True,
)
async def counter(visit: Visit) -> View:
    return View("caisse/code.html", {"partner": await partner_of(visit), **scanner(visit)})


@counter.act(CodeForm, limit=TILL)
async def read_code(visit: Visit, fields: Fields) -> Response:
    """A card's code is used up by being read; what is no card's may be a voucher's. Raises Problem."""
    partner_id, passage_id = visit.id("partner_id"), till_passage.new_id()
    try:
        passage = await _present(visit, fields["code"], passage_id)
    except Problem as problem:
        if problem.code != _NOT_A_CARD:
            raise
        passage = await _read_voucher(visit, fields["code"], passage_id)
    response = visit.go(till_passage.address(partner_id, passage_id))
    return till_passage.keep(passage, visit, response)


async def present(visit: Visit, code: str, passage_id: str) -> debits_pb2.PresentCardResponse:
    """The card whose code was read, on the device named after the passage: it alone debits. Raises Problem."""
    device = Passage(passage_id, False, "", ()).device
    request = debits_pb2.PresentCardRequest(partner_id=visit.id("partner_id"), code=code, device=device)
    shown: debits_pb2.PresentCardResponse = await visit.ask(rpc("wallet", "PresentCard"), request)
    return shown


async def _present(visit: Visit, code: str, passage_id: str) -> Passage:
    return Passage.of_card(await present(visit, code, passage_id), passage_id)


async def _read_voucher(visit: Visit, code: str, passage_id: str) -> Passage:
    request = vouchers_pb2.ReadVoucherRequest(partner_id=visit.id("partner_id"), code=code)
    try:
        return Passage.of_voucher(await visit.ask(rpc("wallet", "ReadVoucher"), request), code, passage_id)
    except Problem as problem:
        if problem.status != _NOT_A_VOUCHER:
            raise
        raise _unknown_code() from problem


def _unknown_code() -> Problem:
    return Problem(
        422,
        "code_unknown",
        "Ce code n'est ni celui d'une carte ni celui d'un coupon : demandez au jeune de l'afficher à nouveau.",
        "This is neither a card's code nor a voucher's: ask the holder to show it again.",
        "code",
    )
