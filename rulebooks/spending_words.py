"""How a right is used, told in French to the person who has it: one sentence a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rulebooks.benefits import Benefit
from rulebooks.french import counted, euros

_PER = {"day": "par jour", "week": "par semaine", "month": "par mois", "season": "par saison"}
_DECIDED_BY = {"staff": "la collectivité décide", "commission": "une commission décide"}


def how_spent(benefit: Benefit, amount_cents: int, uses: int | None) -> str:
    """`amount_cents` and `uses`: what the person is granted (a rulebook's own amount where nobody is asked)."""
    return _SENTENCES[benefit.kind](benefit, amount_cents, uses)


def _money(benefit: Benefit, amount_cents: int, _: int | None) -> str:
    once, whole = benefit.spending.uses == "once", benefit.spending.amount == "whole"
    if whole:
        return f"À dépenser en une seule fois, pour {euros(amount_cents)} exactement."
    if once:
        return f"À dépenser en une seule fois, jusqu'à {euros(amount_cents)} ; ce qui reste est perdu."
    return f"À dépenser en une ou plusieurs fois, jusqu'à {euros(amount_cents)}."


def _tickets(benefit: Benefit, _: int, uses: int | None) -> str:
    unit = benefit.unit
    assert unit is not None
    share = f" ; vous payez {euros(unit.holder_cents)} par ticket" if unit.holder_cents else ""
    return f"{counted(uses or 0, 'ticket')}, à utiliser un par un ou ensemble{share}."


def _vouchers(benefit: Benefit, _: int, uses: int | None) -> str:
    assert benefit.unit is not None
    return f"{counted(uses or 0, 'bon')} de {euros(benefit.unit.cents)} ; ce qu'un bon utilisé laisse est perdu."


def _access(benefit: Benefit, _: int, uses: int | None) -> str:
    if benefit.limit is None or uses is None:
        return "Sans montant, autant de fois que vous le voulez."
    return f"Sans montant, {uses} fois {_PER[benefit.limit.per]} au plus."


def _transfer(benefit: Benefit, amount_cents: int, _: int | None) -> str:
    transfer = benefit.transfer
    if transfer is None:
        return f"{euros(amount_cents)}, à verser en une seule fois."
    units = counted(amount_cents // transfer.unit_cents, transfer.unit)
    times = "en une seule fois " if transfer.in_one_go else ""
    return f"{units} à verser {times}sur votre compte ({transfer.operator})."


def _grant(benefit: Benefit, amount_cents: int, _: int | None) -> str:
    decided = _DECIDED_BY[benefit.grant.decided_by] if benefit.grant else _DECIDED_BY["staff"]
    return f"Sur dossier, jusqu'à {euros(amount_cents)} ; {decided}, et la somme vous est versée."


_SENTENCES: Mapping[str, Callable[[Benefit, int, int | None], str]] = MappingProxyType(
    {
        "money": _money,
        "tickets": _tickets,
        "vouchers": _vouchers,
        "access": _access,
        "transfer": _transfer,
        "grant": _grant,
    }
)
