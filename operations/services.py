"""Runs a service's own operator commands with that service's own settings."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from embedded import state
from embedded.environment import Environments, machine_environment
from embedded.platform import SERVICES
from embedded.rundir import ROOT, RunDir


class NoPlatformError(RuntimeError):
    """There are neither settings in the environment nor a platform that was started here."""


def environment_of(service: str) -> Mapping[str, str]:
    """A service's settings: those of the platform in `.run/`, else the caller's own environment.

    Raises `NoPlatformError` when neither names the service's database.
    """
    run = RunDir.from_environment()
    try:
        environments = Environments(run, state.read(run))
    except FileNotFoundError:
        if f"{service.upper()}_DATABASE_URL" in os.environ:
            return os.environ
        raise NoPlatformError(f"no platform was started in {run.path}: start one with bin/up") from None
    return {**machine_environment(), **environments.of_service(service)}


def command(service: str, *arguments: str) -> list[str]:
    """The command line of a service's `ctl`."""
    if service not in SERVICES:
        raise ValueError(f"{service} is no service: {', '.join(SERVICES)}")
    return [sys.executable, "-m", f"services.{service}", "ctl", *arguments]


def run(service: str, arguments: Sequence[str]) -> int:
    """Run a command of a service on this terminal; answers its exit code."""
    return subprocess.run(command(service, *arguments), env=environment_of(service), cwd=ROOT, check=False).returncode


def output(service: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of a service and keep what it prints."""
    return subprocess.run(
        command(service, *arguments), env=environment_of(service), cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def open_lines(service: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start a command of a service and read its lines while it writes them."""
    return subprocess.Popen(
        command(service, *arguments), env=environment_of(service), cwd=ROOT,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
