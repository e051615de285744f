"""Draws: committed to at publication, run once after the closing, drawn again by anybody."""

from __future__ import annotations

import hashlib
import hmac
import re

import pytest
from atouts.bonplan.v1 import offers_pb2
from atouts.bonplan.v1 import registrations_pb2 as pb
from prometheus_client import REGISTRY

from chassis.grpc_client import PeerRefused
from services.bonplan.store.tables import offers
from tests.integration.bonplan.stage import AFTER, CLOSES, Person, Stage

WON, LOST = pb.REGISTRATION_STATE_WON, pb.REGISTRATION_STATE_LOST


def _registered(stage: Stage, offer_id: str, count: int) -> dict[str, Person]:
    """Members, by their registration."""
    members = [stage.member() for _ in range(count)]
    return {stage.register(offer_id, person).registration_id: person for person in members}


def test_a_draw_gives_each_place_to_one_who_took_part(stage: Stage) -> None:
    """Winners get a code and a fact each; the others are told by their registration; the offer is drawn."""
    offer_id = stage.published_draw(places=2)
    people = _registered(stage, offer_id, 5)
    stage.move_to(AFTER)
    draw = stage.run_draw(offer_id)
    assert sorted(draw.registration_ids) == list(draw.registration_ids) == sorted(people)
    assert len(draw.winner_ids) == 2
    states = {each: stage.mine(person)[0] for each, person in people.items()}
    assert {each for each, mine in states.items() if mine.state == WON} == set(draw.winner_ids)
    assert {mine.state for mine in states.values()} == {WON, LOST}
    assert all(bool(mine.attendance_code) == (mine.state == WON) for mine in states.values())
    assert {fact.subject: fact.data["person_id"] for fact in stage.facts("place_won")} == {
        each: people[each].account_id for each in draw.winner_ids
    }
    (completed,) = stage.facts("draw_completed")
    assert completed.data == {"offer_id": offer_id, "registrations": 5, "winners": 2}
    drawn = stage.see(offer_id)
    assert (drawn.state, drawn.places_left) == (offers_pb2.OFFER_STATE_DRAWN, 0)
    assert stage.verify().held


def test_anybody_draws_again_from_what_was_published(stage: Stage) -> None:
    """With a few lines of their own, from the public answers alone: seed, hash and winners are the same."""
    offer_id = stage.published_draw(places=3)
    committed = stage.see(offer_id).seed_commitment
    _registered(stage, offer_id, 8)
    stage.move_to(AFTER)
    stage.run_draw(offer_id)
    published = stage.call("GetDraw", pb.GetDrawRequest(offer_id=offer_id)).draw

    seed = bytes.fromhex(published.seed)
    assert hashlib.sha256(seed).hexdigest() == committed == published.seed_commitment
    lines = "".join(f"{each}\n" for each in sorted(published.registration_ids))
    assert hashlib.sha256(lines.encode()).hexdigest() == published.registrations_hash

    def rank(registration_id: str) -> bytes:
        return hmac.new(seed, (published.registrations_hash + registration_id).encode(), "sha256").digest()

    assert sorted(published.registration_ids, key=rank)[:3] == list(published.winner_ids)
    assert published.method == "hmac-sha256-order/v1"


def test_the_seed_is_committed_to_before_anybody_registers_and_lies_sealed(stage: Stage) -> None:
    """Each draw has its own; an offer by registration has none."""
    first, second = stage.published_draw(), stage.published_draw()
    commitments = [stage.see(offer_id).seed_commitment for offer_id in (first, second, stage.published())]
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in commitments[:2])
    assert (commitments[0] != commitments[1], commitments[2]) == (True, "")
    rows = stage.run(lambda work: work.session.execute(offers.select().where(offers.c.kind == "draw")).all())
    for row in rows:
        seed = stage.run(lambda work, row=row: stage.parts.seeds.open(work, row.offer_id, row.sealed_seed))
        assert seed not in row.sealed_seed
        assert hashlib.sha256(seed).hexdigest() == row.seed_commitment


def test_a_draw_is_run_after_the_last_instant_and_not_before(stage: Stage) -> None:
    """The closing itself may still be on its way: the clock decides."""
    offer_id = stage.published_draw()
    _registered(stage, offer_id, 1)
    stage.clock.instant = CLOSES
    with pytest.raises(PeerRefused, match="draw_too_early"):
        stage.run_draw(offer_id)
    with pytest.raises(PeerRefused, match="draw_not_run"):
        stage.call("GetDraw", pb.GetDrawRequest(offer_id=offer_id))
    stage.clock.instant = AFTER
    assert len(stage.run_draw(offer_id).winner_ids) == 1
    assert stage.play_due() == 1  # the closing finds it drawn
    assert stage.see(offer_id).state == offers_pb2.OFFER_STATE_DRAWN


def test_a_second_call_gives_the_same_draw(stage: Stage) -> None:
    """Nothing is told, counted or given twice."""
    offer_id = stage.published_draw(places=1)
    _registered(stage, offer_id, 4)
    stage.move_to(AFTER)
    before = REGISTRY.get_sample_value("atouts_bonplan_draws_total") or 0.0
    first = stage.run_draw(offer_id)
    assert stage.run_draw(offer_id, by=stage.author) == first
    assert (len(stage.facts("draw_completed")), len(stage.facts("place_won"))) == (1, 1)
    assert (REGISTRY.get_sample_value("atouts_bonplan_draws_total") or 0.0) - before == 1.0


def test_a_draw_that_nobody_registered_for_has_no_winner(stage: Stage) -> None:
    offer_id = stage.published_draw()
    stage.move_to(AFTER)
    draw = stage.run_draw(offer_id)
    assert (list(draw.registration_ids), list(draw.winner_ids)) == ([], [])
    assert draw.registrations_hash == hashlib.sha256(b"").hexdigest()
    assert stage.see(offer_id).places_left == 3
    assert stage.verify().held


def test_who_withdrew_takes_no_part(stage: Stage) -> None:
    offer_id = stage.published_draw(places=5)
    people = _registered(stage, offer_id, 3)
    gone, person = next(iter(people.items()))
    stage.withdraw(offer_id, person)
    stage.move_to(AFTER)
    draw = stage.run_draw(offer_id)
    assert set(draw.winner_ids) == set(people) - {gone}
    assert stage.see(offer_id).places_left == 3


def test_an_offer_by_registration_is_not_drawn(stage: Stage) -> None:
    """And one that does not show is not there."""
    offer_id = stage.published()
    submitted = stage.submit(partner_id="", kind="OFFER_KIND_DRAW").offer_id
    stage.move_to(AFTER)
    with pytest.raises(PeerRefused, match="not_a_draw"):
        stage.run_draw(offer_id)
    with pytest.raises(PeerRefused, match="not_a_draw"):
        stage.call("GetDraw", pb.GetDrawRequest(offer_id=offer_id))
    with pytest.raises(PeerRefused, match="unknown_offer"):
        stage.run_draw(submitted)


def test_who_ran_a_draw_is_in_the_audit_trail(stage: Stage) -> None:
    offer_id = stage.published_draw()
    stage.move_to(AFTER)
    stage.run_draw(offer_id)
    last = stage.acts()[-1]
    assert (last.act, last.subject, last.account_id) == ("run_draw", offer_id, stage.moderator.account_id)
    assert last.after["registrations"] == 0
