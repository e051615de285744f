"""Pages over real HTTP, before services that answer what a test tells them to."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from atouts.identity.v1 import accounts_pb2

from chassis import keys, logs
from chassis.clock import SystemClock
from chassis.context import Account, AccountKind
from chassis.tokens import sign_access_token
from gateway import routes
from gateway.web import pages, session
from gateway.web.session import COOKIE
from gateway.web.setting import Setting, make
from gateway.web.tabs import EVERY_ROLE
from rulebooks import Catalogue
from tests.integration.gateway_api.conftest import (
    HOST,
    FakeServices,
    _app,
    _served,
    fake_services,
    key_folder,
    services,
)

__all__ = ["fake_services", "key_folder", "services"]
PERSON = "11111111-1111-4111-8111-111111111111"
PAYMENTS = "http://127.0.0.1:9"


@pytest.fixture(scope="session")
def setting(key_folder: keys.KeyFolder) -> Setting:
    return make(Catalogue.load(), key_folder.secret("data/gateway"), "http://localhost", SystemClock(), PAYMENTS)


@pytest.fixture(scope="session")
def base_url(key_folder: keys.KeyFolder, fake_services: FakeServices, setting: Setting) -> Iterator[str]:
    logs.configure("gateway", "http", "critical")  # what a test provokes is no news
    with ExitStack() as stack:
        application = _app(routes.operations(), fake_services.addresses, key_folder, pages.pages(), setting)
        yield str(stack.enter_context(_served(application)).base_url)


class Browser:
    """As much of a browser as these tests need: cookies, and forms sent back as they were drawn."""

    def __init__(self, base_url: str, setting: Setting, key_folder: keys.KeyFolder) -> None:
        self.http = httpx.Client(
            base_url=base_url, headers={"Host": HOST, "Accept": "text/html"}, timeout=30, follow_redirects=False
        )
        self._setting = setting
        # The gateway remembers a renewal for a while: no two tests share a token.
        self.refresh_token = f"refresh-{uuid.uuid4()}"
        self._key_folder = key_folder

    def get(self, path: str, **rest: object) -> httpx.Response:
        return self.http.get(path, **rest)  # type: ignore[arg-type]  # passed on

    def post(self, path: str, data: dict[str, str] | None = None, **rest: object) -> httpx.Response:
        """With the token of a page of ours, unless `data` says another."""
        return self.http.post(path, data={"csrf": self.token(), **(data or {})}, **rest)  # type: ignore[arg-type]  # passed on

    def token(self) -> str:
        page = self.http.get("/compte/creer")
        if page.status_code == 303:
            page = self.http.get("/compte/connexion-inconnue")  # any page of the signed-in has the sign-out form
        found = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert found, page.text
        return found[1]

    def access_token(self, kind: AccountKind = AccountKind.YOUNG) -> str:
        account = Account(PERSON, kind, second_factor=kind is AccountKind.STAFF)
        return sign_access_token(self._key_folder.private_pem("accounts"), account, "normandie")

    def tokens(self, kind: AccountKind = AccountKind.YOUNG, *, expires_in_s: int = 600) -> accounts_pb2.Session:
        return accounts_pb2.Session(
            access_token=self.access_token(kind), expires_in_s=expires_in_s, refresh_token=self.refresh_token
        )

    def sign_in(
        self, kind: AccountKind = AccountKind.YOUNG, *, expires_in_s: int = 600, roles: Iterable[str] | None = None
    ) -> None:
        """As the sign-in page would: the sealed cookie of a new session. Staff has every role, or these."""
        held = EVERY_ROLE if roles is None and kind is AccountKind.STAFF else roles or ()
        account = Account(PERSON, kind, second_factor=kind is AccountKind.STAFF)
        begun = session.begin(account, self.tokens(kind, expires_in_s=expires_in_s), held)
        self.http.cookies.set(COOKIE, self._setting.seal.close(begun, "normandie"), domain="127.0.0.1", path="/")


@pytest.fixture
def browser(base_url: str, setting: Setting, key_folder: keys.KeyFolder, services: FakeServices) -> Iterator[Browser]:
    """A browser of somebody who is not signed in."""
    one = Browser(base_url, setting, key_folder)
    yield one
    one.http.close()
