"""What the wallet keeps of a person, and what of it goes: the ledger stays, under an id that leads nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from chassis.crypto import Cipher
from chassis.personal_data import changed
from chassis.work import Work
from services.wallet.store import memberships as membership_rows
from services.wallet.store import suspensions as suspension_rows
from services.wallet.store.budget_tables import corrections, suspensions
from services.wallet.store.card_tables import card_codes, card_orders, cards, secret_codes, wrong_codes
from services.wallet.store.tables import (
    CHASSIS,
    entries,
    fee_payments,
    memberships,
    person_facts,
    transfers,
    vouchers,
    wallets,
)

CLEARED = (
    "person_facts", "secret_codes", "wrong_codes", "suspensions", "corrections", "cards", "card_codes", "card_orders",
    "vouchers", "grants", "audit",
)  # fmt: skip
KEPT: Mapping[str, str] = {
    "memberships": "what was decided and under which rulebook, by codes: accounts of public money",
    "once_credits": "the benefits of that id; who signs up again is known by the card's mark, in identity",
    "wallets": "the ledger's accounts",
    "transfers": "the ledger; the account is the till's or the person's id",
    "entries": "the ledger; the account is a wallet's, a partner's or an envelope's id",
    "access_uses": "what partners are paid for, as the ledger",
    "presentations": "the cashier's account",
    "idempotency": "outcomes by id, kept for the dispute window: a second request must not move money twice",
}
# A payment that was started and never came back is not waited for any longer than this.
_PAYMENT_COMES_WITHIN = timedelta(days=7)
# As long as a keyed hash, and equal to none.
_NO_HASH = sa.func.sha256(sa.cast(sa.cast(sa.func.gen_random_uuid(), sa.Text), sa.LargeBinary))


def open_money(work: Work, person_id: UUID) -> dict[str, int]:
    """What is under way of the person's money, by code."""
    of_person = _memberships_of(work, person_id)
    paid = sa.select(sa.func.count()).select_from(fee_payments).where(
        fee_payments.c.authority_id == work.authority_id, fee_payments.c.membership_id.in_(of_person)
    )  # fmt: skip
    started = fee_payments.c.state == "started", fee_payments.c.started_at > work.now - _PAYMENT_COMES_WITHIN
    proposed = sa.select(sa.func.count()).select_from(corrections).where(
        corrections.c.authority_id == work.authority_id,
        corrections.c.wallet_id.in_(_wallets_of(work, person_id)),
        corrections.c.state == "proposed",
    )  # fmt: skip
    count = {
        "payment_started": paid.where(*started),
        "refund_due": paid.where(fee_payments.c.state == "surplus"),
        "correction_proposed": proposed,
    }
    return {code: work.session.execute(statement).scalar_one() for code, statement in count.items()}


def movements_at_partners(work: Work, person_id: UUID) -> list[str]:
    """Ids of the person's debits, captures and cancellations; by the entries, whose index begins with the wallet."""
    moved = (
        sa.select(transfers.c.transfer_id)
        .join_from(entries, transfers, _transfer_of_entry())
        .where(
            entries.c.authority_id == work.authority_id,
            entries.c.account_id.in_(_wallets_of(work, person_id)),
            entries.c.account_version.is_not(None),
            transfers.c.partner_id.is_not(None),
        )
    )
    return sorted(str(row.transfer_id) for row in work.session.execute(moved))


def once_keys(work: Work, person_id: UUID) -> list[str]:
    """What the person had once in a schooling or a life, exceptions included."""
    had = membership_rows.credited_once(work, [person_id]).get(person_id, [])
    return sorted({credit.key for credit in had})


def clear(work: Work, cipher: Cipher, person_id: UUID) -> dict[str, int]:
    """Rows that are gone, or hold nothing of the person any more, by table."""
    gone = {
        table.name: changed(
            work, sa.delete(table).where(table.c.authority_id == work.authority_id, table.c.person_id == person_id)
        )
        for table in (person_facts, secret_codes, wrong_codes)
    }
    grants = CHASSIS.grants
    roles = sa.delete(grants).where(grants.c.authority_id == work.authority_id, grants.c.account_id == str(person_id))
    return {
        **gone,
        "grants": changed(work, roles),
        "suspensions": _forget_reasons(work, cipher, person_id),
        "corrections": _forget_why(work, person_id),
        "audit": _forget_words(work, person_id),
        "vouchers": _forget_vouchers(work, person_id),
        **_forget_cards(work, person_id),
    }


def _forget_reasons(work: Work, cipher: Cipher, person_id: UUID) -> int:
    """The days stay, for what was debited meanwhile is checked against them; the reason is empty."""
    wanted = sa.select(suspensions.c.suspension_id).where(
        suspensions.c.authority_id == work.authority_id,
        suspensions.c.membership_id.in_(_memberships_of(work, person_id)),
    )
    found = work.session.execute(wanted).scalars().all()
    for suspension_id in found:
        suspension_rows.forget_reason(work, cipher, suspension_id)
    return len(found)


def _forget_why(work: Work, person_id: UUID) -> int:
    """What staff wrote of a wallet may speak of its holder; who decided, when and on how much stays."""
    here = corrections.c.authority_id == work.authority_id, corrections.c.wallet_id.in_(_wallets_of(work, person_id))
    return changed(work, sa.update(corrections).where(*here, corrections.c.reason != "").values(reason=""))


def _forget_words(work: Work, person_id: UUID) -> int:
    """What staff wrote where they waived a membership's fee: the act stays."""
    audit = CHASSIS.audit
    of_person = sa.select(sa.cast(_memberships_of(work, person_id).subquery().c.membership_id, sa.Text))
    here = audit.c.authority_id == work.authority_id, audit.c.subject.in_(of_person), audit.c.after.has_key("reason")
    return changed(work, sa.update(audit).where(*here).values(after=audit.c.after.op("-")(sa.cast("reason", sa.Text))))


def _forget_vouchers(work: Work, person_id: UUID) -> int:
    here = vouchers.c.authority_id == work.authority_id, vouchers.c.person_id == person_id
    return changed(work, sa.update(vouchers).where(*here).values(code_hash=_NO_HASH, sealed_code=b""))


def _forget_cards(work: Work, person_id: UUID) -> dict[str, int]:
    """Numbers and codes; the cards are void already. An order that was never exported is gone."""
    here = cards.c.authority_id == work.authority_id, cards.c.person_id == person_id
    of_person = sa.select(cards.c.card_id).where(*here)
    codes = card_codes.c.authority_id == work.authority_id, card_codes.c.card_id.in_(of_person)
    orders = card_orders.c.authority_id == work.authority_id, card_orders.c.person_id == person_id
    return {
        "cards": changed(work, sa.update(cards).where(*here).values(number=None)),
        "card_codes": changed(work, sa.update(card_codes).where(*codes).values(code_hash=_NO_HASH)),
        "card_orders": changed(work, sa.delete(card_orders).where(*orders, card_orders.c.state == "ordered")),
    }


def _memberships_of(work: Work, person_id: UUID) -> sa.Select[tuple[UUID]]:
    return sa.select(memberships.c.membership_id).where(
        memberships.c.authority_id == work.authority_id, memberships.c.person_id == person_id
    )


def _wallets_of(work: Work, person_id: UUID) -> sa.Select[tuple[UUID]]:
    return sa.select(wallets.c.wallet_id).where(
        wallets.c.authority_id == work.authority_id, wallets.c.person_id == person_id
    )


def _transfer_of_entry() -> sa.ColumnElement[bool]:
    return sa.and_(transfers.c.authority_id == entries.c.authority_id, transfers.c.transfer_id == entries.c.transfer_id)
