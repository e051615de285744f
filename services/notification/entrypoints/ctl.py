"""The operator's commands of the notification service."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from chassis import ctl
from chassis.config import Settings
from chassis.context import CallContext
from chassis.work import Work
from rulebooks import Catalogue
from services.notification import bootstrap
from services.notification.domain.deliveries import DeliveryState
from services.notification.entrypoints.read_models import READ_MODELS, Operator
from services.notification.store import deliveries
from services.notification.store.views import Undelivered, undelivered

T = TypeVar("T")


def main(settings: Settings, arguments: Sequence[str]) -> int:
    top, commands = ctl.parser(settings.service)
    mails = commands.add_parser("mails", help="list mails that were not sent, with the reason; send failed ones again")
    mails.add_argument("--abandoned", action="store_true", help="those without an address, or refused for good, too")
    choice = mails.add_mutually_exclusive_group()
    choice.add_argument("--send-again", metavar="DELIVERY_ID", nargs="+", help="have these failed mails tried again")
    choice.add_argument("--send-all-again", action="store_true", help="have every failed mail tried again")
    mails.add_argument("--json", action="store_true")
    mails.set_defaults(run=_mails)
    rebuild = commands.add_parser("rebuild", help="refill a read model from the owner of its facts")
    rebuild.add_argument("read_model", choices=sorted(READ_MODELS))
    rebuild.set_defaults(run=_rebuild)
    compare = commands.add_parser("compare", help="name each difference between this reader and the owners")
    compare.add_argument("--json", action="store_true")
    compare.set_defaults(run=_compare)
    return ctl.main(top, settings, arguments)


def _mails(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.send_again or arguments.send_all_again:
        chosen = None if arguments.send_all_again else arguments.send_again
        counts = _for_each_authority(settings, lambda work: deliveries.replay(work, chosen))
        print(f"{sum(count for _, count in counts)} mails wait to be sent again")
        return 0
    states = [DeliveryState.FAILED, *([DeliveryState.ABANDONED] if arguments.abandoned else [])]
    lines = [
        _told(authority_id, each)
        for authority_id, found in _for_each_authority(settings, lambda work: undelivered(work, states))
        for each in found
    ]
    listed = json.dumps(lines) if arguments.json else "\n".join(" ".join(line.values()) for line in lines)
    print(listed or "no mail failed")
    return 0


def _told(authority_id: str, each: Undelivered) -> dict[str, str]:
    return {
        "authority": authority_id,
        "delivery_id": each.delivery_id,
        "template": each.template,
        "account_id": each.account_id,
        "recorded_at": each.recorded_at.isoformat(timespec="seconds"),
        "reason": each.reason,
    }


def _rebuild(settings: Settings, arguments: argparse.Namespace) -> int:
    for operator in _operators(settings):
        kept = READ_MODELS[arguments.read_model].rebuild(operator)
        print(f"{operator.authority_id}: {arguments.read_model}: {kept} read from the owner")
    return 0


def _compare(settings: Settings, arguments: argparse.Namespace) -> int:
    differences = [
        f"{operator.authority_id}: {difference}"
        for operator in _operators(settings)
        for read_model in READ_MODELS.values()
        for difference in read_model.compare(operator)
    ]
    if arguments.json:
        print(json.dumps({"service": settings.service, "differences": differences}))
    else:
        print("\n".join(differences) or "notification: no difference")
    return 1 if differences else 0


def _operators(settings: Settings) -> Iterator[Operator]:
    platform, catalogue = bootstrap.build_for_operator(settings), Catalogue.load()
    owners = bootstrap.grant_owners(settings)
    for authority in catalogue.authorities():
        yield Operator(platform, catalogue, owners, authority.id)


def _for_each_authority(settings: Settings, act: Callable[[Work], T]) -> Iterator[tuple[str, T]]:
    platform = bootstrap.build_for_operator(settings)
    for authority in Catalogue.load().authorities():
        context = CallContext(authority.id, platform.service)
        with platform.database.transaction() as session:
            yield authority.id, act(platform.work(session, context))
