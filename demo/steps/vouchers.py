"""Prepayment vouchers: made at home, redeemed by one partner, given back, or left open until the season ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demo.client import Json, Refused
from demo.french import euros, of
from demo.organisations import BOOKS, CINEMA, CULTURE, LYCEE, SEASON, SPORTS_CLUB, Organisation
from demo.record import StoryBroken
from demo.stage import Partner, PupilAccount, Stage
from demo.till import DEVICE

_ATHLETE, _PLANNER, _READER = 2, 3, 4
"""By their numbers: each spends the benefit in question with vouchers only."""
_RELEASED = "released"


@dataclass(frozen=True)
class _Wish:
    """A voucher that somebody wants; `key` is their application's own."""

    scheme: str
    benefit: str
    partner: Organisation
    amount_cents: int
    key: str


_LICENCE = _Wish(CULTURE, "pratique", SPORTS_CLUB, 2500, "voucher-licence")
_SCHOOL_BOOKS = _Wish(BOOKS, "livres", LYCEE, 3000, "voucher-school-books")
_SECOND_THOUGHTS = _Wish(CULTURE, "pratique", SPORTS_CLUB, 1000, "voucher-second-thoughts")
_FORGOTTEN = _Wish(CULTURE, "pratique", SPORTS_CLUB, 1200, "voucher-forgotten")
_LICENCE_PRICE, _BOOKS_PRICE = 2000, 2250


def make(stage: Stage) -> None:
    """Four are made, none for the cinema, none above a balance; one is given back by its holder."""
    athlete, planner, reader = (stage.pupils[number] for number in (_ATHLETE, _PLANNER, _READER))
    for young, wish in ((athlete, _LICENCE), (reader, _SCHOOL_BOOKS), (planner, _FORGOTTEN)):
        _make(stage, young, wish)
    _refuse(
        stage,
        "Un coupon pour le cinéma",
        lambda: _ask(stage, athlete, _Wish(CULTURE, "cinema", CINEMA, 1000, "voucher-cinema")),
        "no_voucher_for_benefit",
    )
    _refuse(
        stage,
        f"Un autre coupon de {euros(_LICENCE.amount_cents)} sur le même porte-monnaie",
        lambda: _ask(stage, athlete, _Wish(CULTURE, "pratique", SPORTS_CLUB, 2500, "voucher-too-much")),
        "voucher_above_balance",
    )
    _change_of_mind(stage, planner)


def _make(stage: Stage, young: PupilAccount, wish: _Wish) -> Json:
    voucher = _ask(stage, young, wish)
    stage.record.vouchers[wish.key] = voucher
    stage.tell.say(
        f"{young.name} réserve {euros(wish.amount_cents)} pour {wish.partner.public_name} : coupon {voucher['code']}."
    )
    return voucher


def _ask(stage: Stage, young: PupilAccount, wish: _Wish) -> Json:
    body = {
        "scheme": wish.scheme, "season": SEASON, "benefit": wish.benefit,
        "partner_id": stage.partner(wish.partner).partner_id, "amount_cents": wish.amount_cents,
    }  # fmt: skip
    voucher: Json = young.member.post("/v1/vouchers", body, key=wish.key)["voucher"]
    return voucher


def _refuse(stage: Stage, what: str, attempt: Callable[[], object], code: str) -> Refused:
    refusal = stage.must_refuse(attempt, code)
    stage.record.voucher_refused(refusal)
    stage.tell.refused(what, refusal)
    return refusal


def _change_of_mind(stage: Stage, young: PupilAccount) -> None:
    """Unused, it goes back to the wallet."""
    voucher = _make(stage, young, _SECOND_THOUGHTS)
    path = f"/v1/vouchers/{voucher['voucher_id']}/release"
    released = young.member.post(path, key="voucher-given-back")["voucher"]
    if released["state"] != _RELEASED:
        raise StoryBroken(f"a voucher that was given back is {released['state']}")
    stage.tell.say(f"{young.name} y renonce : {euros(int(voucher['amount_cents']))} reviennent aussitôt.")


def redeem(stage: Stage) -> None:
    """Each by its own partner, once, for all or a part; the rest is back in the wallet at once."""
    licence = stage.record.vouchers[_LICENCE.key]
    shown_to = stage.partner(LYCEE)
    _refuse(
        stage,
        f"Le coupon de l’aviron présenté à {shown_to.name}",
        lambda: _redeem(shown_to, licence, _LICENCE_PRICE, "voucher-elsewhere"),
        "voucher_of_another_partner",
    )
    _take(stage, stage.partner(SPORTS_CLUB), licence, _LICENCE_PRICE)
    _take(stage, stage.partner(LYCEE), stage.record.vouchers[_SCHOOL_BOOKS.key], _BOOKS_PRICE)
    _refuse(
        stage,
        "Le même coupon une seconde fois",
        lambda: _redeem(stage.partner(SPORTS_CLUB), licence, 100, "voucher-again"),
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
    planner = stage.pupils[_PLANNER]
    states = {voucher["voucher_id"]: voucher["state"] for voucher in planner.member.pages("/v1/vouchers", "vouchers")}
    forgotten = stage.record.vouchers[_FORGOTTEN.key]
    state = states[forgotten["voucher_id"]]
    if state != _RELEASED:
        raise StoryBroken(f"the voucher that was never used is {state} after the season")
    stage.tell.say(
        f"Le coupon oublié {of(planner.name)} ({euros(int(forgotten['amount_cents']))}) est rendu à son porte-monnaie, "
        "puis expire avec lui."
    )
