"""The budget and those who join: votes, requests, fees, and facts that a benefit waited for."""

from __future__ import annotations

from datetime import date
from typing import Any

from atouts.wallet.v1 import memberships_pb2, seasons_pb2
from hypothesis import strategies as st

from tests.integration.wallet.ledger_model.command import ANY, BENEFIT, SCHEME, Command, member, one_of
from tests.integration.wallet.ledger_model.rights import CULTURE, LEDGER, RIGHTS, SCHEMES, TILL
from tests.integration.wallet.ledger_model.world import World, same
from tests.integration.wallet.provider import provider_event
from tests.integration.wallet.stage import AUTHORITY_ID, CATALOGUE, SEASON

ADULT, TURNS_SIXTEEN = date(2007, 5, 1), date(2009, 12, 24)
_BORN = st.sampled_from([ADULT, TURNS_SIXTEEN])
_SEX = st.sampled_from(["F", "F", "M"])
_MEANS = st.sampled_from(["cheque", "cheque", "announced", "free", "card", "later"])


def vote(world: World, benefit: str, cents: int) -> None:
    world.stage.vote(world.chief, benefit, cents, RIGHTS[benefit].scheme)
    world.model.budget.vote(benefit, cents)


def vote_for_one(world: World, benefit: str) -> None:
    vote(world, benefit, RIGHTS[benefit].cents)


def join(world: World, scheme: str, born: date, sex: str, means: str) -> None:
    """Somebody new; who is under sixteen joins no scheme that asks a guardian's word."""
    name = world.newcomer(ADULT if scheme == CULTURE else born, sex)
    if request(world, name, scheme) != "done":
        del world.members[name]
    elif scheme == CULTURE:
        settle(world, name, means)


def join_for_a_fee(world: World, means: str) -> None:
    """Somebody new in the scheme that asks a fee, for whom there is money: its budget is spent soon."""
    for benefit, right in RIGHTS.items():
        if right.scheme == CULTURE and world.model.books.free[benefit] < right.cents:
            vote_for_one(world, benefit)
            world.settle()
    join(world, CULTURE, ADULT, "F", means)


def join_another(world: World, who: int, scheme: str, means: str) -> None:
    """A member of another scheme, or of this one."""
    name = member(world, who)
    if scheme == CULTURE and world.model.books.persons[name].born != ADULT:
        return
    if request(world, name, scheme) == "done" and scheme == CULTURE:
        settle(world, name, means)


def request(world: World, name: str, scheme: str) -> str:
    expected = world.model.budget.join(name, scheme)
    asked = memberships_pb2.RequestMembershipRequest(scheme=scheme, season=SEASON)
    told, answer = world.ask("RequestMembership", asked, world.members[name])
    same(told, expected, f"join {scheme}")
    if told == "done":
        world.model.budget.joined(name, scheme, answer.membership.membership_id, world.now)
    return told


def settle(world: World, name: str, means: str) -> None:
    """The fee: announced or not, cashed, let go or paid by card; or left for later."""
    membership = world.model.books.memberships[name, CULTURE]
    own = {"membership_id": membership.membership_id}
    if means == "announced":
        told, _ = world.ask("AnnounceCheque", memberships_pb2.AnnounceChequeRequest(**own), world.members[name])
        same(told, "done" if membership.state == "awaiting_payment" else "fee_not_due", "announce cheque")
    elif means == "card":
        _start_payment(world, name, membership.membership_id)
    elif means == "free":
        _settled(world, name, "GrantFreeMembership", memberships_pb2.GrantFreeMembershipRequest(reason="essai", **own))
    elif means == "cheque":
        _settled(world, name, "CashCheque", memberships_pb2.CashChequeRequest(reference="0012345", **own))


def _settled(world: World, name: str, rpc: str, asked: Any) -> None:
    asked.idempotency_key = world.stage.key()
    told = world.answer(rpc, asked, world.chief)
    same(told, world.model.budget.settle(name, CULTURE, world.now), rpc)
    world.note(rpc, asked, world.chief, told)


def _start_payment(world: World, name: str, membership_id: str) -> None:
    membership = world.model.books.memberships[name, CULTURE]
    asked = memberships_pb2.StartCardPaymentRequest(membership_id=membership_id)
    told, answer = world.ask("StartCardPayment", asked, world.members[name])
    same(told, "done" if membership.state == "awaiting_payment" else "fee_not_due", "start a payment")
    if told == "done":
        world.payments[answer.payment_id] = name, "started"


def settle_later(world: World, which: int, means: str) -> None:
    """One who waits for it, or who paid already."""
    asked = [name for name, scheme in world.model.books.memberships if scheme == CULTURE]
    if asked:
        settle(world, asked[which % len(asked)], means)


def provider_says(world: World, which: int, kind: str) -> None:
    """Money counts once for each payment, also after a failure; what comes for nothing activates nobody again."""
    if not world.payments:
        join(world, CULTURE, ADULT, "F", "card")
    payment_id = one_of(world.payments, which)
    if not payment_id:
        return
    name, state = world.payments[payment_id]
    told, _ = world.ask("RecordProviderEvent", provider_event(payment_id, kind))
    same(told, "done", "the provider's word")
    if state == "started" and kind == "payment.succeeded":
        world.payments[payment_id] = name, "settled"
        world.model.budget.settle(name, CULTURE, world.now)


def prove_mission(world: World, who: int) -> None:
    """Identity tells a fact that came later."""
    name = member(world, who)
    world.model.budget.prove_mission(name, world.now)
    world.tell_identity(name)
    world.stage.facts_changed(world.members[name])


def prove_mission_in_a_page(world: World, who: int) -> None:
    """The same fact, told with a page of members of whom nothing new is known."""
    name = member(world, who)
    world.model.budget.prove_mission(name, world.now)
    world.tell_identity(name)
    page = [
        {"enrolment_id": account.account_id, "person_id": account.account_id, "version": 1}
        for account in world.members.values()
    ]
    data = {"scheme": TILL, "season": SEASON, "enrolments": page}
    world.stage.handle("identity", "enrolments_validated", data)


def adopt_version(world: World) -> None:
    """The later one, until its first day; adopted, it stays so."""
    later = CATALOGUE.versions(AUTHORITY_ID, LEDGER, SEASON)[1]
    asked = seasons_pb2.AdoptVersionRequest(scheme=LEDGER, season=SEASON, rulebook_hash=later.hash)
    told, _ = world.ask("AdoptVersion", asked, world.chief)
    same(told, world.model.budget.adopt(), "adopt a version")


def open_doors(world: World) -> None:
    """A member of each scheme, so that there is somebody to begin with."""
    for scheme in SCHEMES:
        join(world, scheme, ADULT, "F", "cheque")


COMMANDS = (
    Command(
        "join",
        join,
        ("memberships.check_may_ask", "memberships.request", "credit_queue.CreditQueue.settle"),
        {"scheme": SCHEME, "born": _BORN, "sex": _SEX, "means": _MEANS},
    ),
    Command(
        "join_for_a_fee",
        join_for_a_fee,
        ("memberships.request", "fees.grant_free", "fees.cash_cheque", "fees.announce_cheque"),
        {"means": st.sampled_from(["free", "announced", "card", "later"])},
    ),
    Command("join_another", join_another, ("memberships.request",), {"who": ANY, "scheme": SCHEME, "means": _MEANS}),
    Command("vote", vote, ("seasons.vote_budget",), {"benefit": BENEFIT, "cents": st.integers(1, 6_000)}),
    Command("vote_for_one", vote_for_one, ("seasons.vote_budget", "crediting.serve_line"), {"benefit": BENEFIT}),
    Command(
        "settle_later",
        settle_later,
        (
            "fees.cash_cheque",
            "fees.announce_cheque",
            "fees.grant_free",
            "fees.start_card_payment",
            "fees.keep_checkout",
        ),
        {"which": ANY, "means": _MEANS},
    ),
    Command(
        "provider_says",
        provider_says,
        ("fees.record_provider_event",),
        {"which": ANY, "kind": st.sampled_from(["payment.succeeded", "payment.succeeded", "payment.failed"])},
    ),
    Command(
        "adopt_version",
        adopt_version,
        ("seasons.adopt_version", "version_batch.apply_some", "activation.credit_difference"),
    ),
    Command("prove_mission", prove_mission, ("memberships.decide_again",), {"who": ANY}),
    Command("prove_mission_in_a_page", prove_mission_in_a_page, ("memberships.decide_page",), {"who": ANY}),
)
