"""What a platform keeps between two starts: its ports, its passwords, the settings given to it."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from embedded import ports
from embedded.files import write_private
from embedded.platform import PLATFORM, SERVICES, Platform
from embedded.postgres import MORE_DATABASES
from embedded.rabbitmq import OPERATOR
from embedded.rundir import RunDir
from embedded.secrets import new_password
from embedded.subscribers import subscribers

SUBSCRIBERS = "rabbitmq-subscribers"  # whose passwords these are, beside the services'
SERVER_PORTS = ("postgres", "rabbitmq", "rabbitmq.distribution", "epmd", "valkey")

_DATABASE_SETTINGS = tuple(f"{name.upper()}_DATABASE_URL" for name in (*SERVICES, *MORE_DATABASES))
_BROKER_SETTINGS = ("BROKER_URL", *(f"{service.upper()}_BROKER_URL" for service in SERVICES))
GIVEN_SETTINGS = (
    *_DATABASE_SETTINGS,
    *_BROKER_SETTINGS,
    "REDIS_URL",
    "SMTP_URL",
    "ATOUTS_MODE",
    "LOG_LEVEL",
    "PUBLIC_URL",
    "RULEBOOKS",
)


@dataclass(frozen=True)
class State:
    """`ports` by use ("postgres", "wallet.rpc.RPC_PORT"); `passwords` by place and role
    ("postgres.wallet"); `given` are the settings that came from outside and win over ours.
    """

    ports: Mapping[str, int]
    passwords: Mapping[str, str]
    given: Mapping[str, str]

    @property
    def owns_postgres(self) -> bool:
        """Whether one database at least is ours to serve."""
        return not all(name in self.given for name in _DATABASE_SETTINGS)

    @property
    def owns_broker(self) -> bool:
        own_users = all(name in self.given for name in _BROKER_SETTINGS[1:])
        return "BROKER_URL" not in self.given and not own_users

    @property
    def owns_valkey(self) -> bool:
        return "REDIS_URL" not in self.given

    def passwords_of(self, place: str) -> dict[str, str]:
        """Role → password in "postgres" or "rabbitmq"."""
        prefix = f"{place}."
        return {key.removeprefix(prefix): value for key, value in self.passwords.items() if key.startswith(prefix)}


def process_port_names(platform: Platform) -> list[str]:
    """The ports that a platform's processes listen on, by the names `State.ports` gives them."""
    return [f"{process.name}.{setting}" for process in platform.processes for setting in ("OPS_PORT", *process.ports)]


def prepare(run: RunDir, platform: Platform) -> State:
    """Read the state, complete it, write it. Ports that others took meanwhile are replaced."""
    kept = _read(run)
    # A small platform's processes still ask where the others would be.
    names = dict.fromkeys([*SERVER_PORTS, *process_port_names(PLATFORM), *process_port_names(platform)])
    state = State(
        ports={**kept.ports, **ports.choose(names, kept.ports)},
        passwords={name: kept.passwords.get(name) or new_password() for name in _password_names()},
        given={name: os.environ[name] for name in GIVEN_SETTINGS if os.environ.get(name)},
    )
    write_private(run.state, json.dumps(asdict(state), indent=2) + "\n")
    return state


def read(run: RunDir) -> State:
    """The state of a platform that was started. Raises `FileNotFoundError` when none was."""
    return State(**json.loads(run.state.read_text(encoding="utf-8")))


def _read(run: RunDir) -> State:
    try:
        return read(run)
    except FileNotFoundError:
        return State({}, {}, {})


def _password_names() -> Iterable[str]:
    for place in ("postgres", "rabbitmq"):
        yield from (f"{place}.{role}" for role in (OPERATOR, *SERVICES))
    yield from (f"{SUBSCRIBERS}.{each.virtual_host}" for each in subscribers())
    yield "valkey"
