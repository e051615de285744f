"""The season in figures, for machines: every sum comes from the reader, not from the platform's own totals."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from demo.client import Json
from demo.ledger_check import Identity, difference_cents
from demo.neighbour import Neighbour
from demo.readings import PartnerPage, Readings
from demo.record import Record
from demo.season_check import Finding


def summary(
    read: Readings,
    record: Record,
    neighbour: Neighbour,
    checked: list[Identity],
    found: list[Finding],
    *,
    seed: int,
    seconds: float,
    verified: Json,
) -> Json:
    """Amounts in cents. `verified` is the report of `bin/atouts verify`."""
    partners, wallets = read.partners, read.wallets
    return {
        "seed": seed,
        "memberships": len(read.fees),
        "memberships_free": record.free_memberships,
        "members_refused": dict(sorted(record.members_refused.items())),
        "enrolments_validated": read.enrolments_validated,
        "envelopes_cents": sum(line.voted for line in read.envelopes),
        "unallocated_cents": sum(line.unallocated for line in read.envelopes),
        "credited_cents": sum(wallet.credited for wallet in wallets),
        "left_cents": sum(wallet.balance + wallet.reserved for wallet in wallets),
        "fees_cents": sum(read.fees),
        "debits": sum(len(partner.debits) for partner in partners),
        **_own_list_against_pages(partners, record),
        "debited_cents": sum(partner.debited for partner in partners),
        "cancelled_cents": sum(partner.cancelled for partner in partners),
        "debits_refused": dict(sorted(record.debits_refused.items())),
        **_vouchers(read, record),
        **_offers(record),
        "uses_recorded": record.uses_recorded,
        "uses_cancelled": record.uses_cancelled,
        "topped_up_cents": record.topped_up_cents,
        "kinds_refused": dict(sorted(record.kinds_refused.items())),
        **_told_outside(record, neighbour),
        "expired_cents": -sum(wallet.movements.get("expire", 0) for wallet in wallets),
        "payouts": len(read.sepa_files),
        "paid_cents": sum(file.control_sum for file in read.sepa_files),
        "owed_cents": sum(partner.owed for partner in partners),
        "held_partners": sorted(record.held_partners),
        "sepa_files": [str(file.path) for file in read.sepa_files],
        "statements": len(read.statements),
        "statements_pdf": len(read.pdf_statements),
        "findings_wrong": [finding.name for finding in found if not finding.holds],
        "ledger_identities": len(checked),
        "ledger_difference_cents": difference_cents(checked),
        "verify": verified,
        "seconds": round(seconds, 1),
    }


def _own_list_against_pages(partners: Iterable[PartnerPage], record: Record) -> Json:
    """What the demo saw acknowledged: how many, how many no page shows, how many more the pages show."""
    shown = Counter(debit.debit_id for partner in partners for debit in partner.debits)
    own = record.purchases.keys()
    return {
        "debits_acknowledged": len(own),
        "debits_lost": len(own - shown.keys()),
        "debits_doubled": shown.total() - len(own & shown.keys()),
    }


def _vouchers(read: Readings, record: Record) -> Json:
    return {
        "vouchers": len(record.vouchers),
        "vouchers_redeemed": len(record.captured),
        "voucher_captured_cents": sum(wallet.captured for wallet in read.wallets),
        "vouchers_refused": dict(sorted(record.vouchers_refused.items())),
    }


def _offers(record: Record) -> Json:
    return {
        "offers": len(record.offers),
        "offers_refused": dict(sorted(record.offers_refused.items())),
        "draws": len(record.draws),
        "draw_registrants": sum(len(check.published["registration_ids"]) for check in record.draws),
        "draw_winners": sum(len(check.published["winner_ids"]) for check in record.draws),
        "draw_faults": [fault for check in record.draws for fault in check.faults],
    }


def _told_outside(record: Record, neighbour: Neighbour) -> Json:
    """Mails by kind, each Message-ID once; the live notice; what another authority received."""
    return {
        "mails": dict(sorted(record.mails_arrived.items())),
        "mails_duplicated": record.mails_repeated,
        "live_notice_ms": record.live_notice_ms,
        "membership_events": neighbour.activated.total(),
        "membership_events_expected": len(record.linked),
        "memberships_ended_events": neighbour.ended.total(),
        "neighbour_refused": dict(sorted(record.neighbour_refused.items())),
    }


def write(path: Path, figures: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
