"""Cards on paper: read at the till by either code, replaced, opposed while rivals pay, paired, good for a season."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from atouts.wallet.v1 import card_batches_pb2, cards_pb2, debits_pb2

from chassis.context import Account
from chassis.grpc_client import PeerRefused
from services.wallet.domain import crockford
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.card_counter import LOST, STOLEN, CardCounter, words
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, CULTURE, Stage
from tests.integration.wallet.till_rulebooks import KEPT


@pytest.fixture
def counter(stage: Stage) -> CardCounter:
    return CardCounter(stage)


def _held(stage: Stage) -> list[str]:
    """Rules of `ctl verify` that do not hold."""
    return [finding.check for finding in verify(stage.parts, AUTHORITY_ID).findings if not finding.held]


def test_a_paper_card_is_presented_again_and_again_by_either_code(stage: Stage, counter: CardCounter) -> None:
    """Typed as people type it; a code typed is by number, a code scanned by QR, and pays as such."""
    person = counter.member()
    codes = counter.printed(person)
    for code, channel in ((codes.qr, "qr"), (codes.typed.lower().replace("-", " ").replace("0", "o"), "number")):
        for _ in range(2):
            shown = counter.present(code)
            counter.debit(presentation_id=shown.presentation_id)
        assert stage.rows("transfers")[-1].channel == channel
    assert (shown.identity_shown, shown.photo_shown) == (True, True)
    assert stage.balance(person, "sorties") == 3000 - 400
    assert _held(stage) == []


def test_a_debit_takes_a_static_code_where_a_till_sends_everything_at_once(stage: Stage, counter: CardCounter) -> None:
    """Several in a row: nothing is burnt; one changed character is refused, and nothing changes."""
    person = counter.member()
    codes = counter.printed(person)
    for code in (codes.qr, codes.typed):
        counter.debit(code=code)
    typed = crockford.plain(codes.typed)
    changed = typed[:-1] + next(other for other in "07Z" if crockford.is_plain(other, 1) and other != typed[-1])
    assert counter.debit_refusal(code=changed) in ("typed_code_wrong", "code_unreadable")
    assert counter.debit_refusal(code=codes.qr[:-2] + ("AA" if codes.qr[-2:] != "AA" else "BA")) == "code_unreadable"
    assert stage.balance(person, "sorties") == 3000 - 200


def test_a_secret_code_guards_a_static_code_where_the_rulebook_asks(stage: Stage, counter: CardCounter) -> None:
    """By the channel that asks: none chosen, none sent, a wrong one counted, then the right one."""
    person = counter.member()
    codes = counter.printed(person)
    at_terminal: dict[str, Any] = {"code": codes.typed, "channel": "terminal"}
    assert counter.debit_refusal(**at_terminal) == "secret_code_not_chosen"
    stage.call("SetSecretCode", cards_pb2.SetSecretCodeRequest(secret_code="7391"), person)
    assert counter.debit_refusal(**at_terminal) == "secret_code_missing"
    assert counter.debit_refusal(**at_terminal, secret_code="7392") == "secret_code_wrong"
    assert counter.debit(**at_terminal, secret_code="7391").amount_cents == 100
    counter.oppose(person)
    assert counter.debit_refusal(**at_terminal, secret_code="7391") == "card_opposed"


def test_only_hashes_are_kept(stage: Stage, counter: CardCounter) -> None:
    """No table holds a code of a card on paper."""
    codes = counter.printed(counter.member())
    for table in ("cards", "card_codes", "audit", "outbox"):
        told = str([tuple(row) for row in stage.rows(table)])
        for secret in (codes.qr, codes.typed, crockford.plain(codes.typed)):
            assert secret not in told
    assert len(stage.rows("card_codes")) == 2


def test_printing_again_voids_the_card_before_at_once(stage: Stage, counter: CardCounter) -> None:
    """Also for a presentation that was open; the till says why."""
    person = counter.member()
    first = counter.printed(person)
    open_ = counter.present(first.qr).presentation_id
    stage.clock.forward(seconds=1)
    second = counter.printed(person)
    assert counter.presented(first.qr) == counter.presented(first.typed) == "card_replaced"
    assert counter.debit_refusal(presentation_id=open_) == "card_replaced"
    assert counter.presented(second.qr) == "cours,sorties"
    assert words(counter.read(person).cards)[:2] == ["paper active", "paper replaced"]
    assert _held(stage) == []


def test_rivals_that_print_leave_one_card_in_use(stage: Stage, counter: CardCounter) -> None:
    """Four at once: each has its paper, and the last of them is the card."""
    person = counter.member()
    request = cards_pb2.PrintCardRequest()
    made = at_once(4, lambda _: stage.call("PrintCard", request, person).card_id)
    in_use = [str(row.card_id) for row in stage.rows("cards") if row.state == "active" and row.form == "paper"]
    assert len(in_use) == 1
    assert in_use[0] in made
    assert _held(stage) == []


def test_a_scheme_without_paper_prints_none_and_takes_none(stage: Stage, counter: CardCounter) -> None:
    """Who is no active member has no form at all; a card's benefits are those of schemes that know its form."""
    stage.open_season()
    stranger = stage.member()
    codes = counter.printed(stranger)  # this scheme gives paper
    cinema = stage.partner("cinema")
    assert stage.call("Debit", stage.debit_request(cinema, 100, code=codes.qr), stage.delegate(cinema)).receipt
    other = CardCounter(stage, KEPT)
    person = other.member()
    with pytest.raises(PeerRefused) as refused:
        other.printed(person)
    assert refused.value.reason == "card_form_not_offered"
    stage.ask(person, counter.scheme)
    mixed = counter.printed(person)
    assert counter.presented(mixed.qr) == "cours,sorties"
    assert other.presented(mixed.qr) == ""
    assert other.debit_refusal(code=mixed.qr) == "card_form_not_taken"


def test_last_seasons_card_is_refused_with_its_own_sentence(stage: Stage, counter: CardCounter) -> None:
    """To the last day it is good; the app's card has no end."""
    person = counter.member()
    codes = counter.printed(person)
    stage.clock.instant = stage.clock.instant.replace(year=2026, month=6, day=30, hour=21, minute=59)
    assert counter.presented(codes.qr) == "cours,sorties"
    shown = counter.present(codes.qr).presentation_id
    stage.clock.forward(minutes=2)
    refused = stage.refusal("PresentCard", counter.presentation_request(codes.typed), counter.cashier)
    assert refused.reason == "card_of_past_season"
    assert "30/06/2026" in refused.sentence_fr
    assert counter.debit_refusal(code=codes.qr) in ("season_over", "card_of_past_season")
    assert counter.debit_refusal(presentation_id=shown) in ("season_over", "card_of_past_season")
    assert counter.presented(stage.code(person)) == ""


# --- Opposition


def test_opposition_bites_every_form_at_once_and_is_told(stage: Stage, counter: CardCounter) -> None:
    """Presentations that were open too; the event names each card."""
    person = counter.member()
    codes, app = counter.printed(person), stage.code(person)
    open_ = [counter.present(codes.qr).presentation_id, counter.present(app).presentation_id]
    opposed = counter.oppose(person, reason=STOLEN)
    assert sorted(words(opposed)) == ["app opposed", "paper opposed"]
    assert counter.presented(codes.qr) == counter.presented(codes.typed) == "card_opposed"
    for presentation_id in open_:
        assert counter.debit_refusal(presentation_id=presentation_id) == "card_opposed"
    told = [row.data for row in stage.rows("outbox") if row.type.endswith("card_opposed.v1")]
    assert sorted((each["form"], each["reason"]) for each in told) == [("app", "stolen"), ("paper", "stolen")]
    assert stage.refusal("ShowCode", debits_pb2.ShowCodeRequest(), person).reason == "app_card_opposed"
    assert _held(stage) == []


def test_opposing_one_card_leaves_the_others(stage: Stage, counter: CardCounter) -> None:
    """The paper was lost, the telephone was not; what is over is not opposed again."""
    person = counter.member()
    codes = counter.printed(person)
    stage.code(person)
    paper = next(card for card in counter.read(person).cards if card.form == cards_pb2.CARD_FORM_PAPER)
    counter.oppose(person, paper.card_id)
    assert counter.presented(codes.qr) == "card_opposed"
    assert counter.presented(stage.code(person)) == "cours,sorties"
    again = cards_pb2.OpposeCardsRequest(card_id=paper.card_id, reason=LOST)
    assert stage.refusal("OpposeCards", again, person).reason == "no_card_to_oppose"
    assert stage.refusal("OpposeCards", again, counter.member()).reason == "no_card_to_oppose"


def test_a_replacement_follows_an_opposition(stage: Stage, counter: CardCounter) -> None:
    """A new app card and a new paper pay; those of before never again. The history tells all of it."""
    person = counter.member()
    first, app = counter.printed(person), stage.code(person)
    counter.oppose(person)
    stage.call("ReplaceAppCard", cards_pb2.ReplaceAppCardRequest(), person)
    second = counter.printed(person)
    assert counter.presented(app) == counter.presented(first.qr) == "card_opposed"
    stage.clock.forward(minutes=1)
    assert counter.presented(stage.code(person)) == counter.presented(second.qr) == "cours,sorties"
    assert sorted(words(counter.read(person).cards)) == [
        "app active", "app opposed", "paper active", "paper opposed",
    ]  # fmt: skip


def test_staff_oppose_for_a_person_and_see_their_cards(stage: Stage, counter: CardCounter) -> None:
    """On the phone: whose role is support may, others may not."""
    person = counter.member()
    codes = counter.printed(person)
    request = card_batches_pb2.OpposePersonCardsRequest(person_id=person.account_id, reason=LOST)
    assert stage.refusal("OpposePersonCards", request, stage.staff("payments")).reason == "not_allowed"
    support = stage.staff("support")
    stage.call("OpposePersonCards", request, support)
    assert counter.presented(codes.qr) == "card_opposed"
    seen = card_batches_pb2.ListPersonCardsRequest(person_id=person.account_id)
    assert words(stage.call("ListPersonCards", seen, support).cards) == ["paper opposed"]
    assert [row.account_id for row in stage.rows("audit") if row.act == "card_opposed"] == [support.account_id]


def test_after_an_opposition_is_answered_no_debit_passes(stage: Stage, counter: CardCounter) -> None:
    """Tills that pay as fast as they can, by presentation and by code, while the holder opposes: whatever is asked
    once the holder was told is refused, and the ledger holds."""
    person = counter.member()
    codes = counter.printed(person)
    shown = counter.present(codes.qr).presentation_id
    opposed: list[bool] = []

    def act(number: int) -> list[tuple[bool, str]]:
        if number == 0:
            counter.debit(code=codes.qr)  # the holder sees it, and reacts
            counter.oppose(person, reason=STOLEN)
            opposed.append(True)
            return []
        return [_tried(counter, opposed, codes.qr if number % 2 else "", shown) for _ in range(15)]

    tried = [each for answers in at_once(8, act) for each in answers]
    assert {answer for knew, answer in tried if knew} <= {"card_opposed"}
    assert "card_opposed" in {answer for _, answer in tried}
    assert _held(stage) == []


def _tried(counter: CardCounter, opposed: list[bool], code: str, presentation_id: str) -> tuple[bool, str]:
    """Whether the opposition was answered before the debit was asked, and how the debit was answered."""
    by = {"code": code} if code else {"presentation_id": presentation_id}
    knew = bool(opposed)
    try:
        counter.debit(1, **by)
    except PeerRefused as refused:
        return knew, refused.reason
    return knew, "debited"


def test_presentations_race_with_an_opposition_and_none_is_later(stage: Stage, counter: CardCounter) -> None:
    """Recorded under the card's lock: verify compares the two instants."""
    person = counter.member()
    codes = counter.printed(person)
    acts: list[Any] = [lambda: counter.oppose(person), *[lambda: counter.present(codes.typed)] * 11]
    answers = at_once(12, lambda number: acts[number]())
    assert {answer for answer in answers[1:] if isinstance(answer, str)} <= {"card_opposed"}
    assert _held(stage) == []


def test_rivals_that_oppose_and_print_end_with_one_truth(stage: Stage, counter: CardCounter) -> None:
    """A person's acts come one after the other: at most one paper is in use, and verify holds."""
    person = counter.member()
    counter.printed(person)
    request, opposition = cards_pb2.PrintCardRequest(), cards_pb2.OpposeCardsRequest(reason=LOST)

    def act(number: int) -> Any:
        if number % 2:
            return stage.call("OpposeCards", opposition, person)
        return stage.call("PrintCard", request, person)

    at_once(8, act)
    assert len([row for row in stage.rows("cards") if row.state == "active"]) <= 1
    assert _held(stage) == []


# --- Pairing


def test_a_card_that_was_handed_out_is_paired_by_its_code(stage: Stage, counter: CardCounter) -> None:
    """Before: refused as not activated, and the key is not spent; after: it pays, and is nobody else's."""
    person, other = counter.member(), counter.member()
    (line,) = counter.lines(counter.make(1))
    assert counter.presented(line["qr"]) == "card_not_activated"
    request = counter.debit_request(code=line["qr"])
    assert stage.refusal("Debit", request, counter.cashier).reason == "card_not_activated"
    card = counter.pair(person, line["code"].lower())
    assert (card.form, card.state) == (cards_pb2.CARD_FORM_PVC, cards_pb2.CARD_STATE_ACTIVE)
    assert stage.call("Debit", request, counter.cashier).receipt.amount_cents == 100
    assert counter.pairing_refusal(other, line["code"]) == "card_already_paired"
    assert counter.pairing_refusal(person, line["code"]) == "card_already_paired"
    assert _held(stage) == []


def test_rivals_for_one_card_and_one_has_it(stage: Stage, counter: CardCounter) -> None:
    """Eight accounts type the same code at the same moment."""
    persons = [counter.member() for _ in range(8)]
    (line,) = counter.lines(counter.make(1))
    answers = at_once(8, lambda number: counter.pair(persons[number], line["code"]).card_id)
    assert answers.count("card_already_paired") == 7
    assert _held(stage) == []


def test_pairing_is_limited_against_guessing(stage: Stage, counter: CardCounter) -> None:
    """Five wrong codes, committed though refused, and the account waits, a right one too; another does not."""
    person, other = counter.member(), counter.member()
    (line,) = counter.lines(counter.make(1))
    wrong = [crockford.with_check(crockford.written(number, 12), 1) for number in range(12)]
    answers = at_once(12, lambda number: counter.pair(person, wrong[number]))
    assert sorted(answers) == ["too_many_pairings"] * 7 + ["unknown_pairing_code"] * 5
    assert counter.pairing_refusal(person, line["code"]) == "too_many_pairings"
    assert counter.pair(other, line["code"]).card_id
    stage.wrong_codes_grow_old()
    assert counter.pairing_refusal(person, line["code"]) == "card_already_paired"


def test_a_second_card_that_is_paired_takes_the_place_of_the_first(stage: Stage, counter: CardCounter) -> None:
    person = counter.member()
    first, second = counter.lines(counter.make(2))
    counter.pair(person, first["code"])
    counter.pair(person, second["code"])
    assert counter.presented(first["qr"]) == "card_replaced"
    assert counter.presented(second["qr"]) == "cours,sorties"


# --- Whom the cashier sees


def test_the_cashier_sees_the_holder_where_the_rulebook_asks(stage: Stage, counter: CardCounter) -> None:
    """On the device of the presentation, while it lasts; not at another partner, and not where nothing is checked."""
    person = counter.member(photo=b"jpeg")
    shown = counter.present(counter.printed(person).qr)
    ask = debits_pb2.ShowHolderRequest(
        partner_id=str(counter.shop), presentation_id=shown.presentation_id, device="caisse 1"
    )
    seen = stage.call("ShowHolder", ask, counter.cashier)
    assert (seen.given_name, seen.surname, seen.photo) == ("Lou", "Dupecimen", b"jpeg")
    elsewhere = debits_pb2.ShowHolderRequest(
        partner_id=str(counter.shop), presentation_id=shown.presentation_id, device="caisse 2"
    )
    assert stage.refusal("ShowHolder", elsewhere, counter.cashier).reason == "presentation_of_other_partner"
    stage.clock.instant += timedelta(minutes=5)
    assert stage.refusal("ShowHolder", ask, counter.cashier).reason == "presentation_expired"
    stage.open_season()
    member, cinema = stage.member(), stage.partner("cinema")
    cashier = stage.delegate(cinema)
    unchecked = stage.present(member, cinema, cashier)
    plain = debits_pb2.ShowHolderRequest(
        partner_id=str(cinema), presentation_id=unchecked.presentation_id, device="caisse 1"
    )
    assert (unchecked.identity_shown, unchecked.photo_shown) == (False, False)
    assert stage.refusal("ShowHolder", plain, cashier).reason == "holder_not_shown"


# --- What verify finds


@pytest.mark.parametrize(
    ("tampering", "check"),
    [
        (
            "UPDATE presentations SET recorded_at = clock_timestamp() + interval '1 hour'",
            "a card that was opposed or replaced has no later presentation",
        ),
        (
            "DELETE FROM card_codes WHERE typed",
            "a card on paper or plastic has a code to scan and one to type, an app's card has none",
        ),
        (
            "UPDATE card_batches SET cards = cards + 1",
            "a batch has the cards that it says, and keeps their codes until it is sent",
        ),
        ("UPDATE card_orders SET person_id = gen_random_uuid()",
         "an exported order has a card of its batch and of its own holder"),
        (
            "UPDATE cards SET state = 'waiting' WHERE form = 'pvc'",
            "an order and its card say the same of its use",
        ),
    ],
)  # fmt: skip
def test_verify_finds_what_was_tampered_with(stage: Stage, counter: CardCounter, tampering: str, check: str) -> None:
    """Each rule of cards can fail, and is named."""
    person = _with_a_card_of_each_form(counter)
    assert _held(stage) == []
    counter.present(counter.printed(person).qr)
    counter.printed(person)
    with stage.parts.platform.database.transaction() as session:
        session.execute(sa.text(tampering))
    assert _held(stage) == [check]


def _with_a_card_of_each_form(counter: CardCounter) -> Account:
    person = counter.member()
    counter.stage.code(person)
    counter.printed(person)
    counter.order(person)
    batch = counter.export()
    (line,) = counter.lines(batch)
    counter.send(batch)
    counter.pair(person, line["code"])
    assert {row.form for row in counter.stage.rows("cards") if row.state == "active"} == {"app", "paper", "pvc"}
    assert UUID(person.account_id) in counter.holders.holders
    assert counter.scheme != CULTURE
    return person
