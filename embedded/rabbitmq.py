"""A private RabbitMQ node: one user a service, which writes to its own exchange and reads its own queues."""

import base64
import hashlib
import json
import os
import re
import secrets
import signal
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from embedded.distribution import Broker, find_broker
from embedded.subscribers import Subscriber
from embedded.unprivileged import command_prefix, give, write_for_servers

OPERATOR = "operator"
VIRTUAL_HOST = "atouts"

_ADDITIONAL_ARGUMENTS = (
    "-kernel inet_dist_use_interface {127,0,0,1} "
    "+sbwt none +sbwtdcpu none +sbwtdio none"  # its schedulers would spin on cores that others need
)
_PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"


class Epmd:
    """Erlang's port mapper on a private port, as a child of ours: the node's own would outlive it."""

    name = "epmd"
    stop_signal = signal.SIGTERM
    stop_timeout_s = 3.0
    needs: tuple[str, ...] = ()

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port

    def prepare(self) -> None:
        """Find the broker, or unpack one. Raises `ServerUnavailableError`."""
        give(self._folder)
        find_broker()

    def command(self) -> Sequence[str]:
        program = str(find_broker().erlang / "bin" / "epmd")
        return [*command_prefix(), program, "-port", str(self._port), "-address", "127.0.0.1"]

    def environment(self) -> Mapping[str, str]:
        return {"HOME": str(self._folder)}

    def is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 1):
                return True
        except OSError:
            return False

    def provision(self) -> None:
        """Nothing to make."""

    def address(self) -> str:
        return f"127.0.0.1:{self._port}"


class RabbitMQ:
    """`passwords` maps a broker user to its password: the operator's, and one a service; `of_subscribers` those
    of other authorities, each under the name of its own virtual host.

    `ports` names `rabbitmq` (AMQP), `rabbitmq.distribution` and `epmd`.
    """

    name = "rabbitmq"
    stop_signal = signal.SIGTERM
    stop_timeout_s = 30.0
    needs: tuple[str, ...] = ("epmd",)

    def __init__(
        self, folder: Path, ports: Mapping[str, int], passwords: Mapping[str, str], of_subscribers: Mapping[str, str]
    ) -> None:
        self._folder = folder
        self._ports = ports
        self._passwords = passwords
        self._of_subscribers = of_subscribers

    def prepare(self) -> None:
        for part in (self._folder, self._folder / "home", self._folder / "data", self._folder / "log"):
            give(part)
        self._write("rabbitmq.conf", self._configuration())
        self._write("definitions.json", json.dumps(definitions(self._passwords, self._of_subscribers), indent=2))
        self._write("enabled_plugins", "[].\n")
        self._write("environment.conf", "")

    def command(self) -> Sequence[str]:
        return [*command_prefix(), str(find_broker().server)]

    def operator_command(self, *arguments: str) -> Sequence[str]:
        """A command of `rabbitmqctl` to this node, to be run with the node's environment."""
        return [*command_prefix(), str(find_broker().server.with_name("rabbitmqctl")), *arguments]

    def environment(self) -> Mapping[str, str]:
        broker = find_broker()
        return {**_erlang(broker), **self._node(), "HOME": str(self._folder / "home"), "LC_ALL": "C.UTF-8"}

    def _node(self) -> dict[str, str]:
        return {
            "ERL_EPMD_PORT": str(self._ports["epmd"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "atouts@localhost",
            "RABBITMQ_DIST_PORT": str(self._ports["rabbitmq.distribution"]),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "environment.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ADDITIONAL_ARGUMENTS,
            # The start script then becomes the node itself instead of waiting beside it: signals arrive.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def is_ready(self) -> bool:
        """The listener opens last, once users and queues are there."""
        try:
            with socket.create_connection(("127.0.0.1", self._ports["rabbitmq"]), 2) as connection:
                connection.settimeout(2)
                connection.sendall(_PROTOCOL_HEADER)
                return connection.recv(1) == _METHOD_FRAME
        except OSError:
            return False

    def provision(self) -> None:
        """Nothing: the node loads its definitions before it listens."""

    def address(self) -> str:
        return f"127.0.0.1:{self._ports['rabbitmq']}"

    def url(self, user: str) -> str:
        return f"amqp://{user}:{self._passwords[user]}@{self.address()}/{VIRTUAL_HOST}"

    def subscriber_url(self, subscriber: Subscriber) -> str:
        """As another authority reaches its queue."""
        name = subscriber.virtual_host
        return f"amqp://{name}:{self._of_subscribers[name]}@{self.address()}/{name}"

    def _configuration(self) -> str:
        lines = [
            f"listeners.tcp.1 = {self.address()}",
            f"load_definitions = {self._folder / 'definitions.json'}",
            "log.console.level = info",
            "vm_memory_high_watermark.absolute = 1GB",
            "disk_free_limit.absolute = 200MB",
            "raft.wal_max_size_bytes = 64000000",
        ]
        return "\n".join(lines) + "\n"

    def _write(self, name: str, text: str) -> None:
        write_for_servers(self._folder / name, text)


def definitions(passwords: Mapping[str, str], of_subscribers: Mapping[str, str]) -> dict[str, object]:
    """The node's users, virtual hosts and rights, as `load_definitions` reads them."""
    of_hosts = [right for host in of_subscribers for right in _subscriber_permissions(host)]
    return {
        "users": [_user(name, password) for name, password in {**passwords, **of_subscribers}.items()],
        "vhosts": [{"name": name} for name in (VIRTUAL_HOST, *of_subscribers)],
        "permissions": [*(_permissions(name) for name in passwords), *of_hosts],
    }


def _subscriber_permissions(host: str) -> list[dict[str, str]]:
    """Its user reads one queue and does nothing else; who fills the queue declares it."""
    everything, nothing, queue = ".*", "", "^memberships$"
    return [
        _right(host, host, configure=nothing, write=nothing, read=queue),
        _right("notification", host, configure=queue, write=queue, read=queue),
        _right(OPERATOR, host, configure=everything, write=everything, read=everything),
    ]


def _user(name: str, password: str) -> dict[str, object]:
    salt = secrets.token_bytes(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "administrator" if name == OPERATOR else "",
    }


def _permissions(name: str) -> dict[str, str]:
    own = read = ".*"
    if name != OPERATOR:
        service = re.escape(name)
        own = rf"^(atouts\.{service}|{service}\..*)$"
        read = rf"^(atouts\..*|{service}\..*)$"
    return _right(name, VIRTUAL_HOST, configure=own, write=own, read=read)


def _right(user: str, host: str, *, configure: str, write: str, read: str) -> dict[str, str]:
    return {"user": user, "vhost": host, "configure": configure, "write": write, "read": read}


def _erlang(broker: Broker) -> dict[str, str]:
    # The node starts the `erl` that it finds first.
    search = f"{broker.erlang / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"PATH": search}
