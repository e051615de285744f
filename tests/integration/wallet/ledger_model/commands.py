"""Every command of the ledger, as something that may be drawn: a name, what is drawn for it, what is done.

A new command is one line of COMMANDS, a method of `World` that does it at the door, and the model's answer to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.integration.wallet.ledger_model.model import CULTURE, RIGHTS, TILL
from tests.integration.wallet.ledger_model.world import PARTNERS, World


@dataclass(frozen=True)
class Command:
    """`draws` are the act's arguments by name."""

    name: str
    act: Callable[..., None]
    draws: Mapping[str, SearchStrategy[Any]] = field(default_factory=dict)


RIGHT_CODE, WRONG_CODE = "4711", "0815"
# Around the prices of tickets and vouchers, and beyond every balance.
CENTS = st.one_of(st.integers(1, 3200), st.sampled_from([500, 1000, 1500, 2000, 2500, 3000, 5000, 6000]))
_ANY = st.integers(0, 1_000)
_BENEFIT = st.sampled_from(sorted(RIGHTS))
_SPENT = st.sampled_from(["cinema", "pratique", "livres", "licence", "cours", "places", "bons"])
_RESERVED = st.sampled_from(["pratique", "livres", "licence", "cours", "cinema"])
_PARTNER = st.sampled_from(PARTNERS)
_WAY = st.sampled_from(["scanned", "typed", "presented", "terminal", "nfc"])
_SECRET = st.sampled_from(["", RIGHT_CODE, WRONG_CODE])
_USUAL = {"cinema": "cinéma", "pratique": "club"}


def _member(world: World, which: int) -> str:
    return list(world.members)[which % len(world.members)]


def _member_of(world: World, which: int, benefit: str) -> str:
    """One who has the benefit, most often; else anybody."""
    having = [member for member, name in world.model.purses if name == benefit]
    return having[which % len(having)] if having and which % 10 else _member(world, which)


def _pay(world: World, who: int, benefit: str, cents: int, way: str, secret: str) -> None:
    """At a partner that takes it."""
    partner = _USUAL.get(benefit, "boutique")
    world.debit(_member_of(world, who, benefit), benefit, partner, cents, way, secret)


def _pay_somewhere(world: World, who: int, benefit: str, partner: str, cents: int, way: str) -> None:
    world.debit(_member(world, who), benefit, partner, cents, way, "")


def _pay_all(world: World, who: int, benefit: str) -> None:
    """The whole balance, where there is one."""
    member = _member_of(world, who, benefit)
    purse = world.model.purses.get((member, benefit))
    if purse and purse.cents:
        world.debit(member, benefit, _USUAL.get(benefit, "boutique"), purse.cents, "scanned", "")


def _reserve(world: World, who: int, benefit: str, cents: int) -> None:
    world.reserve(_member_of(world, who, benefit), benefit, _USUAL.get(benefit, "boutique"), cents)


def _reserve_somewhere(world: World, who: int, benefit: str, partner: str, cents: int) -> None:
    world.reserve(_member(world, who), benefit, partner, cents)


def _redeem_whole(world: World, which: int) -> None:
    if world.codes:
        voucher = world.model.vouchers[list(world.codes)[which % len(world.codes)]]
        world.redeem(which, None, voucher.cents)


def _end_season(world: World, turn: int) -> None:
    """Seldom: little can be asked afterwards."""
    if turn == 0:
        world.end_season()


def _join(world: World, scheme: str) -> None:
    if world.model.today.month not in (6, 7):  # the rulebook's own last day of requests is not this model's subject
        world.join(scheme)


COMMANDS = (
    Command("join", _join, {"scheme": st.sampled_from([CULTURE, TILL])}),
    Command("vote", World.vote, {"benefit": _BENEFIT, "cents": st.integers(1, 6_000)}),
    Command(
        "choose_code",
        lambda world, who: world.choose_code(_member(world, who), RIGHT_CODE),
        {"who": _ANY},
    ),
    Command("pay", _pay, {"who": _ANY, "benefit": _SPENT, "cents": CENTS, "way": _WAY, "secret": _SECRET}),
    Command(
        "pay_a_little",
        _pay,
        {
            "who": _ANY,
            "benefit": st.sampled_from(["cinema", "pratique", "livres", "licence", "bons"]),
            "cents": st.integers(1, 700),
            "way": st.sampled_from(["scanned", "typed", "presented"]),
            "secret": st.just(""),
        },
    ),
    Command(
        "reserve_a_little",
        _reserve,
        {"who": _ANY, "benefit": st.sampled_from(["pratique", "livres", "licence"]), "cents": st.integers(1, 900)},
    ),
    Command("pay_all", _pay_all, {"who": _ANY, "benefit": _SPENT}),
    Command(
        "pay_somewhere",
        _pay_somewhere,
        {"who": _ANY, "benefit": _BENEFIT, "partner": _PARTNER, "cents": CENTS, "way": _WAY},
    ),
    Command("spend_code_twice", World.spend_code_twice),
    Command("repeat", World.repeat, {"which": _ANY}),
    Command("reuse_key", World.reuse_key, {"which": _ANY}),
    Command("cancel", World.cancel, {"which": _ANY, "present": st.booleans()}),
    Command("reserve", _reserve, {"who": _ANY, "benefit": _RESERVED, "cents": CENTS}),
    Command(
        "reserve_somewhere",
        _reserve_somewhere,
        {"who": _ANY, "benefit": _BENEFIT, "partner": _PARTNER, "cents": CENTS},
    ),
    Command("redeem", World.redeem, {"which": _ANY, "partner": st.none() | _PARTNER, "cents": CENTS}),
    Command("redeem_whole", _redeem_whole, {"which": _ANY}),
    Command("release", World.release, {"which": _ANY}),
    Command("stop_and_accredit_again", World.stop_and_accredit_again, {"partner": _PARTNER}),
    Command("count_yesterday", World.count_yesterday),
    Command("nights", World.nights, {"count": st.sampled_from([1, 1, 1, 2, 3, 30])}),
    Command("move_to_change_of_clocks", World.move_to_change_of_clocks),
    Command("end_season", _end_season, {"turn": st.integers(0, 5)}),
)
