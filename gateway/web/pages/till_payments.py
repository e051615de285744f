"""What can be paid with the card or voucher that was read, the payment, and its receipt."""

from __future__ import annotations

from datetime import UTC, datetime

from atouts.wallet.v1 import access_uses_pb2, debits_pb2, vouchers_pb2
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.problems import Problem
from gateway.rate_limits import TILL
from gateway.schemas.fields import SecretCode, Text
from gateway.web import door, forms
from gateway.web.forms import Form, FormSchema
from gateway.web.page import PARTNER, page
from gateway.web.pages import till_passage, till_secret, till_units
from gateway.web.pages.till import partner_of
from gateway.web.pages.till_amount import Euros, typed_of
from gateway.web.pages.till_holder import holder_of
from gateway.web.pages.till_passage import Choice, Passage, Receipt
from gateway.web.pages.till_units import Counter
from gateway.web.visit import View, Visit

_NEVER_TRIED = (401, 429)
# Become known by asking again with the same key.
_NOT_KNOWN = (500, 503)
_KEY_REUSED = "idempotency_key_reused"
_CODE_MISSING = "secret_code_missing"


class PaymentForm(FormSchema):
    """Of a wallet, either an amount or a number of tickets is asked, or neither."""

    choice = Text(200, required=True)
    amount = Euros()
    count = Text(2, pattern=("[1-9][0-9]?", "not_a_whole_number"))
    secret_code = SecretCode()
    sealed_code = Text(400)
    attempt = Text(4, required=True, pattern=("[0-9]{1,4}", "required"))


@page("/caisse/{partner_id}/passages/{passage_id}", PARTNER, limit=TILL)
async def passage_open(visit: Visit) -> View | Response:
    passage = till_passage.of_visit(visit)
    if passage is None:
        return _closed(visit)
    return await _view(visit, passage)


@passage_open.act(PaymentForm, limit=TILL)
async def take_payment(visit: Visit, fields: Fields) -> View | Response:
    """A refusal by rule is an outcome: the next attempt has another key. Raises Problem where nothing was tried."""
    passage = till_passage.of_visit(visit)
    if passage is None:
        return _closed(visit)
    attempt = int(fields["attempt"])
    choice = _chosen(passage, fields["choice"])
    amount_cents = till_units.cents_of(choice, fields)
    secret_code = till_secret.of_payment(visit, passage, choice, fields, amount_cents)
    key = passage.idempotency_key(attempt)
    try:
        receipt = await _pay(visit, passage, choice, amount_cents, secret_code, key)
    except Problem as problem:
        if problem.status in _NEVER_TRIED:
            raise
        if problem.status in _NOT_KNOWN:
            again = till_secret.sealed(visit, passage, choice, fields["attempt"], amount_cents, secret_code)
            return await _not_known(visit, {**_typed(choice, fields), **again}, problem)
        return await _refused(visit, passage.after(attempt), choice, fields, problem)
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


async def _pay(
    visit: Visit, passage: Passage, choice: Choice, amount_cents: int, secret_code: str, key: str
) -> Receipt:
    if passage.is_voucher:
        return await _redeem(visit, passage, choice, amount_cents, key)
    if choice.is_access:
        return await _record_use(visit, passage, choice, secret_code, key)
    request = debits_pb2.DebitRequest(
        idempotency_key=key,
        partner_id=visit.id("partner_id"),
        presentation_id=passage.reference,
        scheme=choice.scheme,
        season=choice.season,
        benefit=choice.benefit,
        amount_cents=amount_cents,
        device=passage.device,
        secret_code=secret_code,
    )
    answer = await visit.ask(rpc("wallet", "Debit"), request)
    return _receipt(answer.receipt, choice)


async def _record_use(visit: Visit, passage: Passage, choice: Choice, secret_code: str, key: str) -> Receipt:
    request = access_uses_pb2.RecordUseRequest(
        idempotency_key=key,
        partner_id=visit.id("partner_id"),
        presentation_id=passage.reference,
        scheme=choice.scheme,
        season=choice.season,
        benefit=choice.benefit,
        device=passage.device,
        secret_code=secret_code,
    )
    made = await visit.ask(rpc("wallet", "RecordUse"), request)
    left = made.uses_left if made.HasField("uses_left") else 0
    uses = 1 if made.HasField("uses_left") else 0
    at_s = made.occurred_at.seconds
    return Receipt(made.use_id, choice.title, 0, 0, at_s, kind=choice.kind, uses=uses, uses_left=left)


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
    left = choice.after(made.amount_cents, made.balance_cents)
    uses = choice.uses_of(made.amount_cents) if choice.unit_cents else 0
    return Receipt(
        made.debit_id,
        choice.title,
        made.amount_cents,
        made.balance_cents,
        made.occurred_at.seconds,
        returned_cents,
        choice.kind,
        uses,
        left.uses_left or 0,
        uses * choice.holder_unit_cents,
    )


def _chosen(passage: Passage, key: str) -> Choice:
    choice = passage.choice(key)
    if choice is None:
        raise Problem(422, "choice_unknown", "Choisissez un des avantages proposés.", "Choose a benefit.", "choice")
    return choice


async def _refused(visit: Visit, passage: Passage, choice: Choice, fields: Fields, problem: Problem) -> Response:
    """The form again with the wallet's sentence."""
    if problem.code == _KEY_REUSED:
        problem = _paid_already()
    if problem.code == _CODE_MISSING:
        passage = passage.asking_code(choice)
    known = {"amount_cents": till_units.field_of(choice), till_secret.FIELD: till_secret.FIELD}
    visit.form = forms.refused(problem, _typed(choice, fields), known)
    view = await _view(visit, passage)
    return till_passage.keep(passage, visit, door.draw(view, visit, passage_open, problem.status))


def _typed(choice: Choice, fields: Fields) -> dict[str, str]:
    """The form as it comes back: the secret code never does."""
    typed = {"choice": choice.key, "attempt": fields["attempt"]}
    name = till_units.field_of(choice)
    if name:
        typed[name] = typed_of(fields[name]) if name == "amount" else fields[name]
    return typed


async def _not_known(visit: Visit, typed: dict[str, str], problem: Problem) -> View:
    """Nothing but a way to ask again."""
    visit.form = forms.refused(problem, typed, {})
    values = {"partner": await partner_of(visit), "typed": typed}
    return View("caisse/a-verifier.html", values, problem.status)


async def _view(visit: Visit, passage: Passage) -> View:
    values = {
        "partner": await partner_of(visit),
        "passage": passage,
        "counters": _counters(visit, passage),
        "holder": await holder_of(visit, passage),
    }
    return View("caisse/passage.html", values)


def _counters(visit: Visit, passage: Passage) -> list[Counter]:
    """Each wallet with its own form; what came back stands in the form that was sent."""
    sent = visit.form.values.get("choice")
    counters = []
    for number, choice in enumerate(passage.choices):
        mine = choice.key == sent or len(passage.choices) == 1
        form = visit.form.filled(_start(passage)) if mine else Form()
        counters.append(till_units.counter(choice, form, visit.authority, "" if mine else f"-{number}"))
    return counters


def _start(passage: Passage) -> dict[str, str]:
    """A voucher is mostly taken whole."""
    return {"amount": typed_of(passage.choices[0].left_cents)} if passage.is_voucher else {}


def _paid_already() -> Problem:
    """The answer to another amount of this customer was lost on its way here."""
    return Problem(
        422,
        _KEY_REUSED,
        "Un autre montant ou un autre code est déjà parti : vérifiez les encaissements du jour avant de recommencer.",
        "Another amount or code was already sent for this customer: check the day's payments before trying again.",
    )


def _closed(visit: Visit) -> Response:
    return visit.go(f"/caisse/{visit.id('partner_id')}", done="ferme")
