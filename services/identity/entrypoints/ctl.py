"""The operator's commands of the identity service."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence

from chassis import ctl, service
from chassis.clock import machine_now
from chassis.config import Settings
from chassis.context import CallContext
from chassis.grpc_answers import answer_for
from chassis.grpc_client import Peer
from rulebooks import UnknownAuthority
from services.identity import bootstrap
from services.identity.adapters.partner_lists import DESCRIPTOR, PartnerLists
from services.identity.application.staff import InviteStaff, invite_staff
from services.identity.domain.refusals import IdentityRefusal
from services.identity.entrypoints import ctl_erasures, ctl_keys, ctl_marks
from services.identity.entrypoints.answers import ANSWERS
from services.identity.entrypoints.read_models import READ_MODELS, Operator
from services.identity.entrypoints.transactions import in_transaction


def main(settings: Settings, arguments: Sequence[str]) -> int:
    top, commands = ctl.parser(settings.service)
    _add_staff(commands)
    ctl_keys.add_to(commands)
    ctl_erasures.add(commands)
    rebuild = commands.add_parser("rebuild", help="refill a read model from the owner of its facts")
    rebuild.add_argument("read_model", choices=sorted(READ_MODELS))
    rebuild.set_defaults(run=_rebuild)
    compare = commands.add_parser("compare", help="name each difference between this reader and the owners")
    compare.add_argument("--json", action="store_true")
    compare.set_defaults(run=_compare)
    ctl_marks.add_to(commands)
    return ctl.main(top, settings, arguments)


def _add_staff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    staff = commands.add_parser("staff", help="members of staff").add_subparsers(required=True, metavar="ACT")
    create = staff.add_parser("create", help="invite a member of staff: how the first administrator is made")
    create.add_argument("--authority", required=True, help="the authority's id, as in the rulebooks")
    create.add_argument("--email", required=True)
    create.add_argument("--roles", required=True, help="comma-separated: administration,instruction,…")
    create.add_argument("--json", action="store_true")
    create.set_defaults(run=_create_staff)


def _create_staff(settings: Settings, arguments: argparse.Namespace) -> int:
    parts = bootstrap.build(settings)
    try:
        authority_id = parts.catalogue.authority(arguments.authority).id
        email, roles = parts.emails.normal(arguments.email), _roles(arguments.roles)
        command = InviteStaff(email, roles, machine_now(), by_mail=False)
        context = CallContext(authority_id, settings.service)
        invited = in_transaction(parts.platform, context, lambda work: invite_staff(work, parts.staff, command))
    except UnknownAuthority:
        return _refused(f"there is no authority {arguments.authority}")
    except IdentityRefusal as refusal:
        return _refused(answer_for(refusal, ANSWERS).en.format(**vars(refusal)))
    if arguments.json:
        print(json.dumps({"account_id": invited.account_id, "invitation_token": invited.token}))
    else:
        print(f"Invited {arguments.email} (account {invited.account_id}).")
        print(f"Invitation, good once within seven days: {invited.token}")
    return 0


def _roles(listed: str) -> tuple[str, ...]:
    return tuple(role.strip() for role in listed.split(",") if role.strip())


def _refused(sentence: str) -> int:
    print(f"staff create: {sentence}", file=sys.stderr)
    return 1


def _rebuild(settings: Settings, arguments: argparse.Namespace) -> int:
    for operator in _operators(settings):
        listed = operator.rebuild(READ_MODELS[arguments.read_model])
        print(f"{operator.authority_id}: {arguments.read_model}: {listed} read from the owner")
    return 0


def _compare(settings: Settings, arguments: argparse.Namespace) -> int:
    differences = [
        f"{operator.authority_id}: {difference}"
        for operator in _operators(settings)
        for name, read_model in READ_MODELS.items()
        for difference in operator.differences(name, read_model)
    ]
    if arguments.json:
        print(json.dumps({"service": settings.service, "differences": differences}))
    else:
        print("\n".join(differences) or "identity: no difference")
    return 1 if differences else 0


def _operators(settings: Settings) -> Iterator[Operator]:
    parts = bootstrap.build(settings)
    tokens = service.service_tokens(settings)
    lists = PartnerLists(Peer(DESCRIPTOR, "partner", settings.rpc_address("partner"), tokens))
    return (Operator(parts, lists, authority.id) for authority in parts.catalogue.authorities())
