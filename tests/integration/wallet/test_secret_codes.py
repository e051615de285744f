"""The holder's secret code at the till: asked by channel, counted when wrong, locked, never kept in clear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from atouts.wallet.v1 import cards_pb2

from chassis.context import Account
from services.wallet.domain.secret_code import ATTEMPTS
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import Stage, account
from tests.integration.wallet.till_rulebooks import CATEGORY, TILL

RIGHT, WRONG = "4711", "0815"


class Terminal:
    """A partner's payment terminal, and one member."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        stage.open_season(TILL)
        self.shop = stage.partner(CATEGORY, scheme=TILL)
        self.cashier = stage.delegate(self.shop)
        self.person = account()
        stage.knows(self.person)
        stage.ask(self.person, TILL)

    def chooses(self, code: str = RIGHT) -> None:
        self.stage.call("SetSecretCode", cards_pb2.SetSecretCodeRequest(secret_code=code), self.person)

    def card(self) -> Any:
        return self.stage.call("ReadCard", cards_pb2.ReadCardRequest(), self.person)

    def request(self, secret_code: str, channel: str = "terminal", cents: int = 100) -> Any:
        self.stage.clock.forward(minutes=1)  # a fresh code each time
        return self.stage.debit_request(
            self.shop,
            cents,
            scheme=TILL,
            benefit="livres",
            code=self.stage.code(self.person),
            channel=channel,
            secret_code=secret_code,
        )

    def pay(self, request: Any, by: Account | None = None) -> Any:
        return self.stage.call("Debit", request, by or self.cashier)

    def refusal(self, request: Any, by: Account | None = None) -> Any:
        return self.stage.refusal("Debit", request, by or self.cashier)

    def wrong_in_a_row(self) -> int:
        (row,) = self.stage.rows("secret_codes")
        return int(row.wrong_in_a_row)


@pytest.fixture
def terminal(stage: Stage) -> Terminal:
    return Terminal(stage)


# --- Who asks


@pytest.mark.parametrize(
    ("channel", "chosen", "sent", "outcome"),
    [
        ("terminal", False, "", "secret_code_not_chosen"),
        ("terminal", False, RIGHT, "secret_code_not_chosen"),
        ("terminal", True, "", "secret_code_missing"),
        ("terminal", True, WRONG, "secret_code_wrong"),
        ("terminal", True, RIGHT, "paid"),
        ("nfc", False, "", "secret_code_not_chosen"),
        ("nfc", True, "", "paid"),
        ("nfc", True, WRONG, "paid"),
        ("till", False, "", "paid"),
        ("till", True, WRONG, "paid"),
    ],
)
def test_the_rulebook_says_which_channels_ask(
    terminal: Terminal, channel: str, chosen: bool, sent: str, outcome: str
) -> None:
    """Asked by the terminal; needed by NFC, which does not ask for it; unknown to the till, which ignores it."""
    if chosen:
        terminal.chooses()
    request = terminal.request(sent, channel)
    if outcome == "paid":
        assert terminal.pay(request).receipt.amount_cents == 100
    else:
        assert terminal.refusal(request).reason == outcome
    assert not chosen or terminal.wrong_in_a_row() == (outcome == "secret_code_wrong")


# --- Counting and locking


def test_a_wrong_code_is_counted_though_the_debit_is_refused_and_the_card_s_code_is_not_burnt(
    terminal: Terminal,
) -> None:
    """The holder types again at once, with another key, on the same QR."""
    terminal.chooses()
    wrong = terminal.request(WRONG)
    refused = terminal.refusal(wrong)
    assert (refused.reason, f"{ATTEMPTS - 1}" in refused.sentence_fr) == ("secret_code_wrong", True)
    assert terminal.wrong_in_a_row() == 1
    wrong.idempotency_key, wrong.secret_code = terminal.stage.key(), RIGHT
    terminal.pay(wrong)
    assert terminal.wrong_in_a_row() == 0


def test_a_repeated_request_is_told_its_first_answer_and_counts_once(terminal: Terminal) -> None:
    """However often it is sent; and a payment is told again though the code is locked by now."""
    terminal.chooses()
    paid = terminal.request(RIGHT)
    first = terminal.pay(paid)
    wrong = terminal.request(WRONG)
    assert {terminal.refusal(wrong).reason for _ in range(7)} == {"secret_code_wrong"}
    assert terminal.wrong_in_a_row() == 1
    for _ in range(ATTEMPTS):
        terminal.refusal(terminal.request(WRONG))
    assert terminal.card().secret_code_locked
    again = terminal.pay(paid)
    assert (again.replayed, again.receipt.debit_id) == (True, first.receipt.debit_id)
    paid.secret_code = WRONG
    assert terminal.refusal(paid).reason == "idempotency_key_reused"


def test_five_wrong_codes_in_a_row_lock_until_the_holder_chooses_another(terminal: Terminal) -> None:
    """Locked, the right one is refused too, and its key is not spent; a new code unlocks."""
    terminal.chooses()
    reasons = [terminal.refusal(terminal.request(WRONG)).reason for _ in range(ATTEMPTS)]
    assert reasons == ["secret_code_wrong"] * (ATTEMPTS - 1) + ["secret_code_locked"]
    right = terminal.request(RIGHT)
    assert terminal.refusal(right).reason == "secret_code_locked"
    assert terminal.card().secret_code_locked
    terminal.chooses(RIGHT)
    terminal.pay(right)
    assert not terminal.card().secret_code_locked


def test_four_wrong_ones_and_a_right_one_begin_again(terminal: Terminal) -> None:
    """In a row, and not since ever."""
    terminal.chooses()
    for _ in range(2):
        for _ in range(ATTEMPTS - 1):
            assert terminal.refusal(terminal.request(WRONG)).reason == "secret_code_wrong"
        terminal.pay(terminal.request(RIGHT))
    assert terminal.wrong_in_a_row() == 0


def test_rivals_get_no_more_attempts_than_one(terminal: Terminal) -> None:
    """Twelve guesses at the same moment: four are told wrong, the rest finds the code locked, five are counted."""
    terminal.chooses()
    requests = [terminal.request(f"{1000 + number}") for number in range(12)]
    for request in requests:
        request.code = requests[-1].code
    answers = at_once(12, lambda number: terminal.pay(requests[number]))
    assert sorted(answers) == ["secret_code_locked"] * 8 + ["secret_code_wrong"] * 4
    assert terminal.wrong_in_a_row() == ATTEMPTS


def test_copies_of_one_wrong_request_count_once(terminal: Terminal) -> None:
    """A till that sends again before it is answered costs the holder one attempt."""
    terminal.chooses()
    request = terminal.request(WRONG)
    assert set(at_once(6, lambda _: terminal.pay(request))) == {"secret_code_wrong"}
    assert terminal.wrong_in_a_row() == 1


@pytest.mark.parametrize("spoil", ["stranger", "old code", "forged code", "season", "another's presentation"])
def test_who_could_not_pay_anyway_learns_nothing_and_counts_nothing(terminal: Terminal, spoil: str) -> None:
    """A code is tried only where it decides: nobody locks somebody's card from afar, or guesses without it."""
    terminal.chooses()
    request, by = terminal.request(WRONG), terminal.cashier
    spoils: dict[str, Callable[[], object]] = {
        "old code": lambda: terminal.stage.clock.forward(minutes=3),
        "forged code": lambda: setattr(request, "code", "A1FORGED"),
        "season": lambda: setattr(request, "season", "2019-2020"),
        "another's presentation": lambda: _present_elsewhere(terminal, request),
    }
    if spoil == "stranger":
        by = terminal.stage.delegate(terminal.stage.partner(CATEGORY, scheme=TILL))
    else:
        spoils[spoil]()
    assert not terminal.refusal(request, by).reason.startswith("secret_code")
    assert terminal.wrong_in_a_row() == 0


def _present_elsewhere(terminal: Terminal, request: Any) -> None:
    stage = terminal.stage
    other = stage.partner(CATEGORY, scheme=TILL)
    shown = stage.present(terminal.person, other, stage.delegate(other))
    request.code, request.channel, request.presentation_id = "", "", shown.presentation_id


# --- Choosing


def test_the_holder_sees_where_it_is_asked_and_chooses_as_many_digits(terminal: Terminal) -> None:
    """The open rulebooks say how long and by which channels; letters and other lengths are refused."""
    card = terminal.card()
    assert (card.secret_code_chosen, card.secret_code_locked) == (False, False)
    (use,) = card.secret_code_uses
    assert (use.scheme, use.digits, list(use.asked_by), list(use.needed_by)) == (TILL, 4, ["terminal"], ["nfc"])
    for code in ("471", "47110", "47a1", "４７１１", ""):
        request = cards_pb2.SetSecretCodeRequest(secret_code=code)
        assert terminal.stage.refusal("SetSecretCode", request, terminal.person).reason == "secret_code_malformed"
    terminal.chooses()
    assert terminal.card().secret_code_chosen


@pytest.mark.parametrize("code", ["0000", "1234", "9876"])
def test_a_code_that_is_tried_first_is_not_taken(terminal: Terminal, code: str) -> None:
    """Five attempts are too many for these; the one before stays, or none."""
    request = cards_pb2.SetSecretCodeRequest(secret_code=code)
    assert terminal.stage.refusal("SetSecretCode", request, terminal.person).reason == "secret_code_guessable"
    assert not terminal.card().secret_code_chosen


def test_no_code_is_chosen_where_none_is_asked(stage: Stage) -> None:
    """Before a scheme asks for one, and after its season."""
    person = account()
    request = cards_pb2.SetSecretCodeRequest(secret_code=RIGHT)
    assert stage.refusal("SetSecretCode", request, person).reason == "secret_code_not_asked"
    stage.open_season(TILL)
    stage.clock.instant = datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert stage.refusal("SetSecretCode", request, person).reason == "secret_code_not_asked"


def test_the_code_is_in_no_table(terminal: Terminal) -> None:
    """Not as typed, and not as a hash that ten thousand tries would find: argon2id over what the service's key made."""
    terminal.chooses("9138")
    terminal.pay(terminal.request("9138"))
    terminal.refusal(terminal.request("9137"))
    (row,) = terminal.stage.rows("secret_codes")
    assert row.code_hash.startswith("$argon2id$")
    with terminal.stage.parts.platform.database.transaction() as session:
        for table in ("idempotency", "outbox", "audit", "transfers"):
            texts = session.execute(sa.text(f"SELECT t::text FROM {table} t")).scalars().all()  # noqa: S608
            assert not [text for text in texts if '"9138"' in text or "secret_code=9138" in text]
    hashed = row.code_hash
    terminal.chooses("9138")
    (row,) = terminal.stage.rows("secret_codes")
    assert row.code_hash != hashed
