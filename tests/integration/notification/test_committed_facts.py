"""A mail is about a fact that is committed: from a real outbox over the real broker to the SMTP server."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from alembic import command

from chassis import broker, events
from chassis.clock import machine_now
from chassis.context import CallContext
from chassis.database import Database
from chassis.migrate import alembic_config
from chassis.relay import Relay
from chassis.work import Work
from embedded.rundir import ROOT
from services.identity.store.tables import CHASSIS
from tests.integration.notification.mail_sink import mail_sink
from tests.integration.notification.processes import identity_of_everybody, running, settings, until
from tests.integration.notification.stage import AUTHORITY, Stage


@pytest.fixture
def identity_database() -> Iterator[Database]:
    """Identity's own tables: where the fact is born."""
    url = os.environ["IDENTITY_DATABASE_URL"]
    database = Database(url, connections=2)
    config = alembic_config(ROOT / "services" / "identity" / "store", url)
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with database.transaction() as session:
        session.execute(sa.delete(CHASSIS.outbox))
    yield database
    database.close()


@contextmanager
def _relaying() -> Iterator[None]:
    relay = Relay("identity", os.environ["IDENTITY_DATABASE_URL"], os.environ["IDENTITY_BROKER_URL"], CHASSIS)
    thread = Thread(target=relay.run)
    thread.start()
    try:
        yield
    finally:
        relay.stop()
        thread.join()


def _open_account(database: Database, account_id: str, *, then_fail: bool) -> None:
    with database.transaction() as session:
        work = Work(session, CallContext(AUTHORITY, "identity"), machine_now(), "identity", CHASSIS)
        work.publish("account_opened", account_id, 1, {"account_id": account_id, "kind": "young"})
        if then_fail:
            raise RuntimeError("rolled back")


def _declare_exchanges() -> None:
    """As every service's migration does, and notification's last: it binds to all of them."""
    for contract in events.subscriptions_of("notification"):
        broker.declare(os.environ[f"{contract.source.upper()}_BROKER_URL"], contract.source, ())
    broker.declare(os.environ["NOTIFICATION_BROKER_URL"], "notification", events.subscriptions_of("notification"))


@pytest.mark.timeout(400)  # processes that start on a busy machine
def test_nothing_is_sent_for_a_fact_whose_transaction_rolled_back(
    stage: Stage, identity_database: Database, tmp_path: Path
) -> None:
    """Two accounts are opened, one transaction fails: one mail goes out, to the other."""
    undone, done = str(uuid.uuid4()), str(uuid.uuid4())
    _declare_exchanges()
    with pytest.raises(RuntimeError, match="rolled back"):
        _open_account(identity_database, undone, then_fail=True)
    _open_account(identity_database, done, then_fail=False)
    with mail_sink() as sink, identity_of_everybody() as identity:
        environment = settings(tmp_path, sink.url, identity)
        with _relaying(), running("worker", environment), running("sender", environment):
            until(lambda: [state for state, _ in stage.states()] == ["sent"])
    assert len(sink.bodies) == 1
    assert done[:8].encode() in sink.bodies[0]
    assert undone[:8].encode() not in sink.bodies[0]
