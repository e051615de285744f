"""A browser that is signed in: one sealed, http-only cookie, and a short memory of what was renewed."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, replace

from atouts.identity.v1.accounts_pb2 import Session as Tokens

from chassis.context import Account, AccountKind
from chassis.crypto import Cipher, Unreadable

COOKIE = "atouts_session"
# A page makes several calls: a token about to end is renewed first.
_RENEW_BEFORE_S = 30.0
# Requests that left the browser before the new cookie came; long enough for a slow phone.
_REMEMBERED_S = 120.0
_REMEMBERED = 20_000

Renew = Callable[[str], Awaitable[Tokens]]


@dataclass(frozen=True, slots=True)
class Session:
    """`expires_at` is machine time: the end of the access token. `form_secret` proves that a form is ours.

    `roles`: staff's, as identity told them with this access token; they choose what is shown, and open nothing.
    """

    account_id: str
    kind: AccountKind
    access_token: str
    refresh_token: str
    form_secret: str
    expires_at: float
    roles: tuple[str, ...] = ()

    @property
    def authorization(self) -> str:
        return f"Bearer {self.access_token}"

    def with_tokens(self, tokens: Tokens) -> Session:
        return replace(
            self,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_at=time.time() + tokens.expires_in_s,
        )


def begin(account: Account, tokens: Tokens, roles: Iterable[str] = ()) -> Session:
    """A session that starts now: with a form secret of its own, whatever the browser held before."""
    form_secret = secrets.token_urlsafe(24)
    blank = Session(account.account_id, account.kind, "", "", form_secret, 0.0, tuple(roles))
    return blank.with_tokens(tokens)


class Seal:
    """What a browser keeps for us: authenticated encryption, bound to what it was made for."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(key)

    def close(self, session: Session, authority_id: str) -> str:
        return self.close_text(json.dumps(asdict(session)), _bound(authority_id))

    def open(self, cookie: str, authority_id: str) -> Session | None:
        """None when it was changed, made for another authority, or sealed under another key."""
        text = self.open_text(cookie, _bound(authority_id))
        if text is None:
            return None
        values = json.loads(text)
        kind, roles = AccountKind(values["kind"]), tuple(values.get("roles", ()))
        return Session(**{**values, "kind": kind, "roles": roles})

    def close_text(self, text: str, bound_to: str) -> str:
        """What a browser may keep and not read; opened only for what it was `bound_to`."""
        return base64.urlsafe_b64encode(self._cipher.seal_text(text, bound_to)).decode().rstrip("=")

    def open_text(self, sealed: str, bound_to: str) -> str | None:
        """None when it was changed, made for something else, or sealed under another key."""
        try:
            return self._cipher.open_text(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)), bound_to)
        except (Unreadable, binascii.Error, ValueError):
            return None


def _bound(authority_id: str) -> str:
    return f"{COOKIE} of {authority_id}"


class Renewals:
    """The one place where refresh tokens are used.

    Each serves once, and a second use ends the session (docs/decisions/0041): requests of one browser that
    arrive together share one renewal, and those that arrive just after find its result.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._results: OrderedDict[bytes, tuple[float, asyncio.Future[Session]]] = OrderedDict()

    def is_due(self, session: Session) -> bool:
        return time.time() > session.expires_at - _RENEW_BEFORE_S

    async def renew(self, session: Session, ask: Renew) -> Session:
        """The session with new tokens. Raises Problem, what `ask` raises."""
        self._forget_old()
        key = hashlib.sha256(session.refresh_token.encode()).digest()
        known = self._results.get(key)
        if known is None:
            future = asyncio.ensure_future(self._asked(session, ask))
            known = self._results[key] = (self._now(), future)
        try:
            # Shielded: a browser that leaves must not take the answer from the others.
            return await asyncio.shield(known[1])
        except Exception:
            self._results.pop(key, None)
            raise

    async def _asked(self, session: Session, ask: Renew) -> Session:
        return session.with_tokens(await ask(session.refresh_token))

    def _forget_old(self) -> None:
        before = self._now() - _REMEMBERED_S
        while self._results:
            key, (at, _) = next(iter(self._results.items()))
            if at > before and len(self._results) < _REMEMBERED:
                return
            del self._results[key]
