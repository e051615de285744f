"""What can be paid with the card or voucher that was read, the payment, and its receipt."""

from __future__ import annotations

from datetime import UTC, datetime

from atouts.wallet.v1 import debits_pb2, vouchers_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.rate_limits import TILL
from gateway.schemas.fields import Text
from gateway.web import door, forms, french
from gateway.web.forms import FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages import till_passage
from gateway.web.pages.till import partner_of
from gateway.web.pages.till_amount import Euros, typed_of
from gateway.web.pages.till_passage import Choice, Passage, Receipt
from gateway.web.visit import View, Visit

# 401 and 429 were never tried; the others become known by asking again with the same key.
_NOT_AN_OUTCOME = (401, 429, 500, 503)
_KEY_REUSED = "idempotency_key_reused"


class PaymentForm(FormSchema):
    choice = Text(200, required=True)
    amount = Euros(required=True)
    attempt = Text(4, required=True, pattern=("[0-9]{1,4}", "required"))


@page("/caisse/{partner_id}/passages/{passage_id}", PARTNER, limit=TILL)
async def passage_open(visit: Visit) -> View | Response:
    passage = till_passage.of_visit(visit)
    if passage is None:
        return _closed(visit)
    return await _view(visit, passage, unknown=visit.form.keeps_key)


@passage_open.act(PaymentForm, limit=TILL, names={"amount_cents": "amount"})
async def take_payment(visit: Visit, fields: Fields) -> Response:
    """A refusal by rule is an outcome: the next attempt has another key. Raises Problem while none is known."""
    passage = till_passage.of_visit(visit)
    if passage is None:
        return _closed(visit)
    attempt = int(fields["attempt"])
    try:
        choice = _chosen(passage, fields["choice"])
        receipt = await _pay(visit, passage, choice, fields["amount"], passage.idempotency_key(attempt))
    except Problem as problem:
        if problem.status in _NOT_AN_OUTCOME:
            raise
        return await _refused(visit, passage.after(attempt), fields, problem)
    response = visit.go(f"{visit.path}/recus/{receipt.debit_id}")
    return till_passage.keep(passage.paid(attempt, choice, receipt), visit, response)


@page("/caisse/{partner_id}/passages/{passage_id}/recus/{debit_id}", PARTNER, limit=TILL)
async def receipt_shown(visit: Visit) -> View | Response:
    passage = till_passage.of_visit(visit)
    receipt = passage.receipt(visit.id("debit_id")) if passage else None
    if passage is None or receipt is None:
        return visit.go(f"/caisse/{visit.id('partner_id')}/journee")
    values = {
        "partner": await partner_of(visit),
        "passage": passage,
        "receipt": receipt,
        "at": datetime.fromtimestamp(receipt.at_s, UTC),
    }
    return View("caisse/recu.html", values)


async def _pay(visit: Visit, passage: Passage, choice: Choice, amount_cents: int, key: str) -> Receipt:
    if passage.is_voucher:
        return await _redeem(visit, passage, choice, amount_cents, key)
    request = debits_pb2.DebitRequest(
        idempotency_key=key,
        partner_id=visit.id("partner_id"),
        presentation_id=passage.reference,
        scheme=choice.scheme,
        season=choice.season,
        benefit=choice.benefit,
        amount_cents=amount_cents,
        device=passage.device,
    )
    answer = await visit.ask(rpc("wallet", "Debit"), request)
    return _receipt(answer.receipt, choice)


async def _redeem(visit: Visit, passage: Passage, choice: Choice, amount_cents: int, key: str) -> Receipt:
    request = vouchers_pb2.RedeemVoucherRequest(
        idempotency_key=key,
        partner_id=visit.id("partner_id"),
        code=passage.reference,
        amount_cents=amount_cents,
        device=passage.device,
    )
    answer = await visit.ask(rpc("wallet", "RedeemVoucher"), request)
    return _receipt(answer.receipt, choice, answer.returned_cents)


def _receipt(made: debits_pb2.Receipt, choice: Choice, returned_cents: int = 0) -> Receipt:
    at_s = made.occurred_at.seconds
    return Receipt(made.debit_id, choice.title, made.amount_cents, made.balance_cents, at_s, returned_cents)


def _chosen(passage: Passage, key: str) -> Choice:
    choice = passage.choice(key)
    if choice is None:
        raise Problem(422, "choice_unknown", "Choisissez un des avantages proposés.", "Choose a benefit.", "choice")
    return choice


async def _refused(visit: Visit, passage: Passage, fields: Fields, problem: Problem) -> Response:
    """The form again with the wallet's sentence."""
    if problem.code == _KEY_REUSED:
        problem = _paid_already()
    typed = {"choice": fields["choice"], "amount": typed_of(fields["amount"])}
    visit.form = forms.refused(problem, typed, {"amount_cents": "amount", "choice": "choice"})
    view = await _view(visit, passage, unknown=False)
    return till_passage.keep(passage, visit, door.draw(view, visit, passage_open, problem.status))


async def _view(visit: Visit, passage: Passage, *, unknown: bool) -> View:
    values = {
        "partner": await partner_of(visit),
        "passage": passage,
        "options": [(each.key, f"{each.title} ({french.euros(each.left_cents)})") for each in passage.choices],
        "unknown": unknown,
        "form": visit.form.filled(_start(passage)),
    }
    return View("caisse/passage.html", values)


def _start(passage: Passage) -> dict[str, str]:
    """A voucher is mostly taken whole."""
    return {"amount": typed_of(passage.choices[0].left_cents)} if passage.is_voucher else {}


def _paid_already() -> Problem:
    """The answer to another amount of this customer was lost on its way here."""
    return Problem(
        422,
        _KEY_REUSED,
        "Un autre montant a déjà été envoyé pour ce passage : vérifiez les encaissements du jour avant de recommencer.",
        "Another amount was already sent for this customer: check the day's payments before trying again.",
    )


def _closed(visit: Visit) -> Response:
    return visit.go(f"/caisse/{visit.id('partner_id')}", done="ferme")
