"""A person's facts, asked of identity when a theme is for some persons only, and kept nowhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from atouts.identity.v1 import facts_pb2 as pb

from chassis import context
from chassis.context import CallContext
from chassis.grpc_client import Peer
from rulebooks.vocabulary import PERSON, age_on


class PersonFacts:
    """Asked in the service's own name: what is asked for is the caller's own. Raises Operational."""

    def __init__(self, peer: Peer, service: str) -> None:
        self._peer = peer
        self._service = service

    def of(self, authority_id: str, person_id: str, on: date) -> dict[str, object]:
        """Facts that the rulebooks' vocabulary names, the age on that day among them; none for an unknown person."""
        asked_by = context.current.set(CallContext(authority_id, self._service))
        try:
            answer = self._peer.call("LookUpFacts", pb.LookUpFactsRequest(person_ids=[person_id]))
        finally:
            context.current.reset(asked_by)
        return _facts(answer.persons[0], on) if answer.persons else {}


def _facts(person: pb.PersonFacts, on: date) -> dict[str, object]:
    told = {fact.name: _value(fact) for fact in person.facts if fact.name in PERSON}
    if person.birth_date:
        told["age"] = age_on(date.fromisoformat(person.birth_date), on)
    return told


def _value(fact: pb.Fact) -> Any:
    if fact.WhichOneof("value") == "texts":
        return list(fact.texts.values)
    return getattr(fact, fact.WhichOneof("value") or "text")
