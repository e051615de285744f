"""Prepayment vouchers: made at home, redeemed by one partner, given back, or left open until the season ends."""

from __future__ import annotations

from collections.abc import Callable

from demo.client import Json, Refused
from demo.french import euros, of
from demo.record import StoryBroken
from demo.stage import Partner, PupilAccount, Stage
from demo.story_values import Wish
from demo.till import DEVICE

_RELEASED = "released"
_FORGOTTEN, _GIVEN_BACK = "voucher-forgotten", "voucher-second-thoughts"


def make(stage: Stage) -> None:
    """All are made that the story keeps, none for a benefit that has none, none above a balance; one is given back
    by its holder.
    """
    told = stage.story.vouchers
    for wish in told.redeemed:
        _make(stage, wish, _redeemed_key(wish))
    _make(stage, told.forgotten, _FORGOTTEN)
    _refuse(
        stage,
        f"Un coupon pour {_partner(stage, told.not_for_this_benefit).name}",
        lambda: _ask(stage, told.not_for_this_benefit, "voucher-not-for-this"),
        "no_voucher_for_benefit",
    )
    first = told.redeemed[0]
    _refuse(
        stage,
        f"Un autre coupon de {euros(first.cents)} sur le même porte-monnaie",
        lambda: _ask(stage, first, "voucher-too-much"),
        "voucher_above_balance",
    )
    _change_of_mind(stage)


def _redeemed_key(wish: Wish) -> str:
    return f"voucher-of-{wish.holder}"


def _holder(stage: Stage, wish: Wish) -> PupilAccount:
    return stage.pupils[wish.holder]


def _partner(stage: Stage, wish: Wish) -> Partner:
    return stage.partners[wish.partner]


def _make(stage: Stage, wish: Wish, key: str) -> Json:
    """`key` is the application's own."""
    voucher = _ask(stage, wish, key)
    stage.record.vouchers[key] = voucher
    stage.tell.say(
        f"{_holder(stage, wish).name} réserve {euros(wish.cents)} pour {_partner(stage, wish).name} : "
        f"coupon {voucher['code']}."
    )
    return voucher


def _ask(stage: Stage, wish: Wish, key: str) -> Json:
    benefit = stage.story.benefit(wish.benefit)
    body = {
        "scheme": benefit.scheme, "season": benefit.season, "benefit": benefit.id,
        "partner_id": _partner(stage, wish).partner_id, "amount_cents": wish.cents,
    }  # fmt: skip
    voucher: Json = _holder(stage, wish).member.post("/v1/vouchers", body, key=key)["voucher"]
    return voucher


def _refuse(stage: Stage, what: str, attempt: Callable[[], object], code: str) -> Refused:
    refusal = stage.must_refuse(attempt, code)
    stage.record.voucher_refused(refusal)
    stage.tell.refused(what, refusal)
    return refusal


def _change_of_mind(stage: Stage) -> None:
    """Unused, it goes back to the wallet."""
    wish = stage.story.vouchers.given_back
    young, voucher = _holder(stage, wish), _make(stage, wish, _GIVEN_BACK)
    path = f"/v1/vouchers/{voucher['voucher_id']}/release"
    released = young.member.post(path, key="voucher-given-back")["voucher"]
    if released["state"] != _RELEASED:
        raise StoryBroken(f"a voucher that was given back is {released['state']}")
    stage.tell.say(f"{young.name} y renonce : {euros(int(voucher['amount_cents']))} reviennent aussitôt.")


def redeem(stage: Stage) -> None:
    """Each by its own partner, once, for all or a part; the rest is back in the wallet at once."""
    first, second = stage.story.vouchers.redeemed[:2]
    voucher, shown_to = stage.record.vouchers[_redeemed_key(first)], _partner(stage, second)
    _refuse(
        stage,
        f"Le coupon {of(_partner(stage, first).name)} présenté à {shown_to.name}",
        lambda: _redeem(shown_to, voucher, first.price_cents, "voucher-elsewhere"),
        "voucher_of_another_partner",
    )
    for wish in stage.story.vouchers.redeemed:
        _take(stage, _partner(stage, wish), stage.record.vouchers[_redeemed_key(wish)], wish.price_cents)
    _refuse(
        stage,
        "Le même coupon une seconde fois",
        lambda: _redeem(_partner(stage, first), voucher, 100, "voucher-again"),
        "voucher_already_redeemed",
    )


def _take(stage: Stage, partner: Partner, voucher: Json, price_cents: int) -> None:
    """The cashier reads the voucher, then takes what the purchase costs."""
    code = {"code": voucher["code"]}
    read = partner.till.post(f"{partner.path}/voucher-readings", code)
    if int(read["amount_cents"]) != int(voucher["amount_cents"]):
        raise StoryBroken(f"the voucher reads {read['amount_cents']} cents, not {voucher['amount_cents']}")
    taken = _redeem(partner, voucher, price_cents, f"take-{voucher['voucher_id']}")
    stage.record.redeemed(partner.partner_id, f"take-{voucher['voucher_id']}", taken["receipt"])
    stage.tell.say(
        f"{partner.name} prend {euros(price_cents)} sur le coupon de {euros(int(voucher['amount_cents']))} ; "
        f"{euros(int(taken['returned_cents']))} reviennent dans le porte-monnaie."
    )


def _redeem(partner: Partner, voucher: Json, cents: int, key: str) -> Json:
    body = {"code": voucher["code"], "amount_cents": cents, "device": DEVICE}
    return partner.till.post(f"{partner.path}/voucher-redemptions", body, key=key)


def expect_released(stage: Stage) -> None:
    """The voucher that nobody used went back to its wallet, and was lost with it."""
    young = _holder(stage, stage.story.vouchers.forgotten)
    states = {voucher["voucher_id"]: voucher["state"] for voucher in young.member.pages("/v1/vouchers", "vouchers")}
    forgotten = stage.record.vouchers[_FORGOTTEN]
    state = states[forgotten["voucher_id"]]
    if state != _RELEASED:
        raise StoryBroken(f"the voucher that was never used is {state} after the season")
    stage.tell.say(
        f"Le coupon oublié {of(young.name)} ({euros(int(forgotten['amount_cents']))}) est rendu à son porte-monnaie, "
        "puis expire avec lui."
    )
