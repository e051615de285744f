"""Amounts as cashiers type them."""

import pytest
from marshmallow import ValidationError

from gateway.web.forms import FormSchema
from gateway.web.pages.till_amount import Euros, cents_of, typed_of


class _Form(FormSchema):
    amount = Euros(required=True)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12,50", 1250),
        ("12.5", 1250),
        ("12 €", 1200),
        ("12,50\u202f€", 1250),
        ("1\u00a0250,00", 125_000),
        ("0,01", 1),
        ("7 euros", 700),
        ("99999", 9_999_900),
    ],
)
def test_an_amount_is_read_as_the_french_write_it(typed: str, cents: int) -> None:
    """A comma or a point, one decimal or two, the sign of the currency or none."""
    assert cents_of(typed) == cents


@pytest.mark.parametrize(
    "typed",
    ["", "-5", "+5", "1,234", "1,", ",50", "12,5,0", "1e3", "abc", "5\x00", "١٢", "½", "100000", "5 $", "0x10", "5-"],
)
def test_what_is_no_amount_is_none(typed: str) -> None:
    """Signs, three decimals, other digits, a NUL, more than any till takes."""
    assert cents_of(typed) is None


@pytest.mark.parametrize("typed", ["0", "0,00", "-1", "1,999"])
def test_a_form_refuses_what_cannot_be_paid(typed: str) -> None:
    """Nothing is no payment, and nothing is ever rounded."""
    with pytest.raises(ValidationError) as refused:
        _Form().load({"amount": typed})
    assert refused.value.messages == {"amount": ["not_an_amount"]}


def test_an_amount_is_typed_again_as_it_was_meant() -> None:
    """What comes back into the field reads as the same amount."""
    assert [typed_of(cents) for cents in (1250, 5, 100_000)] == ["12,50", "0,05", "1000,00"]
    assert cents_of(typed_of(1999)) == 1999
