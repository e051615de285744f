"""Accounts that act for a partner, for its principal and managers."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb

from chassis.work import Work
from services.identity.application import delegate_accounts as use
from services.identity.bootstrap import Parts
from services.identity.entrypoints.parsing import an_id


class DelegateDoor:
    """The policy has proven that the caller runs the request's `partner_id`."""

    def __init__(self, parts: Parts) -> None:
        self._accounts, self._emails = parts.signing_in.accounts, parts.emails

    def list_delegate_accounts(
        self, work: Work, request: pb.ListDelegateAccountsRequest
    ) -> pb.ListDelegateAccountsResponse:
        found = use.delegate_accounts(work, self._accounts, an_id(request.partner_id, "partner_id"))
        return pb.ListDelegateAccountsResponse(delegates=map(_message, found))

    def find_delegate_account(
        self, work: Work, request: pb.FindDelegateAccountRequest
    ) -> pb.FindDelegateAccountResponse:
        partner_id, email = an_id(request.partner_id, "partner_id"), self._emails.normal(request.email)
        return pb.FindDelegateAccountResponse(
            delegate=_message(use.find_delegate_account(work, self._accounts, partner_id, email))
        )


def _message(found: use.DelegateAccount) -> pb.DelegateAccount:
    return pb.DelegateAccount(account_id=found.account_id, email=found.email, roles=sorted(found.roles))
