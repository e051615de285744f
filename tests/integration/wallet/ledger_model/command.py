"""Something that may be drawn: a name, what is drawn for it, what is done, and which use cases it plays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.integration.wallet.ledger_model.rights import ALL, RIGHTS, SCHEMES
from tests.integration.wallet.ledger_model.world import PARTNERS, World


@dataclass(frozen=True)
class Command:
    """Told by its name where a sequence is. `draws` are the act's arguments by name; `plays` are use cases of the
    wallet's `application` as `module.function`, or `module.Class.method`. What has nothing to act on makes it first:
    a cancellation pays."""

    name: str
    act: Callable[..., None]
    plays: tuple[str, ...]
    draws: Mapping[str, SearchStrategy[Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.name


# Around the prices of tickets and vouchers, and beyond every balance.
CENTS = st.one_of(st.integers(1, 3200), st.sampled_from([500, 1000, 1500, 2000, 2500, 3000, 5000, 6000]))
ANY = st.integers(0, 1_000)
BENEFIT = st.sampled_from(sorted(RIGHTS))
ANY_RIGHT = st.sampled_from(sorted(ALL))
PARTNER = st.sampled_from(PARTNERS)
SCHEME = st.sampled_from(SCHEMES)
RIGHT_CODE, WRONG_CODE = "4711", "0815"
_USUAL = {"cinema": "cinéma", "pratique": "club", "rollon": "monnaie locale"}


def member(world: World, which: int) -> str:
    return list(world.members)[which % len(world.members)]


def member_with(world: World, which: int, benefit: str) -> str:
    """One who has the benefit, most often; else anybody."""
    having = [member for member, name in world.model.books.purses if name == benefit]
    return having[which % len(having)] if having and which % 10 else member(world, which)


def member_of(world: World, which: int, scheme: str) -> str:
    """One of the scheme, most often; else anybody."""
    of_scheme = [member for member, joined in world.model.books.memberships if joined == scheme]
    return of_scheme[which % len(of_scheme)] if of_scheme and which % 10 else member(world, which)


def usual_partner(benefit: str, which: int = 0) -> str:
    """One that takes it."""
    if ALL[benefit].scheme == "registre":
        return ("dojo", "piscine", "stade")[which % 3]
    return _USUAL.get(benefit, "boutique")


def one_of(known: Mapping[str, Any], which: int) -> str:
    """The id of one; empty where there is none."""
    return list(known)[which % len(known)] if known else ""
