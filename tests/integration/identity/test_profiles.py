"""Profiles and facts."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import facts_pb2 as pb

from chassis.grpc_client import PeerRefused
from tests.integration.identity.stage import Stage, reading_of


def plain(facts: Any) -> dict[str, Any]:
    return {fact.name: getattr(fact, fact.WhichOneof("value")) for fact in facts}


def test_facts_are_told_in_the_rulebooks_words(stage: Stage) -> None:
    lou = stage.young()
    stage.declare(lou)

    known = stage.facts_of(lou)

    assert known.birth_date == "2009-03-14"
    assert plain(known.facts) == {
        "identity_checked": False,
        "residence_commune": "76540",
        "residence_department": "76",
        "residence_region": "28",
        "study_status": "lyceen",
        "study_department": "14",
        "study_region": "28",
    }


def test_each_change_raises_the_version_and_is_told_once(stage: Stage) -> None:
    lou = stage.young()
    stage.declare(lou)
    stage.declare(lou)

    changed = stage.declare(lou, residence_commune="75056")

    assert changed.version == 2
    assert [row.version for row in stage.published("facts_changed")] == [1, 2]
    assert plain(stage.facts_of(lou).facts)["residence_region"] == "11"


@pytest.mark.parametrize(
    "changes", [{"surname": "Labulle"}, {"given_names": ["Zoé", "Lou"]}, {"birth_date": "2009-03-15"}]
)
def test_another_name_or_birth_date_is_to_be_checked_again(stage: Stage, changes: dict[str, Any]) -> None:
    lou = stage.young()
    stage.declare(lou)
    stage.submit(lou)
    stage.read(reading_of())
    assert stage.is_checked(lou)

    stage.declare(lou, **changes)

    assert not stage.is_checked(lou)


def test_moving_house_leaves_the_identity_checked(stage: Stage) -> None:
    lou = stage.young()
    stage.declare(lou)
    stage.submit(lou)
    stage.read(reading_of())

    stage.declare(lou, residence_commune="14118")

    assert stage.is_checked(lou)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"surname": ""}, "name_unfit", "surname"),
        ({"surname": "Du\u202ebois"}, "name_unfit", "surname"),
        ({"surname": "Du\0bois"}, "name_unfit", "surname"),
        ({"surname": "D" * 101}, "name_unfit", "surname"),
        ({"given_names": []}, "name_unfit", "given_names"),
        ({"birth_date": "14/03/2009"}, "malformed", "birth_date"),
        ({"birth_date": "2030-01-01"}, "birth_date_unfit", "birth_date"),
        ({"birth_date": "1890-01-01"}, "birth_date_unfit", "birth_date"),
        ({"residence_commune": "00000"}, "commune_unknown", "residence_commune"),
        ({"residence_commune": "Rouen"}, "commune_unknown", "residence_commune"),
        ({"residence_commune": "14999"}, "commune_unknown", "residence_commune"),
        ({"study_commune": "96001"}, "commune_unknown", "study_commune"),
        ({"study_commune": "76000"}, "commune_unknown", "study_commune"),
        ({"study_status": "vacances"}, "study_status_unknown", "study_status"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field_and_changes_nothing(
    stage: Stage, changes: dict[str, Any], reason: str, field: str
) -> None:
    lou = stage.young()

    with pytest.raises(PeerRefused) as refused:
        stage.declare(lou, **changes)

    assert (refused.value.reason, refused.value.field) == (reason, field)
    assert stage.published("facts_changed") == []


def test_a_person_without_a_profile_is_told_what_to_do(stage: Stage) -> None:
    with pytest.raises(PeerRefused, match="profile_missing"):
        stage.call("GetProfile", pb.GetProfileRequest(), stage.young().token)


def test_the_profile_is_sealed_in_the_database(stage: Stage) -> None:
    stage.declare(stage.young())

    (row,) = stage.rows(stage.parts.platform.tables.outbox.select())
    (person,) = stage.rows(sa.text("SELECT * FROM persons"))

    assert "Dupecimen" not in str(row)
    assert b"Dupecimen" not in bytes(person.profile_sealed)


def test_facts_are_for_the_services_that_decide_by_them(stage: Stage) -> None:
    lou = stage.young()
    stage.declare(lou)
    request = pb.LookUpFactsRequest(person_ids=[lou.account_id])

    on_behalf = stage.call("LookUpFacts", request, lou.token, service="wallet")

    assert on_behalf.persons[0].person_id == lou.account_id
    for service in ("gateway", "partner", "payout"):
        with pytest.raises(PeerRefused, match="not_allowed"):
            stage.call("LookUpFacts", request, service=service)


def test_a_look_up_takes_a_thousand_ids_and_leaves_unknown_ones_out(stage: Stage) -> None:
    lou = stage.young()
    stage.declare(lou)
    strangers = [f"00000000-0000-4000-8000-{number:012d}" for number in range(999)]

    found = stage.call("LookUpFacts", pb.LookUpFactsRequest(person_ids=[*strangers, lou.account_id]), service="wallet")

    assert [person.person_id for person in found.persons] == [lou.account_id]
    too_many = pb.LookUpFactsRequest(person_ids=[*strangers, *strangers[:2]])
    with pytest.raises(PeerRefused, match="malformed"):
        stage.call("LookUpFacts", too_many, service="wallet")


def test_persons_are_listed_with_their_versions_for_a_rebuild(stage: Stage) -> None:
    lou, ada = stage.young("lou@exemple.fr"), stage.young("ada@exemple.fr")
    stage.declare(lou)
    stage.declare(ada)
    stage.declare(ada, study_status="apprenti")

    listed = stage.call("ListPersons", pb.ListPersonsRequest(), service="wallet")

    assert {person.person_id: person.version for person in listed.persons} == {lou.account_id: 1, ada.account_id: 2}
    assert listed.next_page_token == ""


def test_another_authority_knows_nobody_of_ours(stage: Stage) -> None:
    lou = stage.young()
    stage.declare(lou)
    request = pb.LookUpFactsRequest(person_ids=[lou.account_id])

    assert not stage.call("LookUpFacts", request, service="wallet", authority="elsewhere").persons
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("GetProfile", pb.GetProfileRequest(), lou.token, authority="elsewhere")


def test_what_a_person_says_beyond_is_told_and_sealed(stage: Stage) -> None:
    """A declared fact goes to those who decide by it, in its type; without it, it is not known any more."""
    lou = stage.young()
    stage.declare(lou, facts=[pb.Fact(name="sex", text="F"), pb.Fact(name="disability", flag=True)])

    told = plain(stage.facts_of(lou).facts)
    own = stage.call("GetProfile", pb.GetProfileRequest(), lou.token).profile

    assert (told["sex"], told["disability"]) == ("F", True)
    assert plain(own.facts) == {"sex": "F", "disability": True}
    (person,) = stage.rows(sa.text("SELECT * FROM persons"))
    assert b"disability" not in bytes(person.profile_sealed)
    assert stage.declare(lou).version == 2
    assert "sex" not in plain(stage.facts_of(lou).facts)


def test_a_person_does_not_say_what_staff_validate(stage: Stage) -> None:
    """The refusal names the fact."""
    lou = stage.young()

    with pytest.raises(PeerRefused) as refused:
        stage.declare(lou, facts=[pb.Fact(name="validated_proofs", texts=pb.Texts(values=["mission"]))])

    assert (refused.value.reason, refused.value.field) == ("fact_unfit", "facts.validated_proofs")


def test_staff_record_facts_once_with_a_reason_that_is_kept(stage: Stage) -> None:
    """A proof is told to those who decide by it; the same again changes nothing; the trail says who and why."""
    lou, agent = stage.young(), stage.staff("instruction")
    stage.declare(lou)
    request = pb.RecordFactsRequest(
        person_id=lou.account_id,
        facts=[pb.Fact(name="validated_proofs", texts=pb.Texts(values=["mission_80h"]))],
        reason="Attestation reçue le 12",
    )

    for _ in range(2):
        assert stage.call("RecordFacts", request, agent.token).version == 2

    assert [row.version for row in stage.published("facts_changed")] == [1, 2]
    told = {fact.name: fact for fact in stage.facts_of(lou).facts}
    assert list(told["validated_proofs"].texts.values) == ["mission_80h"]
    (trail,) = stage.rows(sa.text("SELECT account_id, subject, after FROM audit WHERE act = 'facts_recorded'"))
    assert (trail.account_id, trail.subject) == (agent.account_id, lou.account_id)
    assert trail.after == {"facts": ["validated_proofs"], "reason": "Attestation reçue le 12", "version": 2}
    recorded = stage.call("GetRecordedFacts", pb.GetRecordedFactsRequest(person_id=lou.account_id), agent.token)
    assert [fact.name for fact in recorded.facts] == ["validated_proofs"]
    assert stage.declare(lou, study_status="apprenti").version == 3
    assert "validated_proofs" in plain(stage.facts_of(lou).facts)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"reason": "x"}, "malformed", "reason"),
        ({"person_id": "lou"}, "malformed", "person_id"),
        ({"person_id": "00000000-0000-4000-8000-000000000000"}, "profile_missing", ""),
        ({"facts": [pb.Fact(name="age", number=17)]}, "fact_unfit", "facts.age"),
    ],
)
def test_what_staff_cannot_record_is_refused(stage: Stage, changes: dict[str, Any], reason: str, field: str) -> None:
    """No reason, nobody, or a fact that is the person's own to say."""
    lou, agent = stage.young(), stage.staff("administration")
    stage.declare(lou)
    values: dict[str, Any] = {"person_id": lou.account_id, "reason": "Courrier du 12", **changes}

    with pytest.raises(PeerRefused) as refused:
        stage.call("RecordFacts", pb.RecordFactsRequest(**values), agent.token)

    assert (refused.value.reason, refused.value.field) == (reason, field)
