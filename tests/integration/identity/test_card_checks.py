"""Card checks: sent, read, decided by the machine or by a person."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import cards_pb2 as pb
from sqlalchemy.exc import DBAPIError

from chassis.grpc_client import PeerRefused
from services.identity.domain.documents import Certainty, Reading, Reason, ZoneName
from services.identity.entrypoints.ctl_marks import mark_all
from services.identity.entrypoints.reader import CardReading
from services.identity.store.tables import card_checks
from specimens import card
from tests.integration.identity.stage import AUTHORITY, HOLDER, Caller, FakeReader, Stage, picture, reading_of

UNREADABLE = Reading(None, Certainty.DOUBTFUL, (Reason.UNREADABLE,))


@pytest.fixture
def lou(stage: Stage) -> Caller:
    """A young person with a profile that agrees with the card."""
    caller = stage.young("lou@exemple.fr")
    stage.declare(caller)
    return caller


def decide(stage: Stage, caller: Caller, check_id: str, accept: bool, reason: str = "") -> pb.CardCheck:
    request = pb.DecideCardCheckRequest(check_id=check_id, accept=accept, reason=reason)
    check: pb.CardCheck = stage.call("DecideCardCheck", request, caller.token).check
    return check


def refused(stage: Stage, rpc: str, request: object, caller: Caller) -> PeerRefused:
    with pytest.raises(PeerRefused) as refusal:
        stage.call(rpc, request, caller.token)
    return refusal.value


def images(stage: Stage) -> int:
    return len(stage.rows(sa.text("SELECT 1 FROM file_chunks")))


def verdicts(stage: Stage, caller: Caller) -> list[tuple[int, str, list[str]]]:
    """What others were told of this person's cards: version, verdict and codes."""
    told = [row for row in stage.published("card_checked") if row.subject == caller.account_id]
    assert all(row.data["person_id"] == row.subject and row.data["check_id"] for row in told)
    return [(row.version, row.data["verdict"], row.data["reasons"]) for row in told]


def test_a_card_that_agrees_is_accepted_and_its_image_destroyed(stage: Stage, lou: Caller) -> None:
    assert stage.submit(lou).state == pb.CARD_CHECK_STATE_PENDING
    assert images(stage) > 0

    stage.read(reading_of())

    assert stage.check_of(lou).state == pb.CARD_CHECK_STATE_ACCEPTED
    assert stage.is_checked(lou)
    assert images(stage) == 0
    assert [row.version for row in stage.published("facts_changed")] == [1, 2]
    assert verdicts(stage, lou) == [(2, "accepted", [])]


def test_a_refused_card_says_why_and_another_may_be_sent(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)

    stage.read(reading_of(expiry=date(2024, 1, 1)))

    check = stage.check_of(lou)
    assert check.state == pb.CARD_CHECK_STATE_REFUSED
    assert [reason.code for reason in check.reasons] == ["expired"]
    assert "plus valable" in check.reasons[0].sentence
    assert images(stage) == 0
    assert verdicts(stage, lou) == [(1, "refused", ["expired"])]
    assert stage.submit(lou).check_id != check.check_id


def test_the_profile_at_the_decision_counts_not_the_one_at_the_upload(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    stage.declare(lou, surname="Fictiveau")

    stage.read(reading_of())

    assert stage.check_of(lou).state == pb.CARD_CHECK_STATE_REFUSED


def test_the_day_of_the_decision_is_platform_time(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    stage.clock.instant = stage.clock.instant.replace(year=2040)

    stage.read(reading_of())

    assert [reason.code for reason in stage.check_of(lou).reasons] == ["expired"]


def test_what_the_machine_cannot_read_waits_for_a_person_who_sees_and_decides(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    stage.read(UNREADABLE)
    agent = stage.staff("instruction")

    assert verdicts(stage, lou) == []

    (review,) = stage.call("ListCardChecks", pb.ListCardChecksRequest(), agent.token).reviews
    image = stage.call("GetCardImage", pb.GetCardImageRequest(check_id=review.check.check_id), agent.token)
    small = pb.GetCardImageRequest(check_id=review.check.check_id, size=pb.CARD_IMAGE_SIZE_PREVIEW)
    preview = stage.call("GetCardImage", small, agent.token)
    decided = decide(stage, agent, review.check.check_id, accept=True)

    assert len(preview.image) < len(image.image)
    assert review.declared["surname"] == "Dupecimen"
    assert image.media_type == "image/jpeg"
    assert image.image.startswith(b"\xff\xd8\xff")
    assert decided.state == pb.CARD_CHECK_STATE_ACCEPTED
    assert stage.is_checked(lou)
    assert verdicts(stage, lou) == [(2, "accepted", [])]
    assert images(stage) == 0
    acts = [row.act for row in stage.rows(sa.text("SELECT act FROM audit ORDER BY audit_id"))]
    assert acts == ["card_image_seen", "card_image_seen", "card_check_decided"]


def test_staff_refuse_with_a_reason_that_the_person_reads(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    stage.read(UNREADABLE)
    agent, check_id = stage.staff("instruction"), stage.check_of(lou).check_id

    without = refused(stage, "DecideCardCheck", pb.DecideCardCheckRequest(check_id=check_id), agent)
    decide(stage, agent, check_id, accept=False, reason="La carte est coupée.")

    assert (without.reason, without.field) == ("reason_missing", "reason")
    assert verdicts(stage, lou) == [(1, "refused", ["decided_by_staff"])]
    assert [reason.sentence for reason in stage.check_of(lou).reasons] == ["La carte est coupée."]
    assert not stage.is_checked(lou)


def test_a_decided_check_is_not_decided_again(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    stage.read(reading_of())
    check_id = stage.check_of(lou).check_id
    agent = stage.staff("instruction")

    again = refused(stage, "DecideCardCheck", pb.DecideCardCheckRequest(check_id=check_id, accept=True), agent)
    gone = refused(stage, "GetCardImage", pb.GetCardImageRequest(check_id=check_id), agent)

    assert again.reason == "check_not_waiting"
    assert len(verdicts(stage, lou)) == 1
    assert gone.reason == "image_destroyed"


def test_every_decision_stays_on_record_and_cannot_be_rewritten(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    stage.read(UNREADABLE)
    decide(stage, stage.staff("instruction"), stage.check_of(lou).check_id, accept=True)

    rows = stage.rows(sa.text("SELECT state, decided_by FROM card_decisions ORDER BY decision_id"))

    assert [(row.state, row.decided_by is None) for row in rows] == [("person", True), ("accepted", False)]
    for change in ("UPDATE card_decisions SET state = 'refused'", "DELETE FROM card_decisions", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="append-only"):
            stage.execute(change)


def test_the_same_document_for_a_second_account_goes_to_a_person_and_is_not_accepted(stage: Stage, lou: Caller) -> None:
    twin = stage.young("jumeau@exemple.fr")
    stage.declare(twin)
    stage.submit(lou)
    stage.submit(twin)

    stage.read(reading_of(), reading_of())

    check = stage.check_of(twin)
    assert stage.check_of(lou).state == pb.CARD_CHECK_STATE_ACCEPTED
    assert check.state == pb.CARD_CHECK_STATE_PERSON
    assert [reason.code for reason in check.reasons] == ["document_of_another", "person_of_another"]
    assert check.reasons[0].sentence == "Cette pièce d'identité sert déjà à un autre compte. Un agent va vérifier."
    request = pb.DecideCardCheckRequest(check_id=check.check_id, accept=True)
    assert refused(stage, "DecideCardCheck", request, stage.staff("instruction")).reason == "document_of_another"
    assert not stage.is_checked(twin)
    assert verdicts(stage, twin) == []


def test_a_look_alike_character_in_the_number_is_still_the_same_document(stage: Stage, lou: Caller) -> None:
    twin = stage.young("jumeau@exemple.fr")
    stage.declare(twin)
    stage.submit(lou)
    stage.submit(twin)

    stage.read(reading_of(number="D2H6862M2"), reading_of(number="D2HG862M2"))

    assert [reason.code for reason in stage.check_of(twin).reasons] == ["document_of_another", "person_of_another"]


def test_a_second_document_of_a_person_who_has_an_account_goes_to_a_person(stage: Stage, lou: Caller) -> None:
    """One person, one account: the same names and birth date on another document are seen."""
    twin = stage.young("jumeau@exemple.fr")
    stage.declare(twin)
    stage.submit(lou)
    stage.submit(twin)

    stage.read(reading_of(), reading_of(number="D2H6862M2"))

    check = stage.check_of(twin)
    assert check.state == pb.CARD_CHECK_STATE_PERSON
    assert [reason.code for reason in check.reasons] == ["person_of_another"]
    assert "déjà un compte" in check.reasons[0].sentence
    assert not stage.is_checked(twin)
    # The document is nobody's yet: its own person, under another name, is not kept from it.
    assert len(stage.rows(sa.text("SELECT 1 FROM document_marks"))) == 1


def test_two_accounts_of_one_person_at_once_give_one_proven_account(stage: Stage, lou: Caller) -> None:
    """Two readers rule in the same instant: one account is proven, the other waits for staff."""
    twin = stage.young("jumeau@exemple.fr")
    stage.declare(twin)
    stage.submit(lou)
    stage.submit(twin)
    together = Barrier(2)

    with ThreadPoolExecutor(2) as pool:
        readers = [RivalReader(together, number) for number in ("X4RTBPFW4", "D2H6862M2")]
        assert all(pool.map(lambda reader: CardReading(stage.parts, reader).read_next(), readers))

    states = sorted((stage.check_of(lou).state, stage.check_of(twin).state))
    assert states == [pb.CARD_CHECK_STATE_ACCEPTED, pb.CARD_CHECK_STATE_PERSON]


def test_persons_proven_before_there_were_marks_get_theirs(stage: Stage, lou: Caller) -> None:
    """Repeated, the command changes nothing; one who has two proven accounts is named, and keeps both."""
    twin = stage.young("jumeau@exemple.fr")
    stage.declare(twin)
    stage.submit(lou)
    stage.read(reading_of())
    stage.execute("DELETE FROM person_marks")
    stage.submit(twin)
    stage.read(reading_of(number="D2H6862M2"))
    stage.execute("DELETE FROM person_marks")

    marked, (shared,) = mark_all(stage.parts, AUTHORITY)

    assert marked == 1
    assert shared == max(lou.account_id, twin.account_id)
    assert mark_all(stage.parts, AUTHORITY) == (0, [shared])
    assert stage.is_checked(lou)
    assert stage.is_checked(twin)


def test_another_name_ends_the_check_and_the_same_card_proves_it_again(stage: Stage, lou: Caller) -> None:
    """Rectification: the identity has to be proven anew, the person may send again, earlier words stay."""
    stage.submit(lou)
    stage.read(reading_of())
    assert not may_submit(stage, lou)
    stage.declare(lou, given_names=["Zoé", "Lou"])
    assert not stage.is_checked(lou)
    assert may_submit(stage, lou)
    stage.submit(lou)

    stage.read(reading_of(given_names=ZoneName("ZOE LOU")))

    assert stage.is_checked(lou)
    assert len(stage.rows(sa.text("SELECT 1 FROM card_decisions"))) == 2


def test_a_name_put_right_in_what_a_card_does_not_tell_stays_proven(stage: Stage, lou: Caller) -> None:
    """Case, accents and hyphens are no other identity."""
    stage.submit(lou)
    stage.read(reading_of())

    stage.declare(lou, surname="DUPÉCIMEN")

    assert stage.is_checked(lou)
    assert not may_submit(stage, lou)


def may_submit(stage: Stage, caller: Caller) -> bool:
    return bool(stage.call("GetCardCheck", pb.GetCardCheckRequest(), caller.token).may_submit)


def test_one_check_at_a_time_and_none_once_accepted(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    under_way = refused(stage, "SubmitCard", pb.SubmitCardRequest(image=picture()), lou)
    stage.read(reading_of())
    done = refused(stage, "SubmitCard", pb.SubmitCardRequest(image=picture()), lou)

    assert (under_way.reason, done.reason) == ("check_under_way", "identity_already_checked")
    assert images(stage) == 0


def test_a_card_needs_a_profile_to_be_compared_with(stage: Stage) -> None:
    nobody = stage.young()

    assert refused(stage, "SubmitCard", pb.SubmitCardRequest(image=picture()), nobody).reason == "profile_missing"


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (b"", "unsupported_format"),
        (b"MZ\x90 an executable", "unsupported_format"),
        (b"\xff\xd8\xff cut", "damaged_file"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * (10 << 20), "too_heavy"),
    ],
)
def test_a_useless_picture_is_refused_at_once_with_a_sentence(
    stage: Stage, lou: Caller, image: bytes, reason: str
) -> None:
    refusal = refused(stage, "SubmitCard", pb.SubmitCardRequest(image=image), lou)

    assert (refusal.reason, refusal.field) == (reason, "image")
    assert refusal.sentence_fr == Reason(reason).sentence
    assert images(stage) == 0


def test_the_place_in_the_line_and_the_seconds_to_expect_are_told(stage: Stage, lou: Caller) -> None:
    """No seconds before the first reading; then the median of recent ones for each check before, and for this one."""
    later = stage.young("plus.tard@exemple.fr")
    stage.declare(later, surname="Fictiveau")

    first = stage.submit(lou)
    assert (first.position, first.HasField("expected_seconds"), first.being_read) == (0, False, False)
    assert stage.submit(later).position == 1
    stage.read(UNREADABLE)
    (took,) = stage.rows(sa.text("SELECT read_seconds FROM card_decisions"))
    second = stage.check_of(later)
    assert (second.position, second.expected_seconds) == (0, math.ceil(took.read_seconds))


def test_a_check_that_a_reader_holds_is_said_to_be_read(stage: Stage, lou: Caller) -> None:
    """Waiting and being read are told apart."""
    stage.submit(lou)
    with pytest.raises(SystemExit):
        CardReading(stage.parts, DyingReader()).read_next()
    assert stage.check_of(lou).being_read
    end_leases(stage)
    assert not stage.check_of(lou).being_read


def test_two_sides_are_one_check_read_together(stage: Stage, lou: Caller) -> None:
    """The reader gets both pictures of one document, in the order in which they were sent."""
    stage.submit(lou, back=card(HOLDER, seed=2))
    reader = SidesReader()

    assert CardReading(stage.parts, reader).read_next()

    assert len(reader.seen) == 2
    assert len({hash(side) for side in reader.seen}) == 2
    assert stage.is_checked(lou)
    assert images(stage) == 0


def test_the_second_picture_is_refused_at_its_own_field(stage: Stage, lou: Caller) -> None:
    """The person knows which of the two to take again; nothing is kept of either."""
    request = pb.SubmitCardRequest(image=picture(), back=b"MZ\x90 an executable")
    refusal = refused(stage, "SubmitCard", request, lou)

    assert (refusal.reason, refusal.field) == ("unsupported_format", "back")
    assert images(stage) == 0


class SidesReader:
    """Keeps what it was given to read."""

    def __init__(self) -> None:
        self.seen: tuple[bytes, ...] = ()

    def read(self, pictures: Sequence[bytes], on: date) -> Reading:
        self.seen = tuple(pictures)
        return reading_of()


def test_nobody_sees_the_check_of_another(stage: Stage, lou: Caller) -> None:
    check_id = stage.submit(lou).check_id
    stranger = stage.young("autre@exemple.fr")

    assert refused(stage, "GetCardCheck", pb.GetCardCheckRequest(check_id=check_id), stranger).reason == "check_unknown"
    for caller in (lou, stage.staff("payments", "support")):
        image = refused(stage, "GetCardImage", pb.GetCardImageRequest(check_id=check_id), caller)
        assert image.reason == "not_allowed"


def test_a_killed_readers_check_is_taken_again_when_its_lease_ends(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    killed = CardReading(stage.parts, DyingReader())
    with pytest.raises(SystemExit):
        killed.read_next()

    assert not CardReading(stage.parts, FakeReader()).read_next()  # still leased
    end_leases(stage)
    stage.read(reading_of())

    assert stage.is_checked(lou)


def test_a_reader_that_comes_too_late_changes_nothing(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    slow = CardReading(stage.parts, OvertakenReader(stage))

    assert slow.read_next()

    assert stage.check_of(lou).state == pb.CARD_CHECK_STATE_ACCEPTED
    assert len(stage.rows(sa.text("SELECT 1 FROM card_decisions"))) == 1
    assert verdicts(stage, lou) == [(2, "accepted", [])]


def test_a_picture_that_ends_three_readers_goes_to_a_person(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    for _ in range(3):
        with pytest.raises(SystemExit):
            CardReading(stage.parts, DyingReader()).read_next()
        end_leases(stage)

    assert CardReading(stage.parts, FakeReader()).read_next()

    check = stage.check_of(lou)
    assert check.state == pb.CARD_CHECK_STATE_PERSON
    assert [reason.code for reason in check.reasons] == ["reader_failed"]
    assert verdicts(stage, lou) == []


def test_what_is_kept_of_a_card_is_sealed(stage: Stage, lou: Caller) -> None:
    stage.submit(lou)
    stage.read(reading_of(given_names=ZoneName("ZOEE")))

    (row,) = stage.rows(sa.select(card_checks))
    told = b" ".join(value for value in row if isinstance(value, bytes))
    assert b"DUPECIMEN" not in told
    assert b"X4RTBPFW4" not in told


def test_the_real_reader_accepts_a_specimen_that_agrees(stage: Stage, lou: Caller) -> None:
    from services.identity.adapters.card_reader import CardReader

    stage.submit(lou, card(HOLDER, seed=7))

    assert CardReading(stage.parts, CardReader()).read_next()

    assert stage.check_of(lou).state == pb.CARD_CHECK_STATE_ACCEPTED
    assert stage.is_checked(lou)


class DyingReader:
    """Ends its process, as far as the database can tell."""

    def read(self, pictures: Sequence[bytes], on: date) -> Reading:
        raise SystemExit(137)


class RivalReader:
    """Reads a document of `HOLDER` with this number, at the same time as its rival."""

    def __init__(self, together: Barrier, number: str) -> None:
        self._together = together
        self._number = number

    def read(self, pictures: Sequence[bytes], on: date) -> Reading:
        self._together.wait(timeout=30)
        return reading_of(number=self._number)


class OvertakenReader:
    """So slow that its lease ends and another reader decides first."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def read(self, pictures: Sequence[bytes], on: date) -> Reading:
        end_leases(self._stage)
        self._stage.read(reading_of())
        return reading_of(surname=ZoneName("INTRUS"))


def end_leases(stage: Stage) -> None:
    stage.execute("UPDATE card_checks SET leased_until = leased_until - interval '1 hour'")
