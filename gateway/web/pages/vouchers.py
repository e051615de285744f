"""Prepayment vouchers: a part of a wallet, reserved for one partner, shown on paper or on a screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atouts.partner.v1 import accreditations_pb2
from atouts.wallet.v1 import movements_pb2, vouchers_pb2
from starlette.responses import Response

from gateway import answers
from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.problems import Problem
from gateway.schemas.fields import Text
from gateway.web import qr
from gateway.web.forms import FormSchema, PageToken
from gateway.web.page import YOUNG, page
from gateway.web.pages.space import partner_names
from gateway.web.pages.till_amount import Euros
from gateway.web.visit import View, Visit

_STATES: Mapping[int, str] = {
    vouchers_pb2.VOUCHER_STATE_OPEN: "À utiliser",
    vouchers_pb2.VOUCHER_STATE_REDEEMED: "Utilisé",
    vouchers_pb2.VOUCHER_STATE_RELEASED: "Rendu",
}
_DONE = {"cree": "Ton coupon est prêt.", "rendu": "Ton coupon est rendu : la somme est revenue dans ton porte-monnaie."}
_PDF = answers.File("content", "application/pdf", ".filename")
_ID = ("[A-Za-z0-9_-]{1,64}", "required")


class NewVoucherQuery(PageToken):
    porte_monnaie = Text(64, pattern=_ID)
    ville = Text(100)


class VoucherForm(FormSchema):
    idempotency_key = Text(128, required=True)
    partner_id = Text(64, required=True, pattern=_ID)
    amount_cents = Euros(required=True)


class KeyForm(FormSchema):
    idempotency_key = Text(128, required=True)


@page("/mon-espace/coupons", YOUNG, done=_DONE)
async def vouchers(visit: Visit) -> View:
    asked = vouchers_pb2.ListVouchersRequest(page_token=visit.query(PageToken).get("page_token", ""))
    answer = await visit.ask(rpc("wallet", "ListVouchers"), asked)
    values = {
        "vouchers": answer.vouchers,
        "next": answer.next_page_token,
        "states": _STATES,
        "open_state": vouchers_pb2.VOUCHER_STATE_OPEN,
        "partners": await partner_names(visit, {one.partner_id for one in answer.vouchers}),
        "wallets": await _wallets(visit),
    }
    return View("jeune/coupons.html", values)


@page("/mon-espace/coupons/nouveau/{wallet_id}", YOUNG)
async def new_voucher(visit: Visit) -> View:
    """The partners that take this wallet's category; which of them take vouchers, the wallet decides."""
    wallet = next((one for one in await _wallets(visit) if one.wallet_id == visit.id("wallet_id")), None)
    if wallet is None:
        raise _nothing()
    query = visit.query(NewVoucherQuery)
    asked = accreditations_pb2.SearchDirectoryRequest(
        category=wallet.category, city=query.get("ville", ""), page_token=query.get("page_token", "")
    )
    answer = await visit.ask(rpc("partner", "SearchDirectory"), asked)
    values = {
        "wallet": wallet,
        "entries": answer.entries,
        "next": answer.next_page_token,
        "city": query.get("ville", ""),
    }
    return View("jeune/nouveau_coupon.html", values)


@new_voucher.act(VoucherForm)
async def make_voucher(visit: Visit, fields: Fields) -> Response:
    wallet = next((one for one in await _wallets(visit) if one.wallet_id == visit.id("wallet_id")), None)
    if wallet is None:
        raise _nothing()
    request = vouchers_pb2.CreateVoucherRequest(
        scheme=wallet.scheme, season=wallet.season, benefit=wallet.benefit, **fields
    )
    answer = await visit.ask(rpc("wallet", "CreateVoucher"), request)
    return visit.go(f"/mon-espace/coupons/{answer.voucher.voucher_id}", done="cree")


@page("/mon-espace/coupons/{voucher_id}", YOUNG, done=_DONE)
async def voucher(visit: Visit) -> View:
    """One voucher, to print or to show."""
    found = await _voucher(visit, visit.id("voucher_id"))
    values = {
        "voucher": found,
        "is_open": found.state == vouchers_pb2.VOUCHER_STATE_OPEN,
        "state": _STATES.get(found.state, ""),
        "svg": qr.svg(found.code),
        "partner": (await partner_names(visit, {found.partner_id})).get(found.partner_id, "Partenaire"),
    }
    return View("jeune/coupon.html", values)


@page("/mon-espace/coupons/{voucher_id}/pdf", YOUNG)
async def voucher_pdf(visit: Visit) -> Response:
    request = vouchers_pb2.PrintVoucherRequest(voucher_id=visit.id("voucher_id"))
    return _PDF.render(await visit.ask(rpc("wallet", "PrintVoucher", SLOW_S), request))


@voucher.act(KeyForm, "/mon-espace/coupons/{voucher_id}/rendre")
async def release(visit: Visit, fields: Fields) -> Response:
    request = vouchers_pb2.ReleaseVoucherRequest(voucher_id=visit.id("voucher_id"), **fields)
    await visit.ask(rpc("wallet", "ReleaseVoucher"), request)
    return visit.go(vouchers.path, done="rendu")


async def _wallets(visit: Visit) -> list[Any]:
    """The wallets of which a part may be reserved."""
    answer = await visit.ask(rpc("wallet", "ListWallets"), movements_pb2.ListWalletsRequest())
    return [one for one in answer.wallets if _takes_vouchers(visit, one)]


def _takes_vouchers(visit: Visit, wallet: Any) -> bool:
    for rulebook in visit.setting.catalogue.of_authority(visit.authority.id):
        if (rulebook.scheme, rulebook.season) == (wallet.scheme, wallet.season):
            return any(one.id == wallet.benefit and "voucher" in one.channels for one in rulebook.benefits)
    return False


async def _voucher(visit: Visit, voucher_id: str) -> Any:
    """Raises Problem 404: none of the person's own has this id."""
    asked = vouchers_pb2.ListVouchersRequest()
    while True:
        answer = await visit.ask(rpc("wallet", "ListVouchers"), asked)
        for one in answer.vouchers:
            if one.voucher_id == voucher_id:
                return one
        if not answer.next_page_token:
            raise _nothing()
        asked = vouchers_pb2.ListVouchersRequest(page_token=answer.next_page_token)


def _nothing() -> Problem:
    return Problem(404, "not_found", "Rien ne porte cet identifiant.", "Nothing has this identifier.")
