"""The two commands of the operator that the story needs: the first administrator, and the proof at the end."""

from __future__ import annotations

import json
import subprocess

from demo.addresses import ROOT
from demo.client import Json

_ATOUTS = str(ROOT / "bin" / "atouts")


class OperatorFailed(Exception):
    """`bin/atouts` ended badly; the message holds what it said."""


def first_administrator(authority: str, email: str) -> str:
    """Make an account of an administrator; answers the token of its invitation."""
    done = _atouts("staff", "create", "--authority", authority, "--email", email, "--roles", "administration", "--json")
    if done.returncode:
        raise OperatorFailed(f"bin/atouts staff create: {done.stderr.strip() or done.stdout.strip()}")
    return str(json.loads(done.stdout)["invitation_token"])


def verify() -> Json:
    """The report of `bin/atouts verify --json`: `held`, and each check with its detail."""
    done = _atouts("verify", "--json")
    try:
        report: Json = json.loads(done.stdout)
    except json.JSONDecodeError:
        raise OperatorFailed(f"bin/atouts verify: {done.stderr.strip() or done.stdout.strip()}") from None
    return report


def _atouts(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([_ATOUTS, *arguments], capture_output=True, text=True, check=False)
