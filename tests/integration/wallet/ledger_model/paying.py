"""What is paid by card, moved out, used, asked again and undone."""

from __future__ import annotations

from typing import Any

from atouts.wallet.v1 import access_uses_pb2, debits_pb2, transfers_pb2
from hypothesis import strategies as st

from tests.integration.wallet.ledger_model import showing
from tests.integration.wallet.ledger_model.command import (
    ANY,
    ANY_RIGHT,
    BENEFIT,
    CENTS,
    PARTNER,
    RIGHT_CODE,
    WRONG_CODE,
    Command,
    member,
    member_of,
    member_with,
    one_of,
    usual_partner,
)
from tests.integration.wallet.ledger_model.rights import ALL, HOLDER_PRESENT
from tests.integration.wallet.ledger_model.showing import WAY, show
from tests.integration.wallet.ledger_model.world import World, same
from tests.integration.wallet.stage import SEASON

_SPENT = st.sampled_from(["cinema", "pratique", "livres", "licence", "cours", "places", "bons", "permis", "club"])
_SECRET = st.sampled_from(["", RIGHT_CODE, WRONG_CODE])
_TOPPED_UP = st.sampled_from(["club", "club", "adhesion"])
_MOVED_OUT = st.sampled_from(["rollon", "monnaie", "monnaie"])
_ACCESS = st.sampled_from(["visites", "visites", "visites", "unique"])


def debit(world: World, name: str, benefit: str, partner: str, cents: int, way: str, secret: str) -> None:
    proof = show(world, name, partner, way)
    if proof:
        debit_by(world, proof, benefit, partner, cents, secret)


def debit_by(world: World, proof: showing.Proof, benefit: str, partner: str, cents: int, secret: str) -> None:
    shown, name = proof[1], proof[1].card.member
    expected = world.model.till.debit(benefit, partner, cents, shown, secret)
    request = world.stage.debit_request(
        world.partners[partner], cents, scheme=ALL[benefit].scheme, benefit=benefit, secret_code=secret, **proof[0]
    )
    told, answer = world.ask("Debit", request, world.cashier)
    same("paid" if told == "done" else told, expected, f"debit of {benefit} at {partner} by {shown}")
    if told == "done":
        told = answer.receipt.debit_id
        world.model.till.pay(told, name, benefit, partner, cents)
        same(answer.receipt.balance_cents, world.model.books.purses[name, benefit].cents, "receipt")
    world.note("Debit", request, world.cashier, told)


def pay(world: World, who: int, benefit: str, cents: int, way: str, secret: str) -> None:
    """At a partner that takes it."""
    debit(world, member_with(world, who, benefit), benefit, usual_partner(benefit, who), cents, way, secret)


def pay_somewhere(world: World, who: int, benefit: str, partner: str, cents: int, way: str) -> None:
    debit(world, member(world, who), benefit, partner, cents, way, "")


def pay_all(world: World, who: int, benefit: str, way: str) -> None:
    """The whole balance, where there is one."""
    name = member_with(world, who, benefit)
    purse = world.model.books.purses.get((name, benefit))
    if purse and purse.cents:
        debit(world, name, benefit, usual_partner(benefit, who), purse.cents, way, "")


def pay_more_than_there_is(world: World, who: int, benefit: str, more: int) -> None:
    """At a partner that may add to it."""
    name = member_with(world, who, benefit)
    purse = world.model.books.purses.get((name, benefit))
    if purse:
        debit(world, name, benefit, usual_partner(benefit, who), purse.cents + more, "scanned", "")


def some_debit(world: World, which: int) -> str:
    """The id of one; one more is paid where there is none, if somebody can pay."""
    if not world.model.books.debits and world.model.books.purses:
        name, benefit = list(world.model.books.purses)[which % len(world.model.books.purses)]
        debit(world, name, benefit, usual_partner(benefit, which), ALL[benefit].unit_cents or 400, "scanned", "")
    return one_of(world.model.books.debits, which)


def spend_code_twice(world: World) -> None:
    """The same code with another key, right after it was accepted: it is burnt."""
    last = world.said[-1] if world.said else None
    if last is None or last.rpc != "Debit" or last.answer not in world.model.books.debits or last.at != world.now:
        return
    codes = {code for card in world.model.cards.held for code in (card.qr, card.typed)}
    if not last.request.code or last.request.code in codes:
        return
    again = debits_pb2.DebitRequest()
    again.CopyFrom(last.request)
    again.idempotency_key = world.stage.key()
    told, _ = world.ask("Debit", again, world.cashier)
    same(told, "code_already_used", "code spent twice")


def repeat(world: World, which: int) -> None:
    """The same key and request, however much later: the first answer."""
    if world.said:
        said = world.said[which % len(world.said)]
        same(world.answer(said.rpc, said.request, said.by), said.answer, f"{said.rpc} repeated")


def reuse_key(world: World, which: int) -> None:
    """The same key for something else is refused, and changes nothing."""
    with_amount = [said for said in world.said if said.rpc in ("Debit", "RedeemVoucher", "CreateVoucher")]
    if with_amount:
        said = with_amount[which % len(with_amount)]
        other = type(said.request)()
        other.CopyFrom(said.request)
        other.amount_cents += 1
        same(world.answer(said.rpc, other, said.by), "idempotency_key_reused", f"{said.rpc} by a used key")


def cancel(world: World, which: int, present: bool) -> None:
    debit_id = some_debit(world, which)
    if not debit_id:
        return
    paid = world.model.books.debits[debit_id]
    request = world.stage.cancel_request(world.partners[paid.partner], debit_id)
    if present and ALL[paid.benefit].scheme in HOLDER_PRESENT:
        request.presentation_id = showing.presentation_of(world, paid.member, paid.partner)
    expected = world.model.till.cancel(debit_id, bool(request.presentation_id))
    told = world.answer("CancelDebit", request, world.cashier)
    same(told, expected, "cancel")
    world.note("CancelDebit", request, world.cashier, told)


def cancel_latest(world: World) -> None:
    """Most are too old otherwise."""
    cancel(world, max(0, len(world.model.books.debits) - 1), present=True)


def transfer(world: World, who: int, benefit: str, partner: str | None, reference: int, way: str) -> None:
    """Moved whole to an operator's account, under one of few references."""
    name, at = member_with(world, who, benefit), partner or usual_partner(benefit, who)
    proof = show(world, name, at, way)
    if proof:
        _transfer_by(world, proof, benefit, at, f"versement {reference}")


def _transfer_by(world: World, proof: showing.Proof, benefit: str, partner: str, reference: str) -> None:
    card, model = proof[1].card, world.model
    shown = showing.Shown(card, "external", proof[1].typed_at)
    not_yet = ""
    if not model.cards.unusable(card) and "external" in ALL[benefit].channels:
        not_yet = model.budget.load_before_transfer(card.member, benefit, world.now)
    expected = not_yet or model.till.transfer(benefit, partner, reference, shown)
    request = transfers_pb2.TransferRequest(
        idempotency_key=world.stage.key(),
        partner_id=str(world.partners[partner]),
        scheme=ALL[benefit].scheme,
        season=SEASON,
        benefit=benefit,
        reference=reference,
        **proof[0],
    )
    told = world.answer("Transfer", request, world.cashier)
    if expected == "paid":
        same("-" in told, True, f"transfer: {told}")
        model.books.references.add((partner, reference))
        cents = model.books.purses[card.member, benefit].cents
        model.till.pay(told, card.member, benefit, partner, cents)
    else:
        same(told, expected, f"transfer of {benefit} at {partner}")
    world.note("Transfer", request, world.cashier, told)


def use(world: World, who: int, benefit: str, partner: str | None, way: str) -> None:
    """A right without cents, at a partner that takes it or somewhere."""
    name, at = member_of(world, who, ALL[benefit].scheme), partner or usual_partner(benefit, who)
    proof = show(world, name, at, way)
    if proof is None:
        return
    expected = world.model.till.record_use(benefit, at, proof[1])
    request = access_uses_pb2.RecordUseRequest(
        idempotency_key=world.stage.key(),
        partner_id=str(world.partners[at]),
        scheme=ALL[benefit].scheme,
        season=SEASON,
        benefit=benefit,
        device="caisse 1",
        **proof[0],
    )
    told, answer = world.ask("RecordUse", request, world.cashier)
    same(told, expected, f"use of {benefit} at {at} by {proof[1]}")
    if told == "done":
        told = answer.use_id
        world.model.till.used(told, name, benefit, at)
        same(answer.uses_left, world.model.till.uses_left(name, benefit), "uses left")
    world.note("RecordUse", request, world.cashier, told)


def cancel_use(world: World, which: int) -> None:
    if not world.model.till.uses:
        use(world, which, "visites", None, "scanned")
    use_id = one_of(world.model.till.uses, which)
    if use_id:
        partner = world.partners[world.model.till.uses[use_id].partner]
        request: Any = access_uses_pb2.CancelUseRequest(
            idempotency_key=world.stage.key(), partner_id=str(partner), use_id=use_id
        )
        told = world.answer("CancelUse", request, world.cashier)
        same(told, world.model.till.cancel_use(use_id), "cancel a use")
        world.note("CancelUse", request, world.cashier, told)


_DEBIT = ("debit_queue.DebitQueue.submit", "debit_group.DebitGroup.run", "cards.show_code", "cards.present_card")
COMMANDS = (
    Command(
        "pay",
        pay,
        (*_DEBIT, "secret_codes.SecretCodes.try_for"),
        {"who": ANY, "benefit": _SPENT, "cents": CENTS, "way": WAY, "secret": _SECRET},
    ),
    Command(
        "pay_a_little",
        pay,
        _DEBIT,
        {
            "who": ANY,
            "benefit": st.sampled_from(["cinema", "pratique", "livres", "licence", "bons", "permis", "club"]),
            "cents": st.integers(1, 700),
            "way": st.sampled_from(["scanned", "typed", "presented", "paper"]),
            "secret": st.just(""),
        },
    ),
    Command("pay_all", pay_all, _DEBIT, {"who": ANY, "benefit": _SPENT, "way": WAY}),
    Command(
        "pay_somewhere",
        pay_somewhere,
        _DEBIT,
        {"who": ANY, "benefit": ANY_RIGHT, "partner": PARTNER, "cents": CENTS, "way": WAY},
    ),
    Command(
        "pay_more_than_there_is",
        pay_more_than_there_is,
        _DEBIT,
        {"who": ANY, "benefit": _TOPPED_UP, "more": st.integers(1, 3_100)},
    ),
    Command("spend_code_twice", spend_code_twice, _DEBIT),
    Command("repeat", repeat, (), {"which": ANY}),
    Command("reuse_key", reuse_key, (), {"which": ANY}),
    Command("cancel", cancel, ("cancellations.cancel_debit",), {"which": ANY, "present": st.booleans()}),
    Command("cancel_latest", cancel_latest, ("cancellations.cancel_debit",)),
    Command(
        "transfer",
        transfer,
        ("transfers.prepare",),
        {
            "who": ANY,
            "benefit": _MOVED_OUT | BENEFIT,
            "partner": st.none() | PARTNER,
            "reference": st.integers(1, 6),
            "way": st.sampled_from(showing.AT_ONCE),
        },
    ),
    Command(
        "transfer_at_its_operator",
        transfer,
        ("transfers.prepare",),
        {
            "who": ANY,
            "benefit": _MOVED_OUT,
            "partner": st.none(),
            "reference": st.integers(7, 1_000),
            "way": st.sampled_from(showing.AT_ONCE),
        },
    ),
    Command(
        "use",
        use,
        ("access_uses.record_use",),
        {"who": ANY, "benefit": _ACCESS | ANY_RIGHT, "partner": st.none() | PARTNER, "way": WAY},
    ),
    Command("cancel_use", cancel_use, ("access_uses.cancel_use",), {"which": ANY}),
)
