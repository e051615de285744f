"""Enrolments: a pupil asks, the school answers."""

from __future__ import annotations

from typing import Any

import pytest
from atouts.identity.v1 import facts_pb2
from atouts.identity.v1 import schools_pb2 as pb

from chassis.grpc_client import PeerRefused
from tests.integration.identity.stage import SCHEME, SEASON, Caller, Stage

UAI = "0760001A"


@pytest.fixture
def lou(stage: Stage) -> Caller:
    caller = stage.young("lou@exemple.fr")
    stage.declare(caller)
    return caller


@pytest.fixture
def partner_id(stage: Stage) -> str:
    return stage.establishment(UAI)


def ask(stage: Stage, caller: Caller, **changes: Any) -> pb.Enrolment:
    values: dict[str, Any] = {
        "scheme": SCHEME,
        "season": SEASON,
        "uai": UAI,
        "level": "seconde",
        "track": "general",
        **changes,
    }
    enrolment: pb.Enrolment = stage.call(
        "RequestEnrolment", pb.RequestEnrolmentRequest(**values), caller.token
    ).enrolment
    return enrolment


def decide(stage: Stage, caller: Caller, partner_id: str, enrolment_id: str, **changes: Any) -> pb.Enrolment:
    values = {"validate": True, **changes}
    request = pb.DecideEnrolmentRequest(partner_id=partner_id, enrolment_id=enrolment_id, **values)
    enrolment: pb.Enrolment = stage.call("DecideEnrolment", request, caller.token).enrolment
    return enrolment


def waiting(stage: Stage, caller: Caller, partner_id: str, **options: Any) -> list[pb.Enrolment]:
    request = pb.ListSchoolEnrolmentsRequest(partner_id=partner_id, **options)
    return list(stage.call("ListSchoolEnrolments", request, caller.token).enrolments)


def list_pupil(stage: Stage, delegate: Caller, partner_id: str, line: str) -> None:
    content = f"nom;prenom;date_naissance;niveau;filiere;secteur\n{line}\n".encode()
    request = pb.ImportClassListRequest(partner_id=partner_id, season=SEASON, content=content)
    stage.call("ImportClassList", request, delegate.token)
    stage.play_jobs()


def test_a_validated_enrolment_is_told_once_with_the_persons_version(
    stage: Stage, lou: Caller, partner_id: str
) -> None:
    asked = ask(stage, lou)
    school = stage.delegate(partner_id, "school")

    for _ in range(2):
        assert decide(stage, school, partner_id, asked.enrolment_id).state == facts_pb2.ENROLMENT_STATE_VALIDATED

    (told,) = stage.published("enrolment_validated")
    assert (told.subject, told.version) == (lou.account_id, 3)
    assert told.data == {
        "enrolment_id": asked.enrolment_id,
        "person_id": lou.account_id,
        "scheme": SCHEME,
        "season": SEASON,
    }


def test_facts_tell_what_the_school_validated_with_its_corrections(stage: Stage, lou: Caller, partner_id: str) -> None:
    asked = ask(stage, lou)
    decide(stage, stage.delegate(partner_id, "principal"), partner_id, asked.enrolment_id, track="technological")

    known = stage.facts_of(lou)

    (enrolment,) = known.enrolments
    assert (known.version, enrolment.version) == (3, 3)
    assert enrolment.state == facts_pb2.ENROLMENT_STATE_VALIDATED
    assert {fact.name: fact.text for fact in enrolment.facts} == {
        "study_level": "seconde",
        "study_track": "technological",
        "study_sector": "",
        "study_establishment_kind": "lycee_public",
        "study_region": "28",
        "study_department": "76",
    }


def test_a_rejection_needs_a_reason_that_the_pupil_reads_and_may_be_followed_by_a_new_request(
    stage: Stage, lou: Caller, partner_id: str
) -> None:
    asked = ask(stage, lou)
    school = stage.delegate(partner_id, "school")

    with pytest.raises(PeerRefused, match="reason_missing"):
        decide(stage, school, partner_id, asked.enrolment_id, validate=False, reason="  ")
    decide(stage, school, partner_id, asked.enrolment_id, validate=False, reason="Tu n'es pas dans nos listes.")

    (own,) = stage.call("ListEnrolments", pb.ListEnrolmentsRequest(), lou.token).enrolments
    assert own.state == facts_pb2.ENROLMENT_STATE_REJECTED
    assert own.reason == "Tu n'es pas dans nos listes."
    assert [row.data["enrolment_id"] for row in stage.published("enrolment_rejected")] == [asked.enrolment_id]
    assert ask(stage, lou).enrolment_id != asked.enrolment_id


def test_another_answer_than_the_one_given_is_refused(stage: Stage, lou: Caller, partner_id: str) -> None:
    asked = ask(stage, lou)
    school = stage.delegate(partner_id, "school")
    decide(stage, school, partner_id, asked.enrolment_id)

    with pytest.raises(PeerRefused, match="enrolment_decided"):
        decide(stage, school, partner_id, asked.enrolment_id, validate=False, reason="Non.")


def test_one_request_stands_per_person_scheme_and_season(stage: Stage, lou: Caller, partner_id: str) -> None:
    asked = ask(stage, lou)

    with pytest.raises(PeerRefused, match="already_requested"):
        ask(stage, lou, level="premiere")
    decide(stage, stage.delegate(partner_id, "school"), partner_id, asked.enrolment_id)
    with pytest.raises(PeerRefused, match="already_requested"):
        ask(stage, lou)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"uai": "0769999Z"}, "establishment_unknown", "uai"),
        ({"scheme": "licornes"}, "scheme_unknown", "scheme"),
        ({"season": "1999-2000"}, "scheme_unknown", "scheme"),
        ({"scheme": "culture-sport"}, "school_not_asked", "scheme"),
        ({"level": "licorne"}, "study_code_unknown", "level"),
        ({"track": "licorne"}, "study_code_unknown", "track"),
        ({"sector": "=cmd"}, "study_code_unknown", "sector"),
    ],
)
def test_an_unfit_request_is_refused_with_its_field(
    stage: Stage, lou: Caller, partner_id: str, changes: dict[str, str], reason: str, field: str
) -> None:
    with pytest.raises(PeerRefused) as refused:
        ask(stage, lou, **changes)

    assert (refused.value.reason, refused.value.field) == (reason, field)
    assert waiting(stage, stage.delegate(partner_id, "school"), partner_id) == []


def test_the_school_sees_who_is_on_its_list_and_what_the_list_says_otherwise(
    stage: Stage, lou: Caller, partner_id: str
) -> None:
    school = stage.delegate(partner_id, "school")
    ask(stage, lou)
    (before,) = waiting(stage, school, partner_id)

    list_pupil(stage, school, partner_id, "DUPÉCIMEN;zoe marie;14/03/2009;premiere;general;")

    (after,) = waiting(stage, school, partner_id)
    assert (before.on_list, list(before.differences)) == (False, [])
    assert (after.on_list, list(after.differences)) == (True, ["level=premiere"])
    assert (after.surname, after.given_names, after.birth_date) == ("Dupecimen", "Zoé", "2009-03-14")


@pytest.mark.parametrize(
    "line", ["Dupecimen;Zoé;15/03/2009;seconde;general;", "Labulle;Zoé;14/03/2009;seconde;general;"]
)
def test_somebody_else_on_the_list_is_no_match(stage: Stage, lou: Caller, partner_id: str, line: str) -> None:
    school = stage.delegate(partner_id, "school")
    list_pupil(stage, school, partner_id, line)

    assert not ask(stage, lou).on_list


def test_a_delegate_of_another_establishment_sees_and_decides_nothing(
    stage: Stage, lou: Caller, partner_id: str
) -> None:
    asked = ask(stage, lou)
    elsewhere = stage.establishment("0140002B")
    stranger = stage.delegate(elsewhere, "school", "principal")

    assert waiting(stage, stranger, elsewhere) == []
    with pytest.raises(PeerRefused, match="not_allowed"):
        waiting(stage, stranger, partner_id)
    with pytest.raises(PeerRefused, match="not_allowed"):
        decide(stage, stranger, partner_id, asked.enrolment_id)
    with pytest.raises(PeerRefused, match="enrolment_unknown"):
        decide(stage, stranger, elsewhere, asked.enrolment_id)


def test_a_delegate_who_lost_the_role_is_out_at_once(stage: Stage, lou: Caller, partner_id: str) -> None:
    school = stage.delegate(partner_id, "school")
    gone = {"account_id": school.account_id, "scope": f"partner:{partner_id}", "roles": []}
    stage.hear("grant_changed", gone, version=2)
    late = gone | {"roles": ["school"]}
    stage.hear("grant_changed", late, version=1)

    with pytest.raises(PeerRefused, match="not_allowed"):
        waiting(stage, school, partner_id)


def test_a_pupil_sees_their_own_requests_only(stage: Stage, lou: Caller, partner_id: str) -> None:
    ask(stage, lou)
    ada = stage.young("ada@exemple.fr")

    assert list(stage.call("ListEnrolments", pb.ListEnrolmentsRequest(), ada.token).enrolments) == []
    with pytest.raises(PeerRefused, match="not_allowed"):
        waiting(stage, ada, partner_id)


def test_what_waits_comes_by_pages(stage: Stage, partner_id: str) -> None:
    for number in range(101):
        pupil = stage.young(f"eleve{number}@exemple.fr")
        stage.declare(pupil)
        ask(stage, pupil)
    school = stage.delegate(partner_id, "school")

    first = stage.call("ListSchoolEnrolments", pb.ListSchoolEnrolmentsRequest(partner_id=partner_id), school.token)
    rest = waiting(stage, school, partner_id, page_token=first.next_page_token)

    assert (len(first.enrolments), len(rest)) == (100, 1)
    assert len({each.enrolment_id for each in (*first.enrolments, *rest)}) == 101


def test_a_page_that_does_not_exist_is_malformed(stage: Stage, partner_id: str) -> None:
    with pytest.raises(PeerRefused, match="malformed") as refused:
        waiting(stage, stage.delegate(partner_id, "school"), partner_id, page_token="x")

    assert refused.value.field == "page_token"


def test_a_school_says_more_of_a_schooling(stage: Stage, lou: Caller, partner_id: str) -> None:
    """What the pupil said stands until the school says otherwise; both are told with the schooling."""
    said = [facts_pb2.Fact(name="trade_family", flag=True), facts_pb2.Fact(name="passerelle", flag=True)]
    asked = ask(stage, lou, track="vocational", facts=said)
    assert {fact.name for fact in asked.facts} == {"trade_family", "passerelle"}
    school = stage.delegate(partner_id, "school")

    decided = decide(
        stage, school, partner_id, asked.enrolment_id, facts=[facts_pb2.Fact(name="passerelle", flag=False)]
    )

    assert [(fact.name, fact.flag) for fact in decided.facts] == [("trade_family", True)]
    (enrolment,) = stage.facts_of(lou).enrolments
    told = {fact.name: fact.flag or fact.text for fact in enrolment.facts}
    assert (told["trade_family"], told["study_department"]) == (True, "76")
