"""Settings, read once from the environment into one frozen object.

A secret has no default. A setting that a command needs and that is missing stops the process at its start,
with a sentence that names it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SERVICES = ("identity", "wallet", "partner", "payout", "bonplan", "notification")


class Mode(StrEnum):
    """How the platform runs; only `demo` and `test` may move platform time."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"

    @property
    def clock_may_move(self) -> bool:
        return self is not Mode.PRODUCTION


class SettingMissing(Exception):
    """A setting that this command needs is absent or malformed."""


class Environment:
    """Typed reading of environment variables, with errors that name the variable."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name) or default
        if value is None:
            raise SettingMissing(f"set {name}: this process needs it")
        return value

    def optional(self, name: str) -> str | None:
        return self._values.get(name) or None

    def integer(self, name: str, default: int | None = None) -> int:
        value = self.text(name, None if default is None else str(default))
        if not value.isdigit():
            raise SettingMissing(f"{name} must be a whole number, not {value!r}")
        return int(value)


@dataclass(frozen=True, slots=True)
class Settings:
    """What every process of every service needs to know.

    `connections` is this process's share of PostgreSQL's connections: pools are derived from it.
    """

    service: str
    mode: Mode
    clock_file: Path | None
    keys_dir: Path
    log_level: str
    connections: int
    environment: Environment

    @property
    def database_url(self) -> str:
        return self.environment.text(f"{self.service.upper()}_DATABASE_URL")

    @property
    def broker_url(self) -> str:
        return self.environment.text("BROKER_URL")

    @property
    def rpc_port(self) -> int:
        return self.environment.integer("RPC_PORT")

    @property
    def rpc_host(self) -> str:
        return self.environment.text("RPC_HOST", "127.0.0.1")

    @property
    def ops_port(self) -> int:
        return self.environment.integer("OPS_PORT")

    @property
    def ops_host(self) -> str:
        return self.environment.text("OPS_HOST", "127.0.0.1")

    def rpc_address(self, service: str) -> str:
        """host:port of another service's gRPC door."""
        return self.environment.text(f"{service.upper()}_RPC")


def read(service: str, environment: Environment | None = None) -> Settings:
    """The settings of one process of `service`. Raises SettingMissing."""
    values = environment or Environment()
    clock_file = values.optional("CLOCK_FILE")
    mode = _mode(values)
    if clock_file and not mode.clock_may_move:
        raise SettingMissing("CLOCK_FILE is set and ATOUTS_MODE is production: real seasons run on real time")
    return Settings(
        service=service,
        mode=mode,
        clock_file=Path(clock_file) if clock_file else None,
        keys_dir=Path(values.text("KEYS_DIR")),
        log_level=values.text("LOG_LEVEL", "info"),
        connections=values.integer("DATABASE_CONNECTIONS", 4),
        environment=values,
    )


def _mode(values: Environment) -> Mode:
    text = values.text("ATOUTS_MODE", Mode.PRODUCTION)
    try:
        return Mode(text)
    except ValueError:
        raise SettingMissing(f"ATOUTS_MODE must be one of {', '.join(Mode)}, not {text!r}") from None
