"""PVC cards: ordered, exported once, printed, sent, used."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from atouts.wallet.v1 import card_batches_pb2, cards_pb2, vouchers_pb2
from pypdf import PdfReader

from chassis.errors import Operational
from services.wallet.application import card_orders as use_cases
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.card_counter import STOLEN, CardCounter
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, SEASON, Stage
from tests.integration.wallet.till_rulebooks import KEPT

ORDERED = cards_pb2.CARD_ORDER_STATE_ORDERED


@pytest.fixture
def counter(stage: Stage) -> CardCounter:
    return CardCounter(stage)


def _states(counter: CardCounter, person: Any) -> list[str]:
    return [cards_pb2.CardOrderState.Name(order.state)[17:].lower() for order in counter.read(person).orders]


def _all_holds(stage: Stage) -> bool:
    return verify(stage.parts, AUTHORITY_ID).held


def test_an_order_is_exported_sent_and_activated_by_its_holder(stage: Stage, counter: CardCounter) -> None:
    """Where the rulebook asks for pairing: a card that is stolen from a letter box pays nobody."""
    person = counter.member()
    assert counter.order(person).state == ORDERED
    assert stage.refusal("OrderCard", cards_pb2.OrderCardRequest(), person).reason == "card_order_under_way"
    batch = counter.export()
    (line,) = counter.lines(batch)
    assert _states(counter, person) == ["exported"]
    assert (line["prenom"], line["nom"], line["adresse_1"], line["ville"]) == (
        "Lou", "Dupecimen", "12 rue des Essais", "Caen",
    )  # fmt: skip
    assert counter.send(batch).HasField("sent_at")
    assert _states(counter, person) == ["sent"]
    assert counter.presented(line["qr"]) == "card_not_activated"
    other = counter.member()
    assert counter.pairing_refusal(other, line["code"]) == "card_already_paired"
    counter.pair(person, line["code"])
    assert counter.presented(line["qr"]) == "cours,sorties"
    assert _states(counter, person) == ["activated"]
    assert _all_holds(stage)


def test_without_pairing_a_card_is_in_use_once_it_is_sent(stage: Stage) -> None:
    """And takes the place of the one before; kept across seasons, it has no last day."""
    counter = CardCounter(stage, KEPT)
    person = counter.member(photo=b"")
    lines = []
    for _ in range(2):
        counter.order(person)
        batch = counter.export()
        lines += counter.lines(batch)
        counter.send(batch)
    assert counter.presented(lines[0]["qr"]) == "card_replaced"
    assert counter.presented(lines[1]["qr"]) == "sorties"
    assert _states(counter, person) == ["activated", "activated"]
    assert counter.read(person).cards[0].last_day == ""
    stage.clock.instant = stage.clock.instant.replace(year=2026, month=9)
    assert counter.presented(lines[1]["qr"]) == ""  # read; nothing of last season is left to spend
    assert _all_holds(stage)


def test_a_card_needs_an_address_and_a_photo_where_it_bears_one(stage: Stage, counter: CardCounter) -> None:
    """Said when it is ordered, not when it is printed; identity away, it is tried again later."""
    request = cards_pb2.OrderCardRequest()
    assert stage.refusal("OrderCard", request, counter.member(address=())).reason == "postal_address_missing"
    assert stage.refusal("OrderCard", request, counter.member(photo=b"")).reason == "photo_missing"
    person = counter.member()
    counter.holders.is_away = True
    with pytest.raises(Operational):
        stage.call("OrderCard", request, person)
    assert stage.rows("card_orders") == []


def test_rivals_that_export_never_take_an_order_twice(
    stage: Stage, counter: CardCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight agents at once, batches of three: each order is in one batch, with one card."""
    monkeypatch.setattr(use_cases, "BATCH_LIMIT", 3)
    people = [counter.member() for _ in range(10)]
    for person in people:
        counter.order(person)
    requests = [counter.export_request() for _ in range(8)]
    answers = at_once(8, lambda number: stage.call("ExportCardOrders", requests[number], counter.chief).batch)
    batches = [answer for answer in answers if not isinstance(answer, str)]
    assert {answer for answer in answers if isinstance(answer, str)} <= {"no_order_waits"}
    orders = stage.rows("card_orders")
    assert sum(batch.cards for batch in batches) == len({row.card_id for row in orders}) == 10
    printed = [line["carte"] for batch in batches for line in counter.lines(batch)]
    assert len(printed) == len(set(printed)) == 10
    assert _all_holds(stage)


def test_the_same_key_exports_once(stage: Stage, counter: CardCounter) -> None:
    """A click that was sent twice is one batch; nothing left to export is said, and the key may be used later."""
    counter.order(counter.member())
    request = counter.export_request()
    answers = at_once(6, lambda _: stage.call("ExportCardOrders", request, counter.chief).batch.batch_id)
    assert len(set(answers)) == 1
    later = counter.export_request()
    assert stage.refusal("ExportCardOrders", later, counter.chief).reason == "no_order_waits"
    counter.order(counter.member())
    assert stage.call("ExportCardOrders", later, counter.chief).batch.cards == 1


def test_a_batch_is_the_same_file_until_it_is_sent_and_none_afterwards(stage: Stage, counter: CardCounter) -> None:
    """Lost on the way, it is downloaded again with the same codes; sent, no code is kept."""
    counter.order(counter.member())
    batch = counter.export()
    first, again = counter.file(batch), counter.file(batch)
    assert first.content == again.content
    assert first.media_type == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(first.content)).namelist()
    assert names == ["cartes.csv", counter.lines(batch)[0]["photo"]]
    counter.send(batch)
    sent_at = stage.rows("card_batches")[0].sent_at
    counter.send(batch)
    assert stage.rows("card_batches")[0].sent_at == sent_at
    asked = card_batches_pb2.GetCardBatchFileRequest(batch_id=batch.batch_id)
    assert stage.refusal("GetCardBatchFile", asked, counter.chief).reason == "card_batch_sent"
    assert {row.sealed_codes for row in stage.rows("cards")} == {None}


def test_the_printers_file_is_safe_in_a_spreadsheet_and_leaves_out_who_cannot_be_sent_to(
    stage: Stage, counter: CardCounter
) -> None:
    """Names and addresses of this moment: who has none any more is counted, not printed."""
    person, gone = counter.member(), counter.member()
    for each in (person, gone):
        counter.order(each)
    batch = counter.export()
    for person_id, holder in list(counter.holders.holders.items()):
        if str(person_id) == gone.account_id:
            del counter.holders.holders[person_id]
        else:
            counter.holders.holders[person_id] = type(holder)(
                person_id, "=cmd|' /C calc'!A0", "@SUM(1)", ("-2+3",), "14000", "Caen", True, b"jpeg"
            )
    (line,) = counter.lines(batch)
    assert (line["prenom"], line["nom"], line["adresse_1"]) == ("'=cmd|' /C calc'!A0", "'@SUM(1)", "'-2+3")
    assert counter.file(batch).left_out == 1
    counter.send(batch)
    assert (_states(counter, person), _states(counter, gone)) == (["sent"], ["cancelled"])
    assert _all_holds(stage)


def test_a_card_that_is_stolen_from_the_post_is_opposed_and_ordered_again(stage: Stage, counter: CardCounter) -> None:
    """Opposing what is in use leaves the one on its way; named, it is void, and its order is over."""
    person = counter.member()
    counter.order(person)
    batch = counter.export()
    (line,) = counter.lines(batch)
    counter.printed(person)
    counter.oppose(person)
    assert _states(counter, person) == ["exported"]
    counter.oppose(person, line["carte"], STOLEN)
    assert counter.lines(batch) == []
    counter.send(batch)
    assert counter.pairing_refusal(person, line["code"]) == "card_already_paired"
    assert counter.presented(line["qr"]) == "card_opposed"
    assert _states(counter, person) == ["cancelled"]
    assert counter.order(person).state == ORDERED
    assert _all_holds(stage)


def test_sending_races_with_holders_who_oppose_and_pair(stage: Stage) -> None:
    """No deadlock, one truth: an order says what its card says."""
    counter = CardCounter(stage, KEPT)
    people = [counter.member(photo=b"") for _ in range(6)]
    for person in people:
        counter.order(person)
    batch = counter.export()
    lines = {line["carte"]: line for line in counter.lines(batch)}
    card_of = {str(row.person_id): str(row.card_id) for row in stage.rows("cards")}

    def act(number: int) -> Any:
        if number == 0:
            return counter.send(batch)
        person = people[number - 1]
        card_id = card_of[person.account_id]
        return counter.oppose(person, card_id) if number % 2 else counter.pair(person, lines[card_id]["code"])

    answers = at_once(7, act)
    assert {answer for answer in answers if isinstance(answer, str)} <= {"card_already_paired"}
    assert _all_holds(stage)


def test_staff_list_orders_and_batches_and_only_administrators_export(stage: Stage, counter: CardCounter) -> None:
    """Orders that wait come oldest first; a batch without holders says so and has its count of cards."""
    for _ in range(2):
        counter.order(counter.member())
        stage.clock.forward(minutes=1)
    support = stage.staff("support")
    waiting = stage.call("ListCardOrders", card_batches_pb2.ListCardOrdersRequest(), support).orders
    assert [order.ordered_at.seconds for order in waiting] == sorted(order.ordered_at.seconds for order in waiting)
    assert stage.refusal("ExportCardOrders", counter.export_request(), support).reason == "not_allowed"
    counter.export()
    stage.clock.forward(minutes=1)
    counter.make(3)
    batches = stage.call("ListCardBatches", card_batches_pb2.ListCardBatchesRequest(), support).batches
    assert [(batch.cards, batch.without_holders) for batch in batches] == [(3, True), (2, False)]
    assert stage.call("ListCardOrders", card_batches_pb2.ListCardOrdersRequest(), support).orders == []
    too_many = card_batches_pb2.MakeCardsRequest(
        idempotency_key=stage.key(), scheme=counter.scheme, season=SEASON, count=5001
    )
    assert stage.refusal("MakeCards", too_many, counter.chief).field == "count"


def test_a_voucher_is_printed_while_it_is_open(stage: Stage) -> None:
    """With its code, its partner's name and its amount; somebody else's is none."""
    stage.open_season()
    person = stage.member()
    club, _ = stage.club()
    voucher = stage.call("CreateVoucher", stage.voucher_request(club, 1250), person).voucher
    request = vouchers_pb2.PrintVoucherRequest(voucher_id=voucher.voucher_id)
    printed = stage.call("PrintVoucher", request, person)
    told = PdfReader(io.BytesIO(printed.content)).pages[0].extract_text()
    for words in (voucher.code, "Cinéma Imaginaire", "12,50"):
        assert words in told.replace("\u00a0", " ")
    assert stage.refusal("PrintVoucher", request, stage.member()).reason == "unknown_voucher"
    release = vouchers_pb2.ReleaseVoucherRequest(idempotency_key=stage.key(), voucher_id=voucher.voucher_id)
    stage.call("ReleaseVoucher", release, person)
    assert stage.refusal("PrintVoucher", request, person).reason == "voucher_released"
