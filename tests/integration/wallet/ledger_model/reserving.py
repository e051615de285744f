"""Vouchers: made, read, redeemed, given back; and partners that end."""

from __future__ import annotations

from atouts.wallet.v1 import movements_pb2, vouchers_pb2
from hypothesis import strategies as st

from tests.integration.wallet.ledger_model.command import (
    ANY,
    BENEFIT,
    CENTS,
    PARTNER,
    Command,
    member,
    member_with,
    one_of,
    usual_partner,
)
from tests.integration.wallet.ledger_model.rights import ALL
from tests.integration.wallet.ledger_model.world import World, same

_RESERVED = st.sampled_from(["pratique", "livres", "licence", "cours", "cinema"])


def reserve_at(world: World, name: str, benefit: str, partner: str, cents: int) -> None:
    request = world.stage.voucher_request(world.partners[partner], cents, scheme=ALL[benefit].scheme, benefit=benefit)
    expected = world.model.vouchers.reserve(name, benefit, partner, cents)
    told, answer = world.ask("CreateVoucher", request, world.members[name])
    same(told, expected, "reserve")
    if told == "done":
        world.codes[answer.voucher.voucher_id] = answer.voucher.code
        world.model.vouchers.hold(answer.voucher.voucher_id, name, benefit, partner, cents)
    world.note("CreateVoucher", request, world.members[name], told)


def reserve(world: World, who: int, benefit: str, cents: int) -> None:
    reserve_at(world, member_with(world, who, benefit), benefit, usual_partner(benefit, who), cents)


def reserve_somewhere(world: World, who: int, benefit: str, partner: str, cents: int) -> None:
    reserve_at(world, member(world, who), benefit, partner, cents)


def some_voucher(world: World, which: int) -> str:
    """The id of one; one is made where there is none, if it can be."""
    if not world.codes:
        benefit = ("pratique", "livres", "licence")[which % 3]
        reserve_at(world, member_with(world, which, benefit), benefit, usual_partner(benefit), 900)
    return one_of(world.codes, which)


def read(world: World, which: int, partner: str | None) -> None:
    """What the till sees before it redeems: the same refusals, and nothing moves."""
    voucher_id = some_voucher(world, which)
    if voucher_id:
        voucher = world.model.books.vouchers[voucher_id]
        at = partner or voucher.partner
        request = vouchers_pb2.ReadVoucherRequest(partner_id=str(world.partners[at]), code=world.codes[voucher_id])
        told, _ = world.ask("ReadVoucher", request, world.cashier)
        same(told, world.model.vouchers.read(voucher_id, at) or "done", "read a voucher")


def redeem(world: World, which: int, partner: str | None, cents: int) -> None:
    voucher_id = some_voucher(world, which)
    if not voucher_id:
        return
    at = partner or world.model.books.vouchers[voucher_id].partner
    expected = world.model.vouchers.redeem(voucher_id, at, cents)
    request = world.stage.redeem_request(world.partners[at], world.codes[voucher_id], cents)
    told = world.answer("RedeemVoucher", request, world.cashier)
    if expected == "paid":
        same(len(told), len(voucher_id), f"redeemed: {told}")
        world.model.vouchers.capture(voucher_id, told, cents)
    else:
        same(told, expected, "redeem")
    world.note("RedeemVoucher", request, world.cashier, told)


def redeem_whole(world: World, which: int) -> None:
    voucher_id = some_voucher(world, which)
    if voucher_id:
        redeem(world, which, None, world.model.books.vouchers[voucher_id].cents)


def release(world: World, which: int) -> None:
    voucher_id = some_voucher(world, which)
    if voucher_id:
        holder = world.members[world.model.books.vouchers[voucher_id].member]
        request = vouchers_pb2.ReleaseVoucherRequest(idempotency_key=world.stage.key(), voucher_id=voucher_id)
        told = world.answer("ReleaseVoucher", request, holder)
        same(told, world.model.vouchers.release(voucher_id), "release")
        world.note("ReleaseVoucher", request, holder, told)


def stop(world: World, partner: str, by_command: bool, again: bool) -> None:
    """By partner's command or as its event says it, at once: open vouchers are given back. Then accredited anew, or
    not yet."""
    scheme, category = world.accreditation(partner)
    partner_id, version = str(world.partners[partner]), world.version()
    if by_command:
        request = movements_pb2.StopAccreditationRequest(
            partner_id=partner_id, scheme=scheme, category=category, reason="essai", version=version
        )
        same(world.ask("StopAccreditation", request, service="partner")[0], "done", "stop")
    else:
        data = {"accreditation_id": partner_id, "partner_id": partner_id, "scheme": scheme, "category": category}
        world.stage.handle("partner", "accreditation_withdrawn", data, version=version)
    world.model.vouchers.stop(partner, scheme, category)
    if again:
        world.accredit(partner)


def accredit_again(world: World, partner: str) -> None:
    world.accredit(partner)


COMMANDS = (
    Command(
        "reserve",
        reserve,
        ("vouchers.create_voucher",),
        {"who": ANY, "benefit": _RESERVED, "cents": CENTS},
    ),
    Command(
        "reserve_a_little",
        reserve,
        ("vouchers.create_voucher",),
        {"who": ANY, "benefit": st.sampled_from(["pratique", "livres", "licence"]), "cents": st.integers(1, 900)},
    ),
    Command(
        "reserve_somewhere",
        reserve_somewhere,
        ("vouchers.create_voucher",),
        {"who": ANY, "benefit": BENEFIT, "partner": PARTNER, "cents": CENTS},
    ),
    Command("read", read, ("redemptions.read_voucher",), {"which": ANY, "partner": st.none() | PARTNER}),
    Command(
        "redeem",
        redeem,
        ("redemptions.redeem_voucher",),
        {"which": ANY, "partner": st.none() | PARTNER, "cents": CENTS},
    ),
    Command("redeem_whole", redeem_whole, ("redemptions.redeem_voucher",), {"which": ANY}),
    Command("release", release, ("vouchers.release_voucher",), {"which": ANY}),
    Command(
        "stop",
        stop,
        ("days.stop_accreditation", "days.withdraw"),
        {"partner": PARTNER, "by_command": st.booleans(), "again": st.sampled_from([True, True, False])},
    ),
    Command("accredit_again", accredit_again, (), {"partner": PARTNER}),
)
