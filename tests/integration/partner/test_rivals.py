"""Two at once: rules that hold between rivals, on the real database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from atouts.partner.v1 import organisations_pb2 as pb

from chassis.context import AccountKind
from chassis.grpc_client import PeerRefused
from tests.integration.partner.stage import Person, Stage

Act = Callable[[], Any]


def at_once(*acts: Act) -> list[str]:
    """What each was answered, sorted: "done" or the reason of a refusal."""
    barrier = Barrier(len(acts))

    def run(act: Act) -> str:
        barrier.wait()
        try:
            act()
        except PeerRefused as refusal:
            return refusal.reason
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_one_of_two_who_register_a_siret_at_once_gets_it(stage: Stage) -> None:
    owners = [Person(AccountKind.PARTNER) for _ in range(4)]
    answers = at_once(*(lambda owner=owner: stage.register(owner) for owner in owners))
    assert answers == ["done", "siret_taken", "siret_taken", "siret_taken"]
    assert len(stage.facts("grant_changed")) == 1


def test_two_principals_who_remove_each_other_at_once_leave_one(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    other = Person(AccountKind.PARTNER)
    add = pb.AddDelegateRequest(partner_id=partner_id, account_id=other.account_id, roles=["principal"])
    stage.call("AddDelegate", add, stage.owner)

    def remove(whom: Person, by: Person) -> Act:
        request = pb.RemoveDelegateRequest(partner_id=partner_id, account_id=whom.account_id)
        return lambda: stage.call("RemoveDelegate", request, by)

    answers = at_once(remove(other, by=stage.owner), remove(stage.owner, by=other))
    assert answers.count("done") == 1
    assert set(answers) - {"done"} <= {"not_allowed", "principal_needed", "last_principal"}


def test_one_of_two_applications_made_at_once_is_open(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    answers = at_once(*[lambda: stage.apply(partner_id, "cinema")] * 3)
    assert answers == ["already_applied", "already_applied", "done"]


def test_a_document_sent_twice_at_once_is_kept_once(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    assert at_once(*[lambda: stage.upload(partner_id, "kbis")] * 3) == ["done"] * 3
    assert len(stage.see(partner_id).documents) == 1


def test_a_withdrawal_asked_for_twice_at_once_is_published_once(stage: Stage) -> None:
    granted = stage.granted(stage.register(), "cinema")
    assert at_once(*[lambda: stage.withdraw(granted)] * 3, stage.play_due) == ["done"] * 4
    assert len(stage.facts("accreditation_withdrawn")) == 1
