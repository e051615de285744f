"""Sequences of commands, drawn by a seed and played one after the other on one opening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.integration.wallet.ledger_model.closing import close_and_detach
from tests.integration.wallet.ledger_model.command import Command
from tests.integration.wallet.ledger_model.commands import COMMANDS
from tests.integration.wallet.ledger_model.holding import hold_everything, hold_money
from tests.integration.wallet.ledger_model.opening import Opening
from tests.integration.wallet.ledger_model.passing import end_season
from tests.integration.wallet.ledger_model.world import Difference, World

STEPS = 30
# Every so many sequences go on to the season's end, or until the season is detached.
_TO_THE_END, _TO_THE_ARCHIVE = 4, 8


@dataclass
class Playing:
    """What is drawn, and what was played: the worlds, and the difference that ended it where one may."""

    opening: Opening
    commands: Sequence[Command] = COMMANDS
    played: list[World] = field(default_factory=list)
    difference: str = ""


class _Machine(RuleBasedStateMachine):
    """One sequence."""

    playing: Playing

    def __init__(self) -> None:
        super().__init__()
        self.world = self.playing.opening.world()
        self.playing.played.append(self.world)
        self.has_failed = False

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        """One rule for all: a rule a command, and each sequence would be drawn from a few of them only."""
        self.has_failed = True
        _act(self.world, *_drawn(data, self.playing.commands))
        self.has_failed = False

    def teardown(self) -> None:
        """However the sequence went, unless it has failed already."""
        if self.has_failed:
            return
        hold_everything(self.world)
        if len(self.playing.played) % _TO_THE_END == 0:
            end_season(self.world)
            hold_everything(self.world)
        if len(self.playing.played) % _TO_THE_ARCHIVE == 0:
            close_and_detach(self.world)


class _UntilDifference(RuleBasedStateMachine):
    """The same steps, until one of them differs: nothing is done any more from then on."""

    playing: Playing

    def __init__(self) -> None:
        super().__init__()
        if not self.playing.difference:
            self.world = self.playing.opening.world()
            self.playing.played.append(self.world)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        command, drawn = _drawn(data, self.playing.commands)
        if self.playing.difference:
            return  # what is drawn must not depend on it
        try:
            _act(self.world, command, drawn)
        except Difference as difference:
            self.playing.difference = f"{command}: {difference}"


def _drawn(data: st.DataObject, commands: Sequence[Command]) -> tuple[Command, dict[str, Any]]:
    command = data.draw(st.sampled_from(commands))
    return command, {name: data.draw(draw, name) for name, draw in command.draws.items()}


def _act(world: World, command: Command, drawn: dict[str, Any]) -> None:
    """Raises Difference."""
    command.act(world, **drawn)
    world.settle()
    hold_money(world)


def play(playing: Playing, sequences: int, seed: int) -> None:
    """Raises AssertionError at the first difference."""
    _run(_Machine, playing, sequences, seed)


def play_until_difference(playing: Playing, sequences: int, seed: int) -> None:
    """At most so many sequences; `playing.difference` is empty where none differed."""
    _run(_UntilDifference, playing, sequences, seed)


def _run(machine: type[RuleBasedStateMachine], playing: Playing, sequences: int, seed: int) -> None:
    drawn = type("Machine", (machine,), {"playing": playing})
    run_state_machine_as_test(hypothesis.seed(seed)(drawn), settings=_settings(sequences))


def _settings(sequences: int) -> settings:
    return settings(
        max_examples=sequences,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        # A sequence that fails is told as it was drawn: making it shorter would play hundreds more.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
