"""The other services as identity's erasing jobs see them, and the jobs played one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from atouts.identity.v1 import erasures_pb2 as pb

from chassis.errors import Operational
from chassis.jobs import JobPlayer
from chassis.personal_data import Standing
from services.identity.domain.erasures import SERVICES
from services.identity.entrypoints import erasing
from services.identity.store.tables import CHASSIS
from tests.integration.identity.stage import PASSWORD, Caller, Stage

MOVEMENTS = ("00000000-0000-4000-8000-00000000000a",)


@dataclass
class OtherServices:
    """`holds` are what the wallet and payout say is open; each service clears `rows`, one that is `away` nothing."""

    holds: dict[str, Mapping[str, int]] = field(default_factory=dict)
    once_keys: tuple[str, ...] = ()
    rows: int = 3
    away: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)
    told_movements: list[tuple[str, ...]] = field(default_factory=list)

    def close(self, service: str, person_id: str, movement_ids: tuple[str, ...] = ()) -> Standing:
        self._reach(service)
        if service == "wallet":
            return Standing(self.holds.get(service, {}), MOVEMENTS, self.once_keys)
        self.told_movements.append(movement_ids)
        return Standing(self.holds.get(service, {}))

    def erase(self, service: str, person_id: str) -> int:
        self._reach(service)
        self.asked[service] += 1
        return self.rows

    def _reach(self, service: str) -> None:
        if service in self.away:
            raise Operational(f"{service} is away")


def play(stage: Stage, others: OtherServices, rounds: int = 8) -> None:
    """Everything that is due, step after step."""
    platform = stage.parts.platform
    handlers = erasing.job_handlers(stage.parts, others)
    player = JobPlayer("identity", platform.database, CHASSIS, platform.clock, handlers)
    for _ in range(rounds):
        player.play_due()


def ask_own(stage: Stage, caller: Caller, password: str = PASSWORD) -> Any:
    return stage.call("RequestErasure", pb.RequestErasureRequest(password=password), caller.token).erasure


def erase(stage: Stage, caller: Caller, others: OtherServices | None = None) -> None:
    """From the person's request to the last answer."""
    ask_own(stage, caller)
    play(stage, others or OtherServices())
    assert state_of(stage) == pb.ERASURE_STATE_DONE


def listed(stage: Stage) -> list[Any]:
    return list(stage.call("ListErasures", pb.ListErasuresRequest(), stage.staff("audit").token).erasures)


def state_of(stage: Stage) -> int:
    """Of the latest."""
    return int(listed(stage)[0].state)


def tomorrow(stage: Stage) -> None:
    stage.clock.instant += timedelta(days=1)


__all__ = ["MOVEMENTS", "SERVICES", "OtherServices", "ask_own", "erase", "listed", "play", "state_of", "tomorrow"]
