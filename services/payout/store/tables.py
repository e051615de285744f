"""The tables of the payout service. `authority_id` leads every key: the authority is the tenant."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

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
erased_persons = chassis_tables.erased_persons(metadata)
_Id = sa.Uuid(as_uuid=False)


def _authority() -> sa.Column[str]:
    return sa.Column("authority_id", sa.Text, primary_key=True)


seasons = sa.Table(
    "seasons",
    metadata,
    _authority(),
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("season", sa.Text, primary_key=True),
    sa.Column("rulebook_hash", sa.Text, nullable=False),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("played_to", sa.Date),
    comment="Read model: seasons that the wallet opened; played_to: the last day whose run was prepared.",
)

season_versions = sa.Table(
    "season_versions",
    metadata,
    _authority(),
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("season", sa.Text, primary_key=True),
    sa.Column("counts_from", sa.Date, primary_key=True),
    sa.Column("rulebook_hash", sa.Text, nullable=False),
    comment="Read model: later versions of seasons that the wallet adopted.",
)

payout_proofs = sa.Table(
    "payout_proofs",
    metadata,
    _authority(),
    sa.Column("partner_id", _Id, primary_key=True),
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("season", sa.Text, primary_key=True),
    sa.Column("hold_code", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    comment="Read model: what partners proved to be paid; the highest version is kept.",
)

bank_accounts = sa.Table(
    "bank_accounts",
    metadata,
    _authority(),
    sa.Column("partner_id", _Id, primary_key=True),
    sa.Column("sealed_iban", sa.LargeBinary, nullable=False),
    sa.Column("sealed_holder", sa.LargeBinary, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    comment="Read model: verified accounts, sealed; the highest version is kept.",
)

runs = sa.Table(
    "runs",
    metadata,
    _authority(),
    sa.Column("run_id", _Id, primary_key=True),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("period_start", sa.Date, nullable=False),
    sa.Column("period_end", sa.Date, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False, server_default=""),
    sa.Column("approved_by", sa.Text, nullable=False, server_default=""),
    sa.Column("issued_at", sa.DateTime(True)),
    sa.Column("sepa_file_id", _Id),
    sa.UniqueConstraint("authority_id", "scheme", "season", "period_start"),
    sa.ForeignKeyConstraint(["authority_id", "sepa_file_id"], ["files.authority_id", "files.file_id"]),
    sa.CheckConstraint("period_start <= period_end", name="period"),
    sa.CheckConstraint("state IN ('counting', 'prepared', 'proposed', 'issued', 'closed')", name="state"),
    sa.CheckConstraint("approved_by = '' OR approved_by <> proposed_by", name="second_person"),
    sa.CheckConstraint(
        "(state = 'issued') = (issued_at IS NOT NULL AND sepa_file_id IS NOT NULL AND approved_by <> '')",
        name="issued",
    ),
    sa.Index("runs_newest_first", "authority_id", "period_end", "run_id"),
)

counted_days = sa.Table(
    "counted_days",
    metadata,
    _authority(),
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("movements", sa.BigInteger, nullable=False),
    sa.Column("sum_cents", sa.BigInteger, nullable=False),
    sa.Column("counted_at", sa.DateTime(True), nullable=False),
    comment="Days on which payout's count and sum per partner equalled the wallet's.",
)

run_gaps = sa.Table(
    "run_gaps",
    metadata,
    _authority(),
    sa.Column("run_id", _Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("partner_id", _Id, primary_key=True),
    sa.Column("wallet_count", sa.BigInteger, nullable=False),
    sa.Column("wallet_sum_cents", sa.BigInteger, nullable=False),
    sa.Column("own_count", sa.BigInteger, nullable=False),
    sa.Column("own_sum_cents", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(["authority_id", "run_id"], ["runs.authority_id", "runs.run_id"], ondelete="CASCADE"),
    comment="Why a run still counts, as of its last go.",
)

remittances = sa.Table(
    "remittances",
    metadata,
    _authority(),
    sa.Column("remittance_id", _Id, primary_key=True),
    sa.Column("run_id", _Id, nullable=False),
    sa.Column("partner_id", _Id, nullable=False),
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("movements", sa.BigInteger, nullable=False),
    sa.Column("held_for", sa.Text),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("categories", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.UniqueConstraint("authority_id", "reference"),
    sa.ForeignKeyConstraint(["authority_id", "run_id"], ["runs.authority_id", "runs.run_id"]),
    sa.CheckConstraint("amount_cents > 0", name="amount"),
    sa.CheckConstraint("movements > 0", name="movements"),
    sa.CheckConstraint("held_for <> ''", name="held_for"),
    # A partner is paid once in a run; what is held of it is told apart, by reason.
    sa.Index(
        "remittances_one_paid",
        "authority_id",
        "run_id",
        "partner_id",
        unique=True,
        postgresql_where=sa.text("held_for IS NULL"),
    ),
    sa.Index("remittances_of_run", "authority_id", "run_id", "partner_id"),
    sa.Index("remittances_of_partner", "authority_id", "partner_id"),
)

accruals = sa.Table(
    "accruals",
    metadata,
    _authority(),
    sa.Column("movement_id", _Id, primary_key=True),
    sa.Column("debit_id", _Id, nullable=False),
    sa.Column("partner_id", _Id, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("season", sa.Text, nullable=False),
    sa.Column("benefit", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("occurred_at", sa.DateTime(True), nullable=False),
    sa.Column("business_day", sa.Date, nullable=False),
    sa.Column("rulebook_hash", sa.Text, nullable=False),
    sa.Column("paid_out", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("clawback", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("remittance_id", _Id),
    sa.ForeignKeyConstraint(
        ["authority_id", "remittance_id"], ["remittances.authority_id", "remittances.remittance_id"]
    ),
    sa.CheckConstraint(
        "CASE WHEN movement_id = debit_id THEN amount_cents > 0 ELSE amount_cents < 0 END", name="sign"
    ),
    sa.CheckConstraint("paid_out OR remittance_id IS NULL", name="only_recorded"),
    # One debit, one cancellation at most: neither can be counted twice.
    sa.Index(
        "accruals_one_cancellation", "authority_id", "debit_id", unique=True,
        postgresql_where=sa.text("movement_id <> debit_id AND NOT clawback"),
    ),
    sa.Index(
        "accruals_unclaimed", "authority_id", "scheme", "season", "partner_id",
        postgresql_where=sa.text("remittance_id IS NULL"),
    ),
    sa.Index("accruals_of_day", "authority_id", "scheme", "business_day", "partner_id"),
    sa.Index("accruals_of_partner", "authority_id", "partner_id"),
    sa.Index("accruals_of_debit", "authority_id", "debit_id"),
    sa.Index(
        "accruals_of_remittance", "authority_id", "remittance_id", "occurred_at",
        postgresql_where=sa.text("remittance_id IS NOT NULL"),
    ),
    comment="Read model of the wallet's movements at partners; a movement is in one remittance at most.",
)  # fmt: skip

clawbacks = sa.Table(
    "clawbacks",
    metadata,
    _authority(),
    sa.Column("clawback_id", _Id, primary_key=True),
    sa.Column("debit_id", _Id, nullable=False),
    sa.Column("partner_id", _Id, nullable=False),
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("proposed_at", sa.DateTime(True), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False, server_default=""),
    sa.Column("decided_at", sa.DateTime(True)),
    sa.Column("refused_for", sa.Text, nullable=False, server_default=""),
    sa.CheckConstraint("amount_cents > 0", name="amount"),
    sa.CheckConstraint("state IN ('proposed', 'approved', 'recorded', 'refused', 'dropped')", name="state"),
    sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided"),
    sa.CheckConstraint("state IN ('proposed', 'dropped') OR decided_by NOT IN ('', proposed_by)", name="second_person"),
    sa.CheckConstraint("(state = 'refused') = (refused_for <> '')", name="refused"),
    sa.Index("clawbacks_of_debit", "authority_id", "debit_id"),
    sa.Index("clawbacks_newest_first", "authority_id", "proposed_at", "clawback_id"),
    comment="What partners pay back, as two persons of staff decided it; the wallet writes it in the ledger.",
)

holds = sa.Table(
    "holds",
    metadata,
    _authority(),
    sa.Column("hold_id", _Id, primary_key=True),
    sa.Column("partner_id", _Id, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("placed_at", sa.DateTime(True), nullable=False),
    sa.Column("lifted_at", sa.DateTime(True)),
    # Empty for a hold of the whole partner.
    sa.Column("scheme", sa.Text, nullable=False, server_default=""),
    sa.Column("season", sa.Text, nullable=False, server_default=""),
    sa.Column("categories", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.CheckConstraint("(code IN ('missing_iban', 'staff')) = (scheme = '')", name="scope"),
    sa.CheckConstraint("lifted_at >= placed_at", name="order"),
    sa.Index(
        "holds_open", "authority_id", "partner_id", "code", "scheme", "season", unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    ),
)  # fmt: skip

idempotency = sa.Table(
    "idempotency",
    metadata,
    _authority(),
    sa.Column("account_id", sa.Text, primary_key=True),
    sa.Column("operation", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_hash", sa.LargeBinary, nullable=False),
    sa.Column("answer", sa.LargeBinary),
    sa.Column("answered_at", sa.DateTime(True), nullable=False),
    comment="Answers given under a key: the same key gets the same answer.",
)
