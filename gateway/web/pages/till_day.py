"""What a partner took on one day, and taking a payment back."""

from __future__ import annotations

from datetime import date

from atouts.wallet.v1 import debits_pb2 as pb
from starlette.responses import Response

from chassis.clock import PARIS
from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.rate_limits import TILL
from gateway.schemas.fields import Day, Text
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages import till_passage
from gateway.web.pages.till import SCAN_SOURCES, partner_of, present, scanner
from gateway.web.visit import View, Visit
from rulebooks.errors import RulebookError

_HOLDER_WANTED, _CANCELLED_ALREADY = "holder_not_present", "already_cancelled"
_MOST_PAGES = 200  # of 100 debits: more than any till takes in a day


class CancelForm(FormSchema):
    """The code of the holder's card, where the rulebook wants the holder there."""

    code = Text(300)


class DayQuery(FormSchema):
    jour = Day()


@page(
    "/caisse/{partner_id}/journee",
    PARTNER,
    limit=TILL,
    done={"annule": "Le paiement est annulé : le montant est de retour sur la carte du jeune."},
)
async def day(visit: Visit) -> View:
    """The day asked for; else the last one with a payment."""
    partner = await partner_of(visit)
    asked = visit.query(DayQuery).get("jour") or await _last_day(visit)
    debits = await _debits(visit, asked) if asked else []
    kept = [debit for debit in debits if not debit.cancelled]
    values = {
        "partner": partner,
        "day": asked,
        "debits": [(debit, title_of(visit, debit)) for debit in debits],
        "total_cents": sum(debit.amount_cents for debit in kept),
        "kept": len(kept),
    }
    return View("caisse/journee.html", values)


@page("/caisse/{partner_id}/encaissements/{debit_id}", PARTNER, limit=TILL, sources=SCAN_SOURCES, camera=True)
async def payment(visit: Visit) -> View:
    """One payment, before it is taken back."""
    partner = await partner_of(visit)
    debit = await _debit(visit)
    values = {
        "partner": partner,
        "debit": debit,
        "title": title_of(visit, debit),
        "wants_holder": visit.form.code == _HOLDER_WANTED or _wants_holder(visit, debit),
        **scanner(visit),
    }
    return View("caisse/annulation.html", values)


@payment.act(CancelForm, limit=TILL, names={"presentation_id": "code"})
async def cancel(visit: Visit, fields: Fields) -> Response:
    """Keyed by the payment, and by the card that was shown for it: sent twice, it is cancelled once. Raises Problem."""
    debit_id, code = visit.id("debit_id"), fields.get("code", "")
    presentation_id = (await present(visit, code, till_passage.new_id())).presentation_id if code else ""
    request = pb.CancelDebitRequest(
        idempotency_key="-".join(filter(None, ("annulation", debit_id, presentation_id))),
        partner_id=visit.id("partner_id"),
        debit_id=debit_id,
        presentation_id=presentation_id,
    )
    try:
        await visit.ask(rpc("wallet", "CancelDebit"), request)
    except Problem as problem:
        if problem.code != _CANCELLED_ALREADY:
            raise
    return visit.go(f"/caisse/{visit.id('partner_id')}/journee", done="annule")


def _wants_holder(visit: Visit, debit: pb.PartnerDebit) -> bool:
    """By the rulebook of today; the wallet, which knows what was adopted, has the last word."""
    today = visit.setting.clock.now().astimezone(PARIS).date()
    try:
        rulebook = visit.setting.catalogue.in_force(visit.authority.id, debit.scheme, debit.season, today)
    except RulebookError:
        return False
    return rulebook.cancellation.holder_present


def title_of(visit: Visit, debit: pb.PartnerDebit) -> str:
    """The benefit's name in its rulebook."""
    try:
        return visit.setting.catalogue.get(visit.authority.id, debit.scheme, debit.season).benefit(debit.benefit).title
    except RulebookError:
        return str(debit.benefit)


async def _page(visit: Visit, **bounds: str) -> pb.ListPartnerDebitsResponse:
    request = pb.ListPartnerDebitsRequest(partner_id=visit.id("partner_id"), **bounds)
    answer: pb.ListPartnerDebitsResponse = await visit.ask(rpc("wallet", "ListPartnerDebits"), request)
    return answer


async def _last_day(visit: Visit) -> str:
    """In Paris, YYYY-MM-DD; empty when nothing was ever taken. Debits are listed latest first."""
    latest = (await _page(visit)).debits
    return _paris_day(latest[0]).isoformat() if latest else ""


async def _debits(visit: Visit, day: str) -> list[pb.PartnerDebit]:
    found: list[pb.PartnerDebit] = []
    token = ""
    for _ in range(_MOST_PAGES):
        answer = await _page(visit, from_day=day, to_day=day, page_token=token)
        found += answer.debits
        token = answer.next_page_token
        if not token:
            break
    return found


async def _debit(visit: Visit) -> pb.PartnerDebit:
    """Only those of the last days can be taken back: it is among the latest. Raises Problem 404."""
    token = ""
    for _ in range(_MOST_PAGES):
        answer = await _page(visit, page_token=token)
        for debit in answer.debits:
            if debit.debit_id == visit.id("debit_id"):
                return debit
        token = answer.next_page_token
        if not token:
            break
    raise Problem(
        404,
        "unknown_debit",
        "Ce paiement n'existe pas chez ce partenaire : retrouvez-le dans les encaissements du jour.",
        "This partner has no such payment: see the payments of the day.",
    )


def _paris_day(debit: pb.PartnerDebit) -> date:
    return debit.occurred_at.ToDatetime(tzinfo=PARIS).date()
