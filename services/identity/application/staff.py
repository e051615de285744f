"""Staff: invited by administration, with a second factor, in roles that every service knows by event."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chassis import grants
from chassis.work import Work
from services.identity.application.accounts import publish_opened
from services.identity.application.links import send_link
from services.identity.application.ports import (
    Accounts,
    Invitations,
    MailLinks,
    SecondFactors,
    Sessions,
    StaffRoles,
)
from services.identity.application.sign_in import fresh_token
from services.identity.domain.accounts import (
    ADMINISTRATION,
    INVITATION_LIFE,
    Account,
    AccountKind,
    Invitation,
    SecondFactor,
    StaffMember,
    fit_first_roles,
    fit_roles,
)
from services.identity.domain.mail_links import LinkPurpose
from services.identity.domain.refusals import (
    AccountUnknown,
    EmailTaken,
    InvitationUnusable,
    OwnAdministrationKept,
)


@dataclass(frozen=True, slots=True)
class StaffParts:
    """What invitations need."""

    accounts: Accounts
    invitations: Invitations
    roles: StaffRoles
    sessions: Sessions
    second_factors: SecondFactors
    links: MailLinks


@dataclass(frozen=True, slots=True)
class InviteStaff:
    """`at` is machine time. `by_mail`: the invitation is sent to its address; else the operator hands it over."""

    email: str
    roles: tuple[str, ...]
    at: datetime
    by_mail: bool = True


@dataclass(frozen=True, slots=True)
class Invited:
    """The token is shown this once: only its keyed hash is kept."""

    account_id: str
    token: str


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """The password is hashed already; `at` is machine time."""

    token: str
    password_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetStaffRoles:
    """From now on, these roles and no others."""

    account_id: str
    roles: tuple[str, ...]


def invite_staff(work: Work, parts: StaffParts, command: InviteStaff) -> Invited:
    """Invite, or invite again who has never signed in. Raises RoleUnknown, RolesMissing, EmailTaken."""
    roles = fit_first_roles(command.roles)
    account = parts.accounts.find_by_email(work, command.email) or _added(work, parts.accounts, command.email)
    if not account.may_be_invited_again:
        raise EmailTaken
    token = fresh_token()
    invitation = Invitation(account.account_id, command.at + INVITATION_LIFE, is_used=False)
    parts.invitations.add(work, token, invitation, command.at)
    parts.links.end_all(work, account.account_id, (LinkPurpose.INVITE,), command.at)
    if command.by_mail:
        send_link(work, parts.links, account.account_id, LinkPurpose.INVITE, command.at, token=token)
    grant(work, parts.roles, account.account_id, roles)
    work.audit("staff_invited", account.account_id, after={"roles": sorted(roles)})
    return Invited(account.account_id, token)


def invited_email(work: Work, parts: StaffParts, token: str, at: datetime) -> str:
    """The address that an invitation is for, before its password is hashed. Raises InvitationUnusable."""
    return _usable(work, parts, token, at).email


def accept_invitation(work: Work, parts: StaffParts, command: AcceptInvitation) -> tuple[Account, str]:
    """The account, and the address of its second factor, shown this once. Raises InvitationUnusable.

    Who lost the second factor before signing in is invited again: the account was opened by the first acceptance.
    """
    account = _usable(work, parts, command.token, command.at)
    secret = parts.second_factors.new_secret()
    accepted = Account(account.account_id, account.kind, account.email, command.password_hash, SecondFactor(secret))
    parts.accounts.keep_credentials(work, accepted)
    parts.invitations.use(work, command.token, command.at)
    parts.links.end_all(work, account.account_id, (LinkPurpose.INVITE,), command.at)
    if not account.is_open:
        publish_opened(work, parts.links, accepted, command.at)
    work.audit("invitation_accepted", account.account_id)
    return accepted, parts.second_factors.enrolment_uri(secret, account.email)


def set_staff_roles(work: Work, parts: StaffParts, command: SetStaffRoles, at: datetime) -> Account:
    """Raises RoleUnknown, AccountUnknown, OwnAdministrationKept. No role left: the sessions end too."""
    roles = fit_roles(command.roles)
    account = parts.accounts.lock(work, command.account_id)
    if account is None or account.kind is not AccountKind.STAFF:
        raise AccountUnknown
    if command.account_id == work.context.account_id and ADMINISTRATION not in roles:
        raise OwnAdministrationKept
    before = parts.roles.of(work, command.account_id)
    grant(work, parts.roles, command.account_id, roles)
    if not roles:
        parts.sessions.revoke_all(work, command.account_id, at)
    work.audit("staff_roles_set", command.account_id, before=sorted(before), after=sorted(roles))
    return account


def list_staff(work: Work, parts: StaffParts, page_token: str) -> tuple[list[StaffMember], str]:
    """Everybody who was ever invited, with the roles that they hold, and the next page's token."""
    accounts, next_page_token = parts.accounts.page_of_staff(work, page_token)
    held = grants.holders_of(work.session, work.tables, work.authority_id, grants.AUTHORITY_SCOPE)
    ends = parts.invitations.ends_of(work, [account.account_id for account in accounts])
    found = [
        StaffMember(account, held.get(account.account_id, frozenset()), ends.get(account.account_id))
        for account in accounts
    ]
    return found, next_page_token


def _added(work: Work, accounts: Accounts, email: str) -> Account:
    account = Account(str(uuid.uuid4()), AccountKind.STAFF, email)
    if not accounts.add(work, account):
        raise EmailTaken
    return account


def _usable(work: Work, parts: StaffParts, token: str, at: datetime) -> Account:
    invitation = parts.invitations.lock(work, token)
    if invitation is None:
        raise InvitationUnusable
    invitation.accept(at)
    account = parts.accounts.lock(work, invitation.account_id)
    if account is None:
        raise InvitationUnusable
    return account


def grant(work: Work, staff_roles: StaffRoles, account_id: str, roles: Iterable[str]) -> None:
    version = staff_roles.change(work, account_id, roles)
    if version is not None:
        data = {"account_id": account_id, "scope": grants.AUTHORITY_SCOPE, "roles": sorted(roles)}
        work.publish("grant_changed", account_id, version, data)
