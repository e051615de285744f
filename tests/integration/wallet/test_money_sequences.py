"""Random sequences of every command, through the real door and database, against a model of plain numbers.

`bin/drill ledger-model` runs the same with many more sequences.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.integration.wallet.ledger_model.closing import close_and_detach
from tests.integration.wallet.ledger_model.commands import COMMANDS
from tests.integration.wallet.ledger_model.holding import hold_everything, hold_money
from tests.integration.wallet.ledger_model.opening import Opening
from tests.integration.wallet.ledger_model.passing import end_season
from tests.integration.wallet.ledger_model.world import World
from tests.integration.wallet.stage import Stage

SEQUENCES, STEPS = int(os.environ.get("LEDGER_MODEL_SEQUENCES", "8")), 30
SEED = int(os.environ.get("LEDGER_MODEL_SEED", "2025"))
# Every so many sequences go on to the season's end, or until the season is detached.
_TO_THE_END, _TO_THE_ARCHIVE = 4, 8


class LedgerMachine(RuleBasedStateMachine):
    """One sequence of the commands' registry."""

    opening: Opening
    played: list[World]

    def __init__(self) -> None:
        super().__init__()
        self.world = self.opening.world()
        self.played.append(self.world)
        self.has_failed = False

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        """One rule for all: a rule a command, and each sequence would be drawn from a few of them only."""
        self.has_failed = True
        command = data.draw(st.sampled_from(COMMANDS))
        drawn = {name: data.draw(draw, name) for name, draw in command.draws.items()}
        command.act(self.world, **drawn)
        self.world.settle()
        hold_money(self.world)
        self.has_failed = False

    def teardown(self) -> None:
        """However the sequence went, unless it has failed already."""
        if self.has_failed:
            return
        hold_everything(self.world)
        if len(self.played) % _TO_THE_END == 0:
            end_season(self.world)
            hold_everything(self.world)
        if len(self.played) % _TO_THE_ARCHIVE == 0:
            close_and_detach(self.world)


def test_no_sequence_makes_or_loses_a_cent(stage: Stage) -> None:
    """Whatever is asked in whatever order: every answer, balance, use, voucher and sum is the model's."""
    played: list[World] = []
    opening = Opening(stage)
    machine = type("Machine", (LedgerMachine,), {"opening": opening, "played": played})
    try:
        run_state_machine_as_test(hypothesis.seed(SEED)(machine), settings=_SETTINGS)
    finally:
        opening.close()
    _report(played)


_SETTINGS = settings(
    max_examples=SEQUENCES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    # A sequence that fails is told as it was drawn: making it shorter would play hundreds more.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _report(played: list[World]) -> None:
    """What was played, for who asked by LEDGER_MODEL_REPORT."""
    path = os.environ.get("LEDGER_MODEL_REPORT")
    if path:
        asked, answered = Counter[str](), Counter[str]()
        for world in played:
            asked.update(world.asked)
            answered.update(world.answered)
        told = {
            "sequences": len(played),
            "requests": asked.total(),
            "acknowledged": answered.total(),
            "asked": sorted(asked),
            "answered": sorted(answered),
        }
        Path(path).write_text(json.dumps(told), encoding="utf-8")
