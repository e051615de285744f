"""Profiles put right: by the person, by staff with a reason, and what each said before stays readable and sealed."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import facts_pb2 as pb

from chassis.grpc_client import PeerRefused
from services.identity.store.erasure_tables import person_versions
from services.identity.store.tables import CHASSIS
from tests.integration.identity.erasing import erase
from tests.integration.identity.stage import Caller, Stage, profile, reading_of

_REASON = "acte de naissance présenté le 3 octobre"


def _correct(stage: Stage, who: Caller, reason: str = _REASON, **changes: Any) -> Any:
    request = pb.CorrectProfileRequest(person_id=who.account_id, profile=profile(**changes), reason=reason)
    return stage.call("CorrectProfile", request, stage.staff("instruction").token)


def _former(stage: Stage, who: Caller) -> list[Any]:
    request = pb.ListFormerVersionsRequest(person_id=who.account_id)
    return list(stage.call("ListFormerVersions", request, stage.staff("audit").token).versions)


@pytest.fixture
def lou(stage: Stage) -> Caller:
    caller = stage.young()
    stage.declare(caller)
    stage.submit(caller)
    stage.read(reading_of())
    return caller


def test_staff_put_a_checked_name_right_and_it_stays_checked(stage: Stage, lou: Caller) -> None:
    """They saw the proof; facts change, so that eligibility is decided again."""
    before = stage.facts_of(lou).version
    answer = _correct(stage, lou, surname="Dupespécimen")
    assert (answer.profile.surname, answer.version) == ("Dupespécimen", before + 1)
    assert stage.is_checked(lou)
    assert stage.published("facts_changed")[-1].version == before + 1


def test_instruction_sees_what_it_puts_right_and_that_is_on_record(stage: Stage, lou: Caller) -> None:
    """The profile as it is declared now; nobody else of staff, and nothing of who declared none."""
    request = pb.GetPersonProfileRequest(person_id=lou.account_id)
    agent = stage.staff("instruction")
    seen = stage.call("GetPersonProfile", request, agent.token)
    assert (seen.profile.surname, seen.version) == ("Dupecimen", stage.facts_of(lou).version)
    trail = stage.rows(CHASSIS.audit.select().where(CHASSIS.audit.c.act == "profile_seen"))
    assert [(row.account_id, row.subject) for row in trail] == [(agent.account_id, lou.account_id)]
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("GetPersonProfile", request, stage.staff("administration").token)
    request.person_id = stage.young("autre@exemple.fr").account_id
    with pytest.raises(PeerRefused, match="profile_missing"):
        stage.call("GetPersonProfile", request, agent.token)


def test_a_person_who_changes_a_checked_name_is_checked_again(stage: Stage, lou: Caller) -> None:
    """Their own word is no proof."""
    stage.declare(lou, surname="Autrecimen")
    assert not stage.is_checked(lou)


def test_every_change_leaves_what_was_said_before(stage: Stage, lou: Caller) -> None:
    """By whom and when; staff's reason with it, a person's own change without."""
    stage.declare(lou, residence_commune="14118")
    _correct(stage, lou, surname="Dupespécimen", residence_commune="14118")
    latest, own, *_ = _former(stage, lou)
    assert (latest.reason, latest.profile.surname, latest.profile.residence_commune) == (_REASON, "Dupecimen", "14118")
    assert (own.reason, own.replaced_by, own.profile.residence_commune) == ("", lou.account_id, "76540")
    assert latest.version == own.version + 1


def test_the_same_again_changes_nothing(stage: Stage, lou: Caller) -> None:
    """No version, no former version, no fact told."""
    version, count = stage.facts_of(lou).version, len(_former(stage, lou))
    assert _correct(stage, lou).version == version
    assert len(_former(stage, lou)) == count


def test_a_reason_is_needed(stage: Stage, lou: Caller) -> None:
    """Three characters at least."""
    with pytest.raises(PeerRefused, match="malformed"):
        _correct(stage, lou, reason=" ", surname="Dupespécimen")


def test_neither_values_nor_reasons_stand_in_clear(stage: Stage, lou: Caller) -> None:
    """The history is sealed under the person's key, the audit says acts and versions; both go with the person."""
    _correct(stage, lou, surname="Dupespécimen")
    record = pb.RecordFactsRequest(
        person_id=lou.account_id,
        facts=[pb.Fact(name="validated_proofs", texts=pb.Texts(values=["mission"]))],
        reason=_REASON,
    )
    stage.call("RecordFacts", record, stage.staff("instruction").token)
    rows = f"{stage.rows(sa.select(person_versions))} {stage.rows(sa.select(CHASSIS.audit))}"
    assert _REASON not in rows
    assert "Dupe" not in rows
    assert "profile_corrected" in rows


def test_former_versions_are_erased_with_the_person(stage: Stage) -> None:
    """Nothing is left to be unsealed."""
    account = stage.open_account("lou@exemple.fr")
    caller = Caller(account.account_id, stage.sign_in("lou@exemple.fr").session.access_token)
    stage.declare(caller)
    stage.declare(caller, residence_commune="14118")
    assert len(_former(stage, caller)) == 1
    erase(stage, caller)
    assert stage.rows(sa.select(person_versions)) == []
    assert _former(stage, caller) == []
