"""Alembic's entry for this service's tables."""

from chassis import alembic_env
from services.wallet.store.budget_tables import due_credits

alembic_env.run(due_credits.metadata)
