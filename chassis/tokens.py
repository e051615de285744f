"""Two proofs in every call: the calling service's own token, and the person's access token passed on unchanged.

Both are JWTs signed with Ed25519. Their expiry is machine time. Verified tokens are remembered until they
expire: a signature costs more than most calls.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet, OKPKey

from chassis.context import Account, AccountKind
from chassis.errors import NotSignedIn, SessionExpired
from chassis.key_files import key_set
from chassis.keys import KeyFolder

ALGORITHM = "Ed25519"
SERVICE_TOKEN_LIFE_S = 300
ACCESS_TOKEN_LIFE_S = 600
_RENEW_BEFORE_S = 60
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class PersonProof:
    """What an access token says: account, authority, second factor, session, no more."""

    account: Account
    authority_id: str
    expires_at: float


class ServiceTokens:
    """Signs this service's tokens, one an audience, renewed before they expire."""

    def __init__(self, service: str, keys: KeyFolder) -> None:
        self._service = service
        self._key = OKPKey.import_key(keys.private_pem(f"services/{service}"))
        self._tokens: dict[str, tuple[str, float]] = {}

    def for_audience(self, audience: str) -> str:
        token, expires_at = self._tokens.get(audience, ("", 0.0))
        now = time.time()
        if now > expires_at - _RENEW_BEFORE_S:
            expires_at = now + SERVICE_TOKEN_LIFE_S
            claims = {"iss": self._service, "aud": audience, "exp": int(expires_at)}
            token = jwt.encode({"alg": ALGORITHM, "kid": self._service}, claims, self._key, algorithms=[ALGORITHM])
            self._tokens[audience] = (token, expires_at)
        return token


def sign_access_token(key_pem: bytes, account: Account, authority_id: str) -> str:
    """A person's access token, ACCESS_TOKEN_LIFE_S long. Only identity holds the key."""
    key = OKPKey.import_key(key_pem)
    claims = {
        "iss": "atouts",
        "sub": account.account_id,
        "authority": authority_id,
        "kind": account.kind.value,
        "amr": ["pwd", "otp"] if account.second_factor else ["pwd"],
        "exp": int(time.time()) + ACCESS_TOKEN_LIFE_S,
        **({"sid": account.session_id} if account.session_id else {}),
    }
    header = {"alg": ALGORITHM, "kid": key.thumbprint()}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


class TokenVerifier:
    """Verifies both kinds with key sets kept on disk, so that it works while identity is down.

    The key set of access tokens may change while we run: a key that was added is taken up at its first token, one that
    was taken away is good for a second more, also for tokens that were verified before.
    """

    def __init__(self, service: str, keys: KeyFolder) -> None:
        self._service = service
        self._services = KeySet.import_key_set(keys.key_set("services"))  # type: ignore[arg-type]
        self._accounts = keys.watched("accounts.jwks.json", key_set)
        self._callers: dict[str, tuple[str, float]] = {}
        self._persons: dict[str, PersonProof] = {}
        self._lock = Lock()

    def calling_service(self, token: str) -> str:
        """Name of the service that signed `token` for us. Raises NotSignedIn."""
        known = self._callers.get(token)
        if known and known[1] > time.time():
            return known[0]
        claims = _verified(token, self._services)
        if claims.get("aud") != self._service or not claims.get("iss"):
            raise NotSignedIn("a service token for another service")
        self._require_own_key(token, claims["iss"])
        self._remember(self._callers, token, (claims["iss"], float(claims["exp"])))
        return str(claims["iss"])

    def person(self, token: str) -> PersonProof:
        """The person that identity vouches for. Raises NotSignedIn, SessionExpired."""
        if self._accounts.look():
            self._forget_persons()
        known = self._persons.get(token)
        if known is None:
            known = _person_proof(self._claims(token))
            self._remember(self._persons, token, known)
        if known.expires_at <= time.time():
            raise SessionExpired("access token")
        return known

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            return _verified(token, self._accounts.holds)
        except NotSignedIn:
            if not self._accounts.look(at_once=True):  # signed, it may be, with a key that we have not read yet
                raise
            self._forget_persons()
            return _verified(token, self._accounts.holds)

    def _forget_persons(self) -> None:
        with self._lock:
            self._persons.clear()

    def _require_own_key(self, token: str, issuer: str) -> None:
        from joserfc.jws import extract_compact  # the header is read only once a token, not once a call

        if extract_compact(token.encode()).headers().get("kid") != issuer:
            raise NotSignedIn("a service token signed with another service's key")

    def _remember(self, memory: dict[str, Any], token: str, value: object) -> None:
        with self._lock:
            if len(memory) >= _REMEMBERED:
                memory.clear()
            memory[token] = value


def _verified(token: str, keys: KeySet) -> dict[str, Any]:
    try:
        claims = jwt.decode(token, keys, algorithms=[ALGORITHM]).claims
        jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
        return dict(claims)
    except ExpiredTokenError:
        raise SessionExpired("token") from None
    except (JoseError, ValueError, KeyError) as error:
        raise NotSignedIn(f"token: {type(error).__name__}") from None


def _person_proof(claims: dict[str, Any]) -> PersonProof:
    try:
        account = Account(claims["sub"], AccountKind(claims["kind"]), "otp" in claims["amr"], claims.get("sid", ""))
        return PersonProof(account, claims["authority"], float(claims["exp"]))
    except (KeyError, ValueError):
        raise NotSignedIn("not an access token") from None
