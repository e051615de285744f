"""Alembic's entry for this service's tables."""

from chassis import alembic_env
from services.bonplan.store.tables import metadata

alembic_env.run(metadata)
