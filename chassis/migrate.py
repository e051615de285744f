"""Migrations of one service: its tables by alembic, then its exchange, queues and bindings."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from chassis import broker, events
from chassis.config import Settings

_LOCK_KEY = 0x6D696772  # "migr"


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
