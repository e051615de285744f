"""What each event and each due job does here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from chassis import grants
from chassis.context import CallContext
from chassis.events import Event, type_of
from chassis.jobs import Job, JobHandler, Played
from chassis.work import Work
from services.payout.application.accruing import accrue, adopt_version, open_season
from services.payout.application.clawing_back import KIND as TELL_CLAWBACK
from services.payout.application.clawing_back import keep_told
from services.payout.application.counting import NO_MOVEMENT, days_to_count, pay_period
from services.payout.application.holding import keep_bank_account, keep_proof
from services.payout.application.scheduling import KIND, PayPeriod
from services.payout.bootstrap import Parts
from services.payout.domain.accruals import Accrual
from services.payout.domain.bank_account import BankAccount
from services.payout.domain.clawback import Clawback
from services.payout.domain.counting import Tallies
from services.payout.domain.holds import Proof
from services.payout.store.clawbacks import Clawbacks
from services.payout.store.seasons import LaterVersion, OpenSeason

if TYPE_CHECKING:  # chassis.worker imports eventlet: only the worker's process may
    from chassis.worker import AnyHandler


def event_handlers(parts: Parts) -> dict[str, AnyHandler]:
    """One handler for each event type that payout subscribes to; debits come by the thousand."""
    from chassis.worker import EventHandler, GroupHandler

    handlers: dict[str, AnyHandler] = {
        event_type: EventHandler(handle, fetch) for event_type, (handle, fetch) in event_reactions(parts).items()
    }
    for event_type, movement_of in _MOVEMENTS.items():
        handlers[event_type] = GroupHandler(_accruing(parts, movement_of))
    return handlers


Handle = Callable[[Work, Event, Any], None]
Fetch = Callable[[Event], Any]
HandleAll = Callable[[Sequence[tuple[Work, Event]]], None]


def event_reactions(parts: Parts) -> Mapping[str, tuple[Handle, Fetch | None]]:
    """The same, free of any worker: handle in the transaction, fetch before it."""
    bank_accounts = _BankAccountEvents(parts)
    return {
        **{event_type: (_alone(_accruing(parts, movement_of)), None) for event_type, movement_of in _MOVEMENTS.items()},
        type_of("wallet", "season_opened"): (_on_season_opened(parts), None),
        type_of("wallet", "rulebook_version_adopted"): (_on_version_adopted(parts), None),
        type_of("partner", "iban_verified"): (bank_accounts.handle, bank_accounts.fetch),
        type_of("partner", "payout_proof_accepted"): (_on_proof_accepted, None),
        type_of("partner", "grant_changed"): (_on_grant_changed, None),
        type_of("identity", "grant_changed"): (_on_grant_changed, None),
    }


def job_handlers(parts: Parts) -> dict[str, JobHandler]:
    runs = _RunJobs(parts)
    clawbacks = _ClawbackJobs(parts)
    return {KIND: JobHandler(runs.play, runs.prepare), TELL_CLAWBACK: JobHandler(clawbacks.play, clawbacks.tell)}


def _accruing(parts: Parts, movement_of: Callable[[Event], Accrual]) -> HandleAll:
    return lambda events: accrue(parts.catalogue, [(work, movement_of(event)) for work, event in events])


def _alone(handle_all: HandleAll) -> Handle:
    return lambda work, event, _: handle_all([(work, event)])


def _recorded(event: Event) -> Accrual:
    return _accrual(event.data, event.data["debit_id"], event.data["amount_cents"])


def _cancelled(event: Event) -> Accrual:
    return _accrual(event.data, event.data["cancellation_id"], -event.data["amount_cents"])


_MOVEMENTS: Mapping[str, Callable[[Event], Accrual]] = {
    type_of("wallet", "debit_recorded"): _recorded,
    type_of("wallet", "debit_cancelled"): _cancelled,
}


def _accrual(data: Mapping[str, Any], movement_id: str, amount_cents: int) -> Accrual:
    return Accrual(
        movement_id=movement_id,
        debit_id=data["debit_id"],
        partner_id=data["partner_id"],
        scheme=data["scheme"],
        season=data["season"],
        benefit=data["benefit"],
        category=data["category"],
        amount_cents=amount_cents,
        occurred_at=datetime.fromisoformat(data["occurred_at"]),
        business_day=date.fromisoformat(data["business_day"]),
        rulebook_hash=data["rulebook_hash"],
    )


def _on_season_opened(parts: Parts) -> Handle:
    def handle(work: Work, event: Event, _: Any) -> None:
        data = event.data
        opened = OpenSeason(
            scheme=data["scheme"],
            season=data["season"],
            rulebook_hash=data["rulebook_hash"],
            starts_on=date.fromisoformat(data["starts_on"]),
            ends_on=date.fromisoformat(data["ends_on"]),
            version=event.version,
        )
        open_season(work, parts.catalogue, opened)

    return handle


def _on_version_adopted(parts: Parts) -> Handle:
    def handle(work: Work, event: Event, _: Any) -> None:
        data = event.data
        counts_from = date.fromisoformat(data["counts_from"])
        version = LaterVersion(data["scheme"], data["season"], counts_from, data["rulebook_hash"])
        adopt_version(work, parts.catalogue, version)

    return handle


def _on_proof_accepted(work: Work, event: Event, _: Any) -> None:
    data = event.data
    keep_proof(work, Proof(data["partner_id"], data["scheme"], data["season"], data["hold_code"], data["version"]))


def _on_grant_changed(work: Work, event: Event, _: Any) -> None:
    data = event.data
    account_id, scope, roles = data["account_id"], data["scope"], data["roles"]
    grants.keep(work.session, work.tables, work.authority_id, account_id, scope, roles, event.version)


class _BankAccountEvents:
    """The event names a version; the values are asked of partner."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def fetch(self, event: Event) -> list[BankAccount]:
        return list(self._parts.partners.look_up([event.data["partner_id"]]))

    def handle(self, work: Work, _event: Event, fetched: list[BankAccount]) -> None:
        for account in fetched:
            keep_bank_account(work, self._parts.accounts, account)


class _ClawbackJobs:
    """The wallet is told outside the transaction that keeps its answer."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def tell(self, job: Job) -> str:
        """The wallet's reason against it, or nothing. Raises Operational when the wallet is away."""
        platform = self._parts.platform
        context = CallContext(job.authority_id, platform.service)

        def find(session: Any) -> Clawback:
            work = Work(session, context, job.due_at, platform.service, platform.tables)
            return Clawbacks(work).find(job.payload["clawback_id"])

        return self._parts.wallet.record_clawback(platform.database.run(find))

    def play(self, work: Work, job: Job, refused_for: str) -> Played:
        keep_told(work, job.payload["clawback_id"], refused_for)
        return Played.DONE


class _RunJobs:
    """A run asks the wallet for its days outside the transaction that compares them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def prepare(self, job: Job) -> dict[date, Tallies]:
        order = PayPeriod.of_job(job.payload)
        days = self._days_to_count(job, order)
        return {day: self._parts.wallet.count_day(day).get(order.scheme, NO_MOVEMENT) for day in days}

    def play(self, work: Work, job: Job, wallet_days: Mapping[date, Tallies]) -> Played:
        order = PayPeriod.of_job(job.payload)
        agreed = pay_period(work, self._parts.catalogue, order, wallet_days)
        return Played.DONE if agreed else Played.AGAIN

    def _days_to_count(self, job: Job, order: PayPeriod) -> tuple[date, ...]:
        platform = self._parts.platform
        context = CallContext(job.authority_id, platform.service)

        def act(session: Any) -> tuple[date, ...]:
            work = Work(session, context, job.due_at, platform.service, platform.tables)
            return days_to_count(work, self._parts.catalogue, order)

        return platform.database.run(act)
