"""Random sequences of every command, through the real door and database, against a model of plain numbers.

`bin/drill ledger-model` runs the same with many more sequences.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.integration.wallet.ledger_model.machine import Playing, play
from tests.integration.wallet.ledger_model.opening import Opening
from tests.integration.wallet.ledger_model.world import World
from tests.integration.wallet.stage import Stage

SEQUENCES = int(os.environ.get("LEDGER_MODEL_SEQUENCES", "8"))
SEED = int(os.environ.get("LEDGER_MODEL_SEED", "2025"))


def test_no_sequence_makes_or_loses_a_cent(stage: Stage) -> None:
    """Whatever is asked in whatever order: every answer, balance, use, voucher and sum is the model's."""
    opening = Opening(stage)
    playing = Playing(opening)
    try:
        play(playing, SEQUENCES, SEED)
    finally:
        _report(playing.played)
        opening.close()


def _report(played: Sequence[World]) -> None:
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
            "asked": dict(sorted(asked.items())),
            "answered": dict(sorted(answered.items())),
        }
        Path(path).write_text(json.dumps(told), encoding="utf-8")
