"""Accounts, sessions and staff."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb
from atouts.identity.v1 import credentials_pb2
from marshmallow import fields

from gateway.schemas.fields import Instant, Many, Part, Shown, Strict, Text, Word
from gateway.schemas.paging import Paged

_Kind = pb.AccountKind


def _password(least: int = 1) -> Text:
    return Text(128, least=least, metadata={"format": "password"}, required=True)


class OpenAccount(Strict):
    kind = Word(_Kind, but=("staff",), required=True)
    email = Text(254, required=True, metadata={"format": "email"})
    password = _password(least=12)


class SignIn(Strict):
    email = Text(254, required=True, metadata={"format": "email"})
    password = _password()
    second_factor_code = Text(12)


class RefreshToken(Strict):
    refresh_token = Text(500, required=True)


class InviteStaff(Strict):
    email = Text(254, required=True, metadata={"format": "email"})
    roles = Many(Text(40), 20, required=True)


class StaffRoles(Strict):
    roles = Many(Text(40), 20, required=True)


class StaffMember(Shown):
    account_id = fields.String()
    email = fields.String()
    roles = fields.List(fields.String())
    state = Word(pb.StaffState)
    invited_until = Instant()
    may_be_invited_again = fields.Boolean()


class StaffAnswer(Paged):
    staff = fields.List(Part(StaffMember))


class PersonFound(Shown):
    person_id = fields.String()


class AcceptInvitation(Strict):
    invitation_token = Text(500, required=True)
    password = _password(least=12)


class Email(Strict):
    email = Text(254, required=True, metadata={"format": "email"})


class LinkToken(Strict):
    token = Text(100, required=True)


class RecoverAccount(Strict):
    token = Text(100, required=True)
    password = _password(least=12)
    second_factor_code = Text(12)


class EmailChange(Strict):
    email = Text(254, required=True, metadata={"format": "email"})
    password = _password()


class PasswordChange(Strict):
    password = _password()
    new_password = _password(least=12)


class OwnPassword(Strict):
    password = _password()


class FactorCode(Strict):
    second_factor_code = Text(12, required=True)


class PasswordAndCode(Strict):
    password = _password()
    second_factor_code = Text(12, required=True)


class OpenServiceAccount(Strict):
    name = Text(80, required=True)
    roles = Many(Text(40), 20, required=True)


class ServiceSignIn(Strict):
    account_id = Text(64, required=True)
    client_secret = Text(100, required=True)


class Account(Shown):
    account_id = fields.String()
    kind = Word(_Kind)
    email = fields.String()
    roles = fields.List(fields.String())
    second_factor = fields.Boolean()
    email_confirmed = fields.Boolean()


class Session(Shown):
    access_token = fields.String()
    expires_in_s = fields.Integer()
    refresh_token = fields.String()


class AccountAnswer(Shown):
    account = Part(Account)


class SessionAnswer(Shown):
    session = Part(Session)


class SignInAnswer(Shown):
    session = Part(Session)
    account = Part(Account)


class InvitationAnswer(Shown):
    account_id = fields.String()
    invitation_token = fields.String()


class InvitationAccepted(Shown):
    account = Part(Account)
    second_factor_uri = fields.String()


class FollowedLink(Shown):
    purpose = Word(credentials_pb2.LinkPurpose)


class SecondFactorOffered(Shown):
    second_factor_uri = fields.String()


class RecoveryCodes(Shown):
    recovery_codes = fields.List(fields.String())


class OpenSession(Shown):
    session_id = fields.String()
    opened_at = Instant()
    used_at = Instant()
    second_factor = fields.Boolean()
    current = fields.Boolean()


class SessionsAnswer(Shown):
    sessions = fields.List(Part(OpenSession))


class EndedSessions(Shown):
    ended = fields.Integer()


class ServiceAccount(Shown):
    account_id = fields.String()
    name = fields.String()
    roles = fields.List(fields.String())
    opened_at = Instant()


class ServiceAccounts(Shown):
    service_accounts = fields.List(Part(ServiceAccount))


class ServiceAccountOpened(Shown):
    account_id = fields.String()
    client_secret = fields.String()


class ServiceSecret(Shown):
    client_secret = fields.String()


class ServiceSession(Shown):
    access_token = fields.String()
    expires_in_s = fields.Integer()
