"""`ctl person-marks`: the operator's command after an upgrade, for persons proven before there were marks."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from chassis.config import Settings
from chassis.context import CallContext
from services.identity import bootstrap
from services.identity.application.person_marks import Claimed, claim_for_proven
from services.identity.bootstrap import Parts
from services.identity.entrypoints.transactions import in_transaction


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "mark the persons proven before there were marks, and name those with two accounts; safe to repeat"
    commands.add_parser("person-marks", help=text, description=text).set_defaults(run=_mark)


def _mark(settings: Settings, _arguments: argparse.Namespace) -> int:
    parts = bootstrap.build(settings)
    for authority in parts.catalogue.authorities():
        marked, shared = mark_all(parts, authority.id)
        print(f"{authority.id}: {marked} persons marked")
        for person_id in shared:
            print(f"{authority.id}: {person_id} has the names and birth date of an account proven before")
    return 0


def mark_all(parts: Parts, authority_id: str) -> tuple[int, list[str]]:
    """How many persons got their mark, and the ids of those who share it; a transaction a page."""
    pages = list(_pages(parts, CallContext(authority_id, parts.platform.service)))
    return sum(page.marked for page in pages), [person_id for page in pages for person_id in page.shared]


def _pages(parts: Parts, context: CallContext) -> Iterator[Claimed]:
    page = _page(parts, context, "")
    yield page
    while page.last:
        page = _page(parts, context, page.last)
        yield page


def _page(parts: Parts, context: CallContext, after: str) -> Claimed:
    return in_transaction(parts.platform, context, lambda work: claim_for_proven(work, parts.cards, after))
