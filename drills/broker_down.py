"""`broker-down`: RabbitMQ away for 60 seconds while 500 debits are made: all succeed, payout then knows each once."""

from __future__ import annotations

import threading

from demo.client import Json
from demo.stage import Stage
from drills import operator
from drills.market import open_market, platform, shop
from drills.outcome import Outcome
from drills.till_load import AMOUNT_CENTS, TillLoad
from embedded import control

NAME = "broker-down"
DEBITS = 500
DOWN_S = 60.0


def run(seed: int, long: bool) -> Outcome:
    """Debits go on for the whole outage; `long` makes it three times as long."""
    down_s = DOWN_S * (3 if long else 1)
    with platform("drill") as folder, open_market(seed) as stage:
        load = TillLoad(stage, total=DEBITS, a_second=DEBITS / (down_s * 0.9))
        outage = threading.Timer(down_s, lambda: control.start("rabbitmq", folder))
        control.stop("rabbitmq", run=folder)
        outage.start()
        load.run()
        made_while_down = outage.is_alive()
        outage.join()
        stage.clock.settle()
        reckoning = load.reckon()
        owed = _account(stage)["owed_cents"]
        verified = operator.verified()
    paid_once = int(owed) == DEBITS * AMOUNT_CENTS and verified
    return Outcome(
        NAME,
        faults=1,
        requests=DEBITS,
        acknowledged=reckoning.acknowledged,
        lost=reckoning.lost,
        duplicated=reckoning.duplicated,
        held=made_while_down and reckoning.clean and reckoning.acknowledged == DEBITS and paid_once,
        note=f"down {down_s:.0f} s, payout owes {int(owed)} cents, slowest debit {load.slowest_s:.2f} s",
    )


def _account(stage: Stage) -> Json:
    partner = shop(stage)
    account: Json = partner.owner.get(f"{partner.path}/account")
    return account
