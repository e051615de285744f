"""The operator's commands on days and seasons: seals for a witness, and closing a finished season."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import sqlalchemy.exc
from psycopg import errors as pg

from chassis.config import Settings
from chassis.context import CallContext
from chassis.errors import Operational
from chassis.work import Work
from services.wallet import bootstrap
from services.wallet.application import closings as closing
from services.wallet.application.closings import SeasonNotClosed
from services.wallet.bootstrap import Parts
from services.wallet.store import closings, seals, seasons
from services.wallet.store.closings import LedgerSeason
from services.wallet.store.seals import KeptSeal

Act = Callable[[Work, Parts, argparse.Namespace], LedgerSeason]


def add_to(commands: Any) -> None:
    told = commands.add_parser("seals", help="each day's seal, first to last: what a witness keeps")
    told.add_argument("--json", action="store_true", help="the document that was hashed, one line a day")
    told.set_defaults(run=_seals)
    finished = commands.add_parser("seasons", help="list, settle, seal and detach seasons of the ledger")
    acts = finished.add_subparsers(required=True, metavar="ACT")
    listed = acts.add_parser("list", help="each season, and what keeps it open")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=_list)
    settle = acts.add_parser("settle", help="put into its partition what yesterday's code wrote beside it")
    settle.set_defaults(run=_settle)
    for name, act, text in (
        ("seal", _seal, "keep a finished season's closing balances for good"),
        ("detach", _detach, "take a sealed season's entries out of the ledger"),
    ):
        command = acts.add_parser(name, help=text)
        for place in ("authority", "scheme", "season"):
            command.add_argument(place)
        command.set_defaults(run=_close(act))


def _seals(settings: Settings, arguments: argparse.Namespace) -> int:
    parts = bootstrap.build_for_operator(settings)
    for authority in parts.rules.catalogue.authorities():
        with _work(parts, authority.id) as work:
            for kept in seals.kept(work):
                print(seals.as_json(kept) if arguments.json else _told(kept))
    return 0


def _told(kept: KeptSeal) -> str:
    seal = kept.seal
    return f"{seal.authority_id}: {seal.day}: {kept.hash.hex()}: {seal.transfers} transfers"


def _list(settings: Settings, arguments: argparse.Namespace) -> int:
    parts = bootstrap.build_for_operator(settings)
    for authority in parts.rules.catalogue.authorities():
        with _work(parts, authority.id) as work:
            for which in closings.listed(work):
                reasons = [] if which.detached_at else closings.what_is_open(work, which)
                document = {"authority": authority.id, **asdict(which), "open": reasons}
                print(json.dumps(document, default=str) if arguments.json else _standing(document))
    return 0


def _standing(document: dict[str, Any]) -> str:
    state = "detached" if document["detached_at"] else "sealed" if document["sealed_at"] else "not sealed"
    reasons = "; ".join(document["open"]) or "nothing is open"
    return f"{document['authority']}: {document['scheme']}/{document['season']}: {state}: {reasons}"


def _settle(settings: Settings, _arguments: argparse.Namespace) -> int:
    parts = bootstrap.build_for_operator(settings)
    for authority in parts.rules.catalogue.authorities():
        with _work(parts, authority.id) as work:
            for which in closings.listed(work):
                if which.detached_at is None:
                    seasons.add_partitions(work, which.season_no)
    return 0


def _close(act: Act) -> Callable[[Settings, argparse.Namespace], int]:
    def run(settings: Settings, arguments: argparse.Namespace) -> int:
        parts = bootstrap.build_for_operator(settings)
        try:
            with _work(parts, arguments.authority) as work:
                which = act(work, parts, arguments)
        except SeasonNotClosed as refused:
            print(f"{arguments.authority}: {refused}", file=sys.stderr)
            return 1
        except sqlalchemy.exc.OperationalError as error:
            if isinstance(error.orig, pg.LockNotAvailable):
                raise Operational("the ledger is being read") from error
            raise
        print(f"{arguments.authority}: {which.scheme}/{which.season}: {_WHERE.format(no=which.season_no)}")
        return 0

    return run


_WHERE = "its entries are in ledger.transfers_{no} and ledger.entries_{no}; once detached, dump these tables, then drop"


def _seal(work: Work, parts: Parts, arguments: argparse.Namespace) -> LedgerSeason:
    return closing.seal(work, parts.request_key, arguments.scheme, arguments.season)


def _detach(work: Work, _parts: Parts, arguments: argparse.Namespace) -> LedgerSeason:
    return closing.detach(work, arguments.scheme, arguments.season)


@contextmanager
def _work(parts: Parts, authority_id: str) -> Iterator[Work]:
    with parts.platform.database.transaction() as session:
        yield parts.platform.work(session, CallContext(authority_id, parts.platform.service))
