"""Keys are made once, private, and published under the names that verifiers look for."""

import base64
import json
from pathlib import Path

from joserfc import jws
from joserfc.jwk import KeySet, OKPKey

from chassis.context import Account, AccountKind
from chassis.keys import KeyFolder
from chassis.tokens import TokenVerifier, sign_access_token
from embedded.secrets import add_generation, make_keys


def test_what_a_service_signs_its_published_key_verifies(tmp_path: Path) -> None:
    """`kid` is the service's name, and the key set holds the public halves only."""
    make_keys(tmp_path, ["wallet", "payout"])
    private = OKPKey.import_key((tmp_path / "services" / "wallet.pem").read_bytes())
    token = jws.serialize_compact({"alg": "Ed25519", "kid": "wallet"}, b"call", private, algorithms=["Ed25519"])
    published = json.loads((tmp_path / "services.jwks.json").read_text())
    key_set = KeySet.import_key_set(published)
    assert jws.deserialize_compact(token, key_set, algorithms=["Ed25519"]).payload == b"call"
    assert {key["kid"] for key in published["keys"]} == {"wallet", "payout"}
    assert not any("d" in key for key in published["keys"])


def test_secrets_hold_32_bytes(tmp_path: Path) -> None:
    """Each symmetric key is 256 random bits in base64, and no two are equal."""
    make_keys(tmp_path, ["wallet"])
    files = [tmp_path / "data" / "wallet.key", tmp_path / "card.key", tmp_path / "request.key"]
    secrets = [base64.b64decode(file.read_text()) for file in files]
    assert [len(secret) for secret in secrets] == [32, 32, 32]
    assert len(set(secrets)) == 3


def test_a_second_start_keeps_every_key(tmp_path: Path) -> None:
    """What was encrypted or signed yesterday is read today."""
    make_keys(tmp_path, ["wallet"])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    make_keys(tmp_path, ["wallet", "payout"])
    kept = {path: path.read_bytes() for path in before if path.name != "services.jwks.json"}
    assert kept == {path: content for path, content in before.items() if path.name != "services.jwks.json"}


def test_access_tokens_are_proven_by_the_published_key(tmp_path: Path) -> None:
    """What identity signs with accounts.pem, every service verifies with accounts.jwks.json."""
    make_keys(tmp_path, ["wallet"])
    account = Account("11111111-1111-4111-8111-111111111111", AccountKind.YOUNG, second_factor=False)
    folder = KeyFolder(tmp_path)
    token = sign_access_token(folder.private_pem("accounts"), account, "normandie")
    assert TokenVerifier("wallet", folder).person(token).account == account


def test_a_key_may_have_later_generations_beside_the_first(tmp_path: Path) -> None:
    """Each is read under its number; the first may be taken away once another writes."""
    make_keys(tmp_path, ["wallet"])
    assert list(KeyFolder(tmp_path).numbered("card")) == [1]
    for _ in range(9):
        add_generation(tmp_path, "card")
    (tmp_path / "card.key").unlink()
    known = KeyFolder(tmp_path).numbered("card")
    assert sorted(known) == list(range(2, 11))
    assert len(set(known.values())) == 9
