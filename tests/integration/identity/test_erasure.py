"""A person is erased: held up while money is under way, then gone from identity, key first."""

from __future__ import annotations

import threading
import uuid

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import accounts_pb2, cards_pb2, erasures_pb2, facts_pb2, holders_pb2, schools_pb2

from chassis.grpc_client import PeerRefused
from services.identity.domain.sessions import FAILURES_BEFORE_LOCK
from services.identity.store.erasure_tables import erasures
from services.identity.store.keys.tables import erasure_journal, kept_marks, subject_keys
from services.identity.store.tables import CHASSIS, card_checks, metadata, persons
from tests.integration.identity.erasing import (
    MOVEMENTS,
    SERVICES,
    OtherServices,
    ask_own,
    erase,
    listed,
    play,
    state_of,
    tomorrow,
)
from tests.integration.identity.stage import SCHEME, SEASON, Caller, Stage, reading_of

MARKS = ("Dupecimen", "DUPECIMEN", "Zoé", "2009-03-14", "lou@exemple.fr", "1 rue du Spécimen", "76540")


@pytest.fixture
def lou(stage: Stage) -> Caller:
    """An account with a password, a profile, an accepted card, an address, a request to a school."""
    account = stage.open_account("lou@exemple.fr")
    token = stage.sign_in("lou@exemple.fr").session.access_token
    caller = Caller(account.account_id, token)
    stage.declare(caller)
    stage.submit(caller)
    stage.read(reading_of())
    address = holders_pb2.PostalAddress(lines=["1 rue du Spécimen"], postal_code="76540", town="Exempleville")
    stage.call("SetPostalAddress", holders_pb2.SetPostalAddressRequest(address=address), token)
    return caller


def _keys(stage: Stage, statement: sa.Select[tuple[object]]) -> list[object]:
    with stage.parts.own_keys.database.transaction() as session:
        return list(session.execute(statement).scalars())


def test_a_wrong_password_erases_nothing_and_is_counted(stage: Stage, lou: Caller) -> None:
    """Like a sign-in: whoever found a telephone guesses a few times, not more."""
    for _ in range(FAILURES_BEFORE_LOCK):
        with pytest.raises(PeerRefused, match="own_password_wrong"):
            ask_own(stage, lou, "not the password")
    with pytest.raises(PeerRefused, match="account_locked"):
        ask_own(stage, lou)
    assert listed(stage) == []


def test_the_account_is_closed_at_once(stage: Stage, lou: Caller) -> None:
    """Nobody signs in, no session goes on, and the address is free for another account."""
    tokens = stage.sign_in("lou@exemple.fr").session
    ask_own(stage, lou)
    with pytest.raises(PeerRefused, match="credentials_wrong"):
        stage.sign_in("lou@exemple.fr")
    with pytest.raises(PeerRefused, match="session_ended"):
        stage.call("RefreshSession", accounts_pb2.RefreshSessionRequest(refresh_token=tokens.refresh_token))
    assert stage.open_account("lou@exemple.fr").account_id != lou.account_id


def test_it_waits_while_something_is_open_and_looks_again_the_next_day(stage: Stage, lou: Caller) -> None:
    """The wallet's movements go to payout, both are asked, and the holds are shown."""
    others = OtherServices(holds={"wallet": {"refund_due": 1}, "payout": {"payout_open": 2}})
    ask_own(stage, lou)
    play(stage, others)
    (erasure,) = listed(stage)
    assert erasure.state == erasures_pb2.ERASURE_STATE_WAITING
    assert {hold.code: hold.count for hold in erasure.holds} == {"refund_due": 1, "payout_open": 2}
    assert others.told_movements == [MOVEMENTS]
    assert stage.facts_of(lou).person_id == lou.account_id

    others.holds.clear()
    play(stage, others)
    assert state_of(stage) == erasures_pb2.ERASURE_STATE_WAITING
    tomorrow(stage)
    play(stage, others)
    assert state_of(stage) == erasures_pb2.ERASURE_STATE_DONE


def test_a_service_that_is_away_keeps_no_other_back(stage: Stage, lou: Caller) -> None:
    """It is asked again until it answers; done is said once all have."""
    others = OtherServices(away={"bonplan"})
    ask_own(stage, lou)
    play(stage, others)
    assert state_of(stage) == erasures_pb2.ERASURE_STATE_ERASING
    assert set(others.asked) == set(SERVICES) - {"bonplan"}
    others.away.clear()
    play(stage, others)
    (erasure,) = listed(stage)
    assert erasure.state == erasures_pb2.ERASURE_STATE_DONE
    assert {answer.service for answer in erasure.answers} == {"identity", *SERVICES}
    assert all(answer.rows > 0 for answer in erasure.answers)


def test_nothing_of_the_person_is_left_in_clear_and_nothing_sealed_opens(stage: Stage, lou: Caller) -> None:
    """Every table of both databases is searched for the marks; each sealed value of before is tried with every key."""
    before = _sealed_values(stage)
    assert len(before) >= 5
    erase(stage, lou)
    assert stage.call("LookUpFacts", facts_pb2.LookUpFactsRequest(person_ids=[lou.account_id]), service="wallet") == (
        facts_pb2.LookUpFactsResponse()
    )
    text = _everything(stage)
    assert [mark for mark in MARKS if mark in text] == []
    opener = stage.parts.own_keys.opener("normandie", lou.account_id)
    assert not any(opener.can_open(value) for value in before)
    assert _keys(stage, sa.select(subject_keys.c.account_id)) == []


def test_the_key_the_journal_and_the_marks_are_one_transaction(stage: Stage, lou: Caller) -> None:
    """The card's mark and the person's name nobody: neither the id nor the account's hash stands beside it."""
    erase(stage, lou, OtherServices(once_keys=("equipment",)))
    (entry,) = _keys(stage, sa.select(erasure_journal.c.account_hash))
    assert entry == stage.parts.own_keys.hash_of("normandie", lou.account_id)
    with stage.parts.own_keys.database.transaction() as session:
        marks = session.execute(sa.select(kept_marks)).all()
    assert [(mark.once_keys, str(mark.until)) for mark in marks] == [(["equipment"], "2035-03-31")] * 2
    assert set(kept_marks.c.keys()) == {"authority_id", "mark", "once_keys", "until"}


def test_signed_up_again_with_the_same_card_the_person_is_accepted_and_had_it_once(stage: Stage, lou: Caller) -> None:
    """Another account, another person: joined by the card's mark alone, which says what was had."""
    erase(stage, lou, OtherServices(once_keys=("equipment",)))
    again = stage.young("lou@exemple.fr")
    stage.declare(again)
    stage.submit(again)
    stage.read(reading_of())
    assert stage.is_checked(again)
    told = {fact.name: list(fact.texts.values) for fact in stage.facts_of(again).facts}
    assert told["benefits_had"] == ["equipment"]
    assert again.account_id != lou.account_id


def test_a_renewed_card_is_the_same_person_s(stage: Stage, lou: Caller) -> None:
    """Another number, the same names and birth date: the person's own mark says what was had."""
    erase(stage, lou, OtherServices(once_keys=("equipment",)))
    again = stage.young("lou@exemple.fr")
    stage.declare(again)
    stage.submit(again)
    stage.read(reading_of(number="Y5SUCQGX5"))
    assert stage.is_checked(again)
    told = {fact.name: list(fact.texts.values) for fact in stage.facts_of(again).facts}
    assert told["benefits_had"] == ["equipment"]


def test_a_second_erasure_forgets_nothing_of_the_first(stage: Stage, lou: Caller) -> None:
    """What was had under either account is told to the third."""
    erase(stage, lou, OtherServices(once_keys=("equipment",)))
    stage.open_account("zoe@exemple.fr")
    again = Caller(_id_of(stage, "zoe@exemple.fr"), stage.sign_in("zoe@exemple.fr").session.access_token)
    stage.declare(again)
    stage.submit(again)
    stage.read(reading_of())
    erase(stage, again, OtherServices(once_keys=("books",)))
    with stage.parts.own_keys.database.transaction() as session:
        kept = session.execute(sa.select(kept_marks.c.once_keys)).scalars().all()
    assert kept == [["books", "equipment"]] * 2


def test_a_letter_needs_two_members_of_staff(stage: Stage, lou: Caller) -> None:
    """Who asks may drop it and not confirm it; another confirms."""
    first, second = stage.staff("administration"), stage.staff("administration")
    request = erasures_pb2.AskErasureRequest(email="lou@exemple.fr")
    asked = stage.call("AskErasure", request, first.token).erasure
    confirm = erasures_pb2.ConfirmErasureRequest(erasure_id=asked.erasure_id)
    with pytest.raises(PeerRefused, match="second_person_needed"):
        stage.call("ConfirmErasure", confirm, first.token)
    assert stage.sign_in("lou@exemple.fr").session.access_token
    stage.call("ConfirmErasure", confirm, second.token)
    play(stage, OtherServices())
    (erasure,) = listed(stage)
    assert (erasure.state, erasure.asked_by, erasure.confirmed_by) == (
        erasures_pb2.ERASURE_STATE_DONE,
        first.account_id,
        second.account_id,
    )


def test_a_dropped_request_leaves_everything(stage: Stage, lou: Caller) -> None:
    """And another may be made afterwards."""
    staff = stage.staff("support")
    request = erasures_pb2.AskErasureRequest(person_id=lou.account_id)
    asked = stage.call("AskErasure", request, staff.token).erasure
    with pytest.raises(PeerRefused, match="erasure_under_way"):
        stage.call("AskErasure", request, staff.token)
    stage.call("DropErasure", erasures_pb2.DropErasureRequest(erasure_id=asked.erasure_id), staff.token)
    play(stage, OtherServices())
    assert state_of(stage) == erasures_pb2.ERASURE_STATE_DROPPED
    assert stage.is_checked(lou)
    stage.call("AskErasure", request, staff.token)


def test_nobody_is_erased_whom_the_authority_does_not_know(stage: Stage, lou: Caller) -> None:
    """Neither a stranger nor another authority's person, nor staff."""
    staff = stage.staff("support")
    with pytest.raises(PeerRefused, match="account_unknown"):
        stage.call("AskErasure", erasures_pb2.AskErasureRequest(person_id=str(uuid.uuid4())), staff.token)
    with pytest.raises(PeerRefused, match="account_unknown"):
        ask_own(stage, staff)


def test_rivals_ask_once(stage: Stage, lou: Caller) -> None:
    """Two requests at the same moment are one erasure."""
    outcomes: list[str] = []

    def ask() -> None:
        try:
            staff_token = tokens.pop()
            stage.call("AskErasure", erasures_pb2.AskErasureRequest(person_id=lou.account_id), staff_token)
            outcomes.append("asked")
        except PeerRefused as refused:
            outcomes.append(refused.reason)

    tokens = [stage.staff("support").token for _ in range(4)]
    rivals = [threading.Thread(target=ask) for _ in range(4)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    assert sorted(outcomes) == ["asked", *["erasure_under_way"] * 3]


def test_a_card_that_waits_is_over_and_its_picture_is_gone(stage: Stage) -> None:
    """An open check is refused without a word: nobody is there to be told."""
    young = stage.open_account("lou@exemple.fr")
    caller = Caller(young.account_id, stage.sign_in("lou@exemple.fr").session.access_token)
    stage.declare(caller)
    stage.submit(caller)
    erase(stage, caller)
    (check,) = stage.rows(sa.select(card_checks))
    assert (check.state, check.file_id, check.read_sealed) == ("refused", None, None)
    assert stage.rows(sa.text("SELECT 1 FROM file_chunks")) == []
    waiting = stage.call("ListCardChecks", cards_pb2.ListCardChecksRequest(), stage.staff("instruction").token)
    assert not waiting.reviews


def test_an_erased_person_s_last_token_does_nothing_any_more(stage: Stage, lou: Caller) -> None:
    """It is good for minutes yet: nothing is sealed for somebody who is in the journal."""
    erase(stage, lou)
    with pytest.raises(PeerRefused):
        stage.declare(lou)
    assert [row.profile_sealed for row in stage.rows(sa.select(persons.c.profile_sealed))] == [b""]


def test_every_step_may_be_played_again(stage: Stage, lou: Caller) -> None:
    """A process that dies between two steps: the next one finds the key gone and the rest to do."""
    ask_own(stage, lou)
    stage.parts.own_keys.destroy("normandie", lou.account_id, stage.clock.now())
    play(stage, OtherServices())
    assert state_of(stage) == erasures_pb2.ERASURE_STATE_DONE
    assert len(_keys(stage, sa.select(erasure_journal.c.account_hash))) == 1


def test_the_fact_is_told_with_the_id_alone(stage: Stage, lou: Caller) -> None:
    """Whoever subscribes hears it after identity has cleared its own rows."""
    erase(stage, lou)
    (fact,) = stage.published("person_erased")
    assert (fact.subject, fact.data) == (lou.account_id, {"person_id": lou.account_id})


def test_the_audit_keeps_the_acts_and_loses_the_addresses(stage: Stage, lou: Caller) -> None:
    """Nothing else of an act can be changed."""
    act = {
        "account_id": lou.account_id,
        "service": "gateway",
        "address": "192.0.2.7",
        "act": "something",
        "subject": "x",
    }
    row = {**act, "authority_id": "normandie", "occurred_at": stage.clock.now()}
    stage.work(lambda work: work.session.execute(sa.insert(CHASSIS.audit), row))
    erase(stage, lou)
    assert stage.rows(sa.text("SELECT act, address FROM audit WHERE act = 'something'")) == [("something", "")]
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        stage.execute("UPDATE audit SET act = 'nothing'")


def test_a_pupil_s_line_goes_with_the_person(stage: Stage, lou: Caller) -> None:
    """The class list's keyed hash is found by the request, while the person can still be read."""
    school = stage.establishment()
    delegate = stage.delegate(school, "principal")
    _import_list(stage, delegate, school)
    _request_enrolment(stage, lou)
    assert stage.rows(sa.text("SELECT 1 FROM class_list_lines")) != []
    erase(stage, lou)
    assert stage.rows(sa.text("SELECT 1 FROM class_list_lines")) == []
    assert stage.rows(sa.text("SELECT 1 FROM enrolments")) == []


def test_nobody_is_listed_who_was_erased(stage: Stage, lou: Caller) -> None:
    """What others compare with, each night, says nothing of an id that leads nowhere."""

    def listed_persons() -> list[str]:
        answer = stage.call("ListPersons", facts_pb2.ListPersonsRequest(), service="wallet")
        return [person.person_id for person in answer.persons]

    assert listed_persons() == [lou.account_id]
    erase(stage, lou)
    assert listed_persons() == []


def test_an_address_that_is_taken_makes_no_key(stage: Stage, lou: Caller) -> None:
    """However often somebody tries."""
    for _ in range(3):
        with pytest.raises(PeerRefused, match="email_taken"):
            stage.open_account("lou@exemple.fr")
    assert len(_keys(stage, sa.select(subject_keys.c.account_id))) == 1


def test_an_erasure_is_found_by_its_hash_alone(stage: Stage, lou: Caller) -> None:
    """What the journal is compared with after a restore."""
    erase(stage, lou)
    (row,) = stage.rows(sa.select(erasures.c.account_hash))
    assert row.account_hash == stage.parts.own_keys.hash_of("normandie", lou.account_id)


def _id_of(stage: Stage, email: str) -> str:
    found = stage.work(lambda work: stage.parts.signing_in.accounts.find_by_email(work, email))
    assert found is not None
    return found.account_id


def _sealed_values(stage: Stage) -> list[bytes]:
    """Every binary value of every sealed column."""
    found = []
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("sealed"):
                rows = stage.rows(sa.select(column).where(column.is_not(None)))
                found += [bytes(row[0]) for row in rows if row[0]]
    return [value for value in found if value.startswith(b"k1:")]


def _everything(stage: Stage) -> str:
    """Every row of every table, as text."""
    return "\n".join(str(tuple(row)) for table in metadata.sorted_tables for row in stage.rows(sa.select(table)))


def _import_list(stage: Stage, delegate: Caller, school: str) -> None:
    content = "nom;prenom;date_naissance;niveau;filiere;secteur\nDupecimen;Zoé;14/03/2009;seconde;general;\n".encode()
    request = schools_pb2.ImportClassListRequest(
        partner_id=school, season=SEASON, filename="liste.csv", content=content
    )
    stage.call("ImportClassList", request, delegate.token)
    stage.play_jobs()


def _request_enrolment(stage: Stage, caller: Caller) -> None:
    request = schools_pb2.RequestEnrolmentRequest(
        scheme=SCHEME, season=SEASON, uai="0760001A", level="seconde", track="general", sector=""
    )
    stage.call("RequestEnrolment", request, caller.token)
