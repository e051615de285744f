"""Migrations make the tables that the code speaks of."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.identity.store.tables import metadata
from tests.integration.identity.stage import Stage


def test_models_and_migrations_agree(stage: Stage) -> None:
    with stage.parts.platform.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_authority_leads_every_key_of_our_own_tables() -> None:
    ours = [table for table in metadata.tables.values() if "authority_id" in table.primary_key.columns]

    assert len(ours) >= 13
    assert all(next(iter(table.primary_key.columns)).name == "authority_id" for table in ours)
    unique = [index for table in ours for index in table.indexes if index.unique]
    assert all(next(iter(index.columns)).name == "authority_id" for index in unique)
