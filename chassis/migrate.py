"""Migrations of one service: its tables by alembic, then its exchange, queues and bindings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from chassis import broker, events, logs
from chassis.config import Settings
from chassis.errors import Operational

_LOCK_KEY = 0x6D696772  # "migr"
_WITHIN_S = 60
_log = logs.get(__name__)


def run_process(settings: Settings, store: Path, besides: Mapping[str, Path] = MappingProxyType({})) -> int:
    """Bring the service's tables and queues to this version; waits for servers that are still starting.

    `besides`: further databases of the service by URL, each with the folder that holds its migrations.
    """
    deadline = time.monotonic() + _WITHIN_S
    while True:
        try:
            for database_url, folder in besides.items():
                run_tables(database_url, folder)
            run(settings, store)
            return 0
        except Operational as error:
            if time.monotonic() > deadline:
                _log.error("migration gave up", reason=str(error)[:200])
                return 1
            _log.warning("migration waits", reason=str(error)[:200])
            time.sleep(0.5)


def alembic_config(store: Path, database_url: str) -> Config:
    """Alembic for the service whose `store/` folder this is; it holds `migrations/`."""
    config = Config()
    config.set_main_option("script_location", str(store / "migrations"))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def run(settings: Settings, store: Path) -> None:
    """Bring tables, then queues, to this version; two runs at once wait for each other."""
    run_tables(settings.database_url, store)
    broker.declare(settings.broker_url, settings.service, events.subscriptions_of(settings.service))


def run_tables(database_url: str, store: Path) -> None:
    """Bring one database's tables to the version of the migrations in `store`."""
    config = alembic_config(store, database_url)
    engine = sa.create_engine(database_url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(_LOCK_KEY)))
        connection.commit()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def head_revision(store: Path) -> str | None:
    return ScriptDirectory.from_config(alembic_config(store, "")).get_current_head()
