"""Staff: invitations and roles."""

from __future__ import annotations

from datetime import datetime

from atouts.identity.v1 import accounts_pb2 as pb

from chassis.clock import machine_now
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity.application import staff as use
from services.identity.bootstrap import Parts
from services.identity.domain.accounts import StaffMember, StaffState, fit_password
from services.identity.entrypoints.doors.accounts import account_message
from services.identity.entrypoints.parsing import a_timestamp, an_id
from services.identity.entrypoints.transactions import in_transaction

_STATES = {
    StaffState.INVITED: pb.STAFF_STATE_INVITED,
    StaffState.LAPSED: pb.STAFF_STATE_LAPSED,
    StaffState.JOINED: pb.STAFF_STATE_JOINED,
}


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

    def list_staff(self, work: Work, request: pb.ListStaffRequest) -> pb.ListStaffResponse:
        found, next_page_token = use.list_staff(work, self._parts.staff, request.page_token)
        at = machine_now()
        return pb.ListStaffResponse(staff=[_message(each, at) for each in found], next_page_token=next_page_token)

    def set_staff_roles(self, work: Work, request: pb.SetStaffRolesRequest) -> pb.SetStaffRolesResponse:
        command = use.SetStaffRoles(an_id(request.account_id, "account_id"), tuple(request.roles))
        account = use.set_staff_roles(work, self._parts.staff, command, machine_now())
        return pb.SetStaffRolesResponse(account=account_message(account, set(command.roles)))


def _message(member: StaffMember, at: datetime) -> pb.StaffMember:
    return pb.StaffMember(
        account_id=member.account.account_id,
        email=member.account.email,
        roles=sorted(member.roles),
        state=_STATES[member.state(at)],
        invited_until=a_timestamp(member.invited_until),
        may_be_invited_again=member.account.may_be_invited_again,
    )
