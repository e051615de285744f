"""Where the service and the model meet: each act is done at the real door, and the answer held against the model's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from atouts.wallet.v1 import seasons_pb2

from chassis.clock import paris_day
from chassis.context import Account
from chassis.grants import partner_scope
from chassis.grpc_client import PeerRefused
from chassis.jobs import JobPlayer
from services.wallet.domain.card_holder import CardHolder
from services.wallet.entrypoints.handlers import job_handlers
from services.wallet.store.tables import CHASSIS
from tests.integration.wallet.ledger_model.books import Person
from tests.integration.wallet.ledger_model.model import Model
from tests.integration.wallet.ledger_model.rights import CULTURE, LEDGER, RIGHTS, SCHEMES, TILL
from tests.integration.wallet.stage import OCTOBER, SEASON, MadeUpHolders, Stage, account, empty

# Enough for three members of each benefit, not for a fourth.
VOTED_MEMBERS = 3
# Scheme, category, activity and sports of each partner.
_PARTNERS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "cinéma": (CULTURE, "cinema", "", ()),
    "club": (CULTURE, "pratique", "sport", ()),
    "monnaie locale": (CULTURE, "rollon", "local_currency", ()),
    "boutique": (TILL, "essai", "sport", ()),
    "dojo": (LEDGER, "essai", "sport", ("combat",)),
    "piscine": (LEDGER, "essai", "sport", ("natation",)),
    "stade": (LEDGER, "essai", "sport", ()),
}
PARTNERS = tuple(_PARTNERS)
# How often jobs are looked at before one that does not end is told.
_ROUNDS = 50
# What a key is not answered with for good: the same request may be tried again.
_NOT_KEPT = {
    "secret_code_not_chosen", "secret_code_locked", "too_many_wrong_codes", "transfer_not_yet", "card_not_activated",
}  # fmt: skip


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
    """A season of the schemes, its partners and members, played on both sides. `asked` and `answered` count requests by
    their RPC: all, and those that were not refused."""

    stage: Stage
    model: Model = field(init=False)
    members: dict[str, Account] = field(default_factory=dict)
    partners: dict[str, UUID] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    payments: dict[str, tuple[str, str]] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        empty(self.stage.parts.platform.database)
        self.stage.clock.instant = OCTOBER
        self.stage.identity.persons.clear()
        self.model = Model(paris_day(OCTOBER))
        parts = self.stage.parts
        self._player = JobPlayer("wallet", parts.platform.database, CHASSIS, parts.platform.clock, job_handlers(parts))
        self.chief = self._open()
        self.deputy = self.stage.staff("support", "payments", "instruction")
        self.cashier = self.stage.delegate(self._partner(PARTNERS[0]))
        for name in PARTNERS[1:]:
            self.stage.grant(self.cashier, partner_scope(str(self._partner(name))), "cashier")

    def _open(self) -> Account:
        chief = self.stage.staff("administration", "payments", "support")
        for scheme in SCHEMES:
            self.ask("OpenSeason", seasons_pb2.OpenSeasonRequest(scheme=scheme, season=SEASON), chief)
        for name, right in RIGHTS.items():
            self.stage.vote(chief, name, VOTED_MEMBERS * right.cents, right.scheme)
            self.model.budget.vote(name, VOTED_MEMBERS * right.cents)
        return chief

    # --- Who there is

    def _partner(self, name: str) -> UUID:
        sports = _PARTNERS[name][3]
        self.partners[name] = self.stage.partner()
        self.model.books.accredited[name] = set()
        self.model.books.sports[name] = set(sports)
        self.accredit(name)
        return self.partners[name]

    def accreditation(self, name: str) -> tuple[str, str]:
        """Scheme and category that the partner takes."""
        return _PARTNERS[name][:2]

    def accredit(self, name: str) -> None:
        """As partner tells it."""
        scheme, category, activity, sports = _PARTNERS[name]
        partner_id = str(self.partners[name])
        data = {"accreditation_id": partner_id, "partner_id": partner_id, "scheme": scheme, "category": category}
        told = {"activity": activity, "tags": [f"sports/{sport}" for sport in sports]}
        self.stage.handle("partner", "accreditation_granted", data | told, version=self.version())
        self.model.books.accredited[name].add((scheme, category))

    def version(self) -> int:
        return next(self.stage._versions)

    def newcomer(self, born: date, sex: str) -> str:
        """Somebody with an address, whom identity knows."""
        name = f"member {len(self.model.books.persons) + 1}"
        self.members[name] = account()
        self.model.books.persons[name] = Person(born, sex)
        self.tell_identity(name)
        person_id = UUID(self.members[name].account_id)
        self.holders.holders[person_id] = CardHolder(
            person_id, "Lou", "Dupecimen", ("12 rue des Essais",), "14000", "Caen", False, b""
        )
        return name

    def tell_identity(self, member: str) -> None:
        person = self.model.books.persons[member]
        proofs = ["mission_35h"] if person.mission else []
        self.stage.knows(self.members[member], born=person.born, sex=person.sex, validated_proofs=proofs)

    @property
    def holders(self) -> MadeUpHolders:
        holders = self.stage.parts.holder_checks.holders
        assert isinstance(holders, MadeUpHolders)
        return holders

    # --- What is asked

    def ask(self, rpc: str, request: Any, by: Account | None = None, service: str = "gateway") -> tuple[str, Any]:
        """ "done" with the answer, or the refusal's reason with None."""
        self.asked[rpc] += 1
        try:
            answer = self.stage.call(rpc, request, by, service)
        except PeerRefused as refused:
            return refused.reason, None
        self.answered[rpc] += 1
        return "done", answer

    def answer(self, rpc: str, request: Any, by: Account) -> str:
        """The id of what was paid or used, else "done"; or the refusal's reason."""
        told, answer = self.ask(rpc, request, by)
        if told != "done":
            return told
        if rpc in ("Debit", "RedeemVoucher", "Transfer"):
            return str(answer.receipt.debit_id)
        return str(answer.use_id) if rpc == "RecordUse" else "done"

    def note(self, rpc: str, request: Any, by: Account, answer: str) -> None:
        """To be asked again later."""
        if answer not in _NOT_KEPT:
            self.said.append(Said(rpc, request, by, answer, self.now))

    # --- Time, and what is due

    @property
    def now(self) -> datetime:
        return self.stage.clock.instant

    def tick(self) -> None:
        """A minute later: the step of the app's code is another."""
        self.move_to(self.now + timedelta(minutes=1))

    def move_to(self, instant: datetime) -> None:
        self.stage.clock.instant = instant
        day = paris_day(instant)
        if day != self.model.books.today:
            self._play_jobs()
            self.model.move_to(day)

    def settle(self) -> None:
        """Who waits for an envelope that was given to is served at once: the service's writer would, after a while."""
        if self.model.books.called:
            self._play_jobs()
            self.model.budget.serve_called()

    def _play_jobs(self) -> None:
        for _ in range(_ROUNDS):
            if not self._is_due():
                return
            self._player.play_due()
        raise AssertionError(f"jobs do not end: {self._is_due()}")

    def _is_due(self) -> list[str]:
        jobs = CHASSIS.jobs
        due = sa.select(jobs.c.kind).where(jobs.c.done_at.is_(None), jobs.c.due_at <= self.now)
        with self.stage.parts.platform.database.transaction() as session:
            return list(session.execute(due).scalars())


class Difference(AssertionError):
    """The service and the model do not say the same; pytest explains asserts in tests alone."""


def same(found: object, expected: object, what: str) -> None:
    """Raises Difference with both sides."""
    if found != expected:
        raise Difference(f"{what}: the service says {found}, the model {expected}")


def same_rows(found: Iterable[Any], expected: Iterable[Any], what: str) -> None:
    """The rows that only one of them has."""
    one, other = Counter(found), Counter(expected)
    same(sorted(map(repr, (one - other).elements())), sorted(map(repr, (other - one).elements())), what)
