"""Sessions: signing in, going on, signing out."""

from __future__ import annotations

from atouts.identity.v1 import accounts_pb2 as pb
from atouts.identity.v1 import credentials_pb2

from chassis.clock import machine_now
from chassis.context import CallContext
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.identity import metrics
from services.identity.application import sessions as use
from services.identity.application.sign_in import SignIn, Tokens, look_up, sign_in
from services.identity.bootstrap import Parts
from services.identity.domain.accounts import normal_password
from services.identity.domain.refusals import IdentityRefusal
from services.identity.domain.sessions import OpenSession
from services.identity.entrypoints.doors.accounts import account_message
from services.identity.entrypoints.parsing import an_id
from services.identity.entrypoints.transactions import in_transaction


class SessionDoor:
    """Instants here are machine time: a season played in minutes locks nobody out for months."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @direct
    def sign_in(self, call: Call, request: pb.SignInRequest) -> pb.SignInResponse:
        self._parts.passwords.require_room()
        try:
            response = self._sign_in(call.context, request)
        except IdentityRefusal as refusal:
            metrics.SIGN_INS.labels(type(refusal).__name__).inc()
            raise
        metrics.SIGN_INS.labels("SignedIn").inc()
        return response

    def refresh_session(self, work: Work, request: pb.RefreshSessionRequest) -> pb.RefreshSessionResponse:
        into = self._parts.signing_in
        command = use.RefreshSession(request.refresh_token, machine_now())
        tokens = use.refresh_session(work, into.sessions, into.accounts, into.access_tokens, command)
        return pb.RefreshSessionResponse(session=_session(tokens))

    def sign_out(self, work: Work, request: pb.SignOutRequest) -> pb.SignOutResponse:
        command = use.RefreshSession(request.refresh_token, machine_now())
        use.sign_out(work, self._parts.signing_in.sessions, command)
        return pb.SignOutResponse()

    def list_sessions(
        self, work: Work, _request: credentials_pb2.ListSessionsRequest
    ) -> credentials_pb2.ListSessionsResponse:
        found = use.own_sessions(work, self._parts.signing_in.sessions, machine_now())
        listed = [_open_session(session, work.context.session_id) for session in found]
        return credentials_pb2.ListSessionsResponse(sessions=listed)

    def end_session(self, work: Work, request: credentials_pb2.EndSessionRequest) -> credentials_pb2.EndSessionResponse:
        session_id = an_id(request.session_id, "session_id")
        use.end_session(work, self._parts.signing_in.sessions, session_id, machine_now())
        return credentials_pb2.EndSessionResponse()

    def end_other_sessions(
        self, work: Work, _request: credentials_pb2.EndOtherSessionsRequest
    ) -> credentials_pb2.EndOtherSessionsResponse:
        ended = use.end_other_sessions(work, self._parts.signing_in.sessions, machine_now())
        return credentials_pb2.EndOtherSessionsResponse(ended=ended)

    def _sign_in(self, context: CallContext, request: pb.SignInRequest) -> pb.SignInResponse:
        into, platform, at = self._parts.signing_in, self._parts.platform, machine_now()
        email = self._parts.emails.as_typed(request.email)
        account = in_transaction(platform, context, lambda work: look_up(work, into, email, at))
        password_hash = account.password_hash if account else ""
        matches = self._parts.passwords.matches(password_hash, normal_password(request.password))
        command = SignIn(email, account, matches, request.second_factor_code, at)

        def act(work: Work) -> pb.SignInResponse:
            signed_in, tokens = sign_in(work, into, command)
            roles = self._parts.staff.roles.of(work, signed_in.account_id)
            return pb.SignInResponse(session=_session(tokens), account=account_message(signed_in, roles))

        return in_transaction(platform, context, act)


def _session(tokens: Tokens) -> pb.Session:
    return pb.Session(
        access_token=tokens.access_token, expires_in_s=tokens.expires_in_s, refresh_token=tokens.refresh_token
    )


def _open_session(session: OpenSession, current: str) -> credentials_pb2.OpenSession:
    return credentials_pb2.OpenSession(
        session_id=session.session_id,
        opened_at=session.opened_at,
        used_at=session.used_at,
        second_factor=session.second_factor,
        current=session.session_id == current,
    )
