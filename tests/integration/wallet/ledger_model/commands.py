"""Every command of the ledger, as something that may be drawn.

A new command is one entry of its subject's COMMANDS, an act that does it at the door, and the model's answer to it.
`tests/architecture/test_ledger_model.py` tells which use case has no place here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tests.integration.wallet.ledger_model import carrying, closing, joining, passing, paying, putting_right, reserving

COMMANDS = (
    *joining.COMMANDS,
    *paying.COMMANDS,
    *reserving.COMMANDS,
    *putting_right.COMMANDS,
    *carrying.COMMANDS,
    *passing.COMMANDS,
)
# Played by every sequence's beginning, or by its end.
BY_EVERY_SEQUENCE = ("seasons.open_season", *closing.PLAYS)
PLAYED = frozenset(BY_EVERY_SEQUENCE).union(*(command.plays for command in COMMANDS))
# Use cases that write and are in no sequence, each with why.
EXCEPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "erasure.close": "opposes a person's cards and gives back their vouchers, each played alone: `test_erasure.py`",
        "erasure.clear": "moves no cents, and says so: `verify` after it in `test_erasure.py` and the journey",
        "holder_checks.HolderChecks.show": "writes who looked into the trail alone: `test_cards.py` reads it there",
    }
)
