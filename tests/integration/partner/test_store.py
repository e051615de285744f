"""The database: what migrations make is what the models state, and what it refuses by itself."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.database import Database
from services.partner.store.tables import metadata


def test_migrations_make_the_tables_that_the_models_state(partner_database: Database) -> None:
    with partner_database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert [change for change in differences if "alembic_version" not in str(change)] == []
