"""The tables as the code knows them are those that the migrations make."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.database import Database
from services.notification.store.tables import metadata


def test_models_equal_migrations(notification_database: Database) -> None:
    """No column, index or constraint lives in one of them alone."""
    with notification_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
