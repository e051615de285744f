"""The tables of the identity service. `authority_id` leads every key: the authority is the tenant.

Columns named `…_sealed` hold personal values (chassis.crypto.Cipher, bound to the row); `…_hash` and `…_mark`
are keyed hashes that find an equal value again. Instants of sessions, locks, invitations and leases are machine
time, all others platform time.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from chassis import tables as chassis_tables

metadata = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)
CHASSIS = chassis_tables.add_to(metadata)


def _key(name: str, kind: type[sa.types.TypeEngine[Any]]) -> list[sa.Column[Any]]:
    return [sa.Column("authority_id", sa.Text, primary_key=True), sa.Column(name, kind, primary_key=True)]


def _instant(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(True), nullable=nullable)


def _of(table: str, ours: str, theirs: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["authority_id", ours], [f"{table}.authority_id", f"{table}.{theirs or ours}"])


def _of_account() -> sa.ForeignKeyConstraint:
    """Goes with the account."""
    columns = ["authority_id", "account_id"]
    return sa.ForeignKeyConstraint(columns, [f"accounts.{column}" for column in columns], ondelete="CASCADE")


def _one_of(column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


accounts = sa.Table(
    "accounts",
    metadata,
    *_key("account_id", sa.Uuid),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("email_hash", sa.LargeBinary, nullable=False),
    sa.Column("email_sealed", sa.LargeBinary, nullable=False),
    # Null until an invitation is accepted.
    sa.Column("password_hash", sa.Text),
    sa.Column("second_factor_sealed", sa.LargeBinary),
    sa.Column("second_factor_step", sa.BigInteger, nullable=False, server_default="0"),
    # Shown, and not yet confirmed by a code.
    sa.Column("second_factor_offered", sa.LargeBinary),
    _instant("opened_at"),
    # Machine time; null until somebody follows a link that was sent to the address.
    _instant("confirmed_at", nullable=True),
    sa.UniqueConstraint("authority_id", "email_hash"),
    _one_of("kind", "young", "partner", "staff", "guardian"),
    sa.CheckConstraint("kind = 'staff' OR password_hash IS NOT NULL", name="only_staff_wait_for_a_password"),
    sa.CheckConstraint(
        "kind <> 'staff' OR password_hash IS NULL OR second_factor_sealed IS NOT NULL",
        name="staff_have_a_second_factor",
    ),
)

sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    *_key("email_hash", sa.LargeBinary),
    sa.Column("failures", sa.Integer, nullable=False),
    _instant("failed_at"),
    _instant("locked_until", nullable=True),
    sa.Index("sign_in_failures_failed_at", "failed_at"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    *_key("session_id", sa.Uuid),
    sa.Column("account_id", sa.Uuid, nullable=False),
    sa.Column("second_factor", sa.Boolean, nullable=False),
    _instant("opened_at"),
    # The last refresh; null until the first.
    _instant("used_at", nullable=True),
    _instant("expires_at"),
    _instant("revoked_at", nullable=True),
    _of("accounts", "account_id"),
    sa.Index("sessions_account", "authority_id", "account_id"),
)

refresh_tokens = sa.Table(
    "refresh_tokens",
    metadata,
    *_key("token_hash", sa.LargeBinary),
    sa.Column("session_id", sa.Uuid, nullable=False),
    _instant("used_at", nullable=True),
    _of("sessions", "session_id"),
    # One token of a session is good at a time, whatever races.
    sa.Index(
        "refresh_tokens_one_unused",
        "authority_id",
        "session_id",
        unique=True,
        postgresql_where=sa.text("used_at IS NULL"),
    ),
)

invitations = sa.Table(
    "invitations",
    metadata,
    *_key("token_hash", sa.LargeBinary),
    sa.Column("account_id", sa.Uuid, nullable=False),
    _instant("expires_at"),
    _instant("used_at", nullable=True),
    _of("accounts", "account_id"),
    sa.Index("invitations_account", "authority_id", "account_id"),
)

# A link in a mail. What is sealed goes when the link ends: used, void or over.
mail_links = sa.Table(
    "mail_links",
    metadata,
    *_key("link_id", sa.Uuid),
    # In the order of their issue.
    sa.Column("ordinal", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("account_id", sa.Uuid, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("token_hash", sa.LargeBinary, nullable=False),
    sa.Column("token_sealed", sa.LargeBinary),
    # Of a change: the new address; of its undoing: the old one.
    sa.Column("email_hash", sa.LargeBinary),
    sa.Column("email_sealed", sa.LargeBinary),
    _instant("issued_at"),
    _instant("expires_at"),
    _instant("ended_at", nullable=True),
    _of_account(),
    sa.UniqueConstraint("authority_id", "token_hash"),
    _one_of("purpose", "confirm", "recover", "change", "undo", "invite"),
    sa.CheckConstraint("(ended_at IS NULL) = (token_sealed IS NOT NULL)", name="sealed_until_ended"),
    sa.CheckConstraint(
        "(email_sealed IS NOT NULL) = (ended_at IS NULL AND purpose IN ('change', 'undo'))", name="own_address"
    ),
    sa.Index("mail_links_account", "authority_id", "account_id", "ordinal"),
    sa.Index("mail_links_over", "authority_id", "expires_at"),
    sa.Index(
        "mail_links_held_address",
        "authority_id",
        "email_hash",
        postgresql_where=sa.text("purpose = 'undo' AND ended_at IS NULL"),
    ),
)

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    *_key("account_id", sa.Uuid),
    sa.Column("code_hash", sa.LargeBinary, primary_key=True),
    _instant("used_at", nullable=True),
    _of_account(),
)

# Machines: no address, no password, no session.
service_accounts = sa.Table(
    "service_accounts",
    metadata,
    *_key("account_id", sa.Uuid),
    sa.Column("name", sa.Text, nullable=False),
    _instant("opened_at"),
    _instant("closed_at", nullable=True),
)

service_secrets = sa.Table(
    "service_secrets",
    metadata,
    *_key("secret_hash", sa.LargeBinary),
    sa.Column("account_id", sa.Uuid, nullable=False),
    _instant("issued_at"),
    # Set once another has taken its place.
    _instant("ends_at", nullable=True),
    _of("service_accounts", "account_id"),
    sa.Index("service_secrets_account", "authority_id", "account_id"),
)

persons = sa.Table(
    "persons",
    metadata,
    *_key("person_id", sa.Uuid),
    # Rises with each change of a fact or an enrolment.
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("profile_sealed", sa.LargeBinary, nullable=False),
    sa.Column("identity_checked", sa.Boolean, nullable=False, server_default=sa.false()),
    # What staff recorded; null: nothing yet.
    sa.Column("recorded_sealed", sa.LargeBinary),
    _of("accounts", "person_id", "account_id"),
    sa.CheckConstraint("version > 0", name="version_positive"),
)

# What was said of a person, word after word: a trigger refuses changes. It goes with the person.
fact_records = sa.Table(
    "fact_records",
    metadata,
    *_key("record_id", sa.Uuid),
    # In the order of their saying.
    sa.Column("ordinal", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    # Value, reason and proof, as JSON.
    sa.Column("said_sealed", sa.LargeBinary, nullable=False),
    # The account that said it; null: the platform, or a guardian by link.
    sa.Column("said_by", sa.Uuid),
    _instant("said_at"),
    sa.Column("expires_on", sa.Date),
    sa.Column("corrects", sa.Uuid),
    sa.ForeignKeyConstraint(
        ["authority_id", "person_id"], ["persons.authority_id", "persons.person_id"], ondelete="CASCADE"
    ),
    _one_of("source", "person", "staff", "guardian", "platform"),
    sa.Index("fact_records_person", "authority_id", "person_id", "ordinal"),
    sa.Index("fact_records_latest", "authority_id", "person_id", "name", "ordinal"),
)

# What guardians were asked. The address and the token go with the answer; the row goes with the person.
consent_requests = sa.Table(
    "consent_requests",
    metadata,
    *_key("request_id", sa.Uuid),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("codes", JSONB, nullable=False),
    # The version of the text.
    sa.Column("rulebook_hash", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("token_hash", sa.LargeBinary, nullable=False),
    sa.Column("token_sealed", sa.LargeBinary),
    sa.Column("email_sealed", sa.LargeBinary),
    # Name and quality, as JSON.
    sa.Column("guardian_sealed", sa.LargeBinary),
    _instant("asked_at"),
    _instant("link_until"),
    _instant("answered_at", nullable=True),
    sa.Column("ends_on", sa.Date, nullable=False),
    sa.ForeignKeyConstraint(
        ["authority_id", "person_id"], ["persons.authority_id", "persons.person_id"], ondelete="CASCADE"
    ),
    sa.UniqueConstraint("authority_id", "token_hash"),
    _one_of("state", "asked", "given", "refused", "withdrawn", "lapsed", "ended"),
    sa.CheckConstraint("(state = 'asked') = (token_sealed IS NOT NULL)", name="token_until_answered"),
    sa.CheckConstraint("(state = 'asked') = (email_sealed IS NOT NULL)", name="address_until_answered"),
    sa.CheckConstraint("(state IN ('asked', 'lapsed')) = (guardian_sealed IS NULL)", name="answered_by_somebody"),
    # One is open a person, scheme and season, whatever races.
    sa.Index(
        "consent_requests_one_open",
        "authority_id",
        "person_id",
        "scheme",
        "season",
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    ),
    sa.Index("consent_requests_person", "authority_id", "person_id", "asked_at"),
)

# What is printed on a card. It goes with the person, key first: nothing that is left anywhere can be read then.
card_holders = sa.Table(
    "card_holders",
    metadata,
    *_key("person_id", sa.Uuid),
    # The person's own key, under the service's: it seals the other two.
    sa.Column("key_sealed", sa.LargeBinary, nullable=False),
    sa.Column("address_sealed", sa.LargeBinary),
    sa.Column("photo_sealed", sa.LargeBinary),
    sa.ForeignKeyConstraint(
        ["authority_id", "person_id"], ["persons.authority_id", "persons.person_id"], ondelete="CASCADE"
    ),
)

card_checks = sa.Table(
    "card_checks",
    metadata,
    *_key("check_id", sa.Uuid),
    # The place in the readers' line.
    sa.Column("ordinal", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("file_id", sa.Uuid),
    # What the reader read, whole (domain.reading_records).
    sa.Column("read_sealed", sa.LargeBinary),
    sa.Column("document_mark", sa.LargeBinary),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("lease_id", sa.Uuid),
    _instant("leased_until", nullable=True),
    _instant("submitted_at"),
    _instant("decided_at", nullable=True),
    # Who of the staff waits for a second one to agree.
    sa.Column("proposed_by", sa.Uuid),
    _of("persons", "person_id"),
    sa.ForeignKeyConstraint(["authority_id", "file_id"], ["files.authority_id", "files.file_id"]),
    _one_of("state", "pending", "accepted", "refused", "person"),
    sa.CheckConstraint("file_id IS NOT NULL OR state IN ('accepted', 'refused')", name="image_while_open"),
    sa.CheckConstraint("(decided_at IS NOT NULL) = (state IN ('accepted', 'refused'))", name="decided_when"),
    sa.Index(
        "card_checks_one_open",
        "authority_id",
        "person_id",
        unique=True,
        postgresql_where=sa.text("state IN ('pending', 'person')"),
    ),
    sa.Index("card_checks_line", "ordinal", postgresql_where=sa.text("state = 'pending'")),
    sa.Index("card_checks_by_state", "authority_id", "state", "ordinal"),
    sa.Index("card_checks_person", "authority_id", "person_id", "ordinal"),
    sa.Index("card_checks_proposed", "authority_id", "ordinal", postgresql_where=sa.text("proposed_by IS NOT NULL")),
)

# Pictures of a check beside its first side: the second, and what the reader cut out. They go with their files.
card_images = sa.Table(
    "card_images",
    metadata,
    *_key("file_id", sa.Uuid),
    sa.Column("check_id", sa.Uuid, nullable=False),
    sa.Column("side", sa.SmallInteger, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["authority_id", "check_id"], ["card_checks.authority_id", "card_checks.check_id"], ondelete="CASCADE"
    ),
    sa.ForeignKeyConstraint(["authority_id", "file_id"], ["files.authority_id", "files.file_id"], ondelete="CASCADE"),
    sa.Index("card_images_check", "authority_id", "check_id"),
)

card_decisions = sa.Table(
    "card_decisions",
    metadata,
    sa.Column("authority_id", sa.Text, primary_key=True),
    sa.Column("decision_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("check_id", sa.Uuid, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("codes", JSONB, nullable=False),
    # What staff wrote to the person.
    sa.Column("sentence_sealed", sa.LargeBinary),
    # An account of staff, or null: the reader.
    sa.Column("decided_by", sa.Uuid),
    _instant("occurred_at"),
    sa.Column("recorded_at", sa.DateTime(True), nullable=False, server_default=sa.text("clock_timestamp()")),
    sa.Column("act", sa.Text, nullable=False, server_default="decided"),
    sa.Column("proposed_by", sa.Uuid),
    # The reader's, in machine time.
    sa.Column("read_seconds", sa.Double),
    _of("card_checks", "check_id"),
    _one_of("state", "accepted", "refused", "person"),
    _one_of("act", "decided", "proposed", "confirmed", "declined"),
    sa.CheckConstraint(
        "act <> 'confirmed' OR (proposed_by IS NOT NULL AND decided_by IS NOT NULL AND proposed_by <> decided_by)",
        name="confirmed_by_another",
    ),
    sa.Index("card_decisions_check", "authority_id", "check_id", "decision_id"),
)

# One document, one person: the first account that it was accepted for.
document_marks = sa.Table(
    "document_marks",
    metadata,
    *_key("mark", sa.LargeBinary),
    sa.Column("person_id", sa.Uuid, nullable=False),
    _of("persons", "person_id"),
)

# One person, one account: the first that was proven under these names and this birth date.
person_marks = sa.Table(
    "person_marks",
    metadata,
    *_key("mark", sa.LargeBinary),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.ForeignKeyConstraint(
        ["authority_id", "person_id"], ["persons.authority_id", "persons.person_id"], ondelete="CASCADE"
    ),
    sa.Index("person_marks_person", "authority_id", "person_id"),
)

# Read model; partner owns it.
establishments = sa.Table(
    "establishments",
    metadata,
    *_key("partner_id", sa.Uuid),
    sa.Column("uai", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Index("establishments_uai", "authority_id", "uai"),
)

class_list_imports = sa.Table(
    "class_list_imports",
    metadata,
    *_key("import_id", sa.Uuid),
    sa.Column("partner_id", sa.Uuid, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("lines_read", sa.Integer, nullable=False),
    sa.Column("lines_added", sa.Integer, nullable=False),
    sa.Column("lines_known", sa.Integer, nullable=False),
    # Line, column, code: no value of the file.
    sa.Column("problems", JSONB, nullable=False),
    sa.Column("imported_by", sa.Uuid, nullable=False),
    _instant("imported_at"),
    # Null in those of before files were loaded by a job.
    sa.Column("lines_total", sa.Integer),
    # The sealed file until its last line is loaded.
    sa.Column("file_id", sa.Uuid),
    sa.ForeignKeyConstraint(["authority_id", "file_id"], ["files.authority_id", "files.file_id"]),
    sa.Index("class_list_imports_establishment", "authority_id", "partner_id", "imported_at"),
    sa.CheckConstraint("lines_added + lines_known <= lines_read", name="lines_add_up"),
)

# A pupil is kept as a keyed hash: enough to recognise a request, and nothing to leak.
class_list_lines = sa.Table(
    "class_list_lines",
    metadata,
    *_key("pupil_hash", sa.LargeBinary),
    sa.Column("partner_id", sa.Uuid, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("track", sa.Text, nullable=False),
    sa.Column("sector", sa.Text, nullable=False),
    sa.Index("class_list_lines_establishment", "authority_id", "partner_id", "season"),
)

enrolments = sa.Table(
    "enrolments",
    metadata,
    *_key("enrolment_id", sa.Uuid),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("partner_id", sa.Uuid, nullable=False),
    sa.Column("uai", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("track", sa.Text, nullable=False),
    sa.Column("sector", sa.Text, nullable=False),
    # What else the vocabulary lets a school say of the schooling, by name.
    sa.Column("facts", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason_sealed", sa.LargeBinary),
    sa.Column("version", sa.BigInteger, nullable=False),
    _instant("requested_at"),
    _instant("decided_at", nullable=True),
    sa.Column("decided_by", sa.Uuid),
    _of("persons", "person_id"),
    _of("establishments", "partner_id"),
    _one_of("state", "requested", "validated", "rejected"),
    sa.CheckConstraint("(state = 'rejected') = (reason_sealed IS NOT NULL)", name="rejected_with_reason"),
    sa.CheckConstraint("(state = 'requested') = (decided_at IS NULL)", name="decided_when"),
    sa.Index(
        "enrolments_one_standing",
        "authority_id",
        "person_id",
        "scheme",
        "season",
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'validated')"),
    ),
    sa.Index("enrolments_person", "authority_id", "person_id"),
    sa.Index("enrolments_establishment", "authority_id", "partner_id", "state", "enrolment_id"),
)
