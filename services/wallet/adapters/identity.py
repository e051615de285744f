"""Identity's facts, by gRPC, in the words of this service's domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from atouts.identity.v1 import facts_pb2 as pb

from chassis.grpc_client import Peer
from rulebooks import PERSON
from services.wallet.domain.facts import Enrolment, EnrolmentState, PersonFacts

LOOK_UP_LIMIT = 1_000  # persons a call
_STATES = {
    pb.ENROLMENT_STATE_REQUESTED: EnrolmentState.REQUESTED,
    pb.ENROLMENT_STATE_VALIDATED: EnrolmentState.VALIDATED,
    pb.ENROLMENT_STATE_REJECTED: EnrolmentState.REJECTED,
}


class IdentityFacts:
    """Who knows persons."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def look_up(self, person_ids: Sequence[UUID]) -> list[PersonFacts]:
        """Facts of the known among these persons, 1,000 at most. Raises Operational."""
        request = pb.LookUpFactsRequest(person_ids=[str(person_id) for person_id in person_ids])
        return [_person(found) for found in self._peer.call("LookUpFacts", request).persons]

    def versions(self) -> Iterator[tuple[UUID, int]]:
        """(person, version) of everybody identity knows, page after page."""
        token = ""
        while True:
            page = self._peer.call("ListPersons", pb.ListPersonsRequest(page_token=token))
            for person in page.persons:
                yield UUID(person.person_id), person.version
            token = page.next_page_token
            if not token:
                return


def _person(found: pb.PersonFacts) -> PersonFacts:
    return PersonFacts(
        UUID(found.person_id),
        found.version,
        date.fromisoformat(found.birth_date) if found.birth_date else None,
        _facts(found.facts),
        tuple(
            Enrolment(enrolment.scheme, enrolment.season, _STATES[enrolment.state], _facts(enrolment.facts))
            for enrolment in found.enrolments
        ),
    )


def _facts(facts: Sequence[pb.Fact]) -> dict[str, object]:
    """Those that the rulebooks may speak of: identity may know more than this version does."""
    return {fact.name: _value(fact) for fact in facts if fact.name in PERSON}


def _value(fact: pb.Fact) -> object:
    kind = fact.WhichOneof("value") or "text"
    return list(fact.texts.values) if kind == "texts" else getattr(fact, kind)
