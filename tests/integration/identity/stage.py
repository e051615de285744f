"""What the tests of identity stand on: who calls, through the real door, and what is written in the tables."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from atouts.identity.v1 import accounts_pb2, cards_pb2, facts_pb2

from chassis import context as call_context
from chassis import grants
from chassis.clock import machine_now
from chassis.context import CallContext
from chassis.events import Event, type_of
from chassis.grpc_client import Peer
from chassis.jobs import JobPlayer, count_due
from chassis.tokens import ServiceTokens
from chassis.work import Work
from services.identity.bootstrap import Parts
from services.identity.domain.accounts import Account, AccountKind
from services.identity.domain.documents import Certainty, DocumentFields, PrintedNames, Reading, ZoneName
from services.identity.entrypoints.handlers import event_handlers, job_handlers
from services.identity.entrypoints.reader import CardReading
from services.identity.entrypoints.rpc import DESCRIPTOR
from services.identity.entrypoints.transactions import in_transaction
from services.identity.store.tables import CHASSIS
from specimens import Holder, card

T = TypeVar("T")
AUTHORITY = "normandie"
PASSWORD = "correct horse battery"
SEASON = "2025-2026"
SCHEME = "livres-equipement"


class Clock:
    """Platform time that a test sets."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.instant = datetime(2025, 9, 15, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


@dataclass(frozen=True)
class Caller:
    """An account and the token that proves it."""

    account_id: str
    token: str


class FakeReader:
    """Answers the readings that it was given, one a picture."""

    def __init__(self, *readings: Reading) -> None:
        self._readings = list(readings)

    def read(self, pictures: Sequence[bytes], on: date) -> Reading:
        return self._readings.pop(0)


class Stage:
    """Calls go through gRPC as the gateway, unless said otherwise."""

    def __init__(self, parts: Parts, address: str) -> None:
        self.parts = parts
        self._address = address
        self._peers: dict[str, Peer] = {}

    @property
    def clock(self) -> Clock:
        clock = self.parts.platform.clock
        assert isinstance(clock, Clock)
        return clock

    def close(self) -> None:
        for peer in self._peers.values():
            peer.close()

    def call(
        self, rpc: str, request: Any, token: str = "", *, service: str = "gateway", authority: str = AUTHORITY
    ) -> Any:
        """Raises PeerRefused as a caller sees it."""
        call_context.current.set(CallContext(authority, service, access_token=token))
        return self._peer(service).call(rpc, request, timeout_s=10)

    def _peer(self, service: str) -> Peer:
        if service not in self._peers:
            tokens = ServiceTokens(service, self.parts.account_keys)
            self._peers[service] = Peer(DESCRIPTOR, "identity", self._address, tokens)
        return self._peers[service]

    def work(self, act: Callable[[Work], T], authority: str = AUTHORITY) -> T:
        return in_transaction(self.parts.platform, CallContext(authority, "identity"), act)

    def rows(self, statement: sa.Select[Any] | sa.TextClause) -> list[sa.Row[Any]]:
        with self.parts.platform.database.transaction() as session:
            return list(session.execute(statement).all())

    def execute(self, statement: str) -> None:
        with self.parts.platform.database.transaction() as session:
            session.execute(sa.text(statement))

    def published(self, fact: str) -> list[sa.Row[Any]]:
        """Facts of one type that were written to the outbox, in order."""
        outbox = CHASSIS.outbox
        wanted = sa.select(outbox.c.subject, outbox.c.version, outbox.c.data)
        return self.rows(wanted.where(outbox.c.type == type_of("identity", fact)).order_by(outbox.c.sequence))

    # People

    def open_account(self, email: str, kind: int = accounts_pb2.ACCOUNT_KIND_YOUNG, **options: str) -> Any:
        request = accounts_pb2.OpenAccountRequest(kind=kind, email=email, password=PASSWORD)  # type: ignore[arg-type]
        return self.call("OpenAccount", request, **options).account

    def sign_in(self, email: str, password: str = PASSWORD, code: str = "") -> Any:
        request = accounts_pb2.SignInRequest(email=email, password=password, second_factor_code=code)
        return self.call("SignIn", request)

    def young(self, email: str = "lou@exemple.fr") -> Caller:
        return self._caller(self._account(AccountKind.YOUNG, email), AccountKind.YOUNG)

    def staff(self, *roles: str) -> Caller:
        account_id = str(uuid.uuid4())
        self._grant(account_id, grants.AUTHORITY_SCOPE, roles)
        return self._caller(account_id, AccountKind.STAFF, second_factor=True)

    def delegate(self, partner_id: str, *roles: str) -> Caller:
        account_id = self._account(AccountKind.PARTNER, f"{uuid.uuid4()}@exemple.fr")
        data = {"account_id": account_id, "scope": grants.partner_scope(partner_id), "roles": list(roles)}
        self.hear("grant_changed", data, version=1)
        return self._caller(account_id, AccountKind.PARTNER)

    def _account(self, kind: AccountKind, email: str) -> str:
        """An account that nobody signs in to: no time goes into hashing."""
        account = Account(str(uuid.uuid4()), kind, email, password_hash="none")
        assert self.work(lambda work: self.parts.signing_in.accounts.add(work, account))
        return account.account_id

    def _caller(self, account_id: str, kind: AccountKind, second_factor: bool = False) -> Caller:
        account = Account(account_id, kind, "unused")
        return Caller(account_id, self.parts.signing_in.access_tokens.sign(account, second_factor, AUTHORITY))

    def _grant(self, account_id: str, scope: str, roles: tuple[str, ...]) -> None:
        self.work(lambda work: grants.keep(work.session, work.tables, AUTHORITY, account_id, scope, roles, 1))

    # What partner tells

    def hear(self, fact: str, data: dict[str, Any], version: int) -> None:
        """Hand an event of partner's to its handler."""
        event_type, subject = type_of("partner", fact), str(uuid.uuid4())
        event = Event(uuid.uuid4(), "partner", event_type, AUTHORITY, subject, version, machine_now(), "", data)
        handler = event_handlers(self.parts)[event_type]
        self.work(lambda work: handler.handle(work, event, None))

    def establishment(self, uai: str = "0760001A", kind: str = "lycee_public") -> str:
        partner_id = str(uuid.uuid4())
        data = {"partner_id": partner_id, "uai": uai, "establishment_kind": kind, "region": "28"}
        self.hear("establishment_registered", data, version=1)
        return partner_id

    # What is due

    def play_jobs(self, gos: int = 100) -> int:
        """Have the worker wake until nothing is due, so many times at most; how many jobs ended."""
        platform = self.parts.platform
        player = JobPlayer("identity", platform.database, CHASSIS, self.clock, job_handlers(self.parts))
        ended = 0
        for _ in range(gos):
            ended += player.play_due()
            if not self.work(lambda work: count_due(work.session, CHASSIS, self.clock.now())):
                return ended
        return ended

    # Profiles and cards

    def declare(self, caller: Caller, **changes: Any) -> Any:
        request = facts_pb2.DeclareProfileRequest(profile=profile(**changes))
        return self.call("DeclareProfile", request, caller.token)

    def submit(self, caller: Caller, image: bytes | None = None, back: bytes = b"") -> Any:
        request = cards_pb2.SubmitCardRequest(image=image or picture(), back=back)
        return self.call("SubmitCard", request, caller.token).check

    def check_of(self, caller: Caller) -> Any:
        return self.call("GetCardCheck", cards_pb2.GetCardCheckRequest(), caller.token).check

    def read(self, *readings: Reading) -> None:
        """A reader plays the line; it must hold as many checks as there are readings."""
        reading = CardReading(self.parts, FakeReader(*readings))
        for _ in readings:
            assert reading.read_next()

    def is_checked(self, caller: Caller) -> bool:
        facts = {fact.name: fact.flag for fact in self.facts_of(caller).facts}
        return bool(facts["identity_checked"])

    def facts_of(self, caller: Caller) -> Any:
        request = facts_pb2.LookUpFactsRequest(person_ids=[caller.account_id])
        return self.call("LookUpFacts", request, service="wallet").persons[0]


HOLDER = Holder(
    surname="Dupecimen", given_names="Zoé", birth_date=date(2009, 3, 14), sex="F", issued_on=date(2024, 5, 2)
)


def profile(**changes: Any) -> facts_pb2.Profile:
    declared: dict[str, Any] = {
        "surname": "Dupecimen",
        "given_names": ["Zoé"],
        "birth_date": "2009-03-14",
        "residence_commune": "76540",
        "study_status": "lyceen",
        "study_commune": "14118",
    }
    return facts_pb2.Profile(**{**declared, **changes})


@cache
def picture() -> bytes:
    return card(HOLDER, seed=1)


def reading_of(**changes: Any) -> Reading:
    """What an exact reader sees on the card of `HOLDER`."""
    fields: dict[str, Any] = {
        "format": "td1",
        "surname": ZoneName("DUPECIMEN"),
        "given_names": ZoneName("ZOE"),
        "birth_date": date(2009, 3, 14),
        "sex": "F",
        "number": "X4RTBPFW4",
        "expiry": date(2034, 5, 1),
        "issuing_state": "FRA",
    }
    read = DocumentFields(**{**fields, **changes})
    printed = PrintedNames(read.surname.text, read.given_names.text)
    return Reading(read, Certainty.EXACT, printed=printed)
