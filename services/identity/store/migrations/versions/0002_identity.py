"""Accounts, persons, card checks and schools."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

_TABLES = (
    "accounts",
    "sign_in_failures",
    "sessions",
    "refresh_tokens",
    "invitations",
    "persons",
    "document_marks",
    "card_checks",
    "card_decisions",
    "establishments",
    "class_list_imports",
    "class_list_lines",
    "enrolments",
)

# What is on record stays: a decision is corrected by another, never rewritten.
_APPEND_ONLY = ("card_decisions", "audit")
_REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    _accounts()
    _sessions()
    _persons()
    _card_checks()
    _card_decisions()
    _establishments()
    _class_lists()
    _enrolments()
    _keep_records()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.execute("DROP TRIGGER audit_append_only ON audit")
    op.execute("DROP FUNCTION refuse_change()")


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("email_hash", sa.LargeBinary, nullable=False),
        sa.Column("email_sealed", sa.LargeBinary, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("second_factor_sealed", sa.LargeBinary),
        sa.Column("second_factor_step", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("opened_at", sa.DateTime(True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'staff' OR password_hash IS NULL OR second_factor_sealed IS NOT NULL",
            name="accounts_staff_have_a_second_factor",
        ),
        sa.CheckConstraint(
            "kind = 'staff' OR password_hash IS NOT NULL", name="accounts_only_staff_wait_for_a_password"
        ),
        sa.CheckConstraint("kind IN ('young', 'partner', 'staff')", name="accounts_kind_known"),
        sa.PrimaryKeyConstraint("authority_id", "account_id", name="accounts_pkey"),
        sa.UniqueConstraint("authority_id", "email_hash", name="accounts_authority_id_email_hash_key"),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("email_hash", sa.LargeBinary, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failed_at", sa.DateTime(True), nullable=False),
        sa.Column("locked_until", sa.DateTime(True)),
        sa.PrimaryKeyConstraint("authority_id", "email_hash", name="sign_in_failures_pkey"),
    )
    op.create_index("sign_in_failures_failed_at", "sign_in_failures", ["failed_at"])


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("second_factor", sa.Boolean, nullable=False),
        sa.Column("opened_at", sa.DateTime(True), nullable=False),
        sa.Column("expires_at", sa.DateTime(True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(True)),
        sa.ForeignKeyConstraint(
            ["authority_id", "account_id"],
            ["accounts.authority_id", "accounts.account_id"],
            name="sessions_authority_id_account_id_fkey",
        ),
        sa.PrimaryKeyConstraint("authority_id", "session_id", name="sessions_pkey"),
    )
    op.create_index("sessions_account", "sessions", ["authority_id", "account_id"])
    op.create_table(
        "refresh_tokens",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("used_at", sa.DateTime(True)),
        sa.ForeignKeyConstraint(
            ["authority_id", "session_id"],
            ["sessions.authority_id", "sessions.session_id"],
            name="refresh_tokens_authority_id_session_id_fkey",
        ),
        sa.PrimaryKeyConstraint("authority_id", "token_hash", name="refresh_tokens_pkey"),
    )
    op.create_index(
        "refresh_tokens_one_unused",
        "refresh_tokens",
        ["authority_id", "session_id"],
        unique=True,
        postgresql_where=sa.text("used_at IS NULL"),
    )
    op.create_table(
        "invitations",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("expires_at", sa.DateTime(True), nullable=False),
        sa.Column("used_at", sa.DateTime(True)),
        sa.ForeignKeyConstraint(
            ["authority_id", "account_id"],
            ["accounts.authority_id", "accounts.account_id"],
            name="invitations_authority_id_account_id_fkey",
        ),
        sa.PrimaryKeyConstraint("authority_id", "token_hash", name="invitations_pkey"),
    )
    op.create_index("invitations_account", "invitations", ["authority_id", "account_id"])


def _persons() -> None:
    op.create_table(
        "persons",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("profile_sealed", sa.LargeBinary, nullable=False),
        sa.Column("identity_checked", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("version > 0", name="persons_version_positive"),
        sa.ForeignKeyConstraint(
            ["authority_id", "person_id"],
            ["accounts.authority_id", "accounts.account_id"],
            name="persons_authority_id_person_id_fkey",
        ),
        sa.PrimaryKeyConstraint("authority_id", "person_id", name="persons_pkey"),
    )
    op.create_table(
        "document_marks",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "person_id"],
            ["persons.authority_id", "persons.person_id"],
            name="document_marks_authority_id_person_id_fkey",
        ),
        sa.PrimaryKeyConstraint("authority_id", "mark", name="document_marks_pkey"),
    )


def _card_checks() -> None:
    op.create_table(
        "card_checks",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("check_id", sa.Uuid, nullable=False),
        sa.Column("ordinal", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("file_id", sa.Uuid),
        sa.Column("read_sealed", sa.LargeBinary),
        sa.Column("document_mark", sa.LargeBinary),
        sa.Column("attempts", sa.Integer, server_default="0", nullable=False),
        sa.Column("lease_id", sa.Uuid),
        sa.Column("leased_until", sa.DateTime(True)),
        sa.Column("submitted_at", sa.DateTime(True), nullable=False),
        sa.Column("decided_at", sa.DateTime(True)),
        sa.CheckConstraint(
            "(decided_at IS NOT NULL) = (state IN ('accepted', 'refused'))", name="card_checks_decided_when"
        ),
        sa.CheckConstraint(
            "(file_id IS NOT NULL) = (state IN ('pending', 'person'))", name="card_checks_image_until_decided"
        ),
        sa.CheckConstraint("state IN ('pending', 'accepted', 'refused', 'person')", name="card_checks_state_known"),
        sa.ForeignKeyConstraint(
            ["authority_id", "file_id"],
            ["files.authority_id", "files.file_id"],
            name="card_checks_authority_id_file_id_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "person_id"],
            ["persons.authority_id", "persons.person_id"],
            name="card_checks_authority_id_person_id_fkey",
        ),
        sa.PrimaryKeyConstraint("authority_id", "check_id", name="card_checks_pkey"),
    )
    op.create_index("card_checks_by_state", "card_checks", ["authority_id", "state", "ordinal"])
    op.create_index("card_checks_line", "card_checks", ["ordinal"], postgresql_where=sa.text("state = 'pending'"))
    op.create_index(
        "card_checks_one_open",
        "card_checks",
        ["authority_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('pending', 'person')"),
    )
    op.create_index("card_checks_person", "card_checks", ["authority_id", "person_id", "ordinal"])


def _card_decisions() -> None:
    op.create_table(
        "card_decisions",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("decision_id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("check_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("codes", JSONB, nullable=False),
        sa.Column("sentence_sealed", sa.LargeBinary),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("occurred_at", sa.DateTime(True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("state IN ('accepted', 'refused', 'person')", name="card_decisions_state_known"),
        sa.ForeignKeyConstraint(
            ["authority_id", "check_id"],
            ["card_checks.authority_id", "card_checks.check_id"],
            name="card_decisions_authority_id_check_id_fkey",
        ),
        sa.PrimaryKeyConstraint("authority_id", "decision_id", name="card_decisions_pkey"),
    )
    op.create_index("card_decisions_check", "card_decisions", ["authority_id", "check_id", "decision_id"])


def _establishments() -> None:
    op.create_table(
        "establishments",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("partner_id", sa.Uuid, nullable=False),
        sa.Column("uai", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "partner_id", name="establishments_pkey"),
    )
    op.create_index("establishments_uai", "establishments", ["authority_id", "uai"])


def _class_lists() -> None:
    op.create_table(
        "class_list_imports",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("partner_id", sa.Uuid, nullable=False),
        sa.Column("season", sa.Text, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("lines_read", sa.Integer, nullable=False),
        sa.Column("lines_added", sa.Integer, nullable=False),
        sa.Column("lines_known", sa.Integer, nullable=False),
        sa.Column("problems", JSONB, nullable=False),
        sa.Column("imported_by", sa.Uuid, nullable=False),
        sa.Column("imported_at", sa.DateTime(True), nullable=False),
        sa.CheckConstraint("lines_added + lines_known <= lines_read", name="class_list_imports_lines_add_up"),
        sa.PrimaryKeyConstraint("authority_id", "import_id", name="class_list_imports_pkey"),
    )
    op.create_table(
        "class_list_lines",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("pupil_hash", sa.LargeBinary, nullable=False),
        sa.Column("partner_id", sa.Uuid, nullable=False),
        sa.Column("season", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("track", sa.Text, nullable=False),
        sa.Column("sector", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "pupil_hash", name="class_list_lines_pkey"),
    )
    op.create_index("class_list_lines_establishment", "class_list_lines", ["authority_id", "partner_id", "season"])


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("authority_id", sa.Text, nullable=False),
        sa.Column("enrolment_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("season", sa.Text, nullable=False),
        sa.Column("partner_id", sa.Uuid, nullable=False),
        sa.Column("uai", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("track", sa.Text, nullable=False),
        sa.Column("sector", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("requested_at", sa.DateTime(True), nullable=False),
        sa.Column("decided_at", sa.DateTime(True)),
        sa.Column("decided_by", sa.Uuid),
        sa.CheckConstraint(
            "(state = 'rejected') = (reason_sealed IS NOT NULL)", name="enrolments_rejected_with_reason"
        ),
        sa.CheckConstraint("(state = 'requested') = (decided_at IS NULL)", name="enrolments_decided_when"),
        sa.CheckConstraint("state IN ('requested', 'validated', 'rejected')", name="enrolments_state_known"),
        sa.ForeignKeyConstraint(
            ["authority_id", "partner_id"],
            ["establishments.authority_id", "establishments.partner_id"],
            name="enrolments_authority_id_partner_id_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["authority_id", "person_id"],
            ["persons.authority_id", "persons.person_id"],
            name="enrolments_authority_id_person_id_fkey",
        ),
        sa.PrimaryKeyConstraint("authority_id", "enrolment_id", name="enrolments_pkey"),
    )
    op.create_index("enrolments_establishment", "enrolments", ["authority_id", "partner_id", "state", "enrolment_id"])
    op.create_index(
        "enrolments_one_standing",
        "enrolments",
        ["authority_id", "person_id", "scheme", "season"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'validated')"),
    )
    op.create_index("enrolments_person", "enrolments", ["authority_id", "person_id"])


def _keep_records() -> None:
    op.execute(_REFUSE_CHANGE)
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
