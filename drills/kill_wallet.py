"""`kill-wallet`: SIGKILL of the wallet's processes while tills debit. Nothing acknowledged is lost or doubled."""

from __future__ import annotations

from drills import operator
from drills.kills import Killer, drawn
from drills.market import open_market, platform
from drills.outcome import Outcome
from drills.till_load import TillLoad

NAME = "kill-wallet"
PROCESSES = ("wallet.rpc", "wallet.relay", "wallet.worker")


def run(seed: int, long: bool) -> Outcome:
    """20 kills with `long`, else 6; each process at least once."""
    kills, seconds, rate = (20, 180.0, 15.0) if long else (6, 45.0, 30.0)
    with platform("drill") as folder, open_market(seed) as stage:
        load = TillLoad(stage, total=int(seconds * rate), a_second=rate)
        with Killer(folder, drawn(PROCESSES, kills, seconds, seed)) as killer:
            load.run()
        stage.clock.settle()
        reckoning = load.reckon()
        verified = operator.verified()
    note = f"slowest answer {load.slowest_s:.1f} s"
    if load.refused:
        note += f"; refused: {load.refused[0]}"
    return Outcome(
        NAME,
        faults=len(killer.done),
        requests=load.total,
        acknowledged=reckoning.acknowledged,
        lost=reckoning.lost,
        duplicated=reckoning.duplicated,
        held=reckoning.clean and reckoning.acknowledged == load.total and len(killer.done) == kills and verified,
        note=note,
    )
