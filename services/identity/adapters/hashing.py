"""A process that hashes passwords: one question a line of standard input, one answer a line, until its end.

`python -m services.identity.adapters.hashing`; asked by `passwords.Argon2Passwords`. It ends with whoever asks it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
_NICE = 5  # a third of a process's weight: whoever wakes goes first, and on a crowded machine hashing still goes on


def answer(question: Mapping[str, str]) -> str:
    """The hash of `password`; with a `hash`, "yes" or "no"."""
    if "hash" not in question:
        return _HASHER.hash(question["password"])
    try:
        return "yes" if _HASHER.verify(question["hash"], question["password"]) else "no"
    except (VerificationError, InvalidHashError):
        return "no"


def main() -> int:
    os.nice(_NICE)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
