"""The processes of the platform: which there are, what each may use, in which order they stop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

SERVICES = ("identity", "wallet", "partner", "payout", "bonplan", "notification")

# They publish no fact and have no relay: a sender takes out of the platform what leaves it.
_WITHOUT_FACTS = frozenset({"notification"})

# A worker's pool is as large as its transactions of events and jobs at once; the wallet's debits are grouped, and take
# two of its connections; a relay needs one to hold its lock and one to read.
_RPC_POOL = 8
_WORKER_POOL = 6
_RELAY_POOL = 2
_SENDER_POOL = 4
_READER_POOL = 1
_MIGRATION_POOL = 2

# Measured: 0.56 GB resident over five pictures; a picture made to exhaust memory ends the reader, not the machine.
_READER_MEMORY_BYTES = 1_200_000_000


@dataclass(frozen=True)
class Process:
    """One operating-system process: `python -m <command>`.

    `service` says whose database, broker user and key it has. `ports` are the settings that name a port on
    which it listens, beside `OPS_PORT`. `connections` is its share of PostgreSQL's. A `door` stops first.
    """

    name: str
    service: str
    command: tuple[str, ...]
    ports: tuple[str, ...] = ()
    connections: int = 0
    door: bool = False
    memory_limit_bytes: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Platform:
    """What runs on top of the servers: migrations first, all at once, then the processes."""

    migrations: tuple[Process, ...]
    processes: tuple[Process, ...]


def _service(name: str) -> tuple[Process, ...]:
    module = f"services.{name}"
    return (
        Process(f"{name}.rpc", name, (module, "rpc"), ports=("RPC_PORT",), connections=_RPC_POOL),
        Process(f"{name}.worker", name, (module, "worker"), connections=_WORKER_POOL),
        _sender(name) if name in _WITHOUT_FACTS else _relay(name),
    )


def _relay(name: str) -> Process:
    return Process(f"{name}.relay", name, (f"services.{name}", "relay"), connections=_RELAY_POOL)


def _sender(name: str) -> Process:
    return Process(f"{name}.sender", name, (f"services.{name}", "sender"), connections=_SENDER_POOL)


def _migration(name: str) -> Process:
    return Process(f"{name}.migrate", name, (f"services.{name}", "migrate"), connections=_MIGRATION_POOL)


def _reader(number: int) -> Process:
    return Process(
        f"identity.reader-{number}",
        "identity",
        ("services.identity", "reader"),
        connections=_READER_POOL,
        memory_limit_bytes=_READER_MEMORY_BYTES,
        settings={"OMP_NUM_THREADS": "1"},  # two readers on two cores that others need too
    )


_GATEWAY = Process("gateway", "gateway", ("gateway",), ports=("GATEWAY_PORT",), door=True)
_PAYMENTS = Process("sandbox.payments", "sandbox", ("sandbox.payments",), ports=("PAYMENT_PORT",), door=True)
# Not a door of ours: senders hand their mails over until they have stopped.
_MAIL = Process("sandbox.mail", "sandbox", ("sandbox.mail",), ports=("MAIL_PORT", "MAIL_PAGE_PORT"))

PLATFORM = Platform(
    migrations=tuple(_migration(name) for name in SERVICES),
    processes=(
        *(process for name in SERVICES for process in _service(name)),
        _reader(1),
        _reader(2),
        _PAYMENTS,
        _MAIL,
        _GATEWAY,
    ),
)

SERVERS_ONLY = Platform(migrations=(), processes=())


def load(place: str) -> Platform:
    """The platform named `package.module:NAME`. Raises `ValueError` when there is none of that name."""
    module, _, name = place.partition(":")
    platform = getattr(import_module(module), name, None)
    if not isinstance(platform, Platform):
        raise ValueError(f"{place} names no Platform")
    return platform
