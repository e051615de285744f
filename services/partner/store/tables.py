"""The tables of the partner service. `authority_id` leads every key: the authority is the tenant."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis import tables as chassis_tables
from services.partner.domain.accreditation import State
from services.partner.domain.bank import IbanState
from services.partner.domain.organisation import PartnerKind
from services.partner.domain.proofs import ProofState

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
erased_persons = chassis_tables.erased_persons(metadata)


def _id(name: str, *, key: bool = False) -> sa.Column[str]:
    """A uuid, as text in Python."""
    return sa.Column(name, sa.Uuid(as_uuid=False), primary_key=key, nullable=False)


def _authority() -> sa.Column[str]:
    return sa.Column("authority_id", sa.Text, primary_key=True)


def _of_partner() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["authority_id", "partner_id"], ["partners.authority_id", "partners.partner_id"])


def _one_of(column: str, values: Iterable[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value.value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


partners = sa.Table(
    "partners",
    metadata,
    _authority(),
    _id("partner_id", key=True),
    sa.Column("siret", sa.Text, nullable=False),
    sa.Column("legal_name", sa.Text, nullable=False),
    sa.Column("public_name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("street", sa.Text, nullable=False),
    sa.Column("postal_code", sa.Text, nullable=False),
    sa.Column("commune", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False),
    # Folded copies: the directory is searched and sorted without case or accents.
    sa.Column("city_folded", sa.Text, nullable=False),
    sa.Column("name_folded", sa.Text, nullable=False),
    sa.Column("declarations", JSONB, nullable=False),
    sa.Column("roles", ARRAY(sa.Text), nullable=False),
    sa.Column("uai", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("published_at", sa.DateTime(True)),
    sa.Column("staff_facts", JSONB, nullable=False, server_default="{}"),
    sa.UniqueConstraint("authority_id", "siret"),
    sa.CheckConstraint("siret ~ '^[0-9]{14}$'", name="siret_digits"),
    sa.CheckConstraint("uai ~ '^([0-9]{7}[A-Z])?$'", name="uai_form"),
    sa.CheckConstraint("cardinality(roles) > 0", name="some_role"),
    _one_of("kind", PartnerKind),
)

documents = sa.Table(
    "documents",
    metadata,
    _authority(),
    _id("document_id", key=True),
    _id("partner_id"),
    sa.Column("kind", sa.Text, nullable=False),
    # A file's name may hold a person's.
    sa.Column("filename_sealed", sa.LargeBinary, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    _id("file_id"),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("uploaded_at", sa.DateTime(True), nullable=False),
    _of_partner(),
    sa.ForeignKeyConstraint(["authority_id", "file_id"], ["files.authority_id", "files.file_id"]),
    sa.UniqueConstraint("authority_id", "partner_id", "kind", "fingerprint"),
    sa.CheckConstraint("size_bytes > 0", name="not_empty"),
)

bank_accounts = sa.Table(
    "bank_accounts",
    metadata,
    _authority(),
    _id("partner_id", key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("iban_sealed", sa.LargeBinary, nullable=False),
    sa.Column("holder_sealed", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("submitted_at", sa.DateTime(True), nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    _of_partner(),
    _one_of("state", [state for state in IbanState if state is not IbanState.MISSING]),
    sa.CheckConstraint("state <> 'refused' OR reason <> ''", name="refused_with_reason"),
    sa.Index(
        "bank_accounts_one_in_use",
        "authority_id",
        "partner_id",
        unique=True,
        postgresql_where=sa.text("state = 'verified'"),
    ),
    sa.Index(
        "bank_accounts_one_waiting",
        "authority_id",
        "partner_id",
        unique=True,
        postgresql_where=sa.text("state = 'submitted'"),
    ),
)

charters = sa.Table(
    "charters",
    metadata,
    _authority(),
    _id("partner_id", key=True),
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("charter_version", sa.Text, primary_key=True),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Column("signed_at", sa.DateTime(True), nullable=False),
    _of_partner(),
)

accreditations = sa.Table(
    "accreditations",
    metadata,
    _authority(),
    _id("accreditation_id", key=True),
    _id("partner_id"),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("applied_at", sa.DateTime(True), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("rulebook_hash", sa.Text, nullable=False),
    sa.Column("effective", sa.Boolean, nullable=False),
    sa.Column("lapsed", sa.Boolean, nullable=False, server_default=sa.false()),
    _of_partner(),
    _one_of("state", State),
    sa.CheckConstraint("NOT effective OR state = 'withdrawn'", name="effective_withdrawal"),
    sa.CheckConstraint("NOT lapsed OR state = 'withdrawn'", name="lapsed_withdrawal"),
    sa.CheckConstraint("state NOT IN ('refused', 'withdrawn') OR reason <> ''", name="ended_with_reason"),
    sa.CheckConstraint(
        "state NOT IN ('granted', 'refused', 'withdrawn') OR rulebook_hash <> ''", name="decided_by_rulebook"
    ),
    sa.Index(
        "accreditations_one_open",
        "authority_id",
        "partner_id",
        "scheme",
        "category",
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'submitted', 'granted')"),
    ),
    sa.Index("accreditations_by_partner", "authority_id", "partner_id"),
    sa.Index("accreditations_by_state", "authority_id", "state", "accreditation_id"),
)

payout_proofs = sa.Table(
    "payout_proofs",
    metadata,
    _authority(),
    _id("partner_id", key=True),
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("season", sa.Text, primary_key=True),
    sa.Column("hold_code", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    # Empty where the partner declared that it is not concerned.
    sa.Column("document_id", sa.Uuid(as_uuid=False)),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("changed_at", sa.DateTime(True), nullable=False),
    _of_partner(),
    sa.ForeignKeyConstraint(["authority_id", "document_id"], ["documents.authority_id", "documents.document_id"]),
    _one_of("state", ProofState),
    sa.CheckConstraint("(state = 'refused') = (reason <> '')", name="refused_with_reason"),
    sa.Index("payout_proofs_by_state", "authority_id", "state", "changed_at", "partner_id"),
    comment="What partners sent, or declared, so that payouts kept back by a rulebook are paid.",
)

establishments = sa.Table(
    "establishments",
    metadata,
    _authority(),
    _id("partner_id", key=True),
    sa.Column("uai", sa.Text, nullable=False),
    sa.Column("establishment_kind", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    _of_partner(),
    sa.UniqueConstraint("authority_id", "uai"),
)
