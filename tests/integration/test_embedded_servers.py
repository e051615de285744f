"""The private servers: who may reach what, and what a restart keeps."""

import os

import kombu
import psycopg
import pytest
import sqlalchemy as sa
from amqp.exceptions import AccessRefused

from embedded.platform import SERVICES
from embedded.postgres import MAX_CONNECTIONS


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_owns_its_database(service: str) -> None:
    """Each role makes tables and trusted extensions in the database of its own name."""
    engine = sa.create_engine(os.environ[f"{service.upper()}_DATABASE_URL"])
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
        connection.execute(sa.text("CREATE TABLE probe (id int)"))
        assert connection.scalar(sa.text("SELECT current_database()")) == service
    engine.dispose()


@pytest.mark.parametrize("database", ["payout", "postgres", "template1"])
def test_a_role_cannot_enter_another_database(database: str) -> None:
    """The wallet's role is refused by every database but its own."""
    own = _libpq(os.environ["WALLET_DATABASE_URL"])
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(own.rpartition("/")[0] + f"/{database}")


def test_a_wrong_password_is_refused() -> None:
    """A role's name alone opens nothing, even on the machine itself."""
    own = _libpq(os.environ["WALLET_DATABASE_URL"])
    password = own.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(own.replace(password, "wrong"))


def test_commits_are_durable() -> None:
    """An acknowledged commit is on disk, and the limit on connections is the one that we count with."""
    with psycopg.connect(_libpq(os.environ["WALLET_DATABASE_URL"])) as connection:
        settings: dict[str, str] = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
    assert settings["fsync"] == settings["synchronous_commit"] == settings["full_page_writes"] == "on"
    assert settings["max_connections"] == str(MAX_CONNECTIONS)


def test_a_broker_user_declares_only_what_bears_its_name() -> None:
    """The wallet makes its exchange and queues, and nobody else's."""
    with kombu.Connection(os.environ["WALLET_BROKER_URL"]) as connection:
        channel = connection.channel()
        channel.exchange_declare("atouts.wallet", "topic", durable=True, auto_delete=False)
        channel.queue_declare("wallet.probe", exclusive=True)
        for exchange in ("atouts.payout", "wallet", "walletx.events"):
            with pytest.raises(AccessRefused):
                connection.channel().exchange_declare(exchange, "topic", durable=True, auto_delete=False)


def test_a_broker_user_listens_to_others_and_cannot_read_their_queues() -> None:
    """A subscriber binds its queue to another's exchange; another's queue stays closed."""
    with kombu.Connection(os.environ["PAYOUT_BROKER_URL"]) as payout:
        payout.channel().exchange_declare("atouts.payout", "topic", durable=True, auto_delete=False)
        payout.channel().queue_declare("payout.probe", durable=True, auto_delete=False)
        with kombu.Connection(os.environ["WALLET_BROKER_URL"]) as wallet:
            channel = wallet.channel()
            channel.queue_declare("wallet.probe", exclusive=True)
            channel.queue_bind("wallet.probe", "atouts.payout", "#")
            with pytest.raises(AccessRefused):
                wallet.channel().basic_get("payout.probe")
        payout.channel().queue_delete("payout.probe")


def test_the_broker_has_no_default_account() -> None:
    """RabbitMQ's well-known guest is not there."""
    address = os.environ["BROKER_URL"].rpartition("@")[2]
    with pytest.raises(AccessRefused), kombu.Connection(f"amqp://guest:guest@{address}") as connection:
        connection.connect()
