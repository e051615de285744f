"""A made-up service's chassis tables, in a schema of their own in one service's real database."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from chassis import tables
from chassis.database import Database
from chassis.tables import ChassisTables


@pytest.fixture
def probe_tables() -> ChassisTables:
    return tables.add_to(sa.MetaData(schema=f"probe_{uuid.uuid4().hex[:12]}"))


@pytest.fixture
def database(probe_tables: ChassisTables) -> Iterator[Database]:
    """The database with the made-up service's tables; gone after the test."""
    metadata = probe_tables.outbox.metadata
    made = Database(os.environ["PAYOUT_DATABASE_URL"], connections=8)
    with made.transaction() as session:
        session.execute(sa.schema.CreateSchema(str(metadata.schema)))
        metadata.create_all(session.connection())
    yield made
    with made.transaction() as session:
        session.execute(sa.schema.DropSchema(str(metadata.schema), cascade=True))
    made.close()
