"""Staff's reviews of cards: what they have at hand, what one decides, what two confirm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import cards_pb2 as pb
from sqlalchemy.exc import DBAPIError

from chassis.grpc_client import PeerRefused
from services.identity.domain.documents import (
    Certainty,
    Crop,
    CropLabel,
    PrintedNames,
    Reading,
    Reason,
    Seal,
    SealFinding,
    SealKind,
    ZoneName,
)
from tests.integration.identity.stage import Caller, Stage, picture, reading_of

UNREADABLE = Reading(None, Certainty.DOUBTFUL, (Reason.UNREADABLE,))
EXPIRED = reading_of(expiry=date(2024, 1, 1))
WHY = "La carte prolongée de cinq ans a été vue au guichet."


@pytest.fixture
def lou(stage: Stage) -> Caller:
    """A young person with a profile that agrees with the card."""
    caller = stage.young("lou@exemple.fr")
    stage.declare(caller)
    return caller


@pytest.fixture
def first(stage: Stage) -> Caller:
    """A member of staff."""
    return stage.staff("instruction")


@pytest.fixture
def second(stage: Stage) -> Caller:
    """Another one."""
    return stage.staff("instruction")


def sent(stage: Stage, caller: Caller, reading: Reading) -> str:
    """The id of a check that was read so."""
    check_id: str = stage.submit(caller).check_id
    stage.read(reading)
    return check_id


def decide(stage: Stage, by: Caller, check_id: str, accept: bool, reason: str = "") -> pb.DecideCardCheckResponse:
    request = pb.DecideCardCheckRequest(check_id=check_id, accept=accept, reason=reason)
    answer: pb.DecideCardCheckResponse = stage.call("DecideCardCheck", request, by.token)
    return answer


def confirm(stage: Stage, by: Caller, check_id: str) -> pb.CardCheck:
    check: pb.CardCheck = stage.call(
        "ConfirmCardDecision", pb.ConfirmCardDecisionRequest(check_id=check_id), by.token
    ).check
    return check


def decline(stage: Stage, by: Caller, check_id: str) -> pb.CardCheck:
    check: pb.CardCheck = stage.call(
        "DeclineCardDecision", pb.DeclineCardDecisionRequest(check_id=check_id), by.token
    ).check
    return check


def review(stage: Stage, by: Caller, check_id: str) -> pb.GetCardCheckReviewResponse:
    seen: pb.GetCardCheckReviewResponse = stage.call(
        "GetCardCheckReview", pb.GetCardCheckReviewRequest(check_id=check_id), by.token
    )
    return seen


def reason_of(refusal: pytest.ExceptionInfo[PeerRefused]) -> str:
    return refusal.value.reason


def acts(stage: Stage) -> list[tuple[str, str]]:
    return [
        (row.act, row.state)
        for row in stage.rows(sa.text("SELECT act, state FROM card_decisions ORDER BY decision_id"))
    ]


def verdicts(stage: Stage) -> list[tuple[int, str]]:
    return [(row.version, row.data["verdict"]) for row in stage.published("card_checked")]


def test_staff_have_everything_at_hand(stage: Stage, lou: Caller, first: Caller) -> None:
    """Fields side by side, printed names, seals with what they are worth, cut-outs, what stands against the card."""
    seal = Seal(SealKind.CARD_SEAL, SealFinding.SCHEME_NOT_CONFIGURED, {"Nom": "DUPECIMEN"})
    crops = (Crop(CropLabel.ZONE, 1, picture()), Crop(CropLabel.NAMES, 1, picture()))
    read = reading_of(surname=ZoneName("DUPECIMENT"))
    check_id = sent(stage, lou, replace(read, printed=PrintedNames("Fictiveau", "Zoé"), seals=(seal,), crops=crops))

    seen = review(stage, first, check_id)

    likeness = {field.name: (field.declared, field.read, field.printed, field.likeness) for field in seen.compared}
    assert likeness["surname"] == ("Dupecimen", "DUPECIMENT", "Fictiveau", pb.CARD_FIELD_LIKENESS_NEAR)
    assert likeness["birth_date"][3] == pb.CARD_FIELD_LIKENESS_SAME
    assert seen.compared[0].printed_likeness == pb.CARD_FIELD_LIKENESS_DIFFERENT
    (shown,) = seen.seals
    assert (shown.kind, shown.status, dict(shown.says)) == (
        "card_seal",
        pb.CARD_SEAL_STATUS_NOT_VERIFIED,
        {"Nom": "DUPECIMEN"},
    )
    assert "pas vérifié" in shown.sentence
    assert [(each.side, each.label) for each in seen.pictures] == [(1, "side"), (1, "names"), (1, "zone")]
    assert "name_nearly_same" in [reason.code for reason in seen.standing]
    assert seen.review.read["number"] == "X4RTBPFW4"
    assert "certainty" not in seen.review.read


def test_each_cut_out_is_shown_and_no_file_of_another_check(stage: Stage, lou: Caller, first: Caller) -> None:
    """A picture is asked for by its id within its check: an id of another check leads nowhere."""
    check_id = sent(stage, lou, replace(UNREADABLE, crops=(Crop(CropLabel.ZONE, 1, picture()),)))
    other = stage.young("autre@exemple.fr")
    stage.declare(other, surname="Fictiveau")
    other_id = sent(stage, other, UNREADABLE)

    zone = review(stage, first, check_id).pictures[1]
    wanted = pb.GetCardImageRequest(check_id=check_id, picture_id=zone.picture_id)
    elsewhere = pb.GetCardImageRequest(check_id=other_id, picture_id=zone.picture_id)

    assert stage.call("GetCardImage", wanted, first.token).image == picture()
    with pytest.raises(PeerRefused) as refusal:
        stage.call("GetCardImage", elsewhere, first.token)
    assert reason_of(refusal) == "image_destroyed"


def test_accepting_what_was_refused_takes_a_second_person(
    stage: Stage, lou: Caller, first: Caller, second: Caller
) -> None:
    """The proposal moves nothing; another member of staff confirms it; the person is proven and told."""
    check_id = sent(stage, lou, EXPIRED)

    proposed = decide(stage, first, check_id, accept=True, reason=WHY)

    assert proposed.proposed
    assert proposed.check.state == pb.CARD_CHECK_STATE_REFUSED
    assert not stage.is_checked(lou)
    assert [reason.code for reason in stage.check_of(lou).reasons] == ["expired"]

    confirmed = confirm(stage, second, check_id)

    assert confirmed.state == pb.CARD_CHECK_STATE_ACCEPTED
    assert list(confirmed.reasons) == []
    assert stage.is_checked(lou)
    assert acts(stage) == [("decided", "refused"), ("proposed", "accepted"), ("confirmed", "accepted")]
    assert verdicts(stage) == [(1, "refused"), (2, "accepted")]


def test_the_second_person_reads_what_the_first_wrote(stage: Stage, lou: Caller, first: Caller, second: Caller) -> None:
    """What was proposed, by whom, why, and against what; in the queue of those that wait for a second."""
    check_id = sent(stage, lou, EXPIRED)
    decide(stage, first, check_id, accept=True, reason=WHY)

    request = pb.ListCardChecksRequest(proposed=True)
    (listed,) = stage.call("ListCardChecks", request, second.token).reviews
    seen = review(stage, second, check_id)

    assert listed.check.check_id == check_id
    assert listed.proposal == seen.review.proposal == seen.decisions[-1]
    assert (listed.proposal.act, listed.proposal.state) == (
        pb.CARD_DECISION_ACT_PROPOSED,
        pb.CARD_CHECK_STATE_ACCEPTED,
    )
    assert listed.proposal.decided_by == first.account_id
    assert [reason.code for reason in listed.proposal.reasons] == ["expired", "decided_by_staff"]
    assert listed.proposal.reasons[1].sentence == WHY
    assert (seen.may_accept, seen.may_refuse) == (False, False)


def test_the_same_person_never_confirms_their_own_proposal(stage: Stage, lou: Caller, first: Caller) -> None:
    """Two words of one person are one; the table itself refuses them too."""
    check_id = sent(stage, lou, EXPIRED)
    decide(stage, first, check_id, accept=True, reason=WHY)

    with pytest.raises(PeerRefused) as refusal:
        confirm(stage, first, check_id)

    assert reason_of(refusal) == "second_person_needed"
    assert "autre agent" in refusal.value.sentence_fr
    assert not stage.is_checked(lou)
    with pytest.raises(DBAPIError, match="confirmed_by_another"):
        stage.execute(
            "INSERT INTO card_decisions"
            " (authority_id, check_id, state, codes, decided_by, occurred_at, act, proposed_by)"
            " SELECT authority_id, check_id, state, codes, decided_by, occurred_at, 'confirmed', decided_by"
            " FROM card_decisions WHERE act = 'proposed'"
        )


def test_two_who_confirm_at_once_confirm_once(stage: Stage, lou: Caller, first: Caller) -> None:
    """One of two rivals confirms; the other is told that nothing waits any more."""
    check_id = sent(stage, lou, EXPIRED)
    decide(stage, first, check_id, accept=True, reason=WHY)
    rivals = [stage.staff("instruction") for _ in range(2)]

    def outcome(rival: Caller) -> str:
        try:
            confirm(stage, rival, check_id)
        except PeerRefused as refused:
            return refused.reason
        return "confirmed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(outcome, rivals)) == ["confirmed", "decision_not_proposed"]
    assert [act for act, _ in acts(stage)] == ["decided", "proposed", "confirmed"]


def test_a_declined_proposal_leaves_all_as_it_was(stage: Stage, lou: Caller, first: Caller, second: Caller) -> None:
    """The check stays refused, for the reader's reasons, and may be decided anew."""
    check_id = sent(stage, lou, EXPIRED)
    decide(stage, first, check_id, accept=True, reason=WHY)

    assert decline(stage, second, check_id).state == pb.CARD_CHECK_STATE_REFUSED

    assert [reason.code for reason in stage.check_of(lou).reasons] == ["expired"]
    assert acts(stage)[-1] == ("declined", "refused")
    assert verdicts(stage) == [(1, "refused")]
    with pytest.raises(PeerRefused) as refusal:
        confirm(stage, second, check_id)
    assert reason_of(refusal) == "decision_not_proposed"
    assert decide(stage, second, check_id, accept=True, reason=WHY).proposed


def test_while_a_proposal_waits_nobody_decides_past_it(
    stage: Stage, lou: Caller, first: Caller, second: Caller
) -> None:
    """One open proposal a check: it is confirmed or declined first."""
    check_id = sent(stage, lou, EXPIRED)
    decide(stage, first, check_id, accept=True, reason=WHY)

    with pytest.raises(PeerRefused) as refusal:
        decide(stage, second, check_id, accept=True, reason=WHY)

    assert reason_of(refusal) == "decision_proposed"


def test_a_clear_difference_that_shows_later_takes_two(
    stage: Stage, lou: Caller, first: Caller, second: Caller
) -> None:
    """What stands against the card is judged by today's profile, not by the one at the reading."""
    check_id = sent(stage, lou, reading_of(surname=ZoneName("DUPECIMENT")))
    assert not review(stage, first, check_id).accepting_takes_two
    stage.declare(lou, surname="Fictiveau")

    assert review(stage, first, check_id).accepting_takes_two
    assert decide(stage, first, check_id, accept=True, reason=WHY).proposed
    assert confirm(stage, second, check_id).state == pb.CARD_CHECK_STATE_ACCEPTED


def test_refusing_a_card_that_agrees_takes_two_and_accepting_it_one(stage: Stage, lou: Caller, first: Caller) -> None:
    """The name was put right while the check waited: nothing stands against it any more."""
    check_id = sent(stage, lou, reading_of(surname=ZoneName("DUPECIMENT")))
    stage.declare(lou, surname="Dupeciment")

    assert decide(stage, first, check_id, accept=False, reason="Carte abîmée.").proposed
    decline(stage, first, check_id)
    accepted = decide(stage, first, check_id, accept=True)

    assert not accepted.proposed
    assert accepted.check.state == pb.CARD_CHECK_STATE_ACCEPTED
    assert stage.is_checked(lou)


def test_a_zone_that_the_print_contradicts_waits_for_two(stage: Stage, lou: Caller, first: Caller) -> None:
    """A forged zone with right check digits and the declared name: the printed name is another."""
    check_id = sent(stage, lou, replace(reading_of(), printed=PrintedNames("FICTIVEAU", "ZOE")))

    seen = review(stage, first, check_id)

    assert seen.review.check.state == pb.CARD_CHECK_STATE_PERSON
    assert [reason.code for reason in seen.standing] == ["printed_names_differ"]
    assert decide(stage, first, check_id, accept=True, reason="Nom d'usage.").proposed
    assert not stage.is_checked(lou)


def test_an_acceptance_is_withdrawn_by_two_and_its_marks_are_given_back(
    stage: Stage, lou: Caller, first: Caller, second: Caller
) -> None:
    """The card was somebody else's: its holder may use it then, and the person is proven no longer."""
    check_id = sent(stage, lou, reading_of())
    holder = stage.young("titulaire@exemple.fr")
    stage.declare(holder)

    decide(stage, first, check_id, accept=False, reason="La carte est celle d'une autre personne.")
    assert stage.is_checked(lou)
    confirm(stage, second, check_id)

    assert not stage.is_checked(lou)
    assert stage.check_of(lou).state == pb.CARD_CHECK_STATE_REFUSED
    assert [reason.sentence for reason in stage.check_of(lou).reasons] == ["La carte est celle d'une autre personne."]
    assert verdicts(stage) == [(2, "accepted"), (3, "refused")]
    sent(stage, holder, reading_of())
    assert stage.is_checked(holder)


def test_a_namesake_is_accepted_by_two(stage: Stage, lou: Caller, first: Caller, second: Caller) -> None:
    """Same names, same birth date, another document: two members of staff may say that these are two persons."""
    sent(stage, lou, reading_of())
    namesake = stage.young("homonyme@exemple.fr")
    stage.declare(namesake)
    check_id = sent(stage, namesake, reading_of(number="D2H6862M2"))

    assert decide(stage, first, check_id, accept=True, reason="Deux personnes vues au guichet.").proposed
    confirm(stage, second, check_id)

    assert stage.is_checked(namesake)
    assert stage.is_checked(lou)
    assert len(stage.rows(sa.text("SELECT 1 FROM document_marks"))) == 2


def test_a_name_slipped_in_while_staff_look_is_not_proven(
    stage: Stage, lou: Caller, first: Caller, second: Caller
) -> None:
    """A decision on a profile that changed since it was compared is refused, of one person and of the second."""
    check_id = sent(stage, lou, UNREADABLE)
    seen = review(stage, first, check_id).review.person_version
    stage.declare(lou, surname="Fictiveau")

    request = pb.DecideCardCheckRequest(check_id=check_id, accept=True, person_version=seen)
    with pytest.raises(PeerRefused) as refusal:
        stage.call("DecideCardCheck", request, first.token)
    assert reason_of(refusal) == "profile_changed"
    assert not stage.is_checked(lou)

    decide(stage, first, check_id, accept=False, reason="Illisible.")
    decide(stage, first, check_id, accept=True, reason="Vue au guichet.")
    seen = review(stage, second, check_id).review.person_version
    stage.declare(lou, surname="Maquette")
    confirmation = pb.ConfirmCardDecisionRequest(check_id=check_id, person_version=seen)
    with pytest.raises(PeerRefused) as refusal:
        stage.call("ConfirmCardDecision", confirmation, second.token)
    assert reason_of(refusal) == "profile_changed"
    assert not stage.is_checked(lou)


def test_an_override_without_a_word_of_why_is_refused(stage: Stage, lou: Caller, first: Caller) -> None:
    """The second person must be able to judge."""
    check_id = sent(stage, lou, EXPIRED)

    with pytest.raises(PeerRefused) as refusal:
        decide(stage, first, check_id, accept=True, reason="  ")

    assert (reason_of(refusal), refusal.value.field) == ("override_unexplained", "reason")
    assert acts(stage) == [("decided", "refused")]


def test_only_the_latest_card_of_a_person_is_turned(stage: Stage, lou: Caller, first: Caller, second: Caller) -> None:
    """Once another card was sent, that one is decided; a proposal on the former can only be declined."""
    check_id = sent(stage, lou, EXPIRED)
    decide(stage, first, check_id, accept=True, reason=WHY)
    stage.submit(lou)

    with pytest.raises(PeerRefused) as refusal:
        confirm(stage, second, check_id)

    assert reason_of(refusal) == "check_not_waiting"
    decline(stage, second, check_id)
    assert not stage.call("ListCardChecks", pb.ListCardChecksRequest(proposed=True), second.token).reviews


def test_every_word_of_staff_is_in_the_trail(stage: Stage, lou: Caller, first: Caller, second: Caller) -> None:
    """Who, what, before and after: codes and ids, no personal value."""
    check_id = sent(stage, lou, EXPIRED)
    decide(stage, first, check_id, accept=True, reason=WHY)
    decline(stage, second, check_id)
    decide(stage, second, check_id, accept=True, reason=WHY)
    confirm(stage, first, check_id)

    trail = stage.rows(sa.text("SELECT act, account_id, before, after FROM audit ORDER BY audit_id"))

    assert [(row.act, row.account_id, row.before, row.after) for row in trail] == [
        ("card_decision_proposed", first.account_id, "refused", "accepted"),
        ("card_decision_declined", second.account_id, "accepted", "refused"),
        ("card_decision_proposed", second.account_id, "refused", "accepted"),
        ("card_check_decided", first.account_id, "refused", "accepted"),
    ]
