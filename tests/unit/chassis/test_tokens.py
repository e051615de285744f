"""A call proves the calling service, and the person who acts."""

from __future__ import annotations

import time

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from chassis.context import Account, AccountKind
from chassis.errors import NotSignedIn, SessionExpired
from chassis.keys import KeyFolder
from chassis.tokens import ALGORITHM, ServiceTokens, TokenVerifier, sign_access_token

ACCOUNT = Account("a-1", AccountKind.STAFF, second_factor=True)


def test_a_service_is_known_by_its_own_signature(key_folder: KeyFolder) -> None:
    token = ServiceTokens("gateway", key_folder).for_audience("wallet")
    assert TokenVerifier("wallet", key_folder).calling_service(token) == "gateway"


def test_a_token_for_another_service_proves_nothing_here(key_folder: KeyFolder) -> None:
    token = ServiceTokens("gateway", key_folder).for_audience("payout")
    with pytest.raises(NotSignedIn):
        TokenVerifier("wallet", key_folder).calling_service(token)


def test_a_service_cannot_speak_in_another_s_name(key_folder: KeyFolder) -> None:
    key = OKPKey.import_key(key_folder.private_pem("services/mallory"))
    claims = {"iss": "gateway", "aud": "wallet", "exp": int(time.time()) + 60}
    forged = jwt.encode({"alg": ALGORITHM, "kid": "mallory"}, claims, key, algorithms=[ALGORITHM])
    with pytest.raises(NotSignedIn):
        TokenVerifier("wallet", key_folder).calling_service(forged)


def test_an_access_token_says_account_authority_and_second_factor(key_folder: KeyFolder) -> None:
    token = sign_access_token(key_folder.private_pem("accounts"), ACCOUNT, "normandie")
    proof = TokenVerifier("wallet", key_folder).person(token)
    assert (proof.account, proof.authority_id) == (ACCOUNT, "normandie")


def test_an_access_token_ends_though_it_was_verified_before(
    key_folder: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign_access_token(key_folder.private_pem("accounts"), ACCOUNT, "normandie")
    verifier = TokenVerifier("wallet", key_folder)
    verifier.person(token)
    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(SessionExpired):
        verifier.person(token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_anything_else_is_not_signed_in(key_folder: KeyFolder, token: str) -> None:
    with pytest.raises(NotSignedIn):
        TokenVerifier("wallet", key_folder).person(token)
