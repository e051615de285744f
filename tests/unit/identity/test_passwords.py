"""Passwords are hashed by processes beside the door's own: bounded, begun again, gone with whoever asked."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chassis.errors import Overloaded
from services.identity.adapters.passwords import Argon2Passwords


def _children() -> list[int]:
    """Of this process, whichever thread began them; only those that hash."""
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    found = [int(each) for task in tasks for each in (task / "children").read_text().split()]
    return [each for each in found if b"adapters.hashing" in Path(f"/proc/{each}/cmdline").read_bytes()]


@pytest.fixture
def passwords() -> Argon2Passwords:
    return Argon2Passwords(at_once=1, waiting=1)


def test_a_password_matches_its_own_hash_alone(passwords: Argon2Passwords) -> None:
    """Two hashes of one password differ, each is argon2id's, and no other password matches."""
    hashes = [passwords.hash("une phrase assez longue, « é » et\nretour") for _ in range(2)]
    assert hashes[0] != hashes[1]
    assert all(each.startswith("$argon2id$") for each in hashes)
    assert all(passwords.matches(each, "une phrase assez longue, « é » et\nretour") for each in hashes)
    assert not passwords.matches(hashes[0], "une phrase assez longue")


def test_no_password_is_that_of_an_account_without_one(passwords: Argon2Passwords) -> None:
    """Where there is no hash, or no hash at all, nothing matches: not the password of nobody either."""
    assert not passwords.matches("", "the password of no account")
    assert not passwords.matches("not a hash", "une phrase assez longue")


def test_a_hashing_process_that_died_is_begun_again(passwords: Argon2Passwords) -> None:
    """Whoever comes next after its death is answered."""
    before = set(_children())
    hashed = passwords.hash("une phrase assez longue")
    (hashing,) = set(_children()) - before
    os.kill(hashing, signal.SIGKILL)
    assert passwords.matches(hashed, "une phrase assez longue")


def test_an_answer_that_nobody_read_is_no_one_elses(
    passwords: Argon2Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller that stops between question and answer leaves nothing for the next to read."""
    hashed = passwords.hash("une phrase assez longue")
    (hasher,) = passwords._hashers.queue
    assert hasher._process is not None
    with monkeypatch.context() as broken:
        broken.setattr(hasher._process, "stdout", _Unreadable())
        with pytest.raises(OSError, match="interrupted"):
            passwords.matches(hashed, "une phrase assez longue")
    assert not passwords.matches(hashed, "une autre phrase aussi longue")


class _Unreadable:
    def readline(self) -> str:
        raise OSError("interrupted")


def test_past_its_places_a_call_is_refused_at_once(passwords: Argon2Passwords) -> None:
    """Two callers have a place; of many at once, some are refused, and all others get their hash."""
    with ThreadPoolExecutor(16) as callers:
        asked = [callers.submit(passwords.hash, "une phrase assez longue") for _ in range(16)]
    errors = [each.exception() for each in asked]
    refused = [error for error in errors if error is not None]
    assert 0 < len(refused) <= 14
    assert all(isinstance(error, Overloaded) for error in refused)
