"""Prepayment vouchers: made and released by their holder, read and redeemed at the till."""

from __future__ import annotations

from atouts.wallet.v1 import vouchers_pb2 as pb

from gateway.answers import File, Json
from gateway.bodies import Fields, JsonBody
from gateway.contracts import SLOW_S, rpc
from gateway.operations import GET, POST, operation
from gateway.rate_limits import TILL
from gateway.schemas import vouchers as schemas
from gateway.schemas.paging import Page

_TAG = "Coupons de prépaiement"
_TILL = "Caisse"


@operation(
    POST,
    "/v1/vouchers",
    rpc("wallet", "CreateVoucher"),
    "Créer un coupon : réserve une partie d'un porte-monnaie pour un partenaire",
    tag=_TAG,
    takes=JsonBody(schemas.CreateVoucher),
    answers=Json(schemas.VoucherAnswer, 201),
    keyed=True,
)
def create_voucher(fields: Fields) -> pb.CreateVoucherRequest:
    return pb.CreateVoucherRequest(**fields)


@operation(
    GET,
    "/v1/vouchers",
    rpc("wallet", "ListVouchers"),
    "Voir ses coupons",
    tag=_TAG,
    query=Page,
    answers=Json(schemas.Vouchers),
)
def list_vouchers(fields: Fields) -> pb.ListVouchersRequest:
    return pb.ListVouchersRequest(**fields)


@operation(
    POST,
    "/v1/vouchers/{voucher_id}/release",
    rpc("wallet", "ReleaseVoucher"),
    "Annuler un coupon qui n'a pas servi : son montant revient dans le porte-monnaie",
    tag=_TAG,
    answers=Json(schemas.VoucherAnswer),
    keyed=True,
)
def release_voucher(fields: Fields) -> pb.ReleaseVoucherRequest:
    return pb.ReleaseVoucherRequest(**fields)


@operation(
    GET,
    "/v1/vouchers/{voucher_id}/print",
    rpc("wallet", "PrintVoucher", SLOW_S),
    "Imprimer un coupon (PDF)",
    tag=_TAG,
    answers=File("content", "application/pdf", ".filename"),
)
def print_voucher(fields: Fields) -> pb.PrintVoucherRequest:
    return pb.PrintVoucherRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/voucher-readings",
    rpc("wallet", "ReadVoucher"),
    "Lire un coupon avant de l'encaisser",
    tag=_TILL,
    takes=JsonBody(schemas.ReadVoucher),
    answers=Json(schemas.VoucherReading),
    limit=TILL,
)
def read_voucher(fields: Fields) -> pb.ReadVoucherRequest:
    return pb.ReadVoucherRequest(**fields)


@operation(
    POST,
    "/v1/partners/{partner_id}/voucher-redemptions",
    rpc("wallet", "RedeemVoucher"),
    "Encaisser un coupon : ce qui n'est pas pris revient dans le porte-monnaie",
    tag=_TILL,
    takes=JsonBody(schemas.RedeemVoucher),
    answers=Json(schemas.Redemption, 201),
    keyed=True,
    limit=TILL,
)
def redeem_voucher(fields: Fields) -> pb.RedeemVoucherRequest:
    return pb.RedeemVoucherRequest(**fields)
