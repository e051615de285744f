"""What the tests of the bonplan service play on: persons who call its doors, and an identity that may be away."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from atouts.bonplan.v1 import offers_pb2, registrations_pb2, service_pb2
from atouts.identity.v1 import accounts_pb2, facts_pb2

from chassis import context, events, inbox, received_events
from chassis.clock import PARIS, machine_now
from chassis.context import Account, AccountKind, CallContext
from chassis.database import Database
from chassis.errors import Operational
from chassis.events import type_of
from chassis.grants import AUTHORITY_SCOPE, partner_scope
from chassis.grpc_client import Peer
from chassis.jobs import JobPlayer
from chassis.keys import KeyFolder
from chassis.tokens import ServiceTokens, sign_access_token
from chassis.work import Work
from services.bonplan.application.verification import Verification, verify
from services.bonplan.bootstrap import Parts
from services.bonplan.entrypoints.handlers import event_reactions, job_handlers
from services.bonplan.store.tables import CHASSIS

AUTHORITY, OTHER_AUTHORITY = "normandie", "auvergne-rhone-alpes"
CULTURE, SEASON = "culture-sport", "2025-2026"
DESCRIPTOR = service_pb2.DESCRIPTOR.services_by_name["BonplanService"]
OPENS = datetime(2025, 10, 1, 9, tzinfo=PARIS).astimezone(UTC)
CLOSES = datetime(2025, 10, 20, 18, tzinfo=PARIS).astimezone(UTC)
BEFORE, DURING, AFTER = OPENS - timedelta(days=7), OPENS + timedelta(days=3), CLOSES + timedelta(hours=1)


class MovedClock:
    """Platform time stands where the test puts it."""

    def __init__(self) -> None:
        self.instant = DURING

    def now(self) -> datetime:
        return self.instant


@dataclass
class MadeUpIdentity:
    """Tells the names of the accounts that it was given; notes who asks."""

    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    births: dict[str, str] = field(default_factory=dict)
    asked_by: list[CallContext] = field(default_factory=list)
    is_away: bool = False

    def call(self, rpc: str, request: Any, **_options: Any) -> Any:
        if self.is_away:
            raise Operational("identity is away")
        if rpc == "LookUpFacts":
            return self._facts(list(request.person_ids))
        assert rpc == "LookUpContacts"
        asking = context.current.get()
        assert asking is not None
        self.asked_by.append(asking)
        found = [each for each in request.account_ids if each in self.names]
        return accounts_pb2.LookUpContactsResponse(
            contacts=[
                accounts_pb2.Contact(account_id=each, given_name=self.names[each][0], surname=self.names[each][1])
                for each in found
            ]
        )

    def _facts(self, person_ids: list[str]) -> facts_pb2.LookUpFactsResponse:
        asking = context.current.get()
        assert asking is not None
        self.asked_by.append(asking)
        known = [each for each in person_ids if each in self.births]
        told = [facts_pb2.Fact(name="study_status", text="lyceen"), facts_pb2.Fact(name="unheard_of", flag=True)]
        persons = [facts_pb2.PersonFacts(person_id=each, birth_date=self.births[each], facts=told) for each in known]
        return facts_pb2.LookUpFactsResponse(persons=persons)


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    kind: AccountKind
    account_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    second_factor: bool = True

    @property
    def account(self) -> Account:
        return Account(self.account_id, self.kind, self.second_factor and self.kind is AccountKind.STAFF)


class Stage:
    """The service behind its doors: a cinema with its delegate, and two moderators of the authority."""

    def __init__(
        self, parts: Parts, clock: MovedClock, identity: MadeUpIdentity, address: str, keys: KeyFolder
    ) -> None:
        self.parts = parts
        self.clock = clock
        self.identity = identity
        self._address = address
        self._keys = keys
        self._peers: dict[str, Peer] = {}
        clock.instant = DURING
        self.cinema = str(uuid.uuid4())
        self.delegate = self.delegate_of(self.cinema, "manager")
        self.author, self.moderator = self.staff("moderation"), self.staff("moderation")

    @property
    def database(self) -> Database:
        return self.parts.platform.database

    # Who acts

    def staff(self, *roles: str) -> Person:
        person = Person(AccountKind.STAFF)
        self.grant("identity", person, AUTHORITY_SCOPE, *roles)
        return person

    def delegate_of(self, partner_id: str, *roles: str) -> Person:
        person = Person(AccountKind.PARTNER)
        self.grant("partner", person, partner_scope(partner_id), *roles)
        return person

    def grant(self, owner: str, person: Person, scope: str, *roles: str, version: int = 1) -> None:
        data = {"account_id": person.account_id, "scope": scope, "roles": list(roles)}
        self.deliver(owner, "grant_changed", data, version)

    def member(self, scheme: str = CULTURE, season: str = SEASON) -> Person:
        """A young person with a membership."""
        person = Person(AccountKind.YOUNG)
        self.activate(person, scheme=scheme, season=season)
        return person

    def activate(self, person: Person, membership_id: str = "", version: int = 1, **of: str) -> str:
        membership_id = membership_id or str(uuid.uuid4())
        data = self._membership(person, membership_id, **of) | {"rulebook_hash": "a" * 64}
        self.deliver("wallet", "membership_activated", data, version)
        return membership_id

    def end(self, person: Person, membership_id: str, version: int = 2, **of: str) -> None:
        self.deliver("wallet", "membership_ended", self._membership(person, membership_id, **of), version)

    def _membership(self, person: Person, membership_id: str, **of: str) -> dict[str, Any]:
        which = {"scheme": CULTURE, "season": SEASON} | of
        return {"membership_id": membership_id, "person_id": person.account_id, **which}

    def call(
        self, rpc: str, request: Any, by: Person | None = None, *, service: str = "gateway", authority: str = AUTHORITY
    ) -> Any:
        """One real call. Raises PeerRefused."""
        token = sign_access_token(self._keys.private_pem("accounts"), by.account, authority) if by else ""
        context.current.set(CallContext(authority, service, access_token=token))
        return self._peer(service).call(rpc, request, timeout_s=10)

    def close(self) -> None:
        for peer in self._peers.values():
            peer.close()

    def _peer(self, service: str) -> Peer:
        if service not in self._peers:
            tokens = ServiceTokens(service, self._keys)
            self._peers[service] = Peer(DESCRIPTOR, "bonplan", self._address, tokens)
        return self._peers[service]

    # What people do

    def submit(self, by: Person | None = None, key: str = "", **changes: Any) -> Any:
        """The cinema's offer of three places, or another."""
        request = offer_request(**{"partner_id": self.cinema, **changes})
        request.idempotency_key = key or str(uuid.uuid4())
        author = by or (self.delegate if request.partner_id else self.author)
        return self.call("SubmitOffer", request, author).offer

    def moderate(self, offer_id: str, *, accept: bool = True, reason: str = "", by: Person | None = None) -> Any:
        request = offers_pb2.ModerateOfferRequest(offer_id=offer_id, accept=accept, reason=reason)
        return self.call("ModerateOffer", request, by or self.moderator).offer

    def published(self, **changes: Any) -> str:
        """An offer that shows; its id."""
        return str(self.moderate(self.submit(**changes).offer_id).offer_id)

    def published_draw(self, **changes: Any) -> str:
        return self.published(partner_id="", kind="OFFER_KIND_DRAW", **changes)

    def register(self, offer_id: str, by: Person) -> Any:
        return self.call("Register", registrations_pb2.RegisterRequest(offer_id=offer_id), by).registration

    def withdraw(self, offer_id: str, by: Person) -> Any:
        return self.call("Withdraw", registrations_pb2.WithdrawRequest(offer_id=offer_id), by).registration

    def mine(self, by: Person) -> list[Any]:
        answer = self.call("ListMyRegistrations", registrations_pb2.ListMyRegistrationsRequest(), by)
        return list(answer.registrations)

    def run_draw(self, offer_id: str, by: Person | None = None) -> Any:
        request = registrations_pb2.RunDrawRequest(offer_id=offer_id)
        return self.call("RunDraw", request, by or self.moderator).draw

    def see(self, offer_id: str) -> Any:
        return self.call("GetOffer", offers_pb2.GetOfferRequest(offer_id=offer_id)).offer

    def attend(self, registration: Any, attendance: str, partner_id: str = "", by: Person | None = None) -> Any:
        request = registrations_pb2.RecordAttendanceRequest(
            offer_id=registration.offer.offer_id, partner_id=partner_id,
            registration_id=registration.registration_id, attendance=f"ATTENDANCE_{attendance}",
        )  # fmt: skip
        return self.call("RecordAttendance", request, by or self.moderator).registrant

    def registrants(self, offer_id: str, partner_id: str = "", by: Person | None = None) -> list[Any]:
        request = registrations_pb2.ListRegistrantsRequest(offer_id=offer_id, partner_id=partner_id)
        return list(self.call("ListRegistrants", request, by or self.moderator).registrants)

    # What happens elsewhere

    def deliver(
        self, source: str, fact: str, data: dict[str, Any], version: int = 1, event_id: uuid.UUID | None = None
    ) -> None:
        """As the worker does: checked against its contract, claimed once, handled in one transaction."""
        sent = events.Event(
            event_id or uuid.uuid4(), source, type_of(source, fact), AUTHORITY, "subject", version,
            machine_now(), "", data,
        )  # fmt: skip
        event = received_events.decode(events.encode(sent, 1))

        def act(work: Work) -> None:
            if inbox.claim(work.session, CHASSIS, event):
                event_reactions()[event.type](work, event, None)

        self.run(act)

    def run(self, act: Any, authority: str = AUTHORITY) -> Any:
        """One transaction of the service itself."""
        own = CallContext(authority, "bonplan")
        return self.database.run(lambda session: act(self.parts.platform.work(session, own)))

    def move_to(self, instant: datetime) -> int:
        """What became due is played, as by a worker that just started. How many jobs ended."""
        self.clock.instant = instant
        return self.play_due()

    def play_due(self) -> int:
        return JobPlayer("bonplan", self.database, CHASSIS, self.clock, job_handlers()).play_due()

    # What happened

    def facts(self, fact: str) -> list[Any]:
        """The outbox's rows of one type, in order."""
        query = sa.select(CHASSIS.outbox).where(CHASSIS.outbox.c.type == type_of("bonplan", fact))
        return list(self.run(lambda work: work.session.execute(query.order_by(CHASSIS.outbox.c.sequence)).all()))

    def acts(self) -> list[Any]:
        """The audit trail."""
        query = sa.select(CHASSIS.audit).order_by(CHASSIS.audit.c.audit_id)
        return list(self.run(lambda work: work.session.execute(query).all()))

    def verify(self) -> Verification:
        found: Verification = self.run(lambda work: verify(work, self.parts.seeds))
        return found


def offer_request(*, partner_id: str, **changes: Any) -> offers_pb2.SubmitOfferRequest:
    """Three places at a preview; `title`, `description` and `prize` are its text's."""
    text = {
        "title": "Avant-première au Lumignon",
        "description": "Une avant-première, en présence de l’équipe du film.\n\n- placement libre",
        "prize": "1 place pour 2 personnes",
    }
    text |= {name: changes.pop(name) for name in text.keys() & changes.keys()}
    fields: dict[str, Any] = {
        "idempotency_key": "key",
        "partner_id": partner_id,
        "kind": "OFFER_KIND_REGISTRATION",
        "text": offers_pb2.OfferText(**text),
        "scheme": CULTURE,
        "season": SEASON,
        "places": 3,
        "value_cents": 1600,
        "opens_at": OPENS,
        "closes_at": CLOSES,
    }
    return offers_pb2.SubmitOfferRequest(**{**fields, **changes})
