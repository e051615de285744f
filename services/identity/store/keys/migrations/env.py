"""Alembic's entry for the key database."""

from chassis import alembic_env
from services.identity.store.keys.tables import metadata

alembic_env.run(metadata)
