"""People before their screens: a browser context each, signed in by the page that all sign in by."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from demo.sessions import Login

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SIGN_IN = "/compte/connexion"
PATIENCE_MS = 30_000  # a deadline, met at once where the machine is not busy with other work


@dataclass
class Desk:
    """`url` is the pages' address; pictures go to `shots`."""

    url: str
    browser: Browser
    shots: Path
    _contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def visitor(self) -> Page:
        """A page of somebody who is not signed in, forgotten by all pages before."""
        return self._new_context().new_page()

    def page(self, login: Login) -> Page:
        """A new page of this person, who signs in once."""
        if login.email not in self._contexts:
            context = self._new_context()
            self._sign_in(context.new_page(), login)
            self._contexts[login.email] = context
        return self._contexts[login.email].new_page()

    def shoot(self, page: Page, name: str) -> None:
        """The whole page as a desktop and as a phone show it, in .run/shots/."""
        self.shots.mkdir(parents=True, exist_ok=True)
        for kind, size in (("phone", PHONE), ("desktop", DESKTOP)):
            page.set_viewport_size(size)
            page.screenshot(path=self.shots / f"{name}-{kind}.png", full_page=True)

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()

    def _new_context(self) -> BrowserContext:
        context = self.browser.new_context(base_url=self.url, viewport=DESKTOP, locale="fr-FR")
        context.grant_permissions(["camera"], origin=self.url)
        context.set_default_timeout(PATIENCE_MS)
        return context

    def _sign_in(self, page: Page, login: Login) -> None:
        page.goto(SIGN_IN)
        page.fill("[name=email]", login.email)
        page.fill("[name=password]", login.password)
        page.locator("main form [type=submit]").click()
        if login.second_factor_uri:  # asked for once the password is right; no page repeats a password
            page.fill("[name=second_factor_code]", _second_factor(login.second_factor_uri))
            page.fill("[name=password]", login.password)
            page.locator("main form [type=submit]").click()
        page.wait_for_url(lambda url: urlsplit(url).path != SIGN_IN)
        page.close()


def _second_factor(uri: str) -> str:
    code = pyotp.parse_uri(uri)
    assert isinstance(code, pyotp.TOTP)  # the platform's second factor is time-based
    return code.at(time.time())
