"""The wallet service on its real database behind a real gRPC door, with made-up neighbours."""

from __future__ import annotations

import dataclasses
import itertools
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import grpc
import sqlalchemy as sa
from atouts.calls.v1 import messages_pb2 as calls_pb2
from atouts.wallet.v1 import debits_pb2, memberships_pb2, movements_pb2, seasons_pb2, vouchers_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message_factory import GetMessageClass

from chassis import keys, many_calls
from chassis.call_headers import ADDRESS, AUTHORITY, SERVICE_TOKEN
from chassis.config import Environment, Mode, read
from chassis.context import Account, AccountKind, CallContext
from chassis.database import Database
from chassis.errors import Operational
from chassis.events import Event, type_of
from chassis.grants import AUTHORITY_SCOPE, partner_scope
from chassis.grants import keep as keep_grant
from chassis.grpc_client import PeerRefused, refusal_of
from chassis.jobs import JobPlayer
from chassis.tokens import ServiceTokens, sign_access_token
from chassis.work import Work
from rulebooks import Catalogue
from rulebooks.catalogue import places
from services.wallet import bootstrap
from services.wallet.adapters.code_hashes import Argon2Codes
from services.wallet.adapters.papers import Papers
from services.wallet.adapters.payments import ProviderSettings, SandboxPayments
from services.wallet.application.card_orders import CardOrdering
from services.wallet.application.credit_queue import CreditQueue
from services.wallet.application.debit_group import DebitGroup
from services.wallet.application.debit_queue import DebitQueue
from services.wallet.application.holder_checks import HolderChecks
from services.wallet.application.paper_cards import PaperCards
from services.wallet.application.printed_vouchers import PrintedVouchers
from services.wallet.application.rules import Rules
from services.wallet.application.seals import SEAL_DAYS
from services.wallet.application.secret_codes import SecretCodes
from services.wallet.bootstrap import Parts
from services.wallet.domain.accreditation import Accreditation
from services.wallet.domain.card_holder import CardHolder
from services.wallet.domain.facts import Enrolment, EnrolmentState, PersonFacts
from services.wallet.entrypoints.handlers import event_handlers, job_handlers
from services.wallet.entrypoints.rpc import DESCRIPTOR
from services.wallet.store import accreditations
from services.wallet.store.tables import CHASSIS, metadata
from tests.integration import emptying
from tests.integration.wallet import till_rulebooks

AUTHORITY_ID, SEASON = "normandie", "2025-2026"
CULTURE, BOOKS = "culture-sport", "livres-equipement"
OCTOBER = datetime(2025, 10, 4, 14, 3, tzinfo=UTC)
# A small scheme with one of everything that a membership may meet, beside the real ones.
SMALL = "essai"
with TemporaryDirectory() as written:
    CATALOGUE = Catalogue.load(*places(), Path(__file__).parent / "rulebooks", till_rulebooks.write(Path(written)))
_CALL_MANY = many_calls.DESCRIPTOR.methods_by_name["CallMany"]


class MovedClock:
    """Platform time stands where the test puts it."""

    def __init__(self) -> None:
        self.instant = OCTOBER

    def now(self) -> datetime:
        return self.instant

    def forward(self, **by: float) -> None:
        self.instant += timedelta(**by)


@dataclass
class MadeUpIdentity:
    """Answers what the test says of persons; `is_away` plays an outage."""

    persons: dict[UUID, PersonFacts] = field(default_factory=dict)
    is_away: bool = False

    def look_up(self, person_ids: Sequence[UUID]) -> list[PersonFacts]:
        if self.is_away:
            raise Operational("identity is away")
        return [self.persons[person_id] for person_id in person_ids if person_id in self.persons]

    def versions(self) -> Iterator[tuple[UUID, int]]:
        return ((person_id, facts.version) for person_id, facts in self.persons.items())


@dataclass
class MadeUpHolders:
    """Identity's names, addresses and photos: what the test says; whoever is not named has nothing."""

    holders: dict[UUID, CardHolder] = field(default_factory=dict)
    is_away: bool = False

    def look_up(self, person_ids: Sequence[UUID], with_photos: bool = False) -> Mapping[UUID, CardHolder]:
        if self.is_away:
            raise Operational("identity is away")
        found = {person_id: self.holders[person_id] for person_id in person_ids if person_id in self.holders}
        return found if with_photos else {key: dataclasses.replace(one, photo=b"") for key, one in found.items()}


class MadeUpPartners:
    """Every partner has the same name."""

    def name_of(self, partner_id: UUID) -> str:
        return "Cinéma Imaginaire"


class MadeUpProvider(SandboxPayments):
    """The sandbox provider without its server: signatures are checked for real."""

    def _post(self, path: str, document: Mapping[str, object]) -> dict[str, Any]:
        return {
            "checkout_id": f"checkout-{document['reference']}",
            "checkout_url": f"https://paiement.example{path}",
        }


def parts_on(
    database: Database, clock: MovedClock, identity: MadeUpIdentity, catalogue: Catalogue = CATALOGUE
) -> Parts:
    """The service as its composition root builds it, with the test's clock and neighbours."""
    built = bootstrap.build(read("wallet", Environment(dict(os.environ))))
    built.platform.database.close()
    platform = dataclasses.replace(built.platform, database=database, clock=clock)
    key = keys.folder(Path(os.environ["KEYS_DIR"])).secret("payment_webhook")
    rules = Rules(catalogue, built.rules.cipher)
    papers, holders = Papers(), MadeUpHolders()
    return dataclasses.replace(
        built,
        platform=platform,
        mode=Mode.TEST,
        rules=rules,
        facts=identity,
        provider=MadeUpProvider(ProviderSettings("http://provider.example", "http://atouts.example", key)),
        debits=DebitQueue(database, DebitGroup("wallet", clock, catalogue, built.rules.cipher)),
        credits=CreditQueue(platform, rules),
        secret_codes=SecretCodes(platform, rules, Argon2Codes(at_once=2, waiting=32)),
        paper_cards=PaperCards(platform, rules, papers),
        card_ordering=CardOrdering(platform, rules, holders),
        printed_vouchers=PrintedVouchers(platform, rules, papers, MadeUpPartners()),
        holder_checks=HolderChecks(platform, rules, holders),
    )


def account(kind: AccountKind = AccountKind.YOUNG) -> Account:
    return Account(str(uuid.uuid4()), kind, second_factor=kind is AccountKind.STAFF)


class Stage:
    """Plays everybody around the service."""

    def __init__(self, parts: Parts, clock: MovedClock, identity: MadeUpIdentity, address: str) -> None:
        self.parts = parts
        self.clock = clock
        self.identity = identity
        folder = keys.folder(Path(os.environ["KEYS_DIR"]))
        self._pem = folder.private_pem("accounts")
        self._tokens_of = cache(lambda service: ServiceTokens(service, folder))
        self._channel = grpc.insecure_channel(address)
        # Whose domain the calls come to, and which season they are of, unless they say another.
        self.authority_id, self.season = AUTHORITY_ID, SEASON
        self._versions = itertools.count(1)
        self._keys = (f"key-{number}" for number in itertools.count(1))

    # --- Calls

    def call(
        self,
        rpc: str,
        request: Any,
        by: Account | None = None,
        service: str = "gateway",
        authority_id: str = "",
    ) -> Any:
        """One RPC through the real door. Raises PeerRefused, Operational."""
        return self._call(DESCRIPTOR.methods_by_name[rpc], request, by, service, authority_id)

    def call_many(self, asked: Sequence[calls_pb2.OneCall], by: Account | None = None, service: str = "gateway") -> Any:
        """Many calls in one message."""
        return self._call(_CALL_MANY, calls_pb2.CallManyRequest(calls=asked), by, service, AUTHORITY_ID)

    def many_refused(
        self, asked: Sequence[calls_pb2.OneCall], by: Account | None = None, service: str = "gateway"
    ) -> str:
        """The reason for which a whole message must be refused."""
        try:
            self.call_many(asked, by, service)
        except PeerRefused as refused:
            return refused.reason
        raise AssertionError("the message was not refused")

    def token(self, by: Account) -> str:
        return sign_access_token(self._pem, by, self.authority_id)

    def _call(self, method: MethodDescriptor, request: Any, by: Account | None, service: str, authority_id: str) -> Any:
        metadata: list[tuple[str, str | bytes]] = [
            (SERVICE_TOKEN, self._tokens_of(service).for_audience("wallet")),
            (AUTHORITY, authority_id or self.authority_id),
            (ADDRESS, "192.0.2.1"),
        ]
        if by:
            metadata.append(("authorization", f"Bearer {self.token(by)}"))
        send = self._channel.unary_unary(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=GetMessageClass(method.input_type).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        try:
            return send(request, timeout=10, metadata=tuple(metadata))
        except grpc.RpcError as error:
            # A door that closes cancels calls that nobody has seen yet.
            if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
                raise Operational("the wallet is away") from error
            raise refusal_of(error) or AssertionError(f"{method.name} failed: {error}") from error

    def refusal(self, rpc: str, request: Any, by: Account | None = None, service: str = "gateway") -> PeerRefused:
        """The refusal of a call that must be refused."""
        try:
            answer = self.call(rpc, request, by, service)
        except PeerRefused as refused:
            return refused
        raise AssertionError(f"{rpc} was not refused: {answer}")

    def key(self) -> str:
        return next(self._keys)

    def work(self, session: sa.orm.Session) -> Work:
        context = CallContext(self.authority_id, "wallet")
        return Work(session, context, self.clock.now(), "wallet", CHASSIS)

    def rows(self, table: str) -> list[Any]:
        with self.parts.platform.database.transaction() as session:
            return list(session.execute(sa.select(metadata.tables[table])))

    def sums(self) -> dict[str, int]:
        """Sum of the entries by kind of account, in cents."""
        statement = sa.text("SELECT account_kind, sum(amount_cents)::bigint AS cents FROM entries GROUP BY 1")
        with self.parts.platform.database.transaction() as session:
            return {row.account_kind: row.cents for row in session.execute(statement)}

    # --- People

    def staff(self, *roles: str) -> Account:
        person = account(AccountKind.STAFF)
        self.grant(person, AUTHORITY_SCOPE, *roles)
        return person

    def delegate(self, partner_id: UUID, role: str = "cashier") -> Account:
        person = account(AccountKind.PARTNER)
        self.grant(person, partner_scope(str(partner_id)), role)
        return person

    def grant(self, person: Account, scope: str, *roles: str) -> None:
        with self.parts.platform.database.transaction() as session:
            keep_grant(session, CHASSIS, self.authority_id, person.account_id, scope, roles, next(self._versions))

    def partner(self, *categories: str, scheme: str = CULTURE, activity: str | None = None) -> UUID:
        """A partner that takes these categories."""
        partner_id = uuid.uuid4()
        for category in categories:
            self.accredit(partner_id, category, scheme=scheme, activity=activity)
        return partner_id

    def accredit(
        self,
        partner_id: UUID,
        category: str,
        *,
        granted: bool = True,
        scheme: str = CULTURE,
        activity: str | None = None,
    ) -> None:
        with self.parts.platform.database.transaction() as session:
            accreditation = Accreditation(partner_id, scheme, category, granted, next(self._versions), activity)
            accreditations.keep(self.work(session), accreditation)

    def knows(
        self,
        person: Account,
        born: date | None = date(2007, 5, 1),
        enrolments: tuple[Enrolment, ...] = (),
        **facts: object,
    ) -> None:
        """Tell identity about somebody: by default a checked Norman of 18."""
        person_id = UUID(person.account_id)
        known = {"identity_checked": True, "residence_region": "28", "study_status": "lyceen"} | facts
        self.identity.persons[person_id] = PersonFacts(person_id, next(self._versions), born, known, enrolments)

    def facts_changed(self, person: Account) -> None:
        """The event of identity, handled as the worker does."""
        self.handle("identity", "facts_changed", {"person_id": person.account_id})

    def handle(self, source: str, fact: str, data: dict[str, Any], version: int = 1) -> None:
        event = Event(uuid.uuid4(), source, type_of(source, fact), AUTHORITY_ID, "subject", version, OCTOBER, "", data)
        handler = event_handlers(self.parts)[event.type]
        fetched = handler.fetch(event) if handler.fetch else None
        with self.parts.platform.database.transaction() as session:
            handler.handle(self.work(session), event, fetched)

    def play_due(self) -> int:
        """How many jobs ended, beside those that seal days."""
        platform, before = self.parts.platform, self._seals_made()
        player = JobPlayer("wallet", platform.database, CHASSIS, self.clock, job_handlers(self.parts))
        return player.play_due() - (self._seals_made() - before)

    def _seals_made(self) -> int:
        return sum(1 for job in self.rows("jobs") if job.kind == SEAL_DAYS and job.done_at)

    # --- The story so far

    def open_season(self, scheme: str = CULTURE, vote_cents: int = 1_000_00) -> Account:
        """An open season with a budget for every benefit; the staff who opened it."""
        chief = self.staff("administration")
        self.call("OpenSeason", seasons_pb2.OpenSeasonRequest(scheme=scheme, season=self.season), chief)
        for benefit in CATALOGUE.get(self.authority_id, scheme, self.season).benefits:
            self.vote(chief, benefit.id, vote_cents, scheme)
        return chief

    def vote(self, chief: Account, benefit: str, cents: int, scheme: str = CULTURE) -> Any:
        request = seasons_pb2.VoteBudgetRequest(
            idempotency_key=self.key(), scheme=scheme, season=self.season, benefit=benefit, amount_cents=cents
        )
        return self.call("VoteBudget", request, chief)

    def ask(self, person: Account, scheme: str = CULTURE, charter: str = "") -> Any:
        """The membership that was asked for."""
        request = memberships_pb2.RequestMembershipRequest(scheme=scheme, season=self.season, charter_version=charter)
        return self.call("RequestMembership", request, person).membership

    def cash(self, membership: Any) -> Any:
        cashier = self.staff("payments")
        request = memberships_pb2.CashChequeRequest(
            idempotency_key=self.key(), membership_id=membership.membership_id, reference="0012345"
        )
        return self.call("CashCheque", request, cashier).membership

    def member(self, **facts: Any) -> Account:
        """A paid member of Culture & Sport with full wallets."""
        person = account()
        self.knows(person, **facts)
        self.cash(self.ask(person))
        return person

    def wallets(self, person: Account) -> dict[str, Any]:
        answer = self.call("ListWallets", movements_pb2.ListWalletsRequest(), person)
        return {wallet.benefit: wallet for wallet in answer.wallets}

    def balance(self, person: Account, benefit: str = "cinema") -> int:
        return int(self.wallets(person)[benefit].balance_cents)

    def code(self, person: Account) -> str:
        return str(self.call("ShowCode", debits_pb2.ShowCodeRequest(), person).code)

    def present(self, person: Account, partner_id: UUID, cashier: Account, device: str = "caisse 1") -> Any:
        request = debits_pb2.PresentCardRequest(partner_id=str(partner_id), code=self.code(person), device=device)
        return self.call("PresentCard", request, cashier)

    def debit_request(self, partner_id: UUID, amount_cents: int, **more: Any) -> debits_pb2.DebitRequest:
        values: dict[str, Any] = {
            "idempotency_key": self.key(),
            "partner_id": str(partner_id),
            "scheme": CULTURE,
            "season": self.season,
            "benefit": "cinema",
            "amount_cents": amount_cents,
            "device": "caisse 1",
        }
        return debits_pb2.DebitRequest(**values | more)

    def paid(self, amount_cents: int = 700) -> tuple[Account, UUID, Account, Any]:
        """A member who paid a cinema: person, partner, cashier, receipt."""
        self.open_season()
        person, cinema = self.member(), self.partner("cinema")
        cashier = self.delegate(cinema)
        request = self.debit_request(cinema, amount_cents, code=self.code(person))
        return person, cinema, cashier, self.call("Debit", request, cashier).receipt

    def cancel_request(self, partner_id: UUID, debit_id: str) -> debits_pb2.CancelDebitRequest:
        return debits_pb2.CancelDebitRequest(idempotency_key=self.key(), partner_id=str(partner_id), debit_id=debit_id)

    def voucher_request(self, partner_id: UUID, amount_cents: int, **more: Any) -> vouchers_pb2.CreateVoucherRequest:
        values: dict[str, Any] = {
            "idempotency_key": self.key(),
            "scheme": CULTURE,
            "season": self.season,
            "benefit": "pratique",
            "partner_id": str(partner_id),
            "amount_cents": amount_cents,
        }
        return vouchers_pb2.CreateVoucherRequest(**values | more)

    def redeem_request(self, partner_id: UUID, code: str, amount_cents: int) -> vouchers_pb2.RedeemVoucherRequest:
        return vouchers_pb2.RedeemVoucherRequest(
            idempotency_key=self.key(),
            partner_id=str(partner_id),
            code=code,
            amount_cents=amount_cents,
            device="caisse 1",
        )

    def club(self) -> tuple[UUID, Account]:
        """A sports club that takes vouchers, and its cashier."""
        club = self.partner("pratique", activity="sport")
        return club, self.delegate(club)

    def wrong_codes_grow_old(self) -> None:
        """Ten minutes of machine time pass for those that were typed."""
        with self.parts.platform.database.transaction() as session:
            session.execute(sa.text("UPDATE wrong_codes SET recorded_at = recorded_at - interval '10 minutes'"))

    def event_types(self) -> list[str]:
        return [row.type.removeprefix("fr.atouts.wallet.").removesuffix(".v1") for row in self.rows("outbox")]

    def told(self, fact: str) -> list[dict[str, Any]]:
        """The data of each event of that name."""
        return [row.data for row in self.rows("outbox") if row.type == type_of("wallet", fact)]

    def close(self) -> None:
        self._channel.close()


def empty(database: Database) -> None:
    """Empty every table; the ledger is append-only for everybody but its own maker."""
    with append_only_lifted(database) as session:
        emptying.empty(session, metadata)


@contextmanager
def append_only_lifted(database: Database) -> Iterator[sa.orm.Session]:
    """A transaction in which the ledger may be tampered with; its triggers hold again afterwards."""
    with database.transaction() as session:
        guarded = list(session.execute(sa.text(_GUARDED)).scalars())
        session.execute(sa.text(";".join(f"ALTER TABLE {table} DISABLE TRIGGER append_only" for table in guarded)))
        yield session
        session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
        session.execute(sa.text(";".join(f"ALTER TABLE {table} ENABLE TRIGGER append_only" for table in guarded)))


_GUARDED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'"


def enrolment(state: EnrolmentState, scheme: str = BOOKS, **facts: object) -> Enrolment:
    """A schooling in a public lycée of Normandie, general track, unless said otherwise."""
    known: dict[str, object] = {
        "study_establishment_kind": "lycee_public",
        "study_region": "28",
        "study_level": "seconde",
        "study_track": "general",
    }
    return Enrolment(scheme, SEASON, state, known | facts)
