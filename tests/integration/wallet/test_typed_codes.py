"""Codes that a cashier types, through the real door: as good as the QR, once, and not to be guessed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import command
from atouts.wallet.v1 import debits_pb2 as pb

from chassis.context import Account
from chassis.database import Database
from chassis.migrate import alembic_config
from services.wallet.domain import crockford
from tests.integration.wallet.conftest import STORE
from tests.integration.wallet.rivals import at_once
from tests.integration.wallet.stage import AUTHORITY_ID, Stage

WRONG = crockford.with_check("00000000" + "00000")


def _typed(stage: Stage, person: Account) -> str:
    return str(stage.call("ShowCode", pb.ShowCodeRequest(), person).typed_code)


def _scene(stage: Stage) -> tuple[Account, UUID, Account]:
    stage.open_season()
    cinema = stage.partner("cinema")
    return stage.member(), cinema, stage.delegate(cinema)


def _wrong(number: int) -> str:
    """Of a card of its own, which nobody has."""
    return crockford.with_check(f"{number:08d}" + "00000")


def _present(cinema: UUID, code: str, device: str = "caisse 1") -> pb.PresentCardRequest:
    return pb.PresentCardRequest(partner_id=str(cinema), code=code, device=device)


def test_a_typed_code_debits_and_burns_the_step_of_the_qr_too(stage: Stage) -> None:
    """Typed in lower case without dashes; afterwards neither it nor the QR of the same step passes."""
    person, cinema, cashier = _scene(stage)
    qr, typed = stage.code(person), _typed(stage, person)
    as_typed = typed.lower().replace("-", "")
    receipt = stage.call("Debit", stage.debit_request(cinema, 500, code=as_typed), cashier).receipt
    assert receipt.balance_cents == 1500
    for code in (typed, qr):
        refused = stage.refusal("Debit", stage.debit_request(cinema, 500, code=code), cashier)
        assert refused.reason == "code_already_used"
    assert stage.rows("wrong_codes") == []


def test_a_typed_code_presents_a_card_and_the_qr_of_its_step_is_burnt(stage: Stage) -> None:
    """Either way of showing burns the one step."""
    person, cinema, cashier = _scene(stage)
    qr = stage.code(person)
    shown = stage.call("PresentCard", _present(cinema, _typed(stage, person)), cashier)
    assert [each.benefit for each in shown.spendable] == ["cinema"]
    assert stage.refusal("PresentCard", _present(cinema, qr), cashier).reason == "code_already_used"
    stage.clock.forward(seconds=60)
    qr, typed = stage.code(person), _typed(stage, person)
    stage.call("PresentCard", _present(cinema, qr), cashier)
    assert stage.refusal("PresentCard", _present(cinema, typed), cashier).reason == "code_already_used"


def test_an_old_typed_code_is_expired_and_not_counted_as_wrong(stage: Stage) -> None:
    """The cashier is told to ask for a new one; nobody guessed."""
    person, cinema, cashier = _scene(stage)
    typed = _typed(stage, person)
    stage.clock.forward(minutes=2)
    assert stage.refusal("PresentCard", _present(cinema, typed), cashier).reason == "code_expired"
    refused = stage.refusal("Debit", stage.debit_request(cinema, 100, code=typed), cashier)
    assert refused.reason == "code_expired"
    assert stage.rows("wrong_codes") == []


def test_a_mistyped_or_forged_code_is_refused_and_counted(stage: Stage) -> None:
    """One wrong character, or a right check character over a made-up code: the same answer, presented or debited."""
    person, cinema, cashier = _scene(stage)
    typed = _typed(stage, person)
    mistyped = typed[:-1] + ("0" if typed[-1] != "0" else "1")
    for code in (mistyped, WRONG):
        assert stage.refusal("PresentCard", _present(cinema, code), cashier).reason == "typed_code_wrong"
        refused = stage.refusal("Debit", stage.debit_request(cinema, 100, code=code), cashier)
        assert (refused.reason, refused.field) == ("typed_code_wrong", "code")
    assert len(stage.rows("wrong_codes")) == 4
    assert stage.balance(person) == 2000


def test_another_cards_hmac_is_wrong(stage: Stage) -> None:
    """The number of one card with the rest of another's code is a forged code."""
    person, cinema, cashier = _scene(stage)
    mine, other = (crockford.plain(_typed(stage, each)) for each in (person, stage.member()))
    forged = crockford.with_check(mine[:8] + other[8:13])
    assert stage.refusal("PresentCard", _present(cinema, forged), cashier).reason == "typed_code_wrong"


def test_twenty_wrong_codes_make_the_partner_wait_and_its_qr_codes_still_pass(stage: Stage) -> None:
    """A right typed code is refused too, without spending its key; ten minutes later the same key pays."""
    person, cinema, cashier = _scene(stage)
    for number in range(20):
        code, device = _wrong(number), f"caisse {number % 4}"
        wrong: Any = _present(cinema, code, device) if number % 2 else _debit(stage, cinema, code, device)
        rpc = "PresentCard" if number % 2 else "Debit"
        assert stage.refusal(rpc, wrong, cashier).reason == "typed_code_wrong"
    request = _debit(stage, cinema, _typed(stage, person))
    for _ in range(2):
        assert stage.refusal("Debit", request, cashier).reason == "too_many_wrong_codes"
    assert stage.refusal("PresentCard", _present(cinema, WRONG), cashier).reason == "too_many_wrong_codes"
    assert len(stage.rows("wrong_codes")) == 20
    stage.call("Debit", _debit(stage, cinema, stage.code(stage.member())), cashier)
    stage.wrong_codes_grow_old()
    assert stage.call("Debit", request, cashier).receipt.amount_cents == 100


def test_a_wrong_code_sent_again_with_its_key_is_counted_once(stage: Stage) -> None:
    """The key's first answer is told again: nobody guessed twice."""
    _, cinema, cashier = _scene(stage)
    request = _debit(stage, cinema, WRONG)
    for _ in range(5):
        assert stage.refusal("Debit", request, cashier).reason == "typed_code_wrong"
    assert len(stage.rows("wrong_codes")) == 1


def test_rivals_do_not_type_more_wrong_codes_than_the_limit(stage: Stage) -> None:
    """Thirty at once, in groups and at the other door: twenty are told wrong, ten must wait."""
    _, cinema, cashier = _scene(stage)
    requests = [_debit(stage, cinema, _wrong(number), f"caisse {number % 4}") for number in range(30)]

    def act(number: int) -> Any:
        if number % 3:
            return stage.call("Debit", requests[number], cashier)
        return stage.call("PresentCard", _present(cinema, _wrong(number), f"caisse {number % 4}"), cashier)

    answers = at_once(30, act)
    assert sorted(answers) == ["too_many_wrong_codes"] * 10 + ["typed_code_wrong"] * 20
    assert len(stage.rows("wrong_codes")) == 20


def test_ten_wrong_codes_make_a_device_wait_and_its_neighbour_goes_on(stage: Stage) -> None:
    """One till that is misused leaves the partner's others at work; scanned codes pass on it too."""
    person, cinema, cashier = _scene(stage)
    for number in range(10):
        wrong = _present(cinema, _wrong(number))
        assert stage.refusal("PresentCard", wrong, cashier).reason == "typed_code_wrong"
    typed = _typed(stage, person)
    assert stage.refusal("PresentCard", _present(cinema, typed), cashier).reason == "too_many_wrong_codes"
    assert stage.refusal("Debit", _debit(stage, cinema, typed), cashier).reason == "too_many_wrong_codes"
    stage.call("PresentCard", _present(cinema, stage.code(stage.member())), cashier)
    assert stage.call("PresentCard", _present(cinema, typed, "caisse 2"), cashier).presentation_id


def test_ten_wrong_codes_of_one_card_make_it_wait_at_every_partner(stage: Stage) -> None:
    """Nobody guesses at one card from many tills: its typed codes wait, its QR passes, other cards' codes too."""
    person, cinema, cashier = _scene(stage)
    typed = crockford.plain(_typed(stage, person))
    forged = crockford.with_check(typed[:8] + "00000")
    for _ in range(10):
        other = stage.partner("cinema")
        refused = stage.refusal("PresentCard", _present(other, forged), stage.delegate(other))
        assert refused.reason == "typed_code_wrong"
    assert stage.refusal("PresentCard", _present(cinema, typed), cashier).reason == "too_many_wrong_codes"
    assert stage.call("PresentCard", _present(cinema, _typed(stage, stage.member())), cashier).presentation_id
    assert stage.call("PresentCard", _present(cinema, stage.code(person)), cashier).presentation_id
    assert {row.number for row in stage.rows("wrong_codes")} == {typed[:8]}


def test_rivals_at_many_partners_do_not_guess_at_one_card_beyond_its_limit(stage: Stage) -> None:
    """Sixteen partners at once, at both doors: ten are told wrong, six must wait."""
    person, _, _ = _scene(stage)
    forged = crockford.with_check(crockford.plain(_typed(stage, person))[:8] + "00000")
    partners = [stage.partner("cinema") for _ in range(16)]
    cashiers = [stage.delegate(partner) for partner in partners]
    debits = [_debit(stage, partner, forged) for partner in partners]

    def act(number: int) -> Any:
        if number % 2:
            return stage.call("Debit", debits[number], cashiers[number])
        return stage.call("PresentCard", _present(partners[number], forged), cashiers[number])

    assert sorted(at_once(16, act)) == ["too_many_wrong_codes"] * 6 + ["typed_code_wrong"] * 10


def test_typed_and_scanned_codes_of_one_step_race_and_one_wins(stage: Stage) -> None:
    """Sixteen debits with the two codes of one moment: one is made."""
    person, cinema, cashier = _scene(stage)
    codes = stage.code(person), _typed(stage, person)
    requests = [_debit(stage, cinema, codes[number % 2]) for number in range(16)]
    answers = at_once(16, lambda number: stage.call("Debit", requests[number], cashier).receipt.amount_cents)
    assert sorted(map(str, answers)) == ["100"] + ["code_already_used"] * 15
    assert stage.balance(person) == 1900


def test_a_card_of_before_numbers_gets_one_and_keeps_it(stage: Stage) -> None:
    """Yesterday's code made it without; it is numbered when it is shown."""
    person, _, _ = _scene(stage)
    stage.code(person)
    with stage.parts.platform.database.transaction() as session:
        session.execute(sa.text("UPDATE cards SET number = NULL"))
    first = _typed(stage, person)
    stage.clock.forward(minutes=1)
    assert crockford.plain(first)[:8] == crockford.plain(_typed(stage, person))[:8]
    assert [row.number for row in stage.rows("cards")] == [crockford.plain(first)[:8]]


def test_the_migration_numbers_the_cards_in_use(stage: Stage, wallet_database: Database) -> None:
    """Each gets eight characters of its own, and its holder's code works at once; down and up again."""
    persons = [_scene(stage)[0], stage.member(), stage.member()]
    for person in persons:
        stage.code(person)
    config = alembic_config(STORE, "")
    with wallet_database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        command.upgrade(config, "head")
    numbers = [row.number for row in stage.rows("cards")]
    assert len(set(numbers)) == 3
    assert all(crockford.is_plain(number, 8) for number in numbers)
    cinema = stage.partner("cinema")
    request = _debit(stage, cinema, _typed(stage, persons[0]))
    assert stage.call("Debit", request, stage.delegate(cinema)).receipt.amount_cents == 100
    assert {row.authority_id for row in stage.rows("cards")} == {AUTHORITY_ID}


def _debit(stage: Stage, cinema: UUID, code: str, device: str = "caisse 1") -> pb.DebitRequest:
    return stage.debit_request(cinema, 100, code=code, device=device)
