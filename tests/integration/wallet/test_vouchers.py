"""Vouchers through the real door: reserved for one partner, redeemed once, given back otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from atouts.wallet.v1 import movements_pb2, seasons_pb2
from atouts.wallet.v1 import vouchers_pb2 as pb

from chassis.context import Account
from chassis.errors import Operational
from services.wallet.domain import crockford
from services.wallet.entrypoints.ctl import verify
from services.wallet.store import days, listings
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, BOOKS, CULTURE, Stage, account


def _made(stage: Stage, amount_cents: int = 2500) -> tuple[Account, UUID, Account, Any]:
    """A member with a voucher for a club: person, club, its cashier, voucher."""
    stage.open_season()
    person, (club, cashier) = stage.member(), stage.club()
    made = stage.call("CreateVoucher", stage.voucher_request(club, amount_cents), person)
    return person, club, cashier, made.voucher


def _wallet(stage: Stage, person: Account) -> tuple[int, int]:
    wallet = stage.wallets(person)["pratique"]
    return wallet.balance_cents, wallet.reserved_cents


def _movements(stage: Stage, person: Account) -> list[Any]:
    request = movements_pb2.ListMovementsRequest(wallet_id=stage.wallets(person)["pratique"].wallet_id)
    return list(stage.call("ListMovements", request, person).movements)


def _holds(stage: Stage) -> None:
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []
    told = done.figures
    assert told["envelopes_cents"] == told["unallocated_cents"] + told["left_cents"] + told["expired_cents"] + (
        told["debited_cents"] - told["cancelled_cents"]
    )


def test_a_voucher_reserves_and_its_redemption_pays_the_partner_and_gives_the_rest_back(stage: Stage) -> None:
    """30 € less a voucher of 25 €, of which the club takes 18 €: 12 € are left, and 18 € are a debit like any other."""
    person, club, cashier, voucher = _made(stage)
    assert _wallet(stage, person) == (500, 2500)
    read = stage.call("ReadVoucher", pb.ReadVoucherRequest(partner_id=str(club), code=voucher.code), cashier)
    assert (read.amount_cents, read.benefit, read.expires_on) == (2500, "pratique", "2026-06-30")
    taken = stage.call("RedeemVoucher", stage.redeem_request(club, voucher.code, 1800), cashier)
    assert (taken.receipt.amount_cents, taken.returned_cents, taken.receipt.balance_cents) == (1800, 700, 1200)
    assert _wallet(stage, person) == (1200, 0)
    listed = stage.call("ListVouchers", pb.ListVouchersRequest(), person).vouchers
    assert [(v.state, v.redeemed_cents, v.code) for v in listed] == [(pb.VOUCHER_STATE_REDEEMED, 1800, voucher.code)]
    events = [row.data for row in stage.rows("outbox") if row.type.endswith(".debit_recorded.v1")]
    assert [(e["debit_id"], e["amount_cents"], e["person_id"], e["category"]) for e in events] == [
        (taken.receipt.debit_id, 1800, person.account_id, "pratique")
    ]
    _holds(stage)


def test_the_holder_reads_holds_captures_and_releases_and_they_add_up(stage: Stage) -> None:
    """What moved the wallet adds up to its balance; a capture tells what the partner took and moves nothing."""
    person, club, cashier, voucher = _made(stage)
    stage.call("RedeemVoucher", stage.redeem_request(club, voucher.code, 1800), cashier)
    told = _movements(stage, person)
    assert [(m.kind, m.amount_cents, m.captured_cents, m.balance_after_cents) for m in told] == [
        ("release", 700, 0, 1200),
        ("capture", 0, 1800, 500),
        ("hold", -2500, 0, 500),
        ("credit", 3000, 0, 3000),
    ]
    assert {m.voucher_id for m in told if m.kind != "credit"} == {voucher.voucher_id}
    assert {m.partner_id for m in told if m.kind != "credit"} == {str(club)}
    assert sum(m.amount_cents for m in told) == stage.balance(person, "pratique")


def test_a_redemption_is_counted_listed_exported_and_cancelled_as_a_debit(stage: Stage) -> None:
    """The money of a cancelled redemption goes back to the wallet; the voucher stays spent."""
    person, club, cashier, voucher = _made(stage)
    receipt = stage.call("RedeemVoucher", stage.redeem_request(club, voucher.code, 2500), cashier).receipt
    with stage.parts.platform.database.transaction() as session:
        exported = list(listings.debits(session))
    assert [(d["debit_id"], d["amount_cents"], d["state"]) for d in exported] == [(receipt.debit_id, 2500, "recorded")]
    envelopes = stage.call("ListEnvelopes", seasons_pb2.ListEnvelopesRequest(scheme=CULTURE), stage.staff("audit"))
    line = next(each for each in envelopes.envelopes if each.benefit == "pratique")
    assert (line.debited_cents, line.left_cents) == (2500, 500)
    stage.call("CancelDebit", stage.cancel_request(club, receipt.debit_id), cashier)
    assert _wallet(stage, person) == (3000, 0)
    again = stage.redeem_request(club, voucher.code, 2500)
    assert stage.refusal("RedeemVoucher", again, cashier).reason == "voucher_already_redeemed"
    stage.clock.forward(days=1)
    counted = stage.call("CountDay", movements_pb2.CountDayRequest(day="2025-10-04"), service="payout").partners
    assert [(p.partner_id, p.count, p.sum_cents) for p in counted] == [(str(club), 2, 0)]
    listing = movements_pb2.ListDayMovementsRequest(day="2025-10-04")
    listed = stage.call("ListDayMovements", listing, service="payout").movements
    assert sorted((m.amount_cents, m.debit_id == receipt.debit_id) for m in listed) == [(-2500, True), (2500, True)]
    _holds(stage)


def test_the_budget_counts_open_vouchers_as_left(stage: Stage) -> None:
    """Reserved is not spent: the envelope's `left` is wallets and vouchers."""
    _made(stage)
    envelopes = stage.call("ListEnvelopes", seasons_pb2.ListEnvelopesRequest(scheme=CULTURE), stage.staff("audit"))
    line = next(each for each in envelopes.envelopes if each.benefit == "pratique")
    assert (line.left_cents, line.debited_cents) == (3000, 0)
    assert verify(stage.parts, AUTHORITY_ID).figures["reserved_cents"] == 2500
    _holds(stage)


def test_a_holder_releases_a_voucher_while_it_is_open(stage: Stage) -> None:
    """The whole comes back once; the same key answers again; a released voucher is taken nowhere."""
    person, club, cashier, voucher = _made(stage)
    request = pb.ReleaseVoucherRequest(idempotency_key=stage.key(), voucher_id=voucher.voucher_id)
    first = stage.call("ReleaseVoucher", request, person)
    again = stage.call("ReleaseVoucher", request, person)
    assert (first.voucher.state, first.replayed, again.replayed) == (pb.VOUCHER_STATE_RELEASED, False, True)
    assert _wallet(stage, person) == (3000, 0)
    request.idempotency_key = stage.key()
    assert stage.refusal("ReleaseVoucher", request, person).reason == "voucher_released"
    redeem = stage.redeem_request(club, voucher.code, 100)
    assert stage.refusal("RedeemVoucher", redeem, cashier).reason == "voucher_released"
    _holds(stage)


def test_a_voucher_is_its_holders_alone(stage: Stage) -> None:
    """Another young person neither lists nor releases it: to them there is no such voucher."""
    person, _, _, voucher = _made(stage)
    other = stage.member()
    request = pb.ReleaseVoucherRequest(idempotency_key=stage.key(), voucher_id=voucher.voucher_id)
    assert stage.refusal("ReleaseVoucher", request, other).reason == "unknown_voucher"
    assert list(stage.call("ListVouchers", pb.ListVouchersRequest(), other).vouchers) == []
    assert _wallet(stage, person) == (500, 2500)


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("no_voucher_for_benefit", {"benefit": "cinema"}),
        ("unknown_benefit", {"benefit": "piscine"}),
        ("unknown_season", {"season": "2031-2032"}),
        ("season_not_open", {"scheme": BOOKS, "benefit": "livres"}),
        ("voucher_above_balance", {"amount_cents": 3001}),
        ("partner_not_for_benefit", {"partner_id": str(uuid4())}),
        ("amount_invalid", {"amount_cents": 0}),
        ("amount_invalid", {"amount_cents": -5}),
        ("malformed", {"partner_id": "club"}),
        ("malformed", {"benefit": "<b>pratique</b>"}),
        ("malformed", {"idempotency_key": ""}),
    ],
)
def test_a_voucher_that_is_refused_reserves_nothing(stage: Stage, reason: str, change: dict[str, Any]) -> None:
    """Each refusal has its reason and a French sentence; the wallet stays whole."""
    stage.open_season()
    person, (club, _) = stage.member(), stage.club()
    request = stage.voucher_request(club, 1000)
    for name, value in change.items():
        setattr(request, name, value)
    refused = stage.refusal("CreateVoucher", request, person)
    assert refused.reason == reason
    assert refused.sentence_fr.endswith(".")
    assert _wallet(stage, person) == (3000, 0)


@pytest.mark.parametrize("activity", ["local_authority", None])
def test_only_the_rulebooks_activities_take_vouchers(stage: Stage, activity: str | None) -> None:
    """Sport and art take them for Culture & Sport; another activity, or one that nobody told, does not."""
    stage.open_season()
    request = stage.voucher_request(stage.partner("pratique", activity=activity), 1000)
    assert stage.refusal("CreateVoucher", request, stage.member()).reason == "partner_takes_no_voucher"


def test_a_cinema_is_not_accredited_for_sport(stage: Stage) -> None:
    """The category is the benefit's, whatever else the partner takes."""
    stage.open_season()
    request = stage.voucher_request(stage.partner("cinema", activity="sport"), 1000)
    assert stage.refusal("CreateVoucher", request, stage.member()).reason == "partner_not_for_benefit"


def test_somebody_without_the_benefit_gets_no_voucher(stage: Stage) -> None:
    """A request that is not paid has no wallet; neither has a stranger."""
    stage.open_season()
    stage.open_season(BOOKS)
    club, _ = stage.club()
    waiting = account()
    stage.knows(waiting)
    stage.ask(waiting)
    for person in (waiting, account()):
        assert stage.refusal("CreateVoucher", stage.voucher_request(club, 100), person).reason == (
            "no_wallet_for_voucher"
        )
    school = stage.partner("livres", scheme=BOOKS, activity="school")
    books = stage.voucher_request(school, 100, scheme=BOOKS, benefit="livres")
    assert stage.refusal("CreateVoucher", books, stage.member()).reason == "no_wallet_for_voucher"


def test_a_voucher_is_made_and_redeemed_to_the_last_day(stage: Stage) -> None:
    """30 June 23:59 in Paris is in time for both; a minute later for neither."""
    stage.open_season()
    person, (club, cashier) = stage.member(), stage.club()
    stage.clock.instant = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    late, taken = (stage.call("CreateVoucher", stage.voucher_request(club, 100), person).voucher for _ in range(2))
    stage.call("RedeemVoucher", stage.redeem_request(club, taken.code, 100), cashier)
    stage.clock.forward(minutes=1)
    assert stage.refusal("CreateVoucher", stage.voucher_request(club, 100), person).reason == "season_over"
    refused = stage.refusal("RedeemVoucher", stage.redeem_request(club, late.code, 100), cashier)
    assert refused.reason == "voucher_expired"
    assert "30/06/2026" in refused.sentence_fr


def test_the_seasons_end_releases_open_vouchers_then_expires_all(stage: Stage) -> None:
    """What was reserved is lost with the rest, and every cent is told."""
    person, _, _, _ = _made(stage)
    stage.clock.instant = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    assert stage.play_due() == 1
    assert [(m.kind, m.amount_cents) for m in _movements(stage, person)] == [
        ("expire", -3000),
        ("release", 2500),
        ("hold", -2500),
        ("credit", 3000),
    ]
    assert [row.state for row in stage.rows("vouchers")] == ["released"]
    assert "hold" not in {kind for kind, cents in stage.sums().items() if cents}
    _holds(stage)


# --- At the till


def test_a_redemption_repeated_with_its_key_is_one_redemption(stage: Stage) -> None:
    """A colleague may ask again with the partner's key; another amount under it is refused."""
    person, club, cashier, voucher = _made(stage)
    request = stage.redeem_request(club, voucher.code, 1800)
    first = stage.call("RedeemVoucher", request, cashier)
    stage.clock.forward(days=300)
    again = stage.call("RedeemVoucher", request, stage.delegate(club))
    assert again.receipt == first.receipt
    assert (again.returned_cents, again.replayed) == (700, True)
    request.amount_cents = 1700
    assert stage.refusal("RedeemVoucher", request, cashier).reason == "idempotency_key_reused"
    assert _wallet(stage, person) == (1200, 0)


def test_a_voucher_for_another_partner_is_refused(stage: Stage) -> None:
    """Read or redeemed: it is for the club that it was made for."""
    person, _, _, voucher = _made(stage)
    other, cashier = stage.club()
    reading = pb.ReadVoucherRequest(partner_id=str(other), code=voucher.code)
    assert stage.refusal("ReadVoucher", reading, cashier).reason == "voucher_of_another_partner"
    redeem = stage.redeem_request(other, voucher.code, 100)
    assert stage.refusal("RedeemVoucher", redeem, cashier).reason == "voucher_of_another_partner"
    assert _wallet(stage, person) == (500, 2500)


def test_more_than_the_voucher_is_refused_and_leaves_it_open(stage: Stage) -> None:
    """The sentence says what it is worth."""
    _, club, cashier, voucher = _made(stage)
    refused = stage.refusal("RedeemVoucher", stage.redeem_request(club, voucher.code, 2501), cashier)
    assert (refused.reason, refused.field) == ("above_voucher", "amount_cents")
    assert "25,00\u00a0€" in refused.sentence_fr
    assert stage.call("RedeemVoucher", stage.redeem_request(club, voucher.code, 2500), cashier).returned_cents == 0


@pytest.mark.parametrize("spelling", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_a_code_is_read_as_people_type_it(stage: Stage, spelling: Any) -> None:
    """Case, dashes and spaces are forgiven."""
    _, club, cashier, voucher = _made(stage)
    reading = pb.ReadVoucherRequest(partner_id=str(club), code=spelling(voucher.code))
    assert stage.call("ReadVoucher", reading, cashier).amount_cents == 2500


def test_twenty_wrong_codes_make_the_partner_wait_even_with_a_right_one(stage: Stage) -> None:
    """They are rows, kept though refused; a repeated key is not a new guess; another partner is not concerned."""
    person, club, cashier, voucher = _made(stage)
    repeated = stage.redeem_request(club, "AAAA", 100)
    for _ in range(3):
        assert stage.refusal("RedeemVoucher", repeated, cashier).reason == "unknown_voucher_code"
    for number in range(19):
        wrong = crockford.with_check(crockford.written(number, 12))
        reading = pb.ReadVoucherRequest(partner_id=str(club), code=wrong)
        assert stage.refusal("ReadVoucher", reading, cashier).reason == "unknown_voucher_code"
    assert len(stage.rows("wrong_codes")) == 20
    request = stage.redeem_request(club, voucher.code, 100)
    assert stage.refusal("RedeemVoucher", request, cashier).reason == "too_many_wrong_codes"
    other, other_cashier = stage.club()
    made = stage.call("CreateVoucher", stage.voucher_request(other, 100), person).voucher
    stage.call("RedeemVoucher", stage.redeem_request(other, made.code, 100), other_cashier)
    stage.wrong_codes_grow_old()
    assert stage.call("RedeemVoucher", request, cashier).receipt.amount_cents == 100
    assert len(stage.rows("wrong_codes")) == 20


# --- Partners that end, days that are counted


def test_a_stop_gives_the_partners_vouchers_back_at_once_and_its_event_changes_nothing(stage: Stage) -> None:
    """Those of the category alone; a late event does not touch vouchers of a newer accreditation."""
    person, club, cashier, voucher = _made(stage)
    stop = movements_pb2.StopAccreditationRequest(
        partner_id=str(club), scheme=CULTURE, category="pratique", reason="manquement", version=1_000_000
    )
    stage.call("StopAccreditation", stop, service="partner")
    assert _wallet(stage, person) == (3000, 0)
    redeem = stage.redeem_request(club, voucher.code, 100)
    assert stage.refusal("RedeemVoucher", redeem, cashier).reason == "voucher_released"
    data = {"accreditation_id": str(club), "partner_id": str(club), "scheme": CULTURE, "category": "pratique"}
    stage.handle("partner", "accreditation_granted", data | {"activity": "sport"}, version=1_000_001)
    stage.call("CreateVoucher", stage.voucher_request(club, 400), person)
    stage.handle("partner", "accreditation_withdrawn", data, version=1_000_000)
    assert _wallet(stage, person) == (2600, 400)
    stage.handle("partner", "accreditation_withdrawn", data, version=1_000_002)
    assert _wallet(stage, person) == (3000, 0)
    _holds(stage)


def test_a_granted_event_tells_the_activity_and_a_rebuild_fills_it_in(stage: Stage) -> None:
    """A grant of before activities were told is completed at the same version, and never by an older one."""
    stage.open_season()
    person, club = stage.member(), uuid4()
    data = {"accreditation_id": str(club), "partner_id": str(club), "scheme": CULTURE, "category": "pratique"}
    stage.handle("partner", "accreditation_granted", data, version=5)
    assert stage.refusal("CreateVoucher", stage.voucher_request(club, 100), person).reason == (
        "partner_takes_no_voucher"
    )
    stage.handle("partner", "accreditation_granted", data | {"activity": "art"}, version=5)
    stage.handle("partner", "accreditation_granted", data | {"activity": "bookshop"}, version=4)
    assert stage.call("CreateVoucher", stage.voucher_request(club, 100), person).voucher.amount_cents == 100


def test_a_redemption_on_a_counted_day_is_for_the_next_try(stage: Stage) -> None:
    """The day was counted meanwhile: nothing is written, and the same key succeeds on the new day."""
    _, club, cashier, voucher = _made(stage)
    with stage.parts.platform.database.transaction() as session:
        days.seal(stage.work(session), date(2025, 10, 4))
    request = stage.redeem_request(club, voucher.code, 100)
    with pytest.raises(Operational):
        stage.call("RedeemVoucher", request, cashier)
    stage.clock.forward(days=1)
    assert not stage.call("RedeemVoucher", request, cashier).replayed
    _holds(stage)


# --- Rivals


def test_two_tills_redeem_one_voucher_and_one_wins(stage: Stage) -> None:
    """Eight keys at once: one receipt, seven are told that it was redeemed."""
    person, club, cashier, voucher = _made(stage)
    requests = [stage.redeem_request(club, voucher.code, 2000) for _ in range(8)]
    answers = at_once(8, lambda number: _kind(stage.call("RedeemVoucher", requests[number], cashier)))
    assert sorted(answers) == ["new"] + ["voucher_already_redeemed"] * 7
    assert _wallet(stage, person) == (1000, 0)
    _holds(stage)


def test_a_voucher_released_while_it_is_redeemed_is_one_of_both(stage: Stage) -> None:
    """Holder and tills race: the money is at the club or in the wallet, never both."""
    person, club, cashier, voucher = _made(stage)
    redeem = [stage.redeem_request(club, voucher.code, 2500) for _ in range(3)]
    release = [pb.ReleaseVoucherRequest(idempotency_key=stage.key(), voucher_id=voucher.voucher_id) for _ in range(3)]

    def act(number: int) -> str:
        if number % 2:
            return _kind(stage.call("RedeemVoucher", redeem[number // 2], cashier))
        return _kind(stage.call("ReleaseVoucher", release[number // 2], person))

    answers = at_once(6, act)
    assert answers.count("new") == 1
    assert _wallet(stage, person)[0] in (500, 3000)
    assert (_wallet(stage, person)[0] == 500) == ("new" in answers[1::2])
    _holds(stage)


def test_one_key_makes_one_voucher(stage: Stage) -> None:
    """Sixteen copies of one request: one voucher, the others hear of it again."""
    stage.open_season()
    person, (club, _) = stage.member(), stage.club()
    request = stage.voucher_request(club, 1000)
    answers = at_once(16, lambda _: stage.call("CreateVoucher", request, person))
    assert len({answer.voucher.voucher_id for answer in answers}) == 1
    assert [answer.replayed for answer in answers].count(False) == 1
    assert _wallet(stage, person) == (2000, 1000)


def test_sixteen_rivals_reserve_and_spend_one_wallet_to_zero_and_no_further(stage: Stage) -> None:
    """Vouchers and debits of 3 € on 30 €: ten go through, six are refused for want of money."""
    stage.open_season()
    person, (club, cashier) = stage.member(), stage.club()
    shown = stage.present(person, club, cashier).presentation_id
    vouchers = [stage.voucher_request(club, 300) for _ in range(8)]
    debits = [stage.debit_request(club, 300, presentation_id=shown, benefit="pratique") for _ in range(8)]

    def act(number: int) -> str:
        if number % 2:
            return _kind(stage.call("Debit", debits[number // 2], cashier))
        return _kind(stage.call("CreateVoucher", vouchers[number // 2], person))

    answers = at_once(16, act)
    assert answers.count("new") == 10
    assert set(answers) <= {"new", "insufficient_balance", "voucher_above_balance"}
    assert stage.balance(person, "pratique") == 0
    _holds(stage)


def test_vouchers_come_in_pages_latest_first(stage: Stage) -> None:
    """A hundred a page; a token that is not ours is refused."""
    stage.open_season()
    person, (club, _) = stage.member(), stage.club()
    for number in range(101):
        stage.clock.forward(seconds=1)
        stage.call("CreateVoucher", stage.voucher_request(club, number + 1 if number < 20 else 1), person)
    first = stage.call("ListVouchers", pb.ListVouchersRequest(), person)
    second = stage.call("ListVouchers", pb.ListVouchersRequest(page_token=first.next_page_token), person)
    assert (len(first.vouchers), len(second.vouchers), second.next_page_token) == (100, 1, "")
    assert second.vouchers[0].amount_cents == 1
    assert len({voucher.code for voucher in [*first.vouchers, *second.vouchers]}) == 101
    refused = stage.refusal("ListVouchers", pb.ListVouchersRequest(page_token="jeton"), person)
    assert refused.reason == "malformed"
    wallet_id = stage.wallets(person)["pratique"].wallet_id
    page = stage.call("ListMovements", movements_pb2.ListMovementsRequest(wallet_id=wallet_id), person)
    request = movements_pb2.ListMovementsRequest(wallet_id=wallet_id, page_token=page.next_page_token)
    rest = stage.call("ListMovements", request, person)
    assert (len(page.movements), [m.kind for m in rest.movements]) == (100, ["hold", "credit"])


def _kind(answer: Any) -> str:
    return "replayed" if answer.replayed else "new"
