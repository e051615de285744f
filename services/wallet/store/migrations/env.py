"""Alembic's entry for this service's tables."""

from chassis import alembic_env
from services.wallet.store import budget_tables, card_tables, rights_tables  # noqa: F401 - their tables are among them
from services.wallet.store.tables import metadata

alembic_env.run(metadata)
