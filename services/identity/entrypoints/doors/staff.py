"""Staff: invitations and roles."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb

from chassis.clock import machine_now
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity.application import staff as use
from services.identity.bootstrap import Parts
from services.identity.domain.accounts import fit_password
from services.identity.entrypoints.doors.accounts import account_message
from services.identity.entrypoints.parsing import an_id
from services.identity.entrypoints.transactions import in_transaction


class StaffDoor:
    """Administration invites; who is invited sets a password and enrols a second factor."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def invite_staff(self, work: Work, request: pb.InviteStaffRequest) -> pb.InviteStaffResponse:
        email = self._parts.emails.normal(request.email)
        command = use.InviteStaff(email, tuple(request.roles), machine_now())
        invited = use.invite_staff(work, self._parts.staff, command)
        return pb.InviteStaffResponse(account_id=invited.account_id, invitation_token=invited.token)

    @direct
    def accept_invitation(self, call: Call, request: pb.AcceptInvitationRequest) -> pb.AcceptInvitationResponse:
        staff, platform, at = self._parts.staff, self._parts.platform, machine_now()
        token = request.invitation_token
        email = in_transaction(platform, call.context, lambda work: use.invited_email(work, staff, token, at))
        password_hash = self._parts.passwords.hash(fit_password(request.password, email))
        command = use.AcceptInvitation(token, password_hash, at)
        account, uri = in_transaction(platform, call.context, lambda work: use.accept_invitation(work, staff, command))
        return pb.AcceptInvitationResponse(account=account_message(account, ()), second_factor_uri=uri)

    def set_staff_roles(self, work: Work, request: pb.SetStaffRolesRequest) -> pb.SetStaffRolesResponse:
        command = use.SetStaffRoles(an_id(request.account_id, "account_id"), tuple(request.roles))
        account = use.set_staff_roles(work, self._parts.staff, command, machine_now())
        return pb.SetStaffRolesResponse(account=account_message(account, set(command.roles)))
