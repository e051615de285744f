"""Charters that members accepted, requests that wait for a guardian, and wallets that outlive their season.

Yesterday's code goes on beside it: the constraint only widens, columns may be empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_STATES_OF_0004 = "'awaiting_identity', 'awaiting_school', 'awaiting_payment', 'active', 'refused', 'ended'"


def upgrade() -> None:
    op.add_column("memberships", sa.Column("charter_version", sa.Text(), nullable=True))
    op.add_column("memberships", sa.Column("charter_accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("memberships_charter_accepted_when"),
        "memberships",
        "(charter_version IS NULL) = (charter_accepted_at IS NULL)",
    )
    _replace_states(f"'awaiting_consent', {_STATES_OF_0004}")
    op.execute(
        "COMMENT ON TABLE once_credits IS 'Benefits that a person gets once in the whole schooling or once in a life, "
        "by the key that benefits_had knows them by'"
    )
    op.create_index("wallets_by_last_day", "wallets", ["authority_id", "scheme", "season", "closes_on", "wallet_id"])


def downgrade() -> None:
    """Only where nothing was written that 0004 does not know."""
    op.drop_index("wallets_by_last_day", "wallets")
    op.execute("COMMENT ON TABLE once_credits IS 'Benefits that a person gets once in the whole schooling'")
    _replace_states(_STATES_OF_0004)
    op.drop_constraint(op.f("memberships_charter_accepted_when"), "memberships")
    op.drop_column("memberships", "charter_accepted_at")
    op.drop_column("memberships", "charter_version")


def _replace_states(states: str) -> None:
    op.drop_constraint(op.f("memberships_known_state"), "memberships")
    op.create_check_constraint(op.f("memberships_known_state"), "memberships", f"state IN ({states})")
