"""What the supervisor asks of a server, whichever it is."""

import signal
from collections.abc import Mapping, Sequence
from typing import Protocol


class ServerUnavailableError(RuntimeError):
    """A server cannot be started on this machine; the message says what to do."""


class Server(Protocol):
    """A server that the supervisor starts, watches and stops.

    `prepare` makes its files (again and again without harm), `provision` runs once it answers: databases,
    roles. It starts once those that it `needs` answer. `stop_signal` is its quick and clean stop.
    """

    name: str
    needs: tuple[str, ...]
    stop_signal: signal.Signals
    stop_timeout_s: float

    def prepare(self) -> None: ...

    def command(self) -> Sequence[str]: ...

    def environment(self) -> Mapping[str, str]: ...

    def is_ready(self) -> bool: ...

    def provision(self) -> None: ...

    def address(self) -> str: ...
