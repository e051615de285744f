"""A stage for payout's tests: its real database, doors, handlers and jobs; made-up peers and a clock to move."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from atouts.partner.v1 import organisations_pb2, proofs_pb2
from atouts.payout.v1 import messages_pb2 as pb
from atouts.wallet.v1 import corrections_pb2, movements_pb2

from chassis import events, grants, inbox, received_events
from chassis.clock import PARIS, machine_now, paris_day
from chassis.context import Account, AccountKind, CallContext
from chassis.crypto import Cipher
from chassis.database import Database
from chassis.errors import Operational
from chassis.files import DatabaseFiles
from chassis.grpc_client import PeerRefused
from chassis.grpc_server import Call, Platform
from chassis.jobs import JobPlayer
from chassis.work import Work
from rulebooks import Catalogue
from services.payout.adapters.partner_accounts import PartnerAccounts
from services.payout.adapters.partner_directory import PartnerDirectory
from services.payout.adapters.statement_pdf import StatementPdfs
from services.payout.adapters.wallet_ledger import WalletLedger
from services.payout.bootstrap import Parts
from services.payout.domain.accruals import Accrual
from services.payout.entrypoints.doors import ClawbackDoor, HoldDoor, PartnerAccountDoor, RunDoor
from services.payout.entrypoints.handlers import event_reactions, job_handlers
from services.payout.entrypoints.policy import POLICY
from services.payout.store.bank_accounts import BankAccounts
from services.payout.store.tables import CHASSIS

AUTHORITY = "normandie"
BOOKS = "livres-equipement"
SEASON = "2025-2026"
# Valid check digits, no real account.
IBANS = ("FR7630006000011234567890189", "FR1420041010050500013M02606", "FR7630001007941234567890185")
ANNE, BRUNO = str(uuid.uuid4()), str(uuid.uuid4())
CATALOGUE = Catalogue.load()


class MovedClock:
    """Platform time stands where the test puts it."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def move_to(self, instant: datetime) -> None:
        self._instant = instant


@dataclass
class MadeUpWallet:
    """Answers as the wallet's door does, from what it recorded; `is_away` plays an outage."""

    movements: list[Accrual] = field(default_factory=list)
    is_away: bool = False
    counted: list[str] = field(default_factory=list)
    clawed_back: dict[str, corrections_pb2.RecordClawbackRequest] = field(default_factory=dict)

    def call(self, rpc: str, request: Any, *, timeout_s: float = 3.0) -> Any:
        if self.is_away:
            raise Operational("wallet is away")
        if rpc == "RecordClawback":
            return self._record_clawback(request)
        of_day = [each for each in self.movements if each.business_day.isoformat() == request.day]
        return self._count(request.day, of_day) if rpc == "CountDay" else self._list(of_day)

    def _record_clawback(self, told: corrections_pb2.RecordClawbackRequest) -> corrections_pb2.RecordClawbackResponse:
        """Once by its id, and never of a debit that was undone."""
        if any(each.debit_id == told.debit_id and each.is_cancellation for each in self.movements):
            raise PeerRefused("already_cancelled", "debit_id", "Annulé.")
        assert self.clawed_back.setdefault(told.clawback_id, told) == told
        return corrections_pb2.RecordClawbackResponse()

    def _count(self, day: str, of_day: list[Accrual]) -> movements_pb2.CountDayResponse:
        self.counted.append(day)
        answer = movements_pb2.CountDayResponse()
        for key in sorted({(each.partner_id, each.scheme) for each in of_day}):
            amounts = [each.amount_cents for each in of_day if (each.partner_id, each.scheme) == key]
            answer.partners.add(partner_id=key[0], scheme=key[1], count=len(amounts), sum_cents=sum(amounts))
        return answer

    def _list(self, of_day: list[Accrual]) -> movements_pb2.ListDayMovementsResponse:
        answer = movements_pb2.ListDayMovementsResponse()
        for each in of_day:
            answer.movements.add(
                movement_id=each.movement_id, debit_id=each.debit_id, partner_id=each.partner_id,
                scheme=each.scheme, season=each.season, benefit=each.benefit, category=each.category,
                amount_cents=each.amount_cents, occurred_at=each.occurred_at,
                business_day=each.business_day.isoformat(), rulebook_hash=each.rulebook_hash,
            )  # fmt: skip
        return answer


@dataclass
class MadeUpPartner:
    """Answers partner's verified accounts, and names; `is_away` plays an outage."""

    accounts: dict[str, organisations_pb2.BankAccount] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    proofs: list[proofs_pb2.PayoutProof] = field(default_factory=list)
    is_away: bool = False

    def call(self, rpc: str, request: Any, *, timeout_s: float = 3.0) -> Any:
        if self.is_away:
            raise Operational("partner is away")
        if rpc == "LookUpPartners":
            return organisations_pb2.LookUpPartnersResponse(
                partners=[
                    organisations_pb2.PublicPartner(partner_id=each, public_name=self.names[each], city="Caen")
                    for each in request.partner_ids
                    if each in self.names
                ]
            )
        if rpc == "ListPayoutProofs":
            return proofs_pb2.ListPayoutProofsResponse(proofs=self.proofs)
        assert rpc == "LookUpBankAccounts"
        found = [self.accounts[each] for each in request.partner_ids if each in self.accounts]
        return organisations_pb2.LookUpBankAccountsResponse(accounts=found)


class Stage:
    """What the tests do, in the words of the platform."""

    def __init__(self, database: Database, catalogue: Catalogue = CATALOGUE) -> None:
        self.catalogue = catalogue
        self.clock = MovedClock(paris(date(2025, 9, 1)))
        self.wallet = MadeUpWallet()
        self.partner = MadeUpPartner()
        cipher = Cipher(bytes(32))
        platform = Platform("payout", database, CHASSIS, self.clock, None)  # type: ignore[arg-type]
        self.parts = Parts(
            platform, catalogue, DatabaseFiles(cipher), BankAccounts(cipher),
            WalletLedger(self.wallet), PartnerAccounts(self.partner),  # type: ignore[arg-type]
            PartnerDirectory(self.partner), StatementPdfs(),  # type: ignore[arg-type]
        )  # fmt: skip
        self.database = database
        self._doors = (RunDoor(self.parts), HoldDoor(), ClawbackDoor(), PartnerAccountDoor(self.parts))
        self._reactions = event_reactions(self.parts)

    # Who acts.

    def grant(self, account_id: str, scope: str, *roles: str) -> None:
        self.run(lambda work: grants.keep(work.session, CHASSIS, AUTHORITY, account_id, scope, roles, 1))

    def call(self, rpc: str, request: Any, by: str = ANNE, kind: AccountKind = AccountKind.STAFF) -> Any:
        """As the gRPC server does: policy, then one door, in one transaction or in its own."""
        account = Account(by, kind, second_factor=True)
        context = CallContext(AUTHORITY, "gateway", account)
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", rpc).lower()
        door = next(each for each in self._doors if hasattr(each, name))
        rule = POLICY[rpc]
        rule.check_caller(context)

        method = getattr(door, name)
        is_direct = hasattr(method, "opens_transactions")

        def act(session: Any) -> Any:
            work = self.parts.platform.work(session, context)
            rule.check_grants(work, request)
            return None if is_direct else method(work, request)

        answered = self.database.run(act)
        return method(Call(context, deadline_s=10.0), request) if is_direct else answered

    def run(self, act: Any) -> Any:
        """One transaction of the service itself."""
        context = CallContext(AUTHORITY, "payout")
        return self.database.run(lambda session: act(self.parts.platform.work(session, context)))

    # What happens elsewhere.

    def open_season(self, scheme: str = BOOKS) -> None:
        rulebook = self.catalogue.get(AUTHORITY, scheme, SEASON)
        data = {
            "scheme": scheme, "season": SEASON, "rulebook_hash": rulebook.hash,
            "starts_on": "2025-09-01", "ends_on": rulebook.ends_on.isoformat(),
        }  # fmt: skip
        self.deliver("wallet", "season_opened", data)

    def adopt_version(self, counts_from: date, scheme: str = BOOKS) -> None:
        """The catalogue's version of that day is adopted."""
        rulebook = self.catalogue.in_force(AUTHORITY, scheme, SEASON, counts_from)
        assert rulebook.counts_from == counts_from
        data = {
            "scheme": scheme, "season": SEASON, "rulebook_hash": rulebook.hash,
            "counts_from": counts_from.isoformat(), "applies_to_members": rulebook.applies_to_members,
        }  # fmt: skip
        self.deliver("wallet", "rulebook_version_adopted", data, subject=f"{scheme}/{SEASON}/{counts_from}")

    def accept_proof(self, partner_id: str, hold_code: str, season: str = SEASON, scheme: str = BOOKS) -> None:
        data = {
            "partner_id": partner_id, "scheme": scheme, "season": season, "hold_code": hold_code, "version": 2,
        }  # fmt: skip
        self.deliver("partner", "payout_proof_accepted", data, subject=partner_id, version=2)

    def debit(
        self,
        partner_id: str,
        cents: int,
        day: date,
        *,
        heard: bool = True,
        benefit: int = 0,
        scheme: str = BOOKS,
    ) -> str:
        """A debit in the wallet; its event is delivered unless `heard` is False. `benefit`: its place in the file."""
        debit_id = str(uuid.uuid4())
        self._record(debit_id, debit_id, partner_id, cents, day, benefit, scheme)
        if heard:
            self.tell(debit_id)
        return debit_id

    def cancel(self, debit_id: str, *, heard: bool = True) -> str:
        debit = next(each for each in self.wallet.movements if each.movement_id == debit_id)
        cancellation_id = str(uuid.uuid4())
        cents, day = -debit.amount_cents, debit.business_day
        rulebook = self.catalogue.by_hash(debit.rulebook_hash)
        benefit = next(i for i, each in enumerate(rulebook.benefits) if each.id == debit.benefit)
        self._record(cancellation_id, debit_id, debit.partner_id, cents, day, benefit, debit.scheme)
        if heard:
            self.tell(cancellation_id)
        return cancellation_id

    def tell(self, movement_id: str) -> None:
        """Deliver the event of a movement (again)."""
        movement = next(each for each in self.wallet.movements if each.movement_id == movement_id)
        names = ("partner_id", "scheme", "season", "benefit", "category", "rulebook_hash", "debit_id")
        data: dict[str, Any] = {name: getattr(movement, name) for name in names}
        data |= {
            "amount_cents": abs(movement.amount_cents),
            "occurred_at": movement.occurred_at.isoformat(),
            "business_day": movement.business_day.isoformat(),
        }
        fact = "debit_recorded"
        if movement.is_cancellation:
            fact, data = "debit_cancelled", data | {"cancellation_id": movement_id}
        event_id = uuid.uuid5(uuid.UUID(movement_id), "event")
        self.deliver("wallet", fact, data, subject=movement_id, event_id=event_id)

    def verify_iban(self, partner_id: str, iban: str = IBANS[0], version: int = 1, holder: str = "Libr'Œuvre") -> None:
        self.partner.accounts[partner_id] = organisations_pb2.BankAccount(
            partner_id=partner_id, iban=iban, holder=holder, version=version
        )
        self.deliver("partner", "iban_verified", {"partner_id": partner_id}, partner_id, version=version)

    def deliver(
        self,
        source: str,
        fact: str,
        data: dict[str, Any],
        subject: str = "subject",
        version: int = 1,
        event_id: uuid.UUID | None = None,
    ) -> None:
        """As the worker does: checked against its contract, claimed once, handled in one transaction."""
        sent = events.Event(
            event_id or uuid.uuid4(), source, events.type_of(source, fact), AUTHORITY, subject, version,
            machine_now(), "", data,
        )  # fmt: skip
        event = received_events.decode(events.encode(sent, 1))
        handle, fetch = self._reactions[event.type]
        fetched = fetch(event) if fetch else None

        def act(work: Work) -> None:
            if inbox.claim(work.session, CHASSIS, event):
                handle(work, event, fetched)

        self.run(act)

    # Time.

    def move_to(self, day: date) -> int:
        """Paris midday of `day`, and what became due by then."""
        self.clock.move_to(paris(day) + timedelta(hours=12))
        return self.play_due()

    # What people see.

    def runs(self, state: str = "") -> list[pb.Run]:
        wanted = f"RUN_STATE_{state.upper() or 'UNSPECIFIED'}"
        listed = self.call("ListRuns", pb.ListRunsRequest(state=wanted)).runs
        return [self.see(run.run_id) for run in reversed(listed)]

    def see(self, run_id: str) -> pb.Run:
        run: pb.Run = self.call("GetRun", pb.GetRunRequest(run_id=run_id)).run
        return run

    def propose(self, run_id: str, by: str = ANNE, key: str = "") -> pb.Run:
        request = pb.ProposeRunRequest(idempotency_key=key or str(uuid.uuid4()), run_id=run_id)
        run: pb.Run = self.call("ProposeRun", request, by).run
        return run

    def approve(self, run_id: str, cents: int | None = None, by: str = BRUNO, key: str = "") -> pb.Run:
        seen = self.see(run_id).payable_cents if cents is None else cents
        request = pb.ApproveRunRequest(idempotency_key=key or str(uuid.uuid4()), run_id=run_id, payable_cents=seen)
        run: pb.Run = self.call("ApproveRun", request, by).run
        return run

    def issue(self, run: pb.Run) -> pb.Run:
        self.propose(run.run_id)
        return self.approve(run.run_id)

    def propose_clawback(self, debit_id: str, cents: int, by: str = ANNE) -> pb.Clawback:
        request = pb.ProposeClawbackRequest(
            idempotency_key=str(uuid.uuid4()), debit_id=debit_id, amount_cents=cents, reason="Hors agrément."
        )
        proposed: pb.Clawback = self.call("ProposeClawback", request, by).clawback
        return proposed

    def approve_clawback(self, clawback_id: str, by: str = BRUNO, key: str = "") -> pb.Clawback:
        request = pb.ApproveClawbackRequest(idempotency_key=key or str(uuid.uuid4()), clawback_id=clawback_id)
        approved: pb.Clawback = self.call("ApproveClawback", request, by).clawback
        return approved

    def play_due(self) -> int:
        """What became due is played, as by a worker that just started. How many jobs ended."""
        return JobPlayer("payout", self.database, CHASSIS, self.clock, job_handlers(self.parts)).play_due()

    def account(self, partner_id: str) -> pb.GetPartnerAccountResponse:
        seen: pb.GetPartnerAccountResponse = self.call(
            "GetPartnerAccount", pb.GetPartnerAccountRequest(partner_id=partner_id)
        )
        return seen

    def _record(
        self, movement_id: str, debit_id: str, partner_id: str, cents: int, day: date, place: int, scheme: str
    ) -> None:
        rulebook = self.catalogue.in_force(AUTHORITY, scheme, SEASON, day)
        benefit = rulebook.benefits[place]
        at = paris(day) + timedelta(hours=10, seconds=len(self.wallet.movements))
        assert paris_day(at) == day
        self.wallet.movements.append(
            Accrual(
                movement_id, debit_id, partner_id, scheme, SEASON, benefit.id, benefit.category, cents, at, day,
                rulebook.hash,
            )
        )  # fmt: skip


def paris(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)


def partner() -> str:
    return str(uuid.uuid4())
