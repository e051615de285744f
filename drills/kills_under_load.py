"""`kills`: 20 times SIGKILL while tills debit, of every process that takes part in a debit and what follows it."""

from __future__ import annotations

from drills.kills import drawn, strikes
from drills.outcome import Outcome
from drills.strikes import Striker
from drills.under_load import Load, play

NAME = "kills"
# The debit's own way (gateway, wallet), where its event goes (payout, notification), and who feeds the wallet's
# read models (partner, identity).
PROCESSES = (
    "gateway",
    "wallet.rpc", "wallet.worker", "wallet.relay",
    "payout.rpc", "payout.worker", "payout.relay",
    "partner.rpc", "partner.worker", "partner.relay",
    "identity.rpc", "identity.worker", "identity.relay",
    "notification.rpc", "notification.worker", "notification.sender",
)  # fmt: skip
KILLS = 20


def run(seed: int, long: bool) -> Outcome:
    """20 kills, 60 with `long`; each process at least once, process and moment by the seed."""
    kills, load = (3 * KILLS, Load(1_800, 6.0)) if long else (KILLS, Load(1_000, 10.0))
    drawn_kills = drawn(PROCESSES, kills, load.seconds, seed)
    return play(NAME, seed, load, lambda folder, _: Striker(strikes(folder, drawn_kills)))
