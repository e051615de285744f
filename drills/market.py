"""A platform of the drill's own, with a bookshop and pupils whose wallets are credited: the demo's first chapters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from demo.addresses import AUTHORITY_HOST, running_platform
from demo.client import Caller, Gateway
from demo.narrator import Narrator
from demo.organisations import BOOKSHOP
from demo.platform_time import PlatformTime
from demo.record import Record
from demo.stage import Partner, Stage, Young
from demo.story import back_to_school, opening
from embedded import lifecycle
from embedded.rundir import ROOT, RunDir

BENEFIT = "livres"
PUPILS = 12


@contextmanager
def platform(folder: str) -> Iterator[RunDir]:
    """A fresh platform under .run/<folder>; gone afterwards. Its folder is the environment's meanwhile."""
    run = RunDir(ROOT / ".run" / folder)
    before = os.environ.get("ATOUTS_RUN_DIR")
    os.environ["ATOUTS_RUN_DIR"] = str(run.path)
    try:
        lifecycle.reset(run)
        lifecycle.up(run)
        yield run
    finally:
        lifecycle.reset(run)
        os.environ.pop("ATOUTS_RUN_DIR")
        if before is not None:
            os.environ["ATOUTS_RUN_DIR"] = before


@contextmanager
def open_market(seed: int) -> Iterator[Stage]:
    """The season opened and pupils' books credited, told on standard error."""
    addresses = running_platform()
    gateway = Gateway(addresses.gateway, AUTHORITY_HOST)
    visitor = Caller(gateway)
    stage = Stage(gateway, visitor, PlatformTime(visitor), Narrator(), Record(), addresses.folder, seed, PUPILS)
    with redirect_stdout(sys.stderr):
        back_to_school(stage, opening(stage))
    try:
        yield stage
    finally:
        gateway.close()


def bookshop(stage: Stage) -> Partner:
    return stage.partner(BOOKSHOP)


def readers(stage: Stage) -> list[tuple[Young, int]]:
    """Pupils with a books wallet, and what it holds in cents."""
    return [(pupil, cents) for pupil in stage.pupils if (cents := _balance(pupil))]


def _balance(pupil: Young) -> int:
    wallets = pupil.member.get("/v1/wallets").get("wallets", [])
    return sum(int(wallet["balance_cents"]) for wallet in wallets if wallet["benefit"] == BENEFIT)
