"""One customer at the till: what the browser keeps, and which key a payment goes under."""

from gateway.web.pages.till_passage import Choice, Passage, Receipt

_CINEMA = Choice("culture-sport", "2025-2026", "cinema", "Cinéma", 2000)
_STAGE = Choice("culture-sport", "2025-2026", "spectacle", "Spectacle", 3000)
_CARD = Passage("passage-number-one", False, "presentation", (_CINEMA, _STAGE))
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
