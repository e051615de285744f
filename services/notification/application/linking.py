"""Another authority comes to know a person, by a code that the person handed over, and forgets them again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from secrets import token_bytes

from chassis.clock import machine_now
from chassis.work import Work
from rulebooks import Catalogue
from rulebooks.authorities import Subscriber
from services.notification.application.retention import schedule_forgetting
from services.notification.domain import membership_codes
from services.notification.domain.errors import (
    NotLinked,
    SubscriberRefused,
    TooManyWrongCodes,
    UnknownCode,
    UnknownPerson,
)
from services.notification.domain.memberships import Link, Membership, MembershipState
from services.notification.store import codes, links, memberships, outward
from services.notification.store.codes import MembershipCodes

# (authority, subscriber) → the 32 bytes that prove the subscriber.
Secrets = Mapping[tuple[str, str], bytes]


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """`code` as people read it; `expires_at` is machine time."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Gate:
    """Tells subscribers by their secrets."""

    catalogue: Catalogue
    secrets: Secrets

    def admit(self, work: Work, subscriber_id: str, secret: bytes) -> Subscriber:
        """Raises SubscriberRefused, after the same time whether the subscriber exists or not."""
        known = self.secrets.get((work.authority_id, subscriber_id))
        subscriber = self.find(work, subscriber_id)
        if not compare_digest(known or token_bytes(32), secret) or known is None or subscriber is None:
            raise SubscriberRefused(subscriber_id)
        return subscriber

    def find(self, work: Work, subscriber_id: str) -> Subscriber | None:
        found = (each for each in self.catalogue.authority(work.authority_id).subscribers if each.id == subscriber_id)
        return next(found, None)


def issue_code(work: Work, store: MembershipCodes) -> IssuedCode:
    """A code for the signed-in person; an older one of theirs is void."""
    code = membership_codes.new_code()
    expires_at = machine_now() + membership_codes.LIFE
    store.keep(work, work.context.account_id, code, expires_at)
    schedule_forgetting(work)
    return IssuedCode(membership_codes.shown(code), expires_at)


def link_person(work: Work, store: MembershipCodes, subscriber: Subscriber, code_as_typed: str) -> Link:
    """Exchange a code for the id under which this subscriber knows the person; linked before: the same id.

    Raises MistypedCode, UnknownCode (which counts the attempt), TooManyWrongCodes.
    """
    code = membership_codes.typed(code_as_typed)
    if codes.count_wrong(work, subscriber.id) >= membership_codes.MOST_WRONG_AN_HOUR:
        raise TooManyWrongCodes(membership_codes.MOST_WRONG_AN_HOUR)
    person_id = store.use(work, code)
    if person_id is None:
        codes.note_wrong(work, subscriber.id)
        raise UnknownCode
    memberships.lock_person(work, person_id)
    return links.with_subscriber(work, subscriber.id, person_id) or _link(work, subscriber, person_id)


def linked_memberships(work: Work, subscriber: Subscriber, pairwise_id: str) -> tuple[Membership, ...]:
    """Memberships of a linked person, in the subscriber's schemes. Raises UnknownPerson."""
    link = _known_person(work, subscriber, pairwise_id)
    return memberships.of_person(work, link.person_id, subscriber.schemes)


def unlink_person(work: Work, subscriber: Subscriber, pairwise_id: str) -> None:
    """The subscriber forgets the person. Raises UnknownPerson."""
    link = _known_person(work, subscriber, pairwise_id)
    memberships.lock_person(work, link.person_id)
    _end(work, link, "unlink_person")


def end_link(work: Work, subscriber_id: str) -> None:
    """The signed-in person ends what they agreed to. Raises NotLinked."""
    person_id = work.context.account_id
    memberships.lock_person(work, person_id)
    link = links.with_subscriber(work, subscriber_id, person_id)
    if link is None:
        raise NotLinked(subscriber_id)
    _end(work, link, "end_link")


def keep_membership(work: Work, catalogue: Catalogue, membership: Membership) -> None:
    """Keep what the wallet told, and tell those who know the person."""
    memberships.lock_person(work, membership.person_id)
    if not memberships.keep(work, membership):
        return
    schemes = {each.id: each.schemes for each in catalogue.authority(work.authority_id).subscribers}
    for link in links.of_person(work, membership.person_id):
        if membership.scheme in schemes.get(link.subscriber_id, ()):
            outward.add(work, link, membership)


def _link(work: Work, subscriber: Subscriber, person_id: str) -> Link:
    link = Link(subscriber.id, person_id, str(uuid.uuid4()), work.now)
    links.add(work, link)
    for membership in memberships.of_person(work, person_id, subscriber.schemes):
        if membership.state is MembershipState.ACTIVE:
            outward.add(work, link, membership)
    work.audit("link_person", link.pairwise_id, after={"subscriber_id": subscriber.id})
    return link


def _known_person(work: Work, subscriber: Subscriber, pairwise_id: str) -> Link:
    link = links.under(work, subscriber.id, pairwise_id)
    if link is None:
        raise UnknownPerson(pairwise_id)
    return link


def _end(work: Work, link: Link, act: str) -> None:
    links.remove(work, link)
    work.audit(act, link.pairwise_id, before={"subscriber_id": link.subscriber_id})
