"""What a rule of the walk is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`broken` is a query on the walk's steps that answers one text a row that breaks the rule. `whole`: it needs
    the ledger from its first day on."""

    name: str
    broken: str
    whole: bool = False
