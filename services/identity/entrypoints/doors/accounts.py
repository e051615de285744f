"""Accounts."""

from __future__ import annotations

import json
from collections.abc import Iterable

from atouts.identity.v1 import accounts_pb2 as pb

from chassis.clock import machine_now
from chassis.errors import Malformed
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity.application import accounts as use
from services.identity.application.contacts import find_person, look_up_contacts
from services.identity.bootstrap import Parts
from services.identity.domain.accounts import Account, AccountKind, fit_password, require_open_kind
from services.identity.entrypoints.parsing import ids
from services.identity.entrypoints.transactions import in_transaction
from services.identity.store import views

_KINDS = {
    pb.ACCOUNT_KIND_YOUNG: AccountKind.YOUNG,
    pb.ACCOUNT_KIND_PARTNER: AccountKind.PARTNER,
    pb.ACCOUNT_KIND_STAFF: AccountKind.STAFF,
    pb.ACCOUNT_KIND_GUARDIAN: AccountKind.GUARDIAN,
}
_KINDS_ON_WIRE = {kind: code for code, kind in _KINDS.items()}


class AccountDoor:
    """Opening an account, reading one's own, and what others need to know of accounts."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @direct
    def open_account(self, call: Call, request: pb.OpenAccountRequest) -> pb.OpenAccountResponse:
        kind = require_open_kind(_kind(request.kind))
        email = self._parts.emails.normal(request.email)
        password_hash = self._parts.passwords.hash(fit_password(request.password, email))
        command = use.OpenAccount(kind, email, password_hash, machine_now())
        into = self._parts.links
        opened = in_transaction(
            self._parts.platform, call.context, lambda work: use.open_account(work, into.accounts, into.links, command)
        )
        return pb.OpenAccountResponse(account=account_message(opened, ()))

    def get_account(self, work: Work, _request: pb.GetAccountRequest) -> pb.GetAccountResponse:
        account, roles = use.own_account(work, self._parts.signing_in.accounts, self._parts.staff.roles)
        return pb.GetAccountResponse(account=account_message(account, roles))

    def get_jwks(self, _work: Work, _request: pb.GetJwksRequest) -> pb.GetJwksResponse:
        return pb.GetJwksResponse(jwks_json=json.dumps(self._parts.account_keys.key_set("accounts")))

    def look_up_contacts(self, work: Work, request: pb.LookUpContactsRequest) -> pb.LookUpContactsResponse:
        accounts, persons = self._parts.signing_in.accounts, self._parts.schools.persons
        found = look_up_contacts(work, accounts, persons, ids(request.account_ids, "account_ids"))
        contacts = [
            pb.Contact(account_id=one.account_id, email=one.email, given_name=one.given_name, surname=one.surname)
            for one in found
        ]
        return pb.LookUpContactsResponse(contacts=contacts)

    def find_person(self, work: Work, request: pb.FindPersonRequest) -> pb.FindPersonResponse:
        email = self._parts.emails.as_typed(request.email)
        return pb.FindPersonResponse(person_id=find_person(work, self._parts.signing_in.accounts, email))

    def list_grants(self, work: Work, request: pb.ListGrantsRequest) -> pb.ListGrantsResponse:
        page = views.staff_grants(work, request.page_token)
        grants = [
            pb.Grant(account_id=row.account_id, scope=row.scope, roles=row.roles, version=row.version)
            for row in page.rows
        ]
        return pb.ListGrantsResponse(grants=grants, next_page_token=page.next_token)


def account_message(account: Account, roles: Iterable[str]) -> pb.Account:
    return pb.Account(
        account_id=account.account_id,
        kind=_KINDS_ON_WIRE[account.kind],
        email=account.email,
        roles=sorted(roles),
        second_factor=account.second_factor is not None,
        email_confirmed=account.is_confirmed,
    )


def _kind(code: pb.AccountKind) -> AccountKind:
    if code not in _KINDS:
        raise Malformed("kind", "Indiquez le type de compte : young, partner ou guardian.", "say which kind of account")
    return _KINDS[code]
