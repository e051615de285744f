"""The neighbour asks who is a member: three young people link themselves, nobody else exists for it."""

from __future__ import annotations

import uuid

from demo.client import Refused
from demo.french import counted
from demo.record import StoryBroken
from demo.stage import PupilAccount, Stage
from demo.waiting import until

_ATTEMPTS = 4
_CODE_USED = "unknown_code"


def link_before_cashing(stage: Stage) -> None:
    """One gives their code while their cheque is under way: nothing is told of a membership that does not count."""
    name, pass_name = stage.story.neighbour.name, stage.story.neighbour.pass_name
    early = next(young for young in _linked(stage) if young.person.pays_by_cheque)
    _link(stage, early)
    stage.clock.settle()
    stage.neighbour.read()
    if stage.neighbour.events:
        raise StoryBroken(f"{name} was told of a membership that does not count yet: {stage.neighbour.events}")
    stage.tell.say(
        f"{early.name} se lie à {name} ({pass_name}) avant l’encaissement de son chèque : rien ne lui est annoncé."
    )


def link_members(stage: Stage) -> None:
    """The others are members already: the neighbour hears of each, and of the first one's cheque."""
    for young in _linked(stage):
        if young.person.slug not in stage.record.linked:
            _link(stage, young)
    _await(stage, len(stage.record.linked))
    told = counted(stage.neighbour.activated.total(), "adhésion active", "adhésions actives")
    stage.tell.say(
        f"{stage.story.neighbour.name} lit sa file : {told}, sous des identifiants qu’elle est seule à connaître."
    )
    _refuse_a_stranger(stage)


def _linked(stage: Stage) -> list[PupilAccount]:
    return [young for young in stage.pupils if young.person.holds_local_pass]


def _link(stage: Stage, young: PupilAccount) -> None:
    """The person shows a code, the neighbour exchanges it. A code whose answer was lost is used up: another follows."""
    for attempt in range(_ATTEMPTS):
        code = str(young.member.post("/v1/membership-codes")["code"])
        try:
            stage.record.linked[young.person.slug] = stage.neighbour.link(code)
        except Refused as refusal:
            if refusal.code != _CODE_USED or attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def _refuse_a_stranger(stage: Stage) -> None:
    """A person never linked to it, and a person of another subscriber, are nobody."""
    never = str(uuid.UUID(int=stage.seed, version=4))
    refusal = stage.must_refuse(lambda: stage.neighbour.ask(never), "unknown_person")
    stage.record.neighbour_refused[refusal.code] += 1
    name = stage.story.neighbour.name
    stage.tell.refused(f"{name} demande une personne qui ne s’est jamais liée à elle", refusal)


def _await(stage: Stage, activations: int) -> None:
    """Its queue has received so many activations, or time is up: the summary counts what came."""

    def received() -> bool | None:
        stage.neighbour.read()
        return True if stage.neighbour.activated.total() >= activations else None

    until(received, "membership events for the neighbour")


def hear_the_end(stage: Stage) -> None:
    """The season is over: each of those memberships ended, and the neighbour is told."""
    expected = len(stage.record.linked)

    def received() -> bool | None:
        stage.neighbour.read()
        return True if stage.neighbour.ended.total() >= expected else None

    until(received, "the ends of memberships for the neighbour")
    ended = counted(stage.neighbour.ended.total(), "adhésion")
    stage.tell.say(f"{stage.story.neighbour.name} apprend la fin de {ended}.")
