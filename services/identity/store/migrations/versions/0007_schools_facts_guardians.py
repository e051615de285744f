"""Class lists that a job loads; the history of facts; guardians' consents.

Yesterday's code goes on beside it: two columns may be empty, the rest is new. Yesterday's imports are loaded.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("class_list_imports", sa.Column("lines_total", sa.Integer(), nullable=True))
    op.add_column("class_list_imports", sa.Column("file_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("class_list_imports_authority_id_file_id_fkey"),
        "class_list_imports",
        "files",
        ["authority_id", "file_id"],
        ["authority_id", "file_id"],
    )
    op.create_index(
        "class_list_imports_establishment", "class_list_imports", ["authority_id", "partner_id", "imported_at"]
    )


def downgrade() -> None:
    op.drop_index("class_list_imports_establishment", "class_list_imports")
    op.drop_constraint(op.f("class_list_imports_authority_id_file_id_fkey"), "class_list_imports")
    op.drop_column("class_list_imports", "file_id")
    op.drop_column("class_list_imports", "lines_total")
