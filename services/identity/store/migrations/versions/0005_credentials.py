"""Links in mails, recovery codes, machines and their secrets; confirmed addresses, sessions' last use, guardians.

Yesterday's code goes on beside it: three tables more, and columns that may be empty or have a default.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_KINDS = "kind IN ('young', 'partner', 'staff'"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("confirmed_at", sa.DateTime(True), nullable=True))
    op.add_column("accounts", sa.Column("second_factor_offered", sa.LargeBinary(), nullable=True))
    op.add_column("sessions", sa.Column("used_at", sa.DateTime(True), nullable=True))
    _kinds("accounts_accounts_kind_known", "accounts_kind_known", f"{_KINDS}, 'guardian')")
    _mail_links()
    _recovery_codes()
    _service_accounts()


def downgrade() -> None:
    op.drop_table("service_secrets")
    op.drop_table("service_accounts")
    op.drop_table("recovery_codes")
    op.drop_table("mail_links")
    _kinds("accounts_kind_known", "accounts_accounts_kind_known", f"{_KINDS})")
    op.drop_column("sessions", "used_at")
    op.drop_column("accounts", "second_factor_offered")
    op.drop_column("accounts", "confirmed_at")


def _kinds(before: str, after: str, check: str) -> None:
    """Not validated: a wider rule holds for every row that the narrower one let in, and no row is read under a lock."""
    op.execute(f"ALTER TABLE accounts DROP CONSTRAINT {before}")
    op.execute(f"ALTER TABLE accounts ADD CONSTRAINT {after} CHECK ({check}) NOT VALID")


def _mail_links() -> None:
    op.create_table(
        "mail_links",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_hash", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("issued_at", sa.DateTime(True), nullable=False),
        sa.Column("expires_at", sa.DateTime(True), nullable=False),
        sa.Column("ended_at", sa.DateTime(True), nullable=True),
        _account("mail_links"),
        sa.CheckConstraint(
            "purpose IN ('confirm', 'recover', 'change', 'undo')", name=op.f("mail_links_purpose_known")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (token_sealed IS NOT NULL)", name=op.f("mail_links_sealed_until_ended")
        ),
        sa.CheckConstraint(
            "(email_sealed IS NOT NULL) = (ended_at IS NULL AND purpose IN ('change', 'undo'))",
            name=op.f("mail_links_own_address"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "link_id", name=op.f("mail_links_pkey")),
        sa.UniqueConstraint("authority_id", "token_hash", name=op.f("mail_links_authority_id_token_hash_key")),
    )
    op.create_index("mail_links_over", "mail_links", ["authority_id", "expires_at"])
    op.create_index("mail_links_account", "mail_links", ["authority_id", "account_id", "ordinal"])
    op.create_index(
        "mail_links_held_address",
        "mail_links",
        ["authority_id", "email_hash"],
        postgresql_where=sa.text("purpose = 'undo' AND ended_at IS NULL"),
    )


def _recovery_codes() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(True), nullable=True),
        _account("recovery_codes"),
        sa.PrimaryKeyConstraint("authority_id", "account_id", "code_hash", name=op.f("recovery_codes_pkey")),
    )


def _service_accounts() -> None:
    op.create_table(
        "service_accounts",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(True), nullable=False),
        sa.Column("closed_at", sa.DateTime(True), nullable=True),
        sa.PrimaryKeyConstraint("authority_id", "account_id", name=op.f("service_accounts_pkey")),
    )
    op.create_table(
        "service_secrets",
        sa.Column("authority_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(True), nullable=False),
        sa.Column("ends_at", sa.DateTime(True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id", "account_id"],
            ["service_accounts.authority_id", "service_accounts.account_id"],
            name=op.f("service_secrets_authority_id_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("authority_id", "secret_hash", name=op.f("service_secrets_pkey")),
    )
    op.create_index("service_secrets_account", "service_secrets", ["authority_id", "account_id"])


def _account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["authority_id", "account_id"],
        ["accounts.authority_id", "accounts.account_id"],
        name=op.f(f"{table}_authority_id_account_id_fkey"),
        ondelete="CASCADE",
    )
