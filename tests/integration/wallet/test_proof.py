"""The ledger proves itself: verify, the export, and what the database itself refuses."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import sqlalchemy.exc
from alembic import command

from chassis.database import Database
from chassis.migrate import alembic_config
from services.wallet.entrypoints.ctl import verify
from services.wallet.store import listings
from tests.integration.wallet.conftest import STORE
from tests.integration.wallet.stage import AUTHORITY_ID, Stage, append_only_lifted


def test_verify_holds_after_a_day_of_work_and_the_export_lists_each_debit(stage: Stage) -> None:
    """Every rule holds, the difference is 0, and the export is sorted with its states."""
    _, cinema, cashier, receipt = stage.paid()
    stage.call("Debit", stage.debit_request(cinema, 100, code=stage.code(stage.member())), cashier)
    stage.call("CancelDebit", stage.cancel_request(cinema, receipt.debit_id), cashier)
    done = verify(stage.parts, AUTHORITY_ID)
    assert [f for f in done.findings if not f.held] == []
    assert done.figures["ledger_difference_cents"] == 0
    with stage.parts.platform.database.transaction() as session:
        exported = list(listings.debits(session))
    assert [d["debit_id"] for d in exported] == sorted(str(d["debit_id"]) for d in exported)
    assert sorted((d["amount_cents"], d["state"], d["kept_cents"]) for d in exported) == [
        (100, "recorded", 100),
        (700, "cancelled", 0),
    ]


_USE = """
    INSERT INTO access_uses (authority_id, use_id, person_id, membership_id, partner_id, scheme, season, benefit,
                             category, occurred_at, business_day, rulebook_hash, account_id, device, channel,
                             period_starts_on, place, places)
    SELECT authority_id, gen_random_uuid(), person_id, membership_id, gen_random_uuid(), scheme, season, 'musee', '',
           now(), '2025-10-04', 'hash', '', '', 'qr', '2025-10-04', 1, 1
    FROM memberships LIMIT 1"""
_INDEX = """
    CREATE UNIQUE INDEX access_uses_one_a_place
    ON access_uses (authority_id, person_id, scheme, season, benefit, period_starts_on, place)
    WHERE cancelled_at IS NULL AND place IS NOT NULL"""
TAMPERINGS = {
    "a wallet's balance, credit and version are those of its entries": [
        "UPDATE wallets SET balance_cents = balance_cents - 1 WHERE benefit = 'cinema'"
    ],
    "what an envelope voted and has left are those of its entries": [
        "UPDATE envelopes SET unallocated_cents = unallocated_cents - 1"
    ],
    "each transfer is two entries of its own amount that add up to nothing": [
        "DELETE FROM entries WHERE account_kind = 'partner'"
    ],
    "the entries of a wallet or an envelope are a chain from 0, none missing": [
        "DELETE FROM entries WHERE account_kind = 'wallet' AND account_version = 1"
    ],
    "each entry belongs to a transfer of its own wallet, partner or envelope": [
        "UPDATE entries SET account_id = gen_random_uuid() WHERE account_kind = 'partner'"
    ],
    "each debit is the outcome of one key": ["DELETE FROM idempotency WHERE operation = 'debit'"],
    "each key that was answered with a debit has it": [
        "UPDATE idempotency SET transfer_id = gen_random_uuid() WHERE operation = 'debit'"
    ],
    "a voucher holds its amount while it is open and nothing afterwards": ["UPDATE vouchers SET state = 'released'"],
    "each entry of a hold has its voucher, of the transfer's wallet": [
        "UPDATE entries SET account_id = gen_random_uuid() WHERE account_kind = 'hold'"
    ],
    "a voucher is redeemed by one capture of its own partner and amount": [
        """UPDATE vouchers
        SET state = 'redeemed', debit_id = gen_random_uuid(), redeemed_cents = 1, wallet_version = 1"""
    ],
    "a wallet's uses left are those granted, less those taken, and those given back": [
        "UPDATE wallets SET uses_left = 1 WHERE uses_left IS NULL"
    ],
    "a cancellation gives back the uses that its debit took": [
        """INSERT INTO transfers (authority_id, transfer_id, kind, envelope_id, wallet_id, partner_id, category,
                               amount_cents, cancels, occurred_at, business_day, rulebook_hash, account_id, device,
                               uses)
        SELECT authority_id, gen_random_uuid(), 'cancel', envelope_id, wallet_id, partner_id, category, amount_cents,
               transfer_id, occurred_at, business_day, rulebook_hash, account_id, device, 1
        FROM transfers WHERE kind = 'debit'"""
    ],
    "what tills added to a wallet is what its top-ups say that were not given back": [
        """INSERT INTO wallet_top_ups (authority_id, wallet_id, code, ceiling_cents, added_cents)
        SELECT authority_id, wallet_id, 'combat', 3000, 1 FROM wallets WHERE benefit = 'cinema'"""
    ],
    "a top-up is a credit of its debit's wallet, given back with that debit's cancellation and only then": [
        """INSERT INTO top_ups (authority_id, debit_id, credit_id, wallet_id, code, amount_cents)
        SELECT authority_id, transfer_id, gen_random_uuid(), wallet_id, 'combat', 1 FROM transfers
        WHERE kind = 'debit'"""
    ],
    "what is given back to an envelope is a top-up's": ["UPDATE transfers SET kind = 'return' WHERE kind = 'hold'"],
    "each balance moved to an operator is one debit by its channel, under one reference": [
        "UPDATE transfers SET channel = 'external' WHERE kind = 'debit'"
    ],
    "no right without cents is used beyond its limit in a period": [
        "DROP INDEX access_uses_one_a_place",
        _USE,
        _USE,
    ],
    "each use is of a member's own right, and the outcome of one key of its partner": [_USE],
    "who stands in a line is an active member who is due that amount of that envelope and has no wallet of it": [
        """INSERT INTO due_credits (authority_id, membership_id, benefit, envelope_id, amount_cents, due_since)
        SELECT authority_id, membership_id, benefit, envelope_id, 1, now() FROM wallets LIMIT 1"""
    ],
    "who is due cents and has no wallet of them stands in the line, unless they had it once": [
        """UPDATE memberships SET entitlements = '[{"benefit": "cinema", "amount_cents": 2000, "credited": false}]'"""
    ],
    "each correction in the ledger was confirmed by a second person, for that wallet and amount": [
        "UPDATE transfers SET kind = 'correction' WHERE kind = 'credit'"
    ],
    "each confirmed correction has its transfer": [
        """INSERT INTO corrections (authority_id, correction_id, wallet_id, amount_cents, reason, state, proposed_by,
                                 proposed_at, decided_by, decided_at, transfer_id)
        SELECT authority_id, wallet_id, wallet_id, 1, 'essai', 'confirmed', 'ada', now(), 'bea', now(), wallet_id
        FROM wallets LIMIT 1"""
    ],
    "each clawback in the ledger is payout's, of that debit's partner and envelope": [
        "UPDATE transfers SET kind = 'clawback', partner_id = NULL, category = NULL WHERE kind = 'debit'"
    ],
    "each clawback has its transfer, and a debit gives back no more than it was": [
        """INSERT INTO clawbacks (authority_id, clawback_id, debit_id, partner_id, envelope_id, amount_cents,
                               transfer_id)
        SELECT authority_id, transfer_id, transfer_id, partner_id, envelope_id, amount_cents, gen_random_uuid()
        FROM transfers WHERE kind = 'debit'"""
    ],
    "nothing was debited from a benefit while it was suspended": [
        """INSERT INTO suspensions (authority_id, suspension_id, membership_id, benefits, until, reason_sealed,
                                 imposed_by, imposed_at, recorded_at)
        SELECT authority_id, membership_id, membership_id, '{}', DATE '2026-06-30', '', 'ada', now(),
               now() - interval '1 day' FROM memberships"""
    ],
    "a counted day's sums by envelope are those of its movements": [
        """INSERT INTO sealed_days (authority_id, day, counted_at)
        SELECT authority_id, business_day, occurred_at FROM transfers WHERE kind = 'debit'"""
    ],
    "no movement was added to a counted day": [
        """INSERT INTO sealed_days (authority_id, day, recorded_at)
        SELECT authority_id, business_day, recorded_at - interval '1 s' FROM transfers WHERE kind = 'debit'"""
    ],
}


@pytest.mark.parametrize("check", TAMPERINGS)
def test_verify_finds_what_was_tampered_with(stage: Stage, check: str) -> None:
    """A balance, an entry, a voucher or a key that somebody changed in the database is named."""
    person, _, _, _ = stage.paid()
    club, _ = stage.club()
    stage.call("CreateVoucher", stage.voucher_request(club, 500), person)
    with append_only_lifted(stage.parts.platform.database) as session:
        for statement in TAMPERINGS[check]:
            session.execute(sa.text(statement))
    done = verify(stage.parts, AUTHORITY_ID)
    _put_back_index(stage)
    assert check in [finding.check for finding in done.findings if not finding.held]
    assert not done.held


def _put_back_index(stage: Stage) -> None:
    """The one that a tampering takes away."""
    with stage.parts.platform.database.transaction() as session:
        session.execute(sa.text("TRUNCATE access_uses"))
        session.execute(sa.text(_INDEX.replace("UNIQUE INDEX", "UNIQUE INDEX IF NOT EXISTS")))


@pytest.mark.parametrize("table", ["transfers", "entries", "ledger.transfers_1", "ledger.entries_1"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET amount_cents = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_ledger_is_append_only(stage: Stage, table: str, statement: str) -> None:
    """Even the database's owner cannot change or take away what is recorded."""
    stage.paid()
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="append-only"):  # noqa: SIM117
        with stage.parts.platform.database.transaction() as session:
            session.execute(sa.text(statement.format(table)))


def test_models_and_migrations_agree(wallet_database: Database) -> None:
    """What the code believes of its tables is what the migrations make."""
    config = alembic_config(STORE, "")
    with wallet_database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)
