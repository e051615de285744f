"""A benefit that is spent elsewhere: its operator's own site moves it, whole, to the person's account there."""

from __future__ import annotations

from demo.client import Json
from demo.french import euros
from demo.record import StoryBroken
from demo.stage import Partner, Stage, Young
from demo.story_values import Benefit
from demo.till import move_out


def move_to_the_operator(stage: Stage) -> None:
    """In one go and once; who has no authorisation yet is told what is missing."""
    benefit = stage.story.moved_out
    operator, mover = stage.partners[benefit.shop], next(iter(stage.others.values()))
    _not_yet(stage, operator, benefit)
    moved = _move(stage, mover, operator, benefit, "moved")
    stage.record.debited(operator.partner_id, "moved", moved["receipt"])
    cents = int(moved["receipt"]["amount_cents"])
    if int(moved["receipt"]["balance_cents"]):
        raise StoryBroken(f"{mover.name} keeps {moved['receipt']['balance_cents']} cents of what is moved whole")
    stage.tell.say(
        f"{mover.name} verse {euros(cents)} sur son compte chez {operator.name} : {moved['units']} {moved['unit']}s, "
        "en une fois."
    )
    _refuse(stage, mover, operator, benefit, "Un second versement", "nothing_to_transfer")


def _not_yet(stage: Stage, operator: Partner, benefit: Benefit) -> None:
    what = f"{stage.lead.name} demande le versement sans l’autorisation d’un parent"
    _refuse(stage, stage.lead, operator, benefit, what, "transfer_not_yet")


def _refuse(stage: Stage, young: Young, operator: Partner, benefit: Benefit, what: str, code: str) -> None:
    refusal = stage.must_refuse(lambda: _move(stage, young, operator, benefit, f"move-{code}"), code)
    stage.record.kind_refused(refusal)
    stage.tell.refused(what, refusal)


def _move(stage: Stage, young: Young, operator: Partner, benefit: Benefit, key: str) -> Json:
    """`key` is the operator's, and its reference."""
    stage.next_code()
    return move_out(operator, young, benefit, key)
