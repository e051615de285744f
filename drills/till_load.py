"""Load at one partner's till: each customer pays small amounts one after the other, several customers at once.

Every key is sent until its answer is known; the list of acknowledged keys is this client's own.
"""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from demo.client import Refused, Reply
from demo.stage import Partner, Stage, Young
from demo.till import Payment, pay_once, present
from drills import market
from drills.outcome import Reckoning, reckon

AMOUNT_CENTS = 10
_NEW_PRESENTATION = "presentation_expired"


@dataclass
class TillLoad:
    """`total` debits spread over the customers, at `a_second` at most."""

    stage: Stage
    total: int
    a_second: float
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    replayed: int = 0
    """Debits whose answer was lost and that their key told again."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Returns when every key has its answer."""
        customers = market.customers(self.stage)
        room = sum(balance // AMOUNT_CENTS for _, balance in customers)
        if room < self.total:
            raise ValueError(f"the customers' wallets hold {room} such debits, not {self.total}")
        partner = market.shop(self.stage)
        shares = _shares(self.total, [balance // AMOUNT_CENTS for _, balance in customers])
        with ThreadPoolExecutor(len(customers)) as pool:
            pace = len(customers) / self.a_second
            served = [
                pool.submit(self._serve, partner, young, share, pace)
                for (young, _), share in zip(customers, shares, strict=True)
            ]
            for each in served:
                each.result()

    def reckon(self) -> Reckoning:
        """The client's list against the partner's pages."""
        partner = market.shop(self.stage)
        shown = (debit["debit_id"] for debit in partner.owner.pages(f"{partner.path}/debits", "debits"))
        return reckon(self.acknowledged, shown)

    def _serve(self, partner: Partner, young: Young, count: int, pace_s: float) -> None:
        presentation, benefit = present(partner, young), market.benefit(self.stage)
        for number in range(count):
            begun = time.monotonic()
            for attempt in itertools.count():  # a refusal stays its key's answer: a new try has a new key
                key = f"drill-{young.person.slug}-{number}-{attempt}"
                payment = Payment(benefit, AMOUNT_CENTS, key)
                try:
                    self._note(payment.key, pay_once(presentation, payment), begun)
                    break
                except Refused as refusal:
                    if refusal.code != _NEW_PRESENTATION:
                        self.refused.append(str(refusal))
                        break
                    presentation = present(partner, young)
            threading.Event().wait(max(0.0, pace_s - (time.monotonic() - begun)))

    def _note(self, key: str, reply: Reply, begun: float) -> None:
        with self._lock:
            self.acknowledged[key] = str(reply.json["receipt"]["debit_id"])
            self.replayed += reply.replayed
            self.slowest_s = max(self.slowest_s, time.monotonic() - begun)


def _shares(total: int, room: list[int]) -> list[int]:
    """`total` spread evenly, never more for one than it has room for."""
    shares = [0] * len(room)
    for number in range(total):
        free = [at for at in range(len(room)) if shares[at] < room[at]]
        shares[free[number % len(free)]] += 1
    return shares
