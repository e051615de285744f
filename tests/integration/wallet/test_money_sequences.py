"""Random sequences of every command, through the real door and database, against a model of plain numbers.

`bin/drill ledger-model` runs the same with many more sequences.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.integration.wallet.ledger_model.commands import COMMANDS, Command
from tests.integration.wallet.ledger_model.world import World
from tests.integration.wallet.stage import Stage

SEQUENCES, STEPS = int(os.environ.get("LEDGER_MODEL_SEQUENCES", "8")), 25
SEED = int(os.environ.get("LEDGER_MODEL_SEED", "2025"))


class LedgerMachine(RuleBasedStateMachine):
    """One sequence; its rules are the commands' registry."""

    stage: Stage
    played: list[World]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.stage)
        self.played.append(self.world)

    def teardown(self) -> None:
        """However the sequence went: the season's end included, in every second one."""
        self.world.hold_everything()
        if len(self.played) % 2:
            self.world.end_season()
            self.world.hold_everything()


def _rule(command: Command) -> Callable[..., None]:
    def act(machine: LedgerMachine, **drawn: Any) -> None:
        command.act(machine.world, **drawn)

    act.__name__ = command.name
    return rule(**command.draws)(act)


for each in COMMANDS:
    setattr(LedgerMachine, each.name, _rule(each))


def test_no_sequence_makes_or_loses_a_cent(stage: Stage) -> None:
    """Whatever is asked in whatever order: every answer, balance, use, voucher and sum is the model's."""
    played: list[World] = []
    machine = type("Machine", (LedgerMachine,), {"stage": stage, "played": played})
    run_state_machine_as_test(
        hypothesis.seed(SEED)(machine),
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            # A sequence that fails is told as it was drawn: making it shorter would play hundreds more.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    _report(played)


def _report(played: list[World]) -> None:
    """What was played, for who asked by LEDGER_MODEL_REPORT."""
    path = os.environ.get("LEDGER_MODEL_REPORT")
    if path:
        told = {
            "sequences": len(played),
            "requests": sum(world.steps for world in played),
            "acknowledged": sum(world.acknowledged for world in played),
        }
        Path(path).write_text(json.dumps(told), encoding="utf-8")
