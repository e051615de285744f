"""Keys of access tokens change while services run: published, signing, retired, without a restart."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from chassis import key_files
from chassis.errors import NotSignedIn
from chassis.key_files import signing_pem
from chassis.keys import KeyFolder
from chassis.tokens import ACCESS_TOKEN_LIFE_S, TokenVerifier
from embedded.secrets import make_keys
from services.identity.adapters.access_tokens import SignedAccessTokens
from services.identity.adapters.signing_keys import SigningKeys, TokensStillOut
from services.identity.domain.accounts import Account, AccountKind

LOU = Account("00000000-0000-4000-8000-000000000001", AccountKind.YOUNG, "lou@exemple.fr")


class Platform:
    """One who signs and one who verifies, both started before any rotation."""

    def __init__(self, folder: Path) -> None:
        make_keys(folder, ["identity", "wallet"])
        self.keys = SigningKeys(folder)
        self._folder = KeyFolder(folder)
        self._key = self._folder.watched("accounts.pem", signing_pem)
        self._signer = SignedAccessTokens(self._key)
        self._verifier = TokenVerifier("wallet", self._folder)

    def sign(self) -> str:
        """With the key that is there now."""
        self._key.look(at_once=True)
        return self._signer.sign(LOU, second_factor=False, authority_id="normandie")

    def is_good(self, token: str) -> bool:
        try:
            return self._verifier.person(token).account.account_id == LOU.account_id
        except NotSignedIn:
            return False


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return Platform(tmp_path)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time is a second after the last: a look at the files is due."""
    monkeypatch.setattr(key_files, "_LOOK_EVERY_S", 0.0)


def test_a_new_key_s_first_token_is_good_at_once_and_the_old_one_s_still_are(platform: Platform) -> None:
    """The verifier reads the published set again when a token names a key that it does not know."""
    before = platform.sign()
    assert platform.is_good(before)

    platform.keys.rotate()

    after = platform.sign()
    assert after.split(".")[0] != before.split(".")[0]
    assert platform.is_good(after)
    assert platform.is_good(before)


def test_two_keys_are_published_while_one_takes_the_place_of_the_other(platform: Platform) -> None:
    """Prepared, the next key verifies and does not sign; retired, the one before does neither."""
    first = platform.keys.state()
    prepared = platform.keys.prepare()
    assert (prepared.signs, len(prepared.verifies)) == (first.signs, 2)
    assert platform.keys.prepare() == prepared

    rotated = platform.keys.rotate()
    assert rotated.signs == prepared.verifies[1]
    assert set(rotated.verifies) == set(prepared.verifies)

    assert platform.keys.retire(at_once=True).verifies == (rotated.signs,)


@pytest.mark.usefixtures("later")
def test_a_key_is_retired_once_its_last_token_ended(platform: Platform, tmp_path: Path) -> None:
    """Sooner only when it was stolen: then its tokens are refused, those verified before too."""
    token = platform.sign()
    assert platform.is_good(token)
    platform.keys.rotate()

    with pytest.raises(TokensStillOut) as early:
        platform.keys.retire()
    assert ACCESS_TOKEN_LIFE_S < early.value.seconds <= ACCESS_TOKEN_LIFE_S + 60
    assert platform.is_good(token)

    long_ago = time.time() - ACCESS_TOKEN_LIFE_S - 61
    os.utime(tmp_path / "accounts.pem", (long_ago, long_ago))
    platform.keys.retire()
    assert not platform.is_good(token)
    assert platform.is_good(platform.sign())


@pytest.mark.usefixtures("later")
def test_a_published_set_that_is_broken_for_a_moment_changes_nothing(platform: Platform, tmp_path: Path) -> None:
    token = platform.sign()
    published = (tmp_path / "accounts.jwks.json").read_bytes()
    (tmp_path / "accounts.jwks.json").write_text("{")
    assert platform.is_good(token)

    (tmp_path / "accounts.jwks.json").write_bytes(published)
    platform.keys.rotate()
    assert platform.is_good(platform.sign())


def test_a_start_of_the_platform_leaves_a_rotation_under_way(platform: Platform, tmp_path: Path) -> None:
    """Making the keys that are missing publishes no set that lacks the second key."""
    rotated = platform.keys.rotate()
    make_keys(tmp_path, ["identity", "wallet"])
    assert platform.keys.state() == rotated


def test_keys_are_their_owner_s_alone(platform: Platform, tmp_path: Path) -> None:
    platform.keys.rotate()
    platform.keys.prepare()
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("accounts*")}
    assert set(modes) == {"accounts.pem", "accounts-next.pem", "accounts.jwks.json"}
    assert set(modes.values()) == {0o600}
