"""Signing in, as a browser or an application does, and staying signed in while the season passes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock

import httpx
import pyotp

from demo.client import Caller, Gateway, Json, Refused, Request

_TOTP_STEP_S = 30
_WRONG_CODE = "second_factor_wrong"


@dataclass(frozen=True)
class Login:
    """What a person types. `second_factor_uri` is the otpauth address that staff enrolled."""

    email: str
    password: str
    second_factor_uri: str = ""

    def body(self) -> Json:
        typed = {"email": self.email, "password": self.password}
        if not self.second_factor_uri:
            return typed
        code = pyotp.parse_uri(self.second_factor_uri)
        assert isinstance(code, pyotp.TOTP)  # the platform's second factor is time-based
        return {**typed, "second_factor_code": code.now()}


class Member(Caller):
    """A caller with an account: signs in at the first request, refreshes when the access token ends."""

    def __init__(self, gateway: Gateway, login: Login) -> None:
        super().__init__(gateway)
        self.login = login
        self._visitor = Caller(gateway)
        self._session: Json = {}
        self._lock = Lock()

    @property
    def account_id(self) -> str:
        return str(self.get("/v1/account")["account"]["account_id"])

    def sign_in(self) -> None:
        """Open a session. A second-factor code is good once: after a lost answer the next one is awaited."""
        try:
            self._session = self._visitor.post("/v1/sessions", self.login.body())["session"]
        except Refused as refusal:
            if not self.login.second_factor_uri or refusal.code != _WRONG_CODE:
                raise
            time.sleep(_TOTP_STEP_S - time.time() % _TOTP_STEP_S)
            self._session = self._visitor.post("/v1/sessions", self.login.body())["session"]

    def entry(self) -> Json | None:
        """Something when the account exists and its password opens it: for an opening whose answer was lost."""
        try:
            self.sign_in()
        except Refused:
            return None
        return {}

    def stream(self, path: str) -> AbstractContextManager[Iterator[str]]:
        """The lines of an answer that does not end; asked for with a token that was good a moment ago."""
        self.get("/v1/account")
        return self._gateway.stream(path, self._token())

    def _answer(self, request: Request, timeout_s: float | None) -> httpx.Response:
        token = self._token()
        response = self._gateway.answer(request, token, timeout_s)
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return response
        return self._gateway.answer(request, self._renewed(token), timeout_s)

    def _token(self) -> str:
        with self._lock:
            if not self._session:
                self.sign_in()
            return str(self._session["access_token"])

    def _renewed(self, ended: str) -> str:
        """Another token than the one that ended; threads that saw the same one end renew it once."""
        with self._lock:
            if self._session["access_token"] == ended:
                self._renew()
            return str(self._session["access_token"])

    def _renew(self) -> None:
        """Refresh; when the refresh token was already used in an attempt whose answer was lost, sign in."""
        try:
            refreshed = self._visitor.post("/v1/sessions/refresh", {"refresh_token": self._session["refresh_token"]})
            self._session = refreshed["session"]
        except Refused:
            self.sign_in()
