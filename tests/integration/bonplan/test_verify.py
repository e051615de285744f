"""`verify` finds what should never be: each rule is broken behind the service's back, and named."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.integration.bonplan.stage import AFTER, Stage


def _broken(stage: Stage, *statements: str) -> set[str]:
    """The rules that do not hold after these statements."""

    def act(work: object) -> None:
        for statement in statements:
            work.session.execute(sa.text(statement))  # type: ignore[attr-defined]

    stage.run(act)
    return {finding.check for finding in stage.verify().findings if not finding.held}


def _season(stage: Stage) -> tuple[str, str]:
    """An offer with one place taken, and a draw of five for two places."""
    offer_id, draw_id = stage.published(), stage.published_draw(places=2)
    stage.register(offer_id, stage.member())
    for _ in range(5):
        stage.register(draw_id, stage.member())
    stage.move_to(AFTER)
    stage.run_draw(draw_id)
    return offer_id, draw_id


def test_everything_holds_after_a_season_and_is_counted(stage: Stage) -> None:
    _season(stage)
    stage.published_draw(closes_at=AFTER.replace(month=12))  # sealed still
    verified = stage.verify()
    assert verified.held
    assert verified.figures == {"offers": 3, "draws": 1, "registrations": 6, "winners": 3}


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE offers SET places_left = places_left - 1 WHERE kind = 'registration'", "places taken and places left"),
        ("UPDATE offers SET places = 1, places_left = 0 WHERE kind = 'draw'", "no offer has more winners than places"),
        ("UPDATE draws SET seed = decode(repeat('00', 32), 'hex')", "a commitment is the hash of its seed"),
        ("UPDATE offers SET sealed_seed = 'x' WHERE kind = 'draw'", "a commitment is the hash of its seed"),
        ("UPDATE draws SET winners = took_part[1:1] || took_part[1:1]", "each draw, drawn again"),
        ("UPDATE draws SET method = 'lot/v0'", "each draw, drawn again"),
        ("UPDATE draws SET registrations_hash = repeat('0', 64)", "each draw, drawn again"),
        ("DELETE FROM registrations WHERE state = 'lost'", "each draw, drawn again"),
        ("DELETE FROM draws", "an offer is drawn if and only if"),
        ("UPDATE registrations SET state = 'waiting' WHERE state = 'lost'", "an offer is registered for in the way"),
        ("UPDATE registrations SET registered_at = registered_at + interval '90 days'", "nobody registered before"),
    ],
)
def test_each_broken_rule_is_named(stage: Stage, statement: str, rule: str) -> None:
    _season(stage)
    assert any(name.startswith(rule) for name in _broken(stage, statement))


def test_a_loser_who_is_made_a_winner_is_found_by_drawing_again(stage: Stage) -> None:
    """Even with every count put right."""
    _season(stage)
    swap = """
        WITH loser AS (SELECT registration_id FROM registrations WHERE state = 'lost' LIMIT 1),
             winner AS (SELECT r.registration_id FROM registrations r JOIN offers o USING (authority_id, offer_id)
                        WHERE r.state = 'won' AND o.kind = 'draw' LIMIT 1)
        UPDATE registrations r SET
            state = CASE WHEN r.state = 'lost' THEN 'won' ELSE 'lost' END,
            attendance_code = CASE WHEN r.state = 'lost' THEN 'AAAAAA' END
        WHERE r.registration_id IN (SELECT registration_id FROM loser UNION SELECT registration_id FROM winner)
    """
    assert _broken(stage, swap) == {"each draw, drawn again, has the same winners"}
