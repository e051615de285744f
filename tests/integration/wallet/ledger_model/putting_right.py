"""What staff and payout put right: corrections by two persons, clawbacks, suspensions and their letters."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from atouts.wallet.v1 import corrections_pb2, suspensions_pb2
from hypothesis import strategies as st

from tests.integration.wallet.ledger_model.command import ANY, ANY_RIGHT, PARTNER, Command, one_of
from tests.integration.wallet.ledger_model.paying import some_debit
from tests.integration.wallet.ledger_model.rights import ALL
from tests.integration.wallet.ledger_model.staff import Correction
from tests.integration.wallet.ledger_model.world import World, same

_CHANGE = st.one_of(st.integers(-3_000, -1), st.integers(1, 6_000), st.sampled_from([-3000, -500, 500, 1500]))


def propose_for_wallet(world: World, which: int, cents: int, uses: int, by_chief: bool) -> None:
    """Cents, and uses with the same sign."""
    if not world.model.books.purses:
        return
    member, benefit = list(world.model.books.purses)[which % len(world.model.books.purses)]
    counted = uses if cents > 0 else -uses
    by = world.chief if by_chief else world.deputy
    wanted = Correction(by.account_id, member, benefit, cents, counted)
    request = corrections_pb2.ProposeCorrectionRequest(
        wallet_id=_wallet_id(world, member, benefit), amount_cents=cents, uses=counted
    )
    _propose(world, wanted, request, by_chief)


def propose_for_debit(world: World, which: int, by_chief: bool) -> None:
    debit_id = some_debit(world, which)
    if debit_id:
        debit = world.model.books.debits[debit_id]
        by = world.chief if by_chief else world.deputy
        wanted = Correction(by.account_id, debit.member, debit.benefit, debit_id=debit_id)
        _propose(world, wanted, corrections_pb2.ProposeCorrectionRequest(debit_id=debit_id), by_chief)


def _propose(
    world: World, wanted: Correction, request: corrections_pb2.ProposeCorrectionRequest, by_chief: bool
) -> None:
    request.idempotency_key, request.reason = world.stage.key(), "essai de correction"
    expected = world.model.staff.propose(wanted)
    by = world.chief if by_chief else world.deputy
    told, answer = world.ask("ProposeCorrection", request, by)
    same(told, expected, f"propose {wanted}")
    if told == "done":
        world.model.staff.corrections[answer.correction.correction_id] = wanted
    world.note("ProposeCorrection", request, by, told)


def _wallet_id(world: World, member: str, benefit: str) -> str:
    person_id = world.members[member].account_id
    found = (row for row in world.stage.rows("wallets") if (str(row.person_id), row.benefit) == (person_id, benefit))
    return str(next(found).wallet_id)


def confirm(world: World, which: int, by_chief: bool) -> None:
    """By the second person, or by who proposed it."""
    if not world.model.staff.corrections:
        propose_for_wallet(world, which, -300, 0, by_chief=True)
    correction_id = one_of(world.model.staff.corrections, which)
    if correction_id:
        by = world.chief if by_chief else world.deputy
        request = corrections_pb2.ConfirmCorrectionRequest(
            idempotency_key=world.stage.key(), correction_id=correction_id
        )
        told = world.answer("ConfirmCorrection", request, by)
        correction = world.model.staff.corrections[correction_id]
        same(told, world.model.staff.confirm(correction_id, by.account_id), f"confirm {correction}")
        world.note("ConfirmCorrection", request, by, told)


def confirm_latest(world: World) -> None:
    """By the other one."""
    corrections = world.model.staff.corrections
    if not corrections:
        propose_for_wallet(world, 0, 500, 0, by_chief=True)
    if corrections:
        latest = list(corrections.values())[-1]
        confirm(world, len(corrections) - 1, by_chief=latest.by != world.chief.account_id)


def drop(world: World, which: int) -> None:
    correction_id = one_of(world.model.staff.corrections, which)
    if correction_id:
        _drop(world, correction_id)


def drop_all(world: World) -> None:
    """Those that nobody decided."""
    for correction_id, correction in world.model.staff.corrections.items():
        if correction.state == "proposed":
            _drop(world, correction_id)


def _drop(world: World, correction_id: str) -> None:
    request = corrections_pb2.DropCorrectionRequest(correction_id=correction_id)
    told, _ = world.ask("DropCorrection", request, world.deputy)
    same(told, world.model.staff.drop(correction_id), "drop a correction")


def claw_back(world: World, which: int, cents: int, whole: bool) -> None:
    debit_id = some_debit(world, which)
    if debit_id:
        debit = world.model.books.debits[debit_id]
        _claw_back(world, str(uuid.uuid4()), debit_id, debit.partner, debit.cents if whole else cents)


def claw_back_again(world: World, which: int, partner: str | None, more: int) -> None:
    """What payout told already: the same, of another partner, or of another amount."""
    clawback_id = one_of(world.model.staff.clawbacks, which)
    if clawback_id:
        debit_id, told_of, cents = world.model.staff.clawbacks[clawback_id]
        _claw_back(world, clawback_id, debit_id, partner or told_of, cents + more)


def _claw_back(world: World, clawback_id: str, debit_id: str, partner: str, cents: int) -> None:
    request = corrections_pb2.RecordClawbackRequest(
        clawback_id=clawback_id, debit_id=debit_id, partner_id=str(world.partners[partner]), amount_cents=cents
    )
    told, _ = world.ask("RecordClawback", request, service="payout")
    same(told, world.model.staff.claw_back(clawback_id, debit_id, partner, cents), "claw back")


def suspend(world: World, which: int, benefits: list[str], days: int | None) -> None:
    """Some benefits, of whatever scheme, or all; to the season's end, or for so many days."""
    known = list(world.model.books.memberships)
    if not known:
        return
    member, scheme = known[which % len(known)]
    until = None if days is None else world.model.books.today + timedelta(days=days)
    membership_id = world.model.books.memberships[member, scheme].membership_id
    _suspend(world, member, scheme, membership_id, benefits, until)


def suspend_one(world: World, which: int) -> None:
    """A benefit that its holder has."""
    known = list(world.model.books.purses)
    if known:
        member, benefit = known[which % len(known)]
        scheme = ALL[benefit].scheme
        membership_id = world.model.books.memberships[member, scheme].membership_id
        _suspend(world, member, scheme, membership_id, [benefit], None)


def _suspend(
    world: World, member: str, scheme: str, membership_id: str, benefits: list[str], until: date | None
) -> None:
    expected = world.model.staff.suspend(member, scheme, benefits, until)
    request = suspensions_pb2.SuspendBenefitsRequest(
        membership_id=membership_id, benefits=benefits, until=until.isoformat() if until else "", reason="essai"
    )
    told, answer = world.ask("SuspendBenefits", request, world.deputy)
    same(told, expected, f"suspend {benefits} of {scheme}")
    if told == "done":
        world.model.staff.suspended(answer.suspension_id, member, scheme, benefits, until)


def lift(world: World, which: int) -> None:
    if not world.model.books.bars:
        suspend_one(world, which)
    suspension_id = one_of(world.model.books.bars, which)
    if suspension_id:
        request = suspensions_pb2.LiftSuspensionRequest(suspension_id=suspension_id)
        told, _ = world.ask("LiftSuspension", request, world.deputy)
        same(told, world.model.staff.lift(suspension_id), "lift a suspension")


def record_letters(world: World, which: int, days: int) -> None:
    """Told today, or on a day to come, which is refused; nothing is lifted by it."""
    suspension_id = one_of(world.model.books.bars, which)
    if suspension_id:
        told_on = world.model.books.today + timedelta(days=days)
        request = suspensions_pb2.RecordSuspensionLettersRequest(
            suspension_id=suspension_id, notified_on=told_on.isoformat()
        )
        told, _ = world.ask("RecordSuspensionLetters", request, world.deputy)
        same(told, "appeal_out_of_order" if days > 0 else "done", "record letters")


COMMANDS = (
    Command(
        "propose_for_wallet",
        propose_for_wallet,
        ("corrections.propose",),
        {"which": ANY, "cents": _CHANGE, "uses": st.sampled_from([0, 0, 1]), "by_chief": st.booleans()},
    ),
    Command(
        "propose_for_debit", propose_for_debit, ("corrections.propose",), {"which": ANY, "by_chief": st.booleans()}
    ),
    Command("confirm", confirm, ("corrections.confirm",), {"which": ANY, "by_chief": st.booleans()}),
    Command("confirm_latest", confirm_latest, ("corrections.confirm",)),
    Command("drop", drop, ("corrections.drop",), {"which": ANY}),
    Command(
        "claw_back",
        claw_back,
        ("clawbacks.record",),
        {"which": ANY, "cents": st.integers(1, 900), "whole": st.booleans()},
    ),
    Command(
        "claw_back_again",
        claw_back_again,
        ("clawbacks.record",),
        {"which": ANY, "partner": st.none() | PARTNER, "more": st.sampled_from([0, 0, 1])},
    ),
    Command(
        "suspend",
        suspend,
        ("suspensions.suspend",),
        {
            "which": ANY,
            "benefits": st.just([]) | st.lists(ANY_RIGHT, max_size=2, unique=True),
            "days": st.none() | st.sampled_from([-1, 0, 1, 3, 400]),
        },
    ),
    Command("suspend_one", suspend_one, ("suspensions.suspend",), {"which": ANY}),
    Command("lift", lift, ("suspensions.lift",), {"which": ANY}),
    Command(
        "record_letters",
        record_letters,
        ("suspensions.record_letters",),
        {"which": ANY, "days": st.sampled_from([-2, 0, 1])},
    ),
)
