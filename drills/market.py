"""A platform of the drill's own, with a shop and pupils whose wallets are credited: the demo's first chapters."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout

from demo.addresses import running_platform
from demo.client import Caller, Gateway
from demo.narrator import Narrator
from demo.platform_time import PlatformTime
from demo.record import Record
from demo.stage import Partner, Stage, Young
from demo.story import back_to_school, opening
from demo.story_file import load
from demo.story_values import Benefit
from embedded import lifecycle
from embedded.rundir import ROOT, RunDir

PUPILS = 12


Settings = Callable[[RunDir], AbstractContextManager[Mapping[str, str]]]


@contextmanager
def platform(folder: str, settings: Settings = lambda _: nullcontext({})) -> Iterator[RunDir]:
    """A fresh platform under .run/<folder>; gone afterwards. Its folder is the environment's meanwhile.

    `settings` opens what the platform is to use instead of its own, and answers the settings that say so.
    """
    run = RunDir(ROOT / ".run" / folder)
    before = os.environ.get("ATOUTS_RUN_DIR")
    os.environ["ATOUTS_RUN_DIR"] = str(run.path)
    try:
        lifecycle.reset(run)
        with settings(run) as given:
            lifecycle.up(run, environment={**os.environ, **given})
            yield run
            lifecycle.down(run)
    finally:
        lifecycle.reset(run)
        os.environ.pop("ATOUTS_RUN_DIR")
        if before is not None:
            os.environ["ATOUTS_RUN_DIR"] = before


@contextmanager
def open_market(seed: int, gateway_url: str | None = None) -> Iterator[Stage]:
    """The season opened and pupils' wallets credited, told on standard error.

    `gateway_url`: the address by which everybody calls, where it is not the gateway's own.
    """
    story = load()
    addresses = running_platform(story)
    gateway = Gateway(gateway_url or addresses.gateway, addresses.host)
    visitor = Caller(gateway)
    stage = Stage(gateway, visitor, PlatformTime(visitor), Narrator(), Record(), addresses.folder, seed, PUPILS, story)
    with redirect_stdout(sys.stderr):
        back_to_school(stage, opening(stage))
    try:
        yield stage
    finally:
        gateway.close()


def shop(stage: Stage) -> Partner:
    """Where the story's first purchase is made."""
    return stage.partners[stage.story.sales["first"].partner]


def benefit(stage: Stage) -> Benefit:
    """What that purchase is paid with."""
    return stage.story.benefit(stage.story.sales["first"].benefit)


def customers(stage: Stage) -> list[tuple[Young, int]]:
    """Pupils with a wallet of that benefit, and what it holds in cents."""
    spent = benefit(stage).id
    return [(pupil, cents) for pupil in stage.pupils if (cents := _balance(pupil, spent))]


def _balance(pupil: Young, spent: str) -> int:
    wallets = pupil.member.get("/v1/wallets").get("wallets", [])
    return sum(int(wallet["balance_cents"]) for wallet in wallets if wallet["benefit"] == spent)
