"""A stage for notification's tests: its real database, doors, handlers and jobs; made-up peers, a recorded server."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from atouts.bonplan.v1 import offers_pb2
from atouts.identity.v1 import accounts_pb2, credentials_pb2
from atouts.notification.v1 import subscriptions_pb2 as pb
from atouts.partner.v1 import organisations_pb2

from chassis import events, grants, inbox, received_events
from chassis.clock import machine_now
from chassis.context import Account, AccountKind, CallContext
from chassis.crypto import Cipher
from chassis.database import Database
from chassis.errors import Operational
from chassis.grpc_server import Platform
from chassis.jobs import JobPlayer
from rulebooks import Catalogue
from services.notification.adapters.contacts import IdentityContacts
from services.notification.adapters.mail_links import IdentityLinks
from services.notification.adapters.mail_texts import TemplateTexts
from services.notification.adapters.offers import PublishedOffers
from services.notification.adapters.partners import KnownPartners
from services.notification.application.composing import Owners
from services.notification.application.linking import Gate
from services.notification.application.sending import Means, send_due
from services.notification.bootstrap import DoorParts, WorkerParts
from services.notification.domain.mail import Mail
from services.notification.entrypoints.doors import PersonDoor, StaffDoor, SubscriberDoor
from services.notification.entrypoints.handlers import event_reactions, job_handlers
from services.notification.entrypoints.policy import POLICY
from services.notification.store.codes import MembershipCodes
from services.notification.store.tables import CHASSIS, deliveries, outward

AUTHORITY, SUBSCRIBER = "normandie", "flers-agglo"
CULTURE, BOOKS, SEASON = "culture-sport", "livres-equipement", "2025-2026"
SECRET, SECRET_TEXT = bytes(range(32)), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
CATALOGUE = Catalogue.load()


class MovedClock:
    """Platform time stands where the test puts it."""

    def __init__(self) -> None:
        self.instant = datetime(2025, 9, 1, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


@dataclass
class MadeUpPeers:
    """Answers as identity, partner and bonplan do; `is_away` plays an outage."""

    emails: dict[str, tuple[str, str]] = field(default_factory=dict)
    partners: dict[str, str] = field(default_factory=dict)
    delegates: dict[str, list[str]] = field(default_factory=dict)
    offers: dict[str, tuple[str, str]] = field(default_factory=dict)
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    is_away: bool = False
    asked: list[str] = field(default_factory=list)

    def call(self, rpc: str, request: Any, *, timeout_s: float = 3.0) -> Any:
        if self.is_away:
            raise Operational("a peer is away")
        self.asked.append(rpc)
        return getattr(self, re.sub(r"(?<!^)(?=[A-Z])", "_", rpc).lower())(request)

    def look_up_contacts(self, request: Any) -> Any:
        known = [(each, *self.emails[each]) for each in request.account_ids if each in self.emails]
        contacts = [accounts_pb2.Contact(account_id=each, email=email, given_name=name) for each, email, name in known]
        return accounts_pb2.LookUpContactsResponse(contacts=contacts)

    def look_up_mail_links(self, request: Any) -> Any:
        known = [(each, *self.links[each]) for each in request.link_ids if each in self.links]
        links = [credentials_pb2.MailLink(link_id=each, email=email, token=token) for each, email, token in known]
        return credentials_pb2.LookUpMailLinksResponse(links=links)

    def look_up_partners(self, request: Any) -> Any:
        known = [(each, self.partners[each]) for each in request.partner_ids if each in self.partners]
        found = [organisations_pb2.PublicPartner(partner_id=each, public_name=name) for each, name in known]
        return organisations_pb2.LookUpPartnersResponse(partners=found)

    def list_partner_contacts(self, request: Any) -> Any:
        account_ids = self.delegates.get(request.partner_id, [])
        return organisations_pb2.ListPartnerContactsResponse(account_ids=account_ids)

    def get_offer(self, request: Any) -> Any:
        title, prize = self.offers[request.offer_id]
        text = offers_pb2.OfferText(title=title, prize=prize)
        return offers_pb2.GetOfferResponse(offer=offers_pb2.Offer(offer_id=request.offer_id, text=text))


@dataclass
class RecordedServer:
    """Takes mails; `refusals` are raised first, in order. `on_send` runs before a mail is taken."""

    taken: list[Mail] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)
    on_send: Any = None

    def send(self, mail: Mail) -> None:
        if self.on_send:
            self.on_send(mail)
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append(mail)

    @property
    def subjects(self) -> list[str]:
        return [mail.says.subject for mail in self.taken]


@dataclass
class RecordedChannel:
    """What open pages would have been told."""

    told: list[tuple[str, str, str, str]] = field(default_factory=list)

    def tell(self, authority_id: str, account_id: str, fact: str, subject: str) -> None:
        self.told.append((authority_id, account_id, fact, subject))


class Stage:
    """What the tests do, in the words of the platform."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = MovedClock()
        self.peers, self.server, self.channel = MadeUpPeers(), RecordedServer(), RecordedChannel()
        peer: Any = self.peers
        self.platform = Platform("notification", database, CHASSIS, self.clock, None)  # type: ignore[arg-type]
        partners = KnownPartners(peer)
        self.worker = WorkerParts(self.platform, CATALOGUE, partners, self.channel)
        owners = Owners(IdentityContacts(peer), partners, PublishedOffers(peer), IdentityLinks(peer))
        texts = TemplateTexts("http://127.0.0.1:8080")
        self.means = Means(self.platform, CATALOGUE, owners, texts, self.server, timedelta(seconds=30))
        gate = Gate(CATALOGUE, {(AUTHORITY, SUBSCRIBER): SECRET})
        parts = DoorParts(self.platform, CATALOGUE, gate, MembershipCodes(Cipher(bytes(32))))
        self._doors = (PersonDoor(parts), SubscriberDoor(parts), StaffDoor())
        self._reactions = event_reactions(self.worker)

    # Who acts.

    def call(self, rpc: str, request: Any, by: str | None = None, kind: AccountKind = AccountKind.YOUNG) -> Any:
        """As the gRPC server does: policy, one transaction, one door; `commits` keeps what a refusal wrote."""
        account = Account(by, kind, second_factor=True) if by else None
        context = CallContext(AUTHORITY, "gateway", account)
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", rpc).lower()
        door = next(each for each in self._doors if hasattr(each, name))
        rule = POLICY[rpc]
        rule.check_caller(context)

        def act(session: Any) -> tuple[Any, Exception | None]:
            work = self.platform.work(session, context)
            rule.check_grants(work, request)
            try:
                return getattr(door, name)(work, request), None
            except Exception as error:
                if getattr(error, "commits", False):
                    return None, error
                raise

        response, refusal = self.database.run(act)
        if refusal:
            raise refusal
        return response

    def run(self, act: Any) -> Any:
        """One transaction of the service itself."""
        context = CallContext(AUTHORITY, "notification")
        return self.database.run(lambda session: act(self.platform.work(session, context)))

    def grant(self, account_id: str, *roles: str) -> None:
        self.run(lambda work: grants.keep(work.session, CHASSIS, AUTHORITY, account_id, "authority", roles, 1))

    def person(self, given_name: str = "Zoé") -> str:
        """A young person who can be written to."""
        account_id = str(uuid.uuid4())
        self.peers.emails[account_id] = (f"{account_id[:8]}@exemple.fr", given_name)
        return account_id

    def partner(self, name: str = "Cinéma Étoile") -> str:
        partner_id = str(uuid.uuid4())
        self.peers.partners[partner_id] = name
        return partner_id

    # What happens elsewhere.

    def deliver(
        self, source: str, fact: str, data: dict[str, Any], version: int = 1, event_id: uuid.UUID | None = None
    ) -> uuid.UUID:
        """As the worker does: checked against its contract, claimed once, handled in one transaction."""
        sent = events.Event(
            event_id or uuid.uuid4(), source, events.type_of(source, fact), AUTHORITY, "subject", version,
            machine_now(), "", data,
        )  # fmt: skip
        event = received_events.decode(events.encode(sent, 1))
        handle, fetch = self._reactions[event.type]
        fetched = fetch(event) if fetch else None

        def act(work: Any) -> None:
            if inbox.claim(work.session, CHASSIS, event):
                handle(work, event, fetched)

        self.run(act)
        return event.event_id

    def open_account(self, account_id: str) -> uuid.UUID:
        return self.deliver("identity", "account_opened", {"account_id": account_id, "kind": "young"})

    def pay(self, person_id: str, partner_id: str, cents: int = 1_250) -> uuid.UUID:
        return self.deliver("wallet", "debit_recorded", debit(person_id, partner_id, cents))

    def credit(self, person_id: str, membership_id: str, benefit: str, cents: int) -> None:
        ids = {"wallet_id": str(uuid.uuid4()), "membership_id": membership_id, "person_id": person_id}
        data = {**ids, "scheme": CULTURE, "season": SEASON, "benefit": benefit, "amount_cents": cents}
        self.deliver("wallet", "wallet_credited", data)

    def activate(self, person_id: str, scheme: str = CULTURE, membership_id: str = "", version: int = 1) -> str:
        return self._membership("membership_activated", person_id, scheme, membership_id, version)

    def end(self, person_id: str, membership_id: str, scheme: str = CULTURE, version: int = 2) -> None:
        self._membership("membership_ended", person_id, scheme, membership_id, version)

    def _membership(self, fact: str, person_id: str, scheme: str, membership_id: str, version: int) -> str:
        known = membership_id or str(uuid.uuid4())
        data = {"membership_id": known, "person_id": person_id, "scheme": scheme, "season": SEASON}
        if fact == "membership_activated":
            data["rulebook_hash"] = "0" * 64
        self.deliver("wallet", fact, data, version)
        return known

    # Mails.

    def send(self) -> list[str]:
        """Send all that waits, whatever it waits for; the subjects of what the server took."""
        with self.database.transaction() as session:
            session.execute(sa.update(deliveries).values(next_attempt_at=machine_now()))
        before = len(self.server.taken)
        send_due(self.means)
        return self.server.subjects[before:]

    def states(self) -> list[tuple[str, str]]:
        """State and reason of each delivery, oldest first."""
        with self.database.transaction() as session:
            rows = session.execute(sa.select(deliveries).order_by(deliveries.c.recorded_at))
            return [(row.state, row.reason) for row in rows]

    def play_due(self) -> int:
        player = JobPlayer("notification", self.database, CHASSIS, self.clock, job_handlers(self.worker))
        return player.play_due()

    # Links.

    def code(self, person_id: str) -> str:
        issued: pb.IssueMembershipCodeResponse = self.call(
            "IssueMembershipCode", pb.IssueMembershipCodeRequest(), person_id
        )
        return issued.code

    def link(self, code: str, secret: str = SECRET_TEXT, subscriber: str = SUBSCRIBER) -> str:
        request = pb.LinkPersonRequest(subscriber_id=subscriber, subscriber_secret=secret, code=code)
        answered: pb.LinkPersonResponse = self.call("LinkPerson", request)
        return answered.pairwise_id

    def outward(self) -> list[tuple[str, str, str]]:
        """Pairwise id, scheme and state of each event for subscribers, in order."""
        with self.database.transaction() as session:
            rows = session.execute(sa.select(outward).order_by(outward.c.outward_id))
            return [(row.pairwise_id, row.scheme, row.state) for row in rows]


def debit(person_id: str, partner_id: str, cents: int = 1_250) -> dict[str, Any]:
    """A debit's data, as the wallet publishes them."""
    return {
        "debit_id": str(uuid.uuid4()), "partner_id": partner_id, "scheme": CULTURE, "season": SEASON,
        "benefit": "cinema", "category": "cinema", "amount_cents": cents, "occurred_at": "2025-09-01T08:00:00+00:00",
        "business_day": "2025-09-01", "rulebook_hash": "0" * 64, "person_id": person_id,
    }  # fmt: skip
