"""Profiles, and the facts that other services decide by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from atouts.identity.v1 import facts_pb2 as pb

from chassis.work import Work
from services.identity.application import facts as use
from services.identity.application.profiles import (
    RecordFacts,
    declare_profile,
    locked_person,
    own_person,
    record_facts,
)
from services.identity.bootstrap import Parts
from services.identity.domain.enrolments import EnrolmentState
from services.identity.domain.fact_history import FactRecord, FactSource
from services.identity.domain.profiles import Profile
from services.identity.domain.told_facts import Told
from services.identity.entrypoints.parsing import a_day, a_proof, a_reason, a_timestamp, an_id, ids
from services.identity.store import views

STATES_ON_WIRE = {
    EnrolmentState.REQUESTED: pb.ENROLMENT_STATE_REQUESTED,
    EnrolmentState.VALIDATED: pb.ENROLMENT_STATE_VALIDATED,
    EnrolmentState.REJECTED: pb.ENROLMENT_STATE_REJECTED,
}
STATES = {code: state for state, code in STATES_ON_WIRE.items()}
_SOURCES = {
    FactSource.PERSON: pb.FACT_SOURCE_PERSON,
    FactSource.STAFF: pb.FACT_SOURCE_STAFF,
    FactSource.GUARDIAN: pb.FACT_SOURCE_GUARDIAN,
    FactSource.PLATFORM: pb.FACT_SOURCE_PLATFORM,
}


class FactDoor:
    """A person's own profile; everybody's facts for the services that need them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def declare_profile(self, work: Work, request: pb.DeclareProfileRequest) -> pb.DeclareProfileResponse:
        person = declare_profile(work, self._parts.facts, _profile(request.profile))
        return pb.DeclareProfileResponse(profile=_profile_message(person.profile), version=person.version)

    def get_profile(self, work: Work, _request: pb.GetProfileRequest) -> pb.GetProfileResponse:
        person = own_person(work, self._parts.schools.persons)
        return pb.GetProfileResponse(profile=_profile_message(person.profile), version=person.version)

    def record_facts(self, work: Work, request: pb.RecordFactsRequest) -> pb.RecordFactsResponse:
        command = RecordFacts(
            person_id=an_id(request.person_id, "person_id"),
            facts=read_facts(request.facts),
            reason=a_reason(request.reason),
            proof=a_proof(request.proof),
            expires_on=a_day(request.expires_on, "expires_on") if request.expires_on else None,
        )
        person = record_facts(work, self._parts.facts, command)
        return pb.RecordFactsResponse(facts=fact_messages(person.recorded), version=person.version)

    def get_recorded_facts(self, work: Work, request: pb.GetRecordedFactsRequest) -> pb.GetRecordedFactsResponse:
        person = locked_person(work, self._parts.schools.persons, an_id(request.person_id, "person_id"))
        return pb.GetRecordedFactsResponse(facts=fact_messages(person.recorded), version=person.version)

    def list_my_facts(self, work: Work, request: pb.ListMyFactsRequest) -> pb.ListMyFactsResponse:
        page = self._parts.fact_rows.page(work, work.context.account_id, request.page_token)
        records = [_record(each) for each in page.rows]
        for record in records:
            if record.source != pb.FACT_SOURCE_PERSON:
                record.said_by = ""
        return pb.ListMyFactsResponse(records=records, next_page_token=page.next_token)

    def list_fact_history(self, work: Work, request: pb.ListFactHistoryRequest) -> pb.ListFactHistoryResponse:
        page = self._parts.fact_rows.page(work, an_id(request.person_id, "person_id"), request.page_token)
        return pb.ListFactHistoryResponse(records=map(_record, page.rows), next_page_token=page.next_token)

    def look_up_facts(self, work: Work, request: pb.LookUpFactsRequest) -> pb.LookUpFactsResponse:
        schools, person_ids = self._parts.schools, ids(request.person_ids, "person_ids")
        known = use.look_up_facts(work, schools.persons, schools.enrolments, schools.establishments, person_ids)
        return pb.LookUpFactsResponse(persons=[_person_facts(person) for person in known])

    def list_persons(self, work: Work, request: pb.ListPersonsRequest) -> pb.ListPersonsResponse:
        page = views.person_versions(work, request.page_token)
        persons = [pb.PersonVersion(person_id=str(row.person_id), version=row.version) for row in page.rows]
        return pb.ListPersonsResponse(persons=persons, next_page_token=page.next_token)


def _profile(message: pb.Profile) -> Profile:
    return Profile(
        surname=message.surname,
        given_names=tuple(message.given_names),
        birth_date=a_day(message.birth_date, "birth_date"),
        residence_commune=message.residence_commune,
        study_status=message.study_status,
        study_commune=message.study_commune,
        facts=read_facts(message.facts),
    )


def _profile_message(profile: Profile) -> pb.Profile:
    return pb.Profile(
        surname=profile.surname,
        given_names=profile.given_names,
        birth_date=profile.birth_date.isoformat(),
        residence_commune=profile.residence_commune,
        study_status=profile.study_status,
        study_commune=profile.study_commune,
        facts=fact_messages(profile.facts),
    )


def _person_facts(known: use.KnownFacts) -> pb.PersonFacts:
    return pb.PersonFacts(
        person_id=known.person.person_id,
        version=known.person.version,
        birth_date=known.person.profile.birth_date.isoformat(),
        facts=fact_messages(known.facts),
        enrolments=[
            pb.EnrolmentFacts(
                enrolment_id=enrolment.enrolment_id,
                scheme=enrolment.scheme,
                season=enrolment.season,
                state=STATES_ON_WIRE[enrolment.state],
                version=enrolment.version,
                facts=fact_messages(facts),
            )
            for enrolment, facts in known.enrolments
        ],
    )


def _record(record: FactRecord) -> pb.FactRecord:
    teller = record.teller
    return pb.FactRecord(
        record_id=record.record_id,
        fact=next(fact_messages({record.name: record.value})),
        source=_SOURCES[teller.source],
        said_at=a_timestamp(record.said_at),
        expires_on=teller.expires_on.isoformat() if teller.expires_on else "",
        proof=teller.proof,
        reason=teller.reason,
        said_by=teller.account_id,
        corrects=record.corrects,
    )


def read_facts(messages: Iterable[pb.Fact]) -> Told:
    """By name; the last word on a fact that is named twice."""
    return {message.name: _value(message) for message in messages}


def _value(message: pb.Fact) -> bool | int | str | list[str]:
    match message.WhichOneof("value"):
        case "flag":
            return message.flag
        case "number":
            return message.number
        case "texts":
            return list(message.texts.values)
        case _:
            return message.text


def fact_messages(facts: Told) -> Iterator[pb.Fact]:
    for name, value in facts.items():
        match value:
            case bool():
                yield pb.Fact(name=name, flag=value)
            case int():
                yield pb.Fact(name=name, number=value)
            case str():
                yield pb.Fact(name=name, text=value)
            case list():
                yield pb.Fact(name=name, texts=pb.Texts(values=value))
