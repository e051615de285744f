"""One customer at the till: what the browser keeps, and which key a payment goes under."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from starlette.responses import Response

from gateway.web.pages import till_passage
from gateway.web.pages.till_passage import Choice, Passage, Receipt
from gateway.web.visit import Visit

_CINEMA = Choice("culture-sport", "2025-2026", "cinema", "Cinéma", 2000)
_STAGE = Choice("culture-sport", "2025-2026", "spectacle", "Spectacle", 3000)
_CARD = Passage("passage-number-one", False, "presentation", (_CINEMA, _STAGE))
_SEATS = Choice("cinema", "2022-2023", "seances", "Séances", 2000, "tickets", 400, 100, 5)
_HALVES = Choice("loisirs", "2017-2018", "sport", "Sport", 3000, "vouchers", 1500, 0, 2)
_ONCE = Choice("loisirs", "2017-2018", "stage", "Stage", 4000, uses_left=1)
_PAID = Receipt("debit-1", "Cinéma", 750, 1250, 1_756_886_400)


def test_the_key_stays_while_the_outcome_is_not_known() -> None:
    """A reload, a way back or a second click send the same key."""
    assert _CARD.idempotency_key(_CARD.attempt) == _CARD.idempotency_key(0)


def test_the_next_payment_has_another_key() -> None:
    """Paid or refused, the outcome is known: the next amount is another payment."""
    assert _CARD.paid(0, _CINEMA, _PAID).attempt == 1
    assert _CARD.after(0).attempt == 1


def test_the_same_answer_again_changes_nothing() -> None:
    """The receipt of a payment that was sent twice is kept once."""
    once = _CARD.paid(0, _CINEMA, _PAID)
    assert once.paid(0, _CINEMA, _PAID) == once


def test_what_is_left_is_the_receipts_balance() -> None:
    """The wallet that was debited shows its new balance, the others theirs."""
    left = [choice.left_cents for choice in _CARD.paid(0, _CINEMA, _PAID).choices]
    assert left == [1250, 3000]


def test_an_older_attempt_does_not_bring_an_older_key_back() -> None:
    """A second window that answers late moves nothing backwards."""
    assert _CARD.after(3).after(0).attempt == 4


def test_a_voucher_is_used_up_by_its_payment_and_a_card_is_not() -> None:
    """A card may pay several times while it is open."""
    voucher = Passage("passage-number-two", True, "COUPON", (_CINEMA,))
    assert voucher.paid(0, _CINEMA, _PAID).is_used_up
    assert not voucher.is_used_up
    assert not _CARD.paid(0, _CINEMA, _PAID).is_used_up


def test_tickets_and_vouchers_are_counted_down_with_the_money() -> None:
    """Whole tickets; as many vouchers as the amount needs; a right of one use is used by any amount."""
    assert _SEATS.after(800, 1200).uses_left == 3
    assert _HALVES.after(1501, 1499).uses_left == 0
    assert _HALVES.after(1500, 1500).uses_left == 1
    assert _ONCE.after(1, 3999).uses_left == 0
    assert _CINEMA.after(750, 1250).uses_left is None


def test_a_wallet_without_a_use_left_is_spent_whatever_it_holds() -> None:
    """What a used voucher leaves is lost, though the balance still shows it."""
    assert _HALVES.after(1501, 1499).is_spent
    assert not _HALVES.is_spent


def test_a_full_passage_fits_in_a_cookie_and_comes_back_the_same() -> None:
    """Six wallets and eight receipts in the 4096 bytes that browsers keep."""
    choices = tuple(
        replace(_SEATS, benefit=f"avantage-de-la-saison-{n}", title="Chèque spectacle vivant" * 2) for n in range(6)
    )
    receipts = tuple(
        Receipt(
            f"0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e1{n}",
            "Chèque spectacle",
            800,
            1200,
            1_756_886_400,
            0,
            "tickets",
            2,
            3,
            200,
        )
        for n in range(8)
    )
    passage = Passage(till_passage.new_id(), False, "0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e11", choices, "", 8, receipts)
    ids = {"partner_id": "0b9f4d5e-2c1a-4d7b-9a57-2f3d1f0c8e12", "passage_id": passage.passage_id}
    visit: Any = SimpleNamespace(id=ids.__getitem__, setting=SimpleNamespace(secure=True))
    kept = till_passage.keep(passage, cast(Visit, visit), Response()).headers["set-cookie"]
    assert len(kept) < 4096
    value = kept.partition("=")[2].partition(";")[0]
    visit.request = SimpleNamespace(cookies={"atouts_passage": value})
    assert till_passage.of_visit(cast(Visit, visit)) == passage
