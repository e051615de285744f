"""A school validates in one act those whom its list has in the same schooling; last year's pupils first."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from atouts.identity.v1 import facts_pb2
from atouts.identity.v1 import schools_pb2 as pb

from chassis.grpc_client import PeerRefused
from services.identity.domain.enrolments import EnrolmentState
from services.identity.store.tables import enrolments
from tests.integration.identity.stage import AUTHORITY, SCHEME, SEASON, Caller, Stage

HEADING = "nom;prenom;date_naissance;niveau;filiere;secteur\n"
UAI = "0760001A"


class School:
    """An establishment, its référent, and its list of this year."""

    def __init__(self, stage: Stage, uai: str = UAI) -> None:
        self.stage = stage
        self.partner_id = stage.establishment(uai)
        self.referent = stage.delegate(self.partner_id, "school")

    def list_pupils(self, *lines: str) -> None:
        content = (HEADING + "\n".join(lines)).encode()
        request = pb.ImportClassListRequest(partner_id=self.partner_id, season=SEASON, content=content)
        self.stage.call("ImportClassList", request, self.referent.token)
        self.stage.play_jobs()

    def validate_listed(self, caller: Caller | None = None, **values: Any) -> pb.ValidateListedEnrolmentsResponse:
        asked = {"partner_id": self.partner_id, "scheme": SCHEME, "season": SEASON, **values}
        request = pb.ValidateListedEnrolmentsRequest(**asked)
        answer: pb.ValidateListedEnrolmentsResponse = self.stage.call(
            "ValidateListedEnrolments", request, (caller or self.referent).token
        )
        return answer

    def waiting(self, **values: Any) -> list[pb.Enrolment]:
        request = pb.ListSchoolEnrolmentsRequest(partner_id=self.partner_id, **values)
        return list(self.stage.call("ListSchoolEnrolments", request, self.referent.token).enrolments)


@pytest.fixture
def school(stage: Stage) -> School:
    return School(stage)


def pupil(stage: Stage, name: str, uai: str = UAI, level: str = "seconde") -> Caller:
    """Somebody of that name who asks for the school's word."""
    caller = stage.young(f"{name}@exemple.fr")
    stage.declare(caller, surname=name)
    request = pb.RequestEnrolmentRequest(scheme=SCHEME, season=SEASON, uai=uai, level=level, track="general")
    stage.call("RequestEnrolment", request, caller.token)
    return caller


def was_here(stage: Stage, caller: Caller, school: School, state: EnrolmentState = EnrolmentState.VALIDATED) -> None:
    """An enrolment of the season before, as that season left it: its rulebook is no longer there to ask by."""
    is_rejected = state is EnrolmentState.REJECTED
    row = {
        "authority_id": AUTHORITY, "enrolment_id": uuid.uuid4(), "person_id": UUID(caller.account_id),
        "scheme": SCHEME, "season": "2024-2025", "partner_id": UUID(school.partner_id), "uai": UAI,
        "level": "seconde", "track": "general", "sector": "", "facts": {}, "state": state.value, "version": 1,
        "reason_sealed": b"sealed" if is_rejected else None, "requested_at": stage.clock.now(),
        "decided_at": stage.clock.now(),
    }  # fmt: skip
    stage.work(lambda work: work.session.execute(sa.insert(enrolments), row))


def line(name: str, level: str = "seconde") -> str:
    return f"{name};Zoé;14/03/2009;{level};general;"


def test_those_who_agree_with_the_list_are_validated_and_told_in_one_event(stage: Stage, school: School) -> None:
    """On the list with the same schooling: validated. Listed otherwise, or not: left to be looked at."""
    same, other, unknown = (pupil(stage, name) for name in ("Fictivel", "Inventin", "Imaginet"))
    school.list_pupils(line("FICTIVEL"), line("Inventin", "premiere"))

    answer = school.validate_listed()

    assert (answer.validated, answer.left, answer.next_page_token) == (1, 2, "")
    (told,) = stage.published("enrolments_validated")
    assert [each["person_id"] for each in told.data["enrolments"]] == [same.account_id]
    assert told.data["enrolments"][0]["version"] == stage.facts_of(same).version
    assert {each.person_id for each in school.waiting()} == {other.account_id, unknown.account_id}


def test_validating_the_listed_again_validates_nobody_and_tells_nothing(stage: Stage, school: School) -> None:
    """A call that was stopped is made again: what is validated waits no more."""
    pupil(stage, "Fictivel")
    school.list_pupils(line("Fictivel"))
    school.validate_listed()

    again = school.validate_listed()

    assert (again.validated, again.left) == (0, 0)
    assert len(stage.published("enrolments_validated")) == 1


def test_last_year_s_pupils_are_known_and_shown_alone(stage: Stage, school: School) -> None:
    """Returning: the same person, validated at the same establishment the season before."""
    known, rejected, elsewhere, fresh = (
        pupil(stage, name) for name in ("Fictivel", "Inventin", "Imaginet", "Nouvellin")
    )
    was_here(stage, known, school)
    was_here(stage, rejected, school, EnrolmentState.REJECTED)
    was_here(stage, elsewhere, School(stage, "0140002B"))

    assert [each.person_id for each in school.waiting(season=SEASON, returning=True)] == [known.account_id]
    assert {each.person_id: each.returning for each in school.waiting()} == {
        known.account_id: True,
        rejected.account_id: False,
        elsewhere.account_id: False,
        fresh.account_id: False,
    }


def test_last_year_s_pupils_who_are_on_this_year_s_list_are_validated_in_one_act(stage: Stage, school: School) -> None:
    """Neither who left the school, nor who is listed otherwise, nor who is new here."""
    known, gone, moved, fresh = (pupil(stage, name) for name in ("Fictivel", "Inventin", "Imaginet", "Nouvellin"))
    for each in (known, gone, moved):
        was_here(stage, each, school)
    school.list_pupils(line("Fictivel"), line("Imaginet", "premiere"), line("Nouvellin"))

    answer = school.validate_listed(returning=True)

    assert (answer.validated, answer.left) == (1, 3)
    waiting = {each.person_id for each in school.waiting()}
    assert waiting == {gone.account_id, moved.account_id, fresh.account_id}
    validated = school.waiting(state=facts_pb2.ENROLMENT_STATE_VALIDATED, season=SEASON)
    assert [each.person_id for each in validated] == [known.account_id]


def test_returning_pupils_are_asked_for_with_their_season(school: School) -> None:
    """The season before is that of a season: without one the question has no sense."""
    with pytest.raises(PeerRefused, match="malformed") as refused:
        school.waiting(returning=True)

    assert refused.value.field == "season"


def test_nobody_validates_for_another_school(stage: Stage, school: School) -> None:
    """The référent of a school, a cashier of this one and a pupil are refused."""
    asked = pupil(stage, "Fictivel")
    school.list_pupils(line("Fictivel"))
    strangers = School(stage, "0140002B").referent, stage.delegate(school.partner_id, "cashier"), asked

    for stranger in strangers:
        with pytest.raises(PeerRefused, match="not_allowed"):
            school.validate_listed(stranger)
    assert len(school.waiting()) == 1
