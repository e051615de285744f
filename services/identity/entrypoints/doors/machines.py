"""Service accounts: opened, given secrets and closed by administration; and their sign-in."""

from __future__ import annotations

from uuid import UUID

from atouts.identity.v1 import credentials_pb2 as pb

from chassis.clock import machine_now
from chassis.work import Work
from services.identity.application import machines as use
from services.identity.bootstrap import Parts
from services.identity.domain.refusals import ClientUnknown
from services.identity.entrypoints.parsing import an_id


class MachineDoor:
    """Instants here are machine time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._machines = parts.machines

    def open_service_account(self, work: Work, request: pb.OpenServiceAccountRequest) -> pb.OpenServiceAccountResponse:
        machine, secret = use.open_machine(work, self._machines, request.name, request.roles, machine_now())
        return pb.OpenServiceAccountResponse(account_id=machine.account_id, client_secret=secret)

    def rotate_service_secret(
        self, work: Work, request: pb.RotateServiceSecretRequest
    ) -> pb.RotateServiceSecretResponse:
        account_id = an_id(request.account_id, "account_id")
        secret = use.rotate_secret(work, self._machines, account_id, machine_now())
        return pb.RotateServiceSecretResponse(client_secret=secret)

    def close_service_account(
        self, work: Work, request: pb.CloseServiceAccountRequest
    ) -> pb.CloseServiceAccountResponse:
        use.close_machine(work, self._machines, an_id(request.account_id, "account_id"), machine_now())
        return pb.CloseServiceAccountResponse()

    def list_service_accounts(
        self, work: Work, _request: pb.ListServiceAccountsRequest
    ) -> pb.ListServiceAccountsResponse:
        listed = [
            pb.ServiceAccount(account_id=each.account_id, name=each.name, roles=each.roles, opened_at=each.opened_at)
            for each in self._parts.machine_rows.open_ones(work)
        ]
        return pb.ListServiceAccountsResponse(service_accounts=listed)

    def sign_in_service(self, work: Work, request: pb.SignInServiceRequest) -> pb.SignInServiceResponse:
        account_id = _known_form(request.account_id)
        token = use.sign_in_machine(work, self._machines, account_id, request.client_secret, machine_now())
        life_s = self._machines.access_tokens.life_s
        return pb.SignInServiceResponse(access_token=token, expires_in_s=life_s)


def _known_form(text: str) -> str:
    """An id that is none is an unknown client. Raises ClientUnknown."""
    try:
        return str(UUID(text))
    except ValueError:
        raise ClientUnknown from None
