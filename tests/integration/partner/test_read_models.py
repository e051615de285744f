"""Staff's grants, which identity owns: kept from events, refilled and compared by command."""

from __future__ import annotations

import uuid
from typing import cast

import pytest
from atouts.identity.v1 import accounts_pb2 as identity_pb

from chassis import events, received_events
from chassis.clock import machine_now
from chassis.context import AccountKind, CallContext
from chassis.events import Event
from chassis.grpc_client import PeerRefused
from services.partner.entrypoints import ctl
from services.partner.entrypoints.handlers import event_handlers
from services.partner.entrypoints.read_models import grant_differences, rebuild_grants
from tests.integration.partner.stage import AUTHORITY, FakePeer, Person, Stage

OWN = CallContext(AUTHORITY, "partner")


def test_a_role_taken_by_event_is_gone_and_an_older_event_does_not_bring_it_back(stage: Stage) -> None:
    clerk = Person(AccountKind.STAFF)
    application = stage.submitted(stage.register(), "cinema")
    _receive(stage, clerk, ["instruction"], version=1)
    stage.instructor = clerk
    stage.decide(application, accept=True)
    _receive(stage, clerk, [], version=3)
    _receive(stage, clerk, ["instruction"], version=2)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.withdraw(application)


def test_compare_names_each_difference_and_rebuild_mends_them(stage: Stage) -> None:
    known, missing = stage.instructor.account_id, str(uuid.uuid4())
    grants = [
        identity_pb.Grant(account_id=known, scope="authority", roles=["audit"], version=2),
        identity_pb.Grant(account_id=missing, scope="authority", roles=["support"], version=1),
    ]
    _drop(stage, stage.payer)
    _identity_answers(stage, grants)
    differences = list(grant_differences(stage.parts, AUTHORITY))
    assert len(differences) == 2
    assert any(known in line and "(['audit'], 2)" in line and "(['instruction'], 1)" in line for line in differences)
    assert any(missing in line and "partner has none" in line for line in differences)

    _identity_answers(stage, grants)
    assert rebuild_grants(stage.parts, AUTHORITY) == 2
    _identity_answers(stage, grants)
    assert list(grant_differences(stage.parts, AUTHORITY)) == []


def test_delegates_are_this_service_s_own_and_compared_with_nobody(stage: Stage) -> None:
    for person in (stage.instructor, stage.payer):
        _drop(stage, person)
    stage.register()
    _identity_answers(stage, [])
    assert list(grant_differences(stage.parts, AUTHORITY)) == []


def test_what_others_were_told_is_exported_by_id(stage: Stage) -> None:
    partner = stage.register()
    stage.apply(partner.partner_id, "spectacle")
    granted = stage.granted(partner, "cinema")
    exported = list(ctl.exported(stage.parts, AUTHORITY))
    assert [(one.accreditation_id, one.version) for one in exported] == [(granted.accreditation_id, granted.version)]


def _identity_answers(stage: Stage, grants: list[identity_pb.Grant]) -> None:
    """In two pages."""
    identity = cast(FakePeer, stage.parts.identity)
    identity.answers = [
        identity_pb.ListGrantsResponse(grants=grants[:1], next_page_token="more"),
        identity_pb.ListGrantsResponse(grants=grants[1:]),
    ]


def _receive(stage: Stage, person: Person, roles: list[str], version: int) -> None:
    """Handle identity's event as the worker does."""
    event_type = events.type_of("identity", "grant_changed")
    data = {"account_id": person.account_id, "scope": "authority", "roles": roles}
    event = Event(uuid.uuid4(), "identity", event_type, AUTHORITY, person.account_id, version, machine_now(), "", data)
    decoded = received_events.decode(events.encode(event, sequence=version))
    with stage.parts.platform.database.transaction() as session:
        work = stage.parts.platform.work(session, OWN)
        event_handlers(stage.parts)[event_type].handle(work, decoded, None)


def _drop(stage: Stage, person: Person) -> None:
    table = stage.parts.platform.tables.grants
    with stage.parts.platform.database.transaction() as session:
        session.execute(table.delete().where(table.c.account_id == person.account_id))
