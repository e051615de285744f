"""Card checks: a second side and cut-outs, proposals and confirmations, marks of persons.

Additive: yesterday's code goes on beside it. One constraint is let go, that an image ends with the decision: it may
now stay for the days that a rulebook says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_IMAGE_UNTIL_DECIDED = "card_checks_card_checks_image_until_decided"  # 0002 says the table twice


def upgrade() -> None:
    _card_checks()
    _card_decisions()
    _card_images()
    _person_marks()


def downgrade() -> None:
    op.drop_table("person_marks")
    op.drop_table("card_images")
    for constraint in ("confirmed_by_another", "act_known"):
        op.drop_constraint(op.f(f"card_decisions_{constraint}"), "card_decisions")
    for column in ("act", "proposed_by", "read_seconds"):
        op.drop_column("card_decisions", column)
    op.drop_index("card_checks_proposed", "card_checks")
    op.drop_constraint(op.f("card_checks_image_while_open"), "card_checks")
    op.drop_column("card_checks", "proposed_by")


def _card_checks() -> None:
    op.add_column("card_checks", sa.Column("proposed_by", sa.Uuid(), nullable=True))
    op.drop_constraint(op.f(_IMAGE_UNTIL_DECIDED), "card_checks")
    op.create_check_constraint(
        op.f("card_checks_image_while_open"), "card_checks", "file_id IS NOT NULL OR state IN ('accepted', 'refused')"
    )
    op.create_index(
        "card_checks_proposed",
        "card_checks",
        ["authority_id", "ordinal"],
        postgresql_where=sa.text("proposed_by IS NOT NULL"),
    )


def _card_decisions() -> None:
    op.add_column("card_decisions", sa.Column("act", sa.Text(), server_default="decided", nullable=False))
    op.add_column("card_decisions", sa.Column("proposed_by", sa.Uuid(), nullable=True))
    op.add_column("card_decisions", sa.Column("read_seconds", sa.Double(), nullable=True))
    op.create_check_constraint(
        op.f("card_decisions_act_known"), "card_decisions", "act IN ('decided', 'proposed', 'confirmed', 'declined')"
    )
    op.create_check_constraint(
        op.f("card_decisions_confirmed_by_another"),
        "card_decisions",
        "act <> 'confirmed' OR (proposed_by IS NOT NULL AND decided_by IS NOT NULL AND proposed_by <> decided_by)",
    )


def _card_images() -> None:
    op.create_table(
        "card_images",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.SmallInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "check_id"],
            ["card_checks.authority_id", "card_checks.check_id"],
            name=op.f("card_images_authority_id_check_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "file_id"],
            ["files.authority_id", "files.file_id"],
            name=op.f("card_images_authority_id_file_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("authority_id", "file_id", name=op.f("card_images_pkey")),
    )
    op.create_index("card_images_check", "card_images", ["authority_id", "check_id"])


def _person_marks() -> None:
    op.create_table(
        "person_marks",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "person_id"],
            ["persons.authority_id", "persons.person_id"],
            name=op.f("person_marks_authority_id_person_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("authority_id", "mark", name=op.f("person_marks_pkey")),
    )
    op.create_index("person_marks_person", "person_marks", ["authority_id", "person_id"])
