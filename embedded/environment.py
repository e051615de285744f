"""The environment of each process, built here and nowhere else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from embedded.platform import SERVICES, Process
from embedded.postgres import MORE_DATABASES, Postgres
from embedded.rabbitmq import OPERATOR, Epmd, RabbitMQ
from embedded.rundir import RunDir
from embedded.servers import Server
from embedded.state import GIVEN_SETTINGS, SUBSCRIBERS, State
from embedded.subscribers import subscribers
from embedded.valkey import Valkey

_MODES_WITH_A_CLOCK = ("demo", "test")
# Servers are addresses here: workers need not load eventlet's own resolver, a third of a second of each one's start.
_NO_RESOLVER = {"EVENTLET_NO_GREENDNS": "yes"}


@dataclass(frozen=True)
class Environments:
    """Settings by whom they are for; a value given from outside wins over ours."""

    run: RunDir
    state: State

    def postgres(self) -> Postgres:
        passwords = self.state.passwords_of("postgres")
        return Postgres(self.run.server("postgres"), self.state.ports["postgres"], passwords)

    def rabbitmq(self) -> RabbitMQ:
        passwords = self.state.passwords_of("rabbitmq")
        of_subscribers = self.state.passwords_of(SUBSCRIBERS)
        return RabbitMQ(self.run.server("rabbitmq"), self.state.ports, passwords, of_subscribers)

    def valkey(self) -> Valkey:
        password = self.state.passwords["valkey"]
        return Valkey(self.run.server("valkey"), self.state.ports["valkey"], password)

    def servers(self) -> list[Server]:
        """Those that we start: a server that a setting points elsewhere is not."""
        servers: list[Server] = []
        if self.state.owns_postgres:
            servers.append(self.postgres())
        if self.state.owns_broker:
            servers += [Epmd(self.run.server("rabbitmq"), self.state.ports["epmd"]), self.rabbitmq()]
        if self.state.owns_valkey:
            servers.append(self.valkey())
        return servers

    def shared(self) -> dict[str, str]:
        """What every process of ours may know."""
        mode = self.state.given.get("ATOUTS_MODE", "demo")
        settings = {
            "ATOUTS_MODE": mode,
            "ATOUTS_RUN_DIR": str(self.run.path),
            "KEYS_DIR": str(self.run.keys),
            "LOG_LEVEL": self.state.given.get("LOG_LEVEL", "info"),
            **self._addresses(),
        }
        if "RULEBOOKS" in self.state.given:
            settings["RULEBOOKS"] = self.state.given["RULEBOOKS"]
        if mode in _MODES_WITH_A_CLOCK:
            settings["CLOCK_FILE"] = str(self.run.clock)
        return settings

    def of_service(self, service: str) -> dict[str, str]:
        """The settings of a service's own commands: its database, its broker user, and the shared ones."""
        settings = self.shared()
        if service in SERVICES:
            settings[f"{service.upper()}_DATABASE_URL"] = self._database_url(service)
            settings |= self._more_database_urls(service)
            settings["BROKER_URL"] = self._broker_url(service)
        if service in ("gateway", "notification"):
            settings["REDIS_URL"] = self._redis_url()
        if service == "notification":
            settings["SMTP_URL"] = self._smtp_url()
        if service == "sandbox":
            settings["SANDBOX_DATA_DIR"] = str(self.run.path / "sandbox")
        return settings

    def of_process(self, process: Process) -> dict[str, str]:
        """The whole environment of a process: the machine's, without settings of ours, then its own."""
        return {
            **machine_environment(),
            **self.of_service(process.service),
            **self._listening(process),
            **_NO_RESOLVER,
            **({"DATABASE_CONNECTIONS": str(process.connections)} if process.connections else {}),
            **process.settings,
        }

    def of_tests(self) -> dict[str, str]:
        """All that integration tests and drills may need, operators' rights included.

        `BROKER_URL` is the operator's; each service's own is `<SERVICE>_BROKER_URL`;
        `SUBSCRIBER_<AUTHORITY>_<ID>_URL` is another authority's access to its queue.
        """
        settings = {**self.shared(), "REDIS_URL": self._redis_url(), **self._subscriber_urls()}
        for service in SERVICES:
            settings[f"{service.upper()}_DATABASE_URL"] = self._database_url(service)
            settings |= self._more_database_urls(service)
            settings[f"{service.upper()}_BROKER_URL"] = self._broker_url(service)
        if self.state.owns_postgres:
            settings["POSTGRES_OPERATOR_URL"] = self.postgres().url(OPERATOR, "postgres")
        settings["BROKER_URL"] = self._broker_url(OPERATOR)
        return settings

    def _listening(self, process: Process) -> dict[str, str]:
        # A migration listens nowhere: it has no port in the state.
        ports = {name: self.state.ports.get(f"{process.name}.{name}") for name in ("OPS_PORT", *process.ports)}
        return {name: str(port) for name, port in ports.items() if port}

    def _addresses(self) -> dict[str, str]:
        known = self.state.ports
        own_url = f"http://127.0.0.1:{known['gateway.GATEWAY_PORT']}"
        return {
            **{f"{service.upper()}_RPC": f"127.0.0.1:{known[f'{service}.rpc.RPC_PORT']}" for service in SERVICES},
            "PUBLIC_URL": self.state.given.get("PUBLIC_URL", own_url),
            "PAYMENT_PROVIDER_URL": f"http://127.0.0.1:{known['sandbox.payments.PAYMENT_PORT']}",
            "MAIL_PAGE_URL": f"http://127.0.0.1:{known['sandbox.mail.MAIL_PAGE_PORT']}",
        }

    def _database_url(self, service: str) -> str:
        given = self.state.given.get(f"{service.upper()}_DATABASE_URL")
        return given or self.postgres().url(service)

    def _more_database_urls(self, service: str) -> dict[str, str]:
        """Of the databases that it has beside its own."""
        return {
            f"{name.upper()}_DATABASE_URL": self.state.given.get(f"{name.upper()}_DATABASE_URL")
            or self.postgres().url(owner, name)
            for name, owner in MORE_DATABASES.items()
            if owner == service
        }

    def _broker_url(self, user: str) -> str:
        given = self.state.given.get(f"{user.upper()}_BROKER_URL") or self.state.given.get("BROKER_URL")
        return given or self.rabbitmq().url(user)

    def _redis_url(self) -> str:
        return self.state.given.get("REDIS_URL") or self.valkey().url()

    def _smtp_url(self) -> str:
        return self.state.given.get("SMTP_URL") or f"smtp://127.0.0.1:{self.state.ports['sandbox.mail.MAIL_PORT']}"

    def _subscriber_urls(self) -> dict[str, str]:
        """Each subscriber's own access to its queue, as a subscriber has it; ours alone to give."""
        if not self.state.owns_broker:
            return {}
        return {each.setting: self.rabbitmq().subscriber_url(each) for each in subscribers()}


def machine_environment() -> Mapping[str, str]:
    """The caller's environment without what a process must get from us alone."""
    ours = {*GIVEN_SETTINGS, "CLOCK_FILE", "KEYS_DIR", "OPS_PORT", "RPC_PORT", "GATEWAY_PORT"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONUNBUFFERED": "1"}
