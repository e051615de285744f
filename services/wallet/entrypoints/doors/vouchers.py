"""Vouchers: made, listed and released by their holder, read and redeemed at the till."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from atouts.wallet.v1 import vouchers_pb2 as pb
from google.protobuf.message import Message

from chassis import pdfs
from chassis.grpc_server import Call, direct
from chassis.work import Work
from services.wallet.application import redemptions
from services.wallet.application import vouchers as use_cases
from services.wallet.application.idempotency import RequestKey, hash_request
from services.wallet.bootstrap import Parts
from services.wallet.domain import crockford
from services.wallet.domain.voucher import Voucher, VoucherState
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.till import receipt_message
from services.wallet.entrypoints.doors.times import timestamp
from services.wallet.store import seasons, vouchers

_STATES = {
    VoucherState.OPEN: pb.VOUCHER_STATE_OPEN,
    VoucherState.REDEEMED: pb.VOUCHER_STATE_REDEEMED,
    VoucherState.RELEASED: pb.VOUCHER_STATE_RELEASED,
}


class VoucherDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    # --- The holder

    def create_voucher(self, work: Work, request: pb.CreateVoucherRequest) -> pb.CreateVoucherResponse:
        person_id = UUID(work.context.account_id)
        command = use_cases.CreateVoucher(
            parse.name("scheme", request.scheme),
            parse.name("season", request.season),
            parse.name("benefit", request.benefit),
            parse.identifier("partner_id", request.partner_id),
            parse.positive_cents("amount_cents", request.amount_cents),
        )
        key = self._key(f"account:{person_id}", "create_voucher", request.idempotency_key, request)
        outcome, replayed = use_cases.create_voucher(work, self._parts.rules, key, person_id, command)
        voucher = self._voucher_by_id(work, UUID(outcome["voucher_id"]))
        return pb.CreateVoucherResponse(voucher=voucher, replayed=replayed)

    def list_vouchers(self, work: Work, request: pb.ListVouchersRequest) -> pb.ListVouchersResponse:
        found, next_page_token = vouchers.page_of_person(work, UUID(work.context.account_id), request.page_token)
        return pb.ListVouchersResponse(vouchers=self._vouchers(work, found), next_page_token=next_page_token)

    def release_voucher(self, work: Work, request: pb.ReleaseVoucherRequest) -> pb.ReleaseVoucherResponse:
        person_id = UUID(work.context.account_id)
        voucher_id = parse.identifier("voucher_id", request.voucher_id)
        key = self._key(f"account:{person_id}", "release_voucher", request.idempotency_key, request)
        replayed = use_cases.release_voucher(work, key, person_id, voucher_id)
        return pb.ReleaseVoucherResponse(voucher=self._voucher_by_id(work, voucher_id), replayed=replayed)

    @direct
    def print_voucher(self, call: Call, request: pb.PrintVoucherRequest) -> pb.PrintVoucherResponse:
        """Partner tells its name, and the paper is laid out, between transactions."""
        voucher_id = parse.identifier("voucher_id", request.voucher_id)
        printed = self._parts.printed_vouchers.print_voucher(call.context, UUID(call.context.account_id), voucher_id)
        return pb.PrintVoucherResponse(filename="coupon.pdf", content=printed, media_type=pdfs.MEDIA_TYPE)

    # --- The till

    def read_voucher(self, work: Work, request: pb.ReadVoucherRequest) -> pb.ReadVoucherResponse:
        partner_id = parse.identifier("partner_id", request.partner_id)
        voucher = redemptions.read_voucher(work, self._parts.rules, partner_id, request.code)
        return pb.ReadVoucherResponse(
            scheme=voucher.scheme,
            season=voucher.season,
            benefit=voucher.benefit,
            title=self._title(voucher, seasons.open_hashes(work)),
            amount_cents=voucher.amount_cents,
            expires_on=voucher.expires_on.isoformat(),
        )

    def redeem_voucher(self, work: Work, request: pb.RedeemVoucherRequest) -> pb.RedeemVoucherResponse:
        command = redemptions.RedeemVoucher(
            parse.identifier("partner_id", request.partner_id),
            request.code,
            parse.positive_cents("amount_cents", request.amount_cents),
            parse.device(request.device),
        )
        key = self._key(f"partner:{command.partner_id}", "redeem_voucher", request.idempotency_key, request)
        redemption, replayed = redemptions.redeem_voucher(work, self._parts.rules, key, command)
        return pb.RedeemVoucherResponse(
            receipt=receipt_message(redemption.receipt),
            returned_cents=redemption.returned_cents,
            replayed=replayed,
        )

    def _key(self, caller: str, operation: str, key: str, request: Message) -> RequestKey:
        digest = hash_request(self._parts.request_key, request.SerializeToString(deterministic=True))
        return RequestKey(caller, operation, parse.idempotency_key(key), digest)

    def _voucher_by_id(self, work: Work, voucher_id: UUID) -> pb.Voucher:
        voucher = vouchers.find(work, voucher_id)
        assert voucher is not None
        return self._vouchers(work, [voucher])[0]

    def _vouchers(self, work: Work, found: Sequence[Voucher]) -> list[pb.Voucher]:
        hashes = seasons.open_hashes(work)
        codes = vouchers.codes_of(work, self._parts.rules.cipher, [voucher.voucher_id for voucher in found])
        return [self._voucher(voucher, codes[voucher.voucher_id], hashes) for voucher in found]

    def _voucher(self, voucher: Voucher, code: str, hashes: dict[tuple[str, str], str]) -> pb.Voucher:
        return pb.Voucher(
            voucher_id=str(voucher.voucher_id),
            code=crockford.grouped(code),
            state=_STATES[voucher.state],
            wallet_id=str(voucher.wallet_id),
            scheme=voucher.scheme,
            season=voucher.season,
            benefit=voucher.benefit,
            title=self._title(voucher, hashes),
            partner_id=str(voucher.partner_id),
            amount_cents=voucher.amount_cents,
            redeemed_cents=voucher.redeemed_cents,
            created_at=timestamp(voucher.created_at),
            expires_on=voucher.expires_on.isoformat(),
        )

    def _title(self, voucher: Voucher, hashes: dict[tuple[str, str], str]) -> str:
        rulebook = self._parts.rules.by_hash(hashes[voucher.scheme, voucher.season])
        return rulebook.benefit(voucher.benefit).title
