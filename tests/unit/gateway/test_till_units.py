"""What a cashier is asked of a wallet, by the kind of right that it holds."""

from __future__ import annotations

import pytest

from gateway.web import french
from gateway.web.forms import Faulty
from gateway.web.pages import till_units
from gateway.web.pages.till_passage import Choice
from rulebooks import Catalogue

_SEATS = Choice("cinema", "2022-2023", "seances", "Séances", 2000, "tickets", 400, 100, 5)
_HALVES = Choice("loisirs", "2017-2018", "sport", "Sport", 3000, "vouchers", 1500, 0, 2)
_MONEY = Choice("culture", "2025-2026", "livres", "Livres", 5000)
_WHOLE = Choice("loisirs", "2017-2018", "stage", "Stage", 4000, uses_left=1, whole=True)


def test_each_number_of_tickets_says_who_pays_what() -> None:
    """As many lines as tickets are left, in the words that the cashier reads out."""
    offered = till_units.tickets_of(_SEATS, "la Région")
    assert len(offered) == 5
    assert offered[1] == ("2", "2 places : la Région paie 8,00\u00a0€, le jeune paie 2,00\u00a0€")


def test_a_ticket_that_costs_the_holder_nothing_says_nothing_of_them() -> None:
    """No line about nought euros."""
    free = Choice("cinema", "2022-2023", "seances", "Séances", 400, "tickets", 400, 0, 1)
    assert till_units.tickets_of(free, "la Région") == [("1", "1 place : la Région paie 4,00\u00a0€")]


def test_an_amount_of_vouchers_says_how_many_it_uses() -> None:
    """Step by step while they are few, by the step where they are many."""
    hint = till_units.hint_of(_HALVES)
    assert "1 bon jusqu’à 15,00\u00a0€, 2 bons jusqu’à 30,00\u00a0€" in hint
    many = Choice("loisirs", "2017-2018", "sport", "Sport", 30000, "vouchers", 1500, 0, 20)
    assert "Un bon par tranche de 15,00\u00a0€" in till_units.hint_of(many)


def test_what_is_taken_is_tickets_times_their_price_an_amount_or_all() -> None:
    """The wallet is asked for cents in every case."""
    assert till_units.cents_of(_SEATS, {"count": "3"}) == 1200
    assert till_units.cents_of(_MONEY, {"amount": 750}) == 750
    assert till_units.cents_of(_WHOLE, {}) == 4000


@pytest.mark.parametrize(
    ("choice", "fields", "name"), [(_SEATS, {"amount": 800}, "count"), (_MONEY, {"count": "2"}, "amount")]
)
def test_what_the_cashier_left_out_is_said_at_its_field(choice: Choice, fields: dict[str, object], name: str) -> None:
    """A number of tickets is no amount, nor an amount a number of tickets."""
    with pytest.raises(Faulty) as faulty:
        till_units.cents_of(choice, fields)
    assert set(faulty.value.faults) == {name}


def test_who_pays_is_called_by_what_it_is() -> None:
    """A département is no region."""
    catalogue = Catalogue.load()
    assert french.payer(catalogue.authority("normandie")) == "la Région"
    assert french.payer(catalogue.authority("bouches-du-rhone")) == "le Département"


@pytest.mark.parametrize(
    ("count", "kind", "words"),
    [
        (3, "tickets", "3 places restantes"),
        (1, "tickets", "1 place restante"),
        (2, "vouchers", "2 bons restants"),
        (0, "vouchers", "0 bon restant"),
        (1, "money", "1 utilisation restante"),
    ],
)
def test_what_is_left_agrees_in_gender_and_number(count: int, kind: str, words: str) -> None:
    """Nought and one are singular in French."""
    assert french.units_left(count, kind) == words
