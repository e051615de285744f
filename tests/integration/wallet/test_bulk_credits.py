"""A file of pupils that schools validated at once: one event, one transaction, each credited once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from chassis import inbox
from chassis.context import Account
from chassis.errors import Operational
from chassis.events import Event, type_of
from rulebooks import Decision, Rulebook
from services.wallet.application import memberships
from services.wallet.domain.facts import EnrolmentState, PersonFacts
from services.wallet.entrypoints.ctl import verify
from services.wallet.entrypoints.handlers import event_handlers
from services.wallet.store.tables import CHASSIS
from tests.integration.wallet.stage import AUTHORITY_ID, BOOKS, OCTOBER, SEASON, Stage, account, enrolment


def waiting_pupils(stage: Stage, count: int) -> list[Account]:
    """Pupils whose requests wait for their school, which has just validated them all."""
    pupils = [account() for _ in range(count)]
    for pupil in pupils:
        stage.knows(pupil, enrolments=(enrolment(EnrolmentState.REQUESTED),))
        stage.ask(pupil, BOOKS)
        stage.knows(pupil, enrolments=(enrolment(EnrolmentState.VALIDATED),))
    return pupils


def page_of(pupils: list[Account]) -> Event:
    enrolments = [{"enrolment_id": str(uuid.uuid4()), "person_id": pupil.account_id, "version": 9} for pupil in pupils]
    data: dict[str, Any] = {"scheme": BOOKS, "season": SEASON, "enrolments": enrolments}
    kind = type_of("identity", "enrolments_validated")
    return Event(uuid.uuid4(), "identity", kind, AUTHORITY_ID, "page", 1, OCTOBER, "", data)


def deliver(stage: Stage, event: Event) -> bool:
    """As the worker does: fetched outside, claimed and handled inside. Whether this delivery handled it."""
    handler = event_handlers(stage.parts)[event.type]
    assert handler.fetch is not None
    fetched = handler.fetch(event)
    with stage.parts.platform.database.transaction() as session:
        if not inbox.claim(session, CHASSIS, event):
            return False
        handler.handle(stage.work(session), event, fetched)
        return True


def books_of(stage: Stage) -> list[UUID]:
    return [row.person_id for row in stage.rows("wallets") if row.balance_cents == 5_000]


def test_a_page_credits_every_pupil_once_however_often_it_is_delivered(stage: Stage) -> None:
    """Delivered twice, and one of its pupils told alone as well: one wallet each, one event each."""
    stage.open_season(BOOKS, vote_cents=100_000)
    pupils = waiting_pupils(stage, 12)
    page = page_of(pupils)
    stage.handle("identity", "enrolment_validated", {"person_id": pupils[3].account_id})
    assert [deliver(stage, page), deliver(stage, page), deliver(stage, page_of(pupils))] == [True, False, True]
    assert sorted(map(str, books_of(stage))) == sorted(pupil.account_id for pupil in pupils)
    told = stage.event_types()
    assert (told.count("membership_activated"), told.count("wallet_credited")) == (12, 12)
    # One envelope, one row: as many versions as credits, and one vote.
    (envelope,) = [row for row in stage.rows("envelopes") if row.benefit == "livres"]
    assert (envelope.version, envelope.unallocated_cents) == (13, 100_000 - 12 * 5_000)
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []


def test_a_page_that_the_budget_bears_in_part_credits_the_first_ids_and_lines_up_the_rest(stage: Stage) -> None:
    """The same instant for all: by id; a later page comes behind them."""
    chief = stage.open_season(BOOKS, vote_cents=25_000)
    pupils = waiting_pupils(stage, 8)
    assert deliver(stage, page_of(pupils))
    memberships = {row.person_id: row.membership_id for row in stage.rows("memberships")}
    in_order = sorted(memberships, key=lambda person_id: memberships[person_id])
    assert set(books_of(stage)) == set(in_order[:5])
    assert len(stage.rows("due_credits")) == 3
    stage.clock.forward(minutes=1)
    stage.vote(chief, "livres", 5_000, BOOKS)
    while stage.play_due():
        pass
    assert set(books_of(stage)) == set(in_order[:6])
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []


def test_a_page_that_failed_leaves_nothing_and_is_handled_whole_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before its commit: nothing is credited, nothing claimed; delivered again, all are."""
    stage.open_season(BOOKS, vote_cents=100_000)
    pupils = waiting_pupils(stage, 4)
    page = page_of(pupils)

    def fails(*_: object) -> None:
        raise Operational("stopped at the last row")

    with monkeypatch.context() as patched:
        patched.setattr("services.wallet.application.crediting.publish_credited", fails)
        with pytest.raises(Operational):
            deliver(stage, page)
    assert stage.rows("wallets") == []
    assert deliver(stage, page)
    assert len(books_of(stage)) == 4


def test_one_pupils_fault_keeps_nobody_else_waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are credited once, also when the page comes again; the one is told apart, and credited later."""
    stage.open_season(BOOKS, vote_cents=100_000)
    pupils = waiting_pupils(stage, 9)
    page, unlucky = page_of(pupils), pupils[5].account_id
    with monkeypatch.context() as patched:
        patched.setattr(memberships, "decide", _fails_on(unlucky))
        assert [deliver(stage, page), deliver(stage, page)] == [True, False]
        (left,) = stage.told("person_left_undecided")
        with pytest.raises(ZeroDivisionError):
            stage.handle("wallet", "person_left_undecided", left)
    assert (left["person_id"], left["page_id"], left["failure"]) == (unlucky, str(page.event_id), "ZeroDivisionError")
    others = {pupil.account_id for pupil in pupils} - {unlucky}
    assert {str(person_id) for person_id in books_of(stage)} == others
    for _ in range(2):
        stage.handle("wallet", "person_left_undecided", left)
    assert len(books_of(stage)) == 9
    assert stage.event_types().count("wallet_credited") == 9
    done = verify(stage.parts, AUTHORITY_ID)
    assert [finding for finding in done.findings if not finding.held] == []


def test_a_fault_of_all_is_told_of_each(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page on which nobody can be decided credits nobody, and leaves each apart."""
    stage.open_season(BOOKS, vote_cents=100_000)
    pupils = waiting_pupils(stage, 3)
    monkeypatch.setattr(memberships, "decide", _fails_on(*(pupil.account_id for pupil in pupils)))
    assert deliver(stage, page_of(pupils))
    told = {left["person_id"] for left in stage.told("person_left_undecided")}
    assert (told, books_of(stage)) == ({pupil.account_id for pupil in pupils}, [])


def _fails_on(*person_ids: str) -> Callable[..., Decision]:
    """A rulebook whose condition nobody foresaw a value for."""
    right = memberships.decide

    def decide(rulebook: Rulebook, facts: PersonFacts, *rest: Any, **named: Any) -> Decision:
        if str(facts.person_id) in person_ids:
            raise ZeroDivisionError
        return right(rulebook, facts, *rest, **named)

    return decide


def test_identity_away_keeps_the_page_for_later(stage: Stage) -> None:
    """An outage is waited out by the worker: nothing was claimed."""
    stage.open_season(BOOKS, vote_cents=100_000)
    page = page_of(waiting_pupils(stage, 2))
    stage.identity.is_away = True
    with pytest.raises(Operational):
        deliver(stage, page)
    stage.identity.is_away = False
    assert deliver(stage, page)
    assert len(books_of(stage)) == 2
