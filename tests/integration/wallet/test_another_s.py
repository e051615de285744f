"""What is somebody else's, asked for by its id at the real door: unknown, and nothing has moved."""

from __future__ import annotations

import uuid
from typing import Any

from atouts.wallet.v1 import access_uses_pb2, cards_pb2, debits_pb2, memberships_pb2, movements_pb2, vouchers_pb2

from chassis.context import Account
from tests.integration.wallet.stage import CULTURE, SEASON, Stage, account


def refusals(stage: Stage, by: Account, asked: dict[str, Any]) -> dict[str, str]:
    return {rpc: stage.refusal(rpc, request, by).reason for rpc, request in asked.items()}


def test_what_is_somebody_else_s_is_unknown_to_a_young_person(stage: Stage) -> None:
    """As unknown as what does not exist; the holder still has it all."""
    stage.open_season()
    holder, other = stage.member(), stage.member()
    waiting = account()
    stage.knows(waiting)
    membership_id = stage.ask(waiting).membership_id
    club, _cashier = stage.club()
    voucher_id = stage.call("CreateVoucher", stage.voucher_request(club, 1000), holder).voucher.voucher_id
    wallet_id = stage.wallets(holder)["cinema"].wallet_id
    stage.code(holder)
    card_id = stage.call("ReadCard", cards_pb2.ReadCardRequest(), holder).cards[0].card_id
    before = stage.sums()

    def asked(**ids: str) -> dict[str, Any]:
        return {
            "StartCardPayment": memberships_pb2.StartCardPaymentRequest(membership_id=ids["membership_id"]),
            "AnnounceCheque": memberships_pb2.AnnounceChequeRequest(membership_id=ids["membership_id"]),
            "ListMovements": movements_pb2.ListMovementsRequest(wallet_id=ids["wallet_id"]),
            "OpposeCards": cards_pb2.OpposeCardsRequest(
                card_id=ids["card_id"], reason=cards_pb2.OPPOSITION_REASON_LOST
            ),
            "ReleaseVoucher": vouchers_pb2.ReleaseVoucherRequest(
                idempotency_key=stage.key(), voucher_id=ids["voucher_id"]
            ),
            "PrintVoucher": vouchers_pb2.PrintVoucherRequest(voucher_id=ids["voucher_id"]),
        }

    ids = {"membership_id": membership_id, "wallet_id": wallet_id, "card_id": card_id, "voucher_id": voucher_id}
    theirs = refusals(stage, other, asked(**ids))
    nobody_s = refusals(stage, other, asked(**dict.fromkeys(ids, str(uuid.uuid4()))))

    assert theirs == nobody_s
    assert set(theirs.values()) == {"unknown_membership", "unknown_wallet", "no_card_to_oppose", "unknown_voucher"}
    assert stage.sums() == before
    assert stage.call("ReadCard", cards_pb2.ReadCardRequest(), holder).cards[0].card_id == card_id


def test_what_was_shown_or_paid_elsewhere_leads_nowhere_at_another_partner(stage: Stage) -> None:
    """A till that names its own partner with another's presentation, payment or use moves nothing."""
    holder, cinema, cashier, receipt = stage.paid()
    stage.clock.forward(minutes=1)
    shown = stage.present(holder, cinema, cashier).presentation_id
    elsewhere = stage.partner("cinema")
    stranger, balance = stage.delegate(elsewhere), stage.balance(holder)

    use = access_uses_pb2.RecordUseRequest(
        idempotency_key=stage.key(),
        partner_id=str(elsewhere),
        scheme=CULTURE,
        season=SEASON,
        benefit="cinema",
        device="caisse 1",
        presentation_id=shown,
    )
    cancelled_use = access_uses_pb2.CancelUseRequest(
        idempotency_key=stage.key(), partner_id=str(elsewhere), use_id=str(uuid.uuid4()), presentation_id=shown
    )
    answers = refusals(
        stage,
        stranger,
        {
            "ShowHolder": debits_pb2.ShowHolderRequest(partner_id=str(elsewhere), presentation_id=shown),
            "Debit": stage.debit_request(elsewhere, 100, presentation_id=shown),
            "CancelDebit": stage.cancel_request(elsewhere, receipt.debit_id),
            "RecordUse": use,
            "CancelUse": cancelled_use,
        },
    )

    assert set(answers.values()) <= {"presentation_of_other_partner", "unknown_debit", "unknown_use"}, answers
    assert stage.balance(holder) == balance
