"""Accounts, sessions and staff."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb
from marshmallow import fields

from gateway.schemas.fields import Many, Part, Shown, Strict, Text, Word

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


class AcceptInvitation(Strict):
    invitation_token = Text(500, required=True)
    password = _password(least=12)


class Account(Shown):
    account_id = fields.String()
    kind = Word(_Kind)
    email = fields.String()
    roles = fields.List(fields.String())
    second_factor = fields.Boolean()


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
