"""Where the service and the model meet: each act is done at the real door, and the answer held against the model's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from atouts.wallet.v1 import cards_pb2, debits_pb2, memberships_pb2, movements_pb2, seasons_pb2, vouchers_pb2

from chassis.clock import paris_day
from chassis.context import Account
from chassis.grants import partner_scope
from chassis.grpc_client import PeerRefused
from services.wallet.entrypoints.ctl import verify
from tests.integration.wallet.ledger_model.model import CULTURE, LAST_DAY, RIGHTS, TILL, Model
from tests.integration.wallet.stage import AUTHORITY_ID, OCTOBER, SEASON, Stage, account, empty

# Enough for three members of each benefit, not for a fourth.
VOTED_MEMBERS = 3
_SCHEME_PARTNERS = {
    "cinéma": (CULTURE, "cinema", None),
    "club": (CULTURE, "pratique", "sport"),
    "boutique": (TILL, "essai", "sport"),
}
PARTNERS = tuple(_SCHEME_PARTNERS)


@dataclass
class Said:
    """A request that was answered: asked again, it is answered the same."""

    rpc: str
    request: Any
    by: Account
    answer: str
    at: datetime


@dataclass
class World:
    """A season of both schemes, its partners and members, played on both sides. `steps` counts what was asked."""

    stage: Stage
    model: Model = field(init=False)
    members: dict[str, Account] = field(default_factory=dict)
    partners: dict[str, UUID] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    steps: int = 0
    acknowledged: int = 0

    def __post_init__(self) -> None:
        empty(self.stage.parts.platform.database)
        self.stage.clock.instant = OCTOBER
        self.stage.identity.persons.clear()
        self.model = Model(paris_day(OCTOBER))
        self.chief = self._open()
        self.cashier = self.stage.delegate(self._partner(PARTNERS[0]))
        for name in PARTNERS[1:]:
            self.stage.grant(self.cashier, partner_scope(str(self._partner(name))), "cashier")
        for scheme in (CULTURE, TILL):
            self.join(scheme)

    def _open(self) -> Account:
        chief = self.stage.staff("administration", "payments")
        for scheme in (CULTURE, TILL):
            self.stage.call("OpenSeason", seasons_pb2.OpenSeasonRequest(scheme=scheme, season=SEASON), chief)
        for name, right in RIGHTS.items():
            self.stage.vote(chief, name, VOTED_MEMBERS * right.cents, right.scheme)
            self.model.vote(name, VOTED_MEMBERS * right.cents)
        return chief

    def _partner(self, name: str) -> UUID:
        scheme, category, activity = _SCHEME_PARTNERS[name]
        self.partners[name] = self.stage.partner(category, scheme=scheme, activity=activity)
        self.model.accredited[name] = {(scheme, category)}
        return self.partners[name]

    # --- What is done

    def ask(self, rpc: str, request: Any, by: Account) -> tuple[str, Any]:
        """ "done" with the answer, or the refusal's reason with None."""
        self.steps += 1
        try:
            answer = self.stage.call(rpc, request, by)
        except PeerRefused as refused:
            return refused.reason, None
        self.acknowledged += 1
        return "done", answer

    def join(self, scheme: str) -> None:
        person = account()
        name = f"member {len(self.members) + 1}"
        self.stage.knows(person)
        expected = self.model.join(name, scheme)
        request = memberships_pb2.RequestMembershipRequest(scheme=scheme, season=SEASON)
        told, answer = self.ask("RequestMembership", request, person)
        same(told, expected, f"join {scheme}")
        if told == "done":
            self.members[name] = person
            if scheme == CULTURE:
                self.stage.cash(answer.membership)
            self.hold_balances(name)

    def vote(self, benefit: str, cents: int) -> None:
        self.steps += 1
        self.stage.vote(self.chief, benefit, cents, RIGHTS[benefit].scheme)
        self.model.vote(benefit, cents)

    def choose_code(self, member: str, secret: str) -> None:
        told, _ = self.ask("SetSecretCode", cards_pb2.SetSecretCodeRequest(secret_code=secret), self.members[member])
        if told == "done":
            self.model.secret[member] = secret
        else:
            same(told, "secret_code_not_asked", "choose code")

    def debit(self, member: str, benefit: str, partner: str, cents: int, way: str, secret: str) -> None:
        """`way`: scanned, typed, presented, or the channel of a code that is sent with the debit."""
        proof, channel = self._proof(member, partner, way)
        right = RIGHTS[benefit]
        expected = self.model.debit(member, benefit, partner, cents, channel, secret)
        request = self.stage.debit_request(
            self.partners[partner], cents, scheme=right.scheme, benefit=benefit, secret_code=secret, **proof
        )
        told, answer = self.ask("Debit", request, self.cashier)
        if told == "done":
            same("paid", expected, "debit")
            receipt = answer.receipt
            self.model.pay(receipt.debit_id, member, benefit, partner, cents)
            same(receipt.balance_cents, self.model.purses[member, benefit].cents, "receipt")
            told = receipt.debit_id
        else:
            same(told, expected, "debit")
        if not told.startswith("secret_code"):
            self.said.append(Said("Debit", request, self.cashier, told, self.stage.clock.instant))

    def _proof(self, member: str, partner: str, way: str) -> tuple[dict[str, str], str]:
        self.stage.clock.forward(minutes=1)  # a step of the code that was not used
        shown = self.stage.call("ShowCode", debits_pb2.ShowCodeRequest(), self.members[member])
        self.model.today = paris_day(self.stage.clock.instant)
        if way == "presented":
            request = debits_pb2.PresentCardRequest(
                partner_id=str(self.partners[partner]), code=shown.code, device="caisse 1"
            )
            presentation = self.stage.call("PresentCard", request, self.cashier)
            return {"presentation_id": presentation.presentation_id}, "qr"
        if way in ("terminal", "nfc"):
            return {"code": shown.code, "channel": way}, way
        return {"code": shown.typed_code if way == "typed" else shown.code}, "till"

    def spend_code_twice(self) -> None:
        """The same code with another key, right after it was accepted: it is burnt."""
        last = self.said[-1] if self.said else None
        if last is None or last.answer not in self.model.debits or last.at != self.stage.clock.instant:
            return
        if last.rpc != "Debit" or not last.request.code:
            return
        again = debits_pb2.DebitRequest()
        again.CopyFrom(last.request)
        again.idempotency_key = self.stage.key()
        told, _ = self.ask("Debit", again, self.cashier)
        same(told, "code_already_used", "code spent twice")

    def repeat(self, which: int) -> None:
        """The same key and request, however much later: the first answer."""
        if self.said:
            said = self.said[which % len(self.said)]
            same(self._answer(said.rpc, said.request, said.by), said.answer, f"{said.rpc} repeated")

    def reuse_key(self, which: int) -> None:
        """The same key for something else is refused, and changes nothing."""
        with_amount = [said for said in self.said if said.rpc in ("Debit", "RedeemVoucher")]
        if with_amount:
            said = with_amount[which % len(with_amount)]
            other = type(said.request)()
            other.CopyFrom(said.request)
            other.amount_cents += 1
            same(self._answer(said.rpc, other, said.by), "idempotency_key_reused", f"{said.rpc} by a used key")

    def _answer(self, rpc: str, request: Any, by: Account) -> str:
        told, answer = self.ask(rpc, request, by)
        if told != "done":
            return told
        return str(answer.receipt.debit_id) if rpc in ("Debit", "RedeemVoucher") else "done"

    def cancel(self, which: int, present: bool) -> None:
        if not self.model.debits:
            return
        debit_id = list(self.model.debits)[which % len(self.model.debits)]
        debit = self.model.debits[debit_id]
        if self.model.today > LAST_DAY:
            return  # what is given back after the season's end is decided by another rule
        request = self.stage.cancel_request(self.partners[debit.partner], debit_id)
        if present:
            proof, _ = self._proof(debit.member, debit.partner, "presented")
            request.presentation_id = proof["presentation_id"]
            if self.model.today > LAST_DAY:
                return
        expected = self.model.cancel(debit_id, present)
        told = self._answer("CancelDebit", request, self.cashier)
        same(told, expected, "cancel")
        self.said.append(Said("CancelDebit", request, self.cashier, told, self.stage.clock.instant))
        self.hold_balances(debit.member)

    def reserve(self, member: str, benefit: str, partner: str, cents: int) -> None:
        request = self.stage.voucher_request(
            self.partners[partner], cents, scheme=RIGHTS[benefit].scheme, benefit=benefit
        )
        expected = self.model.reserve(member, benefit, partner, cents)
        told, answer = self.ask("CreateVoucher", request, self.members[member])
        same(told, expected, "reserve")
        if told == "done":
            voucher = answer.voucher
            self.codes[voucher.voucher_id] = voucher.code
            self.model.hold(voucher.voucher_id, member, benefit, partner, cents)
        self.said.append(Said("CreateVoucher", request, self.members[member], told, self.stage.clock.instant))

    def redeem(self, which: int, partner: str | None, cents: int) -> None:
        if not self.codes:
            return
        voucher_id = list(self.codes)[which % len(self.codes)]
        at = partner or self.model.vouchers[voucher_id].partner
        expected = self.model.redeem(voucher_id, at, cents)
        request = self.stage.redeem_request(self.partners[at], self.codes[voucher_id], cents)
        told = self._answer("RedeemVoucher", request, self.cashier)
        if expected == "paid":
            same(len(told), len(voucher_id), f"redeemed: {told}")
            self.model.capture(voucher_id, told, cents)
        else:
            same(told, expected, "redeem")
        self.said.append(Said("RedeemVoucher", request, self.cashier, told, self.stage.clock.instant))
        self.hold_balances(self.model.vouchers[voucher_id].member)

    def release(self, which: int) -> None:
        if not self.codes:
            return
        voucher_id = list(self.codes)[which % len(self.codes)]
        holder = self.members[self.model.vouchers[voucher_id].member]
        expected = self.model.release(voucher_id)
        request = vouchers_pb2.ReleaseVoucherRequest(idempotency_key=self.stage.key(), voucher_id=voucher_id)
        told = self._answer("ReleaseVoucher", request, holder)
        same(told, expected, "release")
        self.said.append(Said("ReleaseVoucher", request, holder, told, self.stage.clock.instant))

    def stop_and_accredit_again(self, partner: str) -> None:
        """Stopped at once, then accredited anew: its open vouchers were given back in between."""
        scheme, category, activity = _SCHEME_PARTNERS[partner]
        version = next(self.stage._versions)
        stop = movements_pb2.StopAccreditationRequest(
            partner_id=str(self.partners[partner]), scheme=scheme, category=category, reason="essai", version=version
        )
        self.steps += 1
        self.stage.call("StopAccreditation", stop, service="partner")
        self.model.stop(partner, scheme, category)
        self.stage.accredit(self.partners[partner], category, scheme=scheme, activity=activity)
        self.model.accredited[partner].add((scheme, category))

    def count_yesterday(self) -> None:
        day = self.model.today - timedelta(days=1)
        self.steps += 1
        counted = self.stage.call("CountDay", movements_pb2.CountDayRequest(day=day.isoformat()), service="payout")
        self.model.counted.add(day)
        same(
            {partner.partner_id for partner in counted.partners} <= set(map(str, self.partners.values())), True, "count"
        )

    def nights(self, count: int) -> None:
        self._move_to(self.stage.clock.instant + timedelta(days=count))

    def move_to_change_of_clocks(self) -> None:
        """The last half hour of the night on which 26 October 2025, or 29 March 2026, changes its offset."""
        for instant in (datetime(2025, 10, 26, 0, 45, tzinfo=UTC), datetime(2026, 3, 29, 0, 45, tzinfo=UTC)):
            if instant > self.stage.clock.instant:
                self._move_to(instant)
                return

    def end_season(self) -> None:
        self._move_to(max(self.stage.clock.instant, datetime(2026, 6, 30, 22, 5, tzinfo=UTC)))

    def _move_to(self, instant: datetime) -> None:
        self.stage.clock.instant = instant
        while any(job.done_at is None and job.due_at <= instant for job in self.stage.rows("jobs")):
            self.stage.play_due()
        self.model.move_to(paris_day(instant))

    # --- What must be so

    def hold_balances(self, member: str) -> None:
        """What the member is shown is the model's, to the cent."""
        shown = self.stage.wallets(self.members[member])
        expected = {name: purse.cents for (who, name), purse in self.model.purses.items() if who == member}
        same({name: wallet.balance_cents for name, wallet in shown.items()}, expected, f"wallets of {member}")

    def hold_everything(self) -> None:
        """Balances, uses, envelopes, vouchers and partners' sums are the model's, and the ledger proves itself."""
        names = {person.account_id: name for name, person in self.members.items()}
        kept = {
            (names[str(row.person_id)], row.benefit): (row.balance_cents, row.uses_left)
            for row in self.stage.rows("wallets")
        }
        same(kept, {key: (purse.cents, purse.uses) for key, purse in self.model.purses.items()}, "wallets")
        envelopes = {row.benefit: (row.voted_cents, row.unallocated_cents) for row in self.stage.rows("envelopes")}
        for name in RIGHTS:
            same(envelopes[name], (self.model.voted[name], self.model.free[name]), f"envelope {name}")
        states = {str(row.voucher_id): row.state for row in self.stage.rows("vouchers")}
        same(states, {voucher_id: voucher.state for voucher_id, voucher in self.model.vouchers.items()}, "vouchers")
        paid = {self.partners[name]: cents for name, cents in self.model.paid().items() if cents}
        same(self._paid(), paid, "partners")
        self._hold_proof()

    def _paid(self) -> dict[UUID, int]:
        statement = sa.text(
            "SELECT account_id, sum(amount_cents)::bigint AS cents FROM entries WHERE account_kind = 'partner' "
            "GROUP BY account_id HAVING sum(amount_cents) <> 0"
        )
        with self.stage.parts.platform.database.transaction() as session:
            return {row.account_id: row.cents for row in session.execute(statement)}

    def _hold_proof(self) -> None:
        done = verify(self.stage.parts, AUTHORITY_ID)
        same([finding for finding in done.findings if not finding.held], [], "verify")
        expected = {
            "ledger_difference_cents": 0,
            "reserved_cents": self.model.reserved(),
            "expired_cents": self.model.expired,
            "envelopes_cents": sum(self.model.voted.values()),
        }
        same({name: done.figures[name] for name in expected}, expected, "figures")


def same(found: object, expected: object, what: str) -> None:
    """Raises AssertionError with both sides: pytest explains asserts in tests alone."""
    if found != expected:
        raise AssertionError(f"{what}: the service says {found}, the model {expected}")
