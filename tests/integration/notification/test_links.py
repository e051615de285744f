"""Another authority knows a person only by an id of its own, got once by a code that the person gave."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from atouts.notification.v1 import subscriptions_pb2 as pb

from chassis.clock import machine_now
from chassis.context import AccountKind
from chassis.errors import NotAllowed, NotSignedIn
from services.notification.domain.errors import (
    MistypedCode,
    NotLinked,
    SubscriberRefused,
    TooManyWrongCodes,
    UnknownCode,
    UnknownPerson,
)
from services.notification.domain.membership_codes import new_code
from services.notification.store.tables import links, membership_codes, wrong_codes
from tests.integration.notification.stage import AUTHORITY, BOOKS, CULTURE, SECRET_TEXT, SUBSCRIBER, Stage


def see(
    stage: Stage, pairwise_id: str, secret: str = SECRET_TEXT, subscriber: str = SUBSCRIBER
) -> list[tuple[str, str]]:
    request = pb.GetLinkedPersonRequest(subscriber_id=subscriber, subscriber_secret=secret, pairwise_id=pairwise_id)
    return [(each.scheme, each.state) for each in stage.call("GetLinkedPerson", request).memberships]


def test_a_code_is_exchanged_once_for_an_id_of_the_subscriber_s(stage: Stage) -> None:
    """The id is random and is not the person's; the code is gone with its use."""
    person = stage.person()
    code = stage.code(person)
    pairwise_id = stage.link(code)
    assert uuid.UUID(pairwise_id).version == 4
    assert pairwise_id != person
    with pytest.raises(UnknownCode):
        stage.link(code)


def test_a_person_linked_again_keeps_the_same_id(stage: Stage) -> None:
    """An answer that was lost is asked for again with a new code."""
    person = stage.person()
    assert stage.link(stage.code(person)) == stage.link(stage.code(person))


def test_a_new_code_voids_the_old_one(stage: Stage) -> None:
    """A person has one open code at most."""
    person = stage.person()
    old, new = stage.code(person), stage.code(person)
    with pytest.raises(UnknownCode):
        stage.link(old)
    assert stage.link(new)


def test_a_code_ends_after_ten_minutes(stage: Stage) -> None:
    """Of machine time; who tries it is told no more than for a wrong one."""
    code = stage.code(stage.person())
    with stage.database.transaction() as session:
        session.execute(sa.update(membership_codes).values(expires_at=machine_now() - timedelta(seconds=1)))
    with pytest.raises(UnknownCode):
        stage.link(code)


def test_two_rivals_for_one_code_do_not_both_get_it(stage: Stage) -> None:
    """Single use holds by the row that is deleted."""
    code = stage.code(stage.person())

    def attempt() -> str:
        try:
            return stage.link(code)
        except UnknownCode:
            return ""

    with ThreadPoolExecutor(4) as pool:
        answers = [each.result() for each in [pool.submit(attempt) for _ in range(4)]]
    assert len([answer for answer in answers if answer]) == 1


def test_a_subscriber_may_try_twenty_wrong_codes_an_hour(stage: Stage) -> None:
    """Counted by rows, so that no restart forgives; a mistyped code counts for nothing."""
    for _ in range(25):
        with pytest.raises(MistypedCode):
            stage.link("0000-0000-0000-1")
    for _ in range(20):
        with pytest.raises(UnknownCode):
            stage.link(new_code())
    good = stage.code(stage.person())
    with pytest.raises(TooManyWrongCodes):
        stage.link(good)
    with stage.database.transaction() as session:
        session.execute(sa.update(wrong_codes).values(tried_at=wrong_codes.c.tried_at - timedelta(hours=1)))
    assert stage.link(good)


def test_a_wrong_secret_and_an_unknown_subscriber_are_the_same_refusal(stage: Stage) -> None:
    """And neither uses the code up."""
    code = stage.code(stage.person())
    for subscriber, secret in ((SUBSCRIBER, "AAAA"), ("nobody", SECRET_TEXT), (SUBSCRIBER, ""), (SUBSCRIBER, "é!")):
        with pytest.raises(SubscriberRefused):
            stage.link(code, secret, subscriber)
    assert stage.link(code)


def test_a_person_never_linked_to_this_subscriber_does_not_exist_for_it(stage: Stage) -> None:
    """Not an id of nobody, not the person's own id, not the id under which another subscriber knows them."""
    person = stage.person()
    stage.activate(person)
    others = str(uuid.uuid4())
    with stage.database.transaction() as session:
        session.execute(
            sa.insert(links).values(
                authority_id=AUTHORITY, pairwise_id=others, subscriber_id="another-town", person_id=person,
                linked_at=stage.clock.now(),
            )
        )  # fmt: skip
    for asked in (str(uuid.uuid4()), person, others):
        with pytest.raises(UnknownPerson):
            see(stage, asked)
        with pytest.raises(UnknownPerson):
            stage.call(
                "UnlinkPerson",
                pb.UnlinkPersonRequest(subscriber_id=SUBSCRIBER, subscriber_secret=SECRET_TEXT, pairwise_id=asked),
            )


def test_a_subscriber_sees_memberships_of_its_schemes_alone(stage: Stage) -> None:
    """Those of the link's past and future, with their state."""
    person = stage.person()
    membership = stage.activate(person, CULTURE)
    stage.activate(person, BOOKS)
    pairwise_id = stage.link(stage.code(person))
    assert see(stage, pairwise_id) == [(CULTURE, "active")]
    stage.end(person, membership)
    assert see(stage, pairwise_id) == [(CULTURE, "ended")]


def test_each_state_of_a_membership_is_told_once_a_link(stage: Stage) -> None:
    """What is active at the link, then what changes; other schemes and persons never linked are not told."""
    person = stage.person()
    membership = stage.activate(person)
    stage.activate(person, BOOKS)
    stage.activate(stage.person())
    assert stage.outward() == []
    pairwise_id = stage.link(stage.code(person))
    stage.link(stage.code(person))
    assert stage.outward() == [(pairwise_id, CULTURE, "active")]
    stage.end(person, membership)
    stage.end(person, membership)
    stage.activate(person, membership_id=membership)
    assert stage.outward() == [(pairwise_id, CULTURE, "active"), (pairwise_id, CULTURE, "ended")]


def test_the_highest_version_is_kept_whatever_the_order(stage: Stage) -> None:
    """An activation that comes after the end it preceded changes nothing."""
    person, membership = stage.person(), str(uuid.uuid4())
    pairwise_id = stage.link(stage.code(person))
    stage.end(person, membership, version=5)
    stage.activate(person, membership_id=membership, version=4)
    assert stage.outward() == [(pairwise_id, CULTURE, "ended")]
    assert see(stage, pairwise_id) == [(CULTURE, "ended")]


def test_a_link_and_a_membership_at_the_same_moment_miss_each_other_never(stage: Stage) -> None:
    """Whoever comes second tells: rivals on a real database."""
    for _ in range(8):
        person = stage.person()
        code = stage.code(person)
        with ThreadPoolExecutor(2) as pool:
            linked = pool.submit(stage.link, code)
            pool.submit(stage.activate, person).result()
        assert (linked.result(), CULTURE, "active") in stage.outward()


def test_a_person_sees_who_knows_and_ends_it(stage: Stage) -> None:
    """What was still to be told is not, and the subscriber knows nobody under that id any more."""
    person = stage.person()
    stage.activate(person)
    pairwise_id = stage.link(stage.code(person))
    listed = stage.call("ListMyLinks", pb.ListMyLinksRequest(), person).links
    assert [(link.subscriber_id, link.subscriber_name) for link in listed] == [(SUBSCRIBER, "Flers Agglo")]
    stage.call("EndLink", pb.EndLinkRequest(subscriber_id=SUBSCRIBER), person)
    assert stage.outward() == []
    with pytest.raises(UnknownPerson):
        see(stage, pairwise_id)
    with pytest.raises(NotLinked):
        stage.call("EndLink", pb.EndLinkRequest(subscriber_id=SUBSCRIBER), person)
    assert stage.link(stage.code(person)) != pairwise_id


def test_a_subscriber_forgets_a_person(stage: Stage) -> None:
    """As the person may, from its side."""
    person = stage.person()
    pairwise_id = stage.link(stage.code(person))
    request = pb.UnlinkPersonRequest(subscriber_id=SUBSCRIBER, subscriber_secret=SECRET_TEXT, pairwise_id=pairwise_id)
    stage.call("UnlinkPerson", request)
    assert not stage.call("ListMyLinks", pb.ListMyLinksRequest(), person).links


def test_one_person_s_links_are_nobody_else_s(stage: Stage) -> None:
    """A signed-in person sees and ends their own alone."""
    person, other = stage.person(), stage.person()
    stage.link(stage.code(person))
    assert not stage.call("ListMyLinks", pb.ListMyLinksRequest(), other).links
    with pytest.raises(NotLinked):
        stage.call("EndLink", pb.EndLinkRequest(subscriber_id=SUBSCRIBER), other)


@pytest.mark.parametrize("rpc", ["IssueMembershipCode", "ListMyLinks", "EndLink"])
def test_codes_and_links_are_the_young_person_s(stage: Stage, rpc: str) -> None:
    """Nobody signed in, a partner and staff are refused."""
    request = getattr(pb, f"{rpc}Request")()
    with pytest.raises(NotSignedIn):
        stage.call(rpc, request)
    for kind in (AccountKind.PARTNER, AccountKind.STAFF):
        with pytest.raises(NotAllowed):
            stage.call(rpc, request, stage.person(), kind)


@pytest.mark.parametrize("rpc", ["LinkPerson", "GetLinkedPerson", "UnlinkPerson"])
def test_a_subscriber_s_calls_are_no_person_s(stage: Stage, rpc: str) -> None:
    """The gateway calls under its own name; a person's token beside the secret is refused."""
    for kind in AccountKind:
        with pytest.raises(NotAllowed):
            stage.call(rpc, getattr(pb, f"{rpc}Request")(), stage.person(), kind)
