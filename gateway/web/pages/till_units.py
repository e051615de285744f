"""What a cashier is asked of a wallet: an amount, a number of tickets, or nothing where the whole goes at once."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.bodies import Fields
from gateway.web import french
from gateway.web.forms import Faulty, Form
from gateway.web.pages.till_passage import Choice
from rulebooks import Authority

_MOST_TICKETS = 20
_MOST_STEPS = 4
_TO_FILL = "Ce champ est à remplir."


@dataclass(frozen=True, slots=True)
class Counter:
    """A wallet as the page draws it. `form` is blank where another wallet's came back; `mark` tells its fields apart.

    `tickets`: pairs of a number and what each side pays. `hint`: how the amount is counted.
    """

    choice: Choice
    form: Form
    mark: str
    tickets: list[tuple[str, str]]
    hint: str


def counter(choice: Choice, form: Form, authority: Authority, mark: str = "") -> Counter:
    tickets = tickets_of(choice, french.payer(authority)) if choice.is_by_ticket else []
    return Counter(choice, form, mark, tickets, hint_of(choice))


def tickets_of(choice: Choice, payer: str) -> list[tuple[str, str]]:
    """« 2 places : la Région paie 8,00 €, le jeune paie 2,00 € », as many as are left."""
    most = min(choice.uses_left or 0, _MOST_TICKETS)
    return [(str(count), _shared(choice, count, payer)) for count in range(1, most + 1)]


def hint_of(choice: Choice) -> str:
    """What the amount uses up."""
    if choice.kind == "vouchers":
        return f"Par exemple 12,50. {_steps(choice)}"
    if choice.uses_left is not None:
        return "Par exemple 12,50. S’utilise une seule fois : le reste est perdu."
    return "Par exemple 12,50."


def cents_of(choice: Choice, fields: Fields) -> int:
    """What the form takes of the wallet; 0 of a right without cents. Raises Faulty."""
    if choice.whole or choice.is_access:
        return choice.left_cents
    name = field_of(choice)
    if name not in fields:
        raise Faulty({name: _TO_FILL})
    return int(fields["count"]) * choice.unit_cents if choice.is_by_ticket else int(fields["amount"])


def field_of(choice: Choice) -> str:
    """Where the form says how much; empty where nothing is asked."""
    if choice.whole or choice.is_access:
        return ""
    return "count" if choice.is_by_ticket else "amount"


def _shared(choice: Choice, count: int, payer: str) -> str:
    words = f"{french.units(count, choice.kind)} : {payer} paie {french.euros(count * choice.unit_cents)}"
    if not choice.holder_unit_cents:
        return words
    return f"{words}, le jeune paie {french.euros(count * choice.holder_unit_cents)}"


def _steps(choice: Choice) -> str:
    uses = choice.uses_left or 0
    if uses > _MOST_STEPS:
        return f"Un bon par tranche de {french.euros(choice.unit_cents)} ; ce qu’un bon laisse est perdu."
    steps = ", ".join(
        f"{french.units(count, choice.kind)} jusqu’à {french.euros(count * choice.unit_cents)}"
        for count in range(1, uses + 1)
    )
    return f"{steps} ; ce qu’un bon laisse est perdu."
