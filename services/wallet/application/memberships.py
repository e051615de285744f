"""Asking for a membership, and deciding again when facts change."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from uuid import UUID

from chassis.work import Work
from services.wallet.application.activation import activate
from services.wallet.application.rules import Rules
from services.wallet.domain.errors import AlreadyMember, JoinClosed
from services.wallet.domain.facts import PersonFacts
from services.wallet.domain.membership import (
    Membership,
    MembershipState,
    check_may_join,
    decide,
)
from services.wallet.store import memberships, person_facts


@dataclass(frozen=True, slots=True)
class RequestMembership:
    person_id: UUID
    scheme: str
    season: str


def check_may_ask(work: Work, rules: Rules, command: RequestMembership) -> None:
    """What can be refused before identity is asked.

    Raises UnknownSeason, SeasonNotOpen, AlreadyMember, JoinClosed.
    """
    rulebook = rules.in_force(work, command.scheme, command.season)
    if memberships.in_season(work, command.person_id, command.scheme, command.season):
        raise AlreadyMember
    if not rulebook.join_window.contains(work.today):
        raise JoinClosed(rulebook.join_reasons[1].sentence)


def request(work: Work, rules: Rules, fetched: PersonFacts, command: RequestMembership) -> Membership:
    """Decide on today's facts. A refusal keeps nothing.

    Raises UnknownSeason, SeasonNotOpen, AlreadyMember, JoinClosed, NotEligible.
    """
    check_may_ask(work, rules, command)
    rulebook = rules.in_force(work, command.scheme, command.season)
    facts = person_facts.keep(work, rules.cipher, fetched)
    had = memberships.benefits_had(work, command.person_id, command.scheme, command.season)
    decision = decide(rulebook, facts, work.today, had)
    check_may_join(rulebook, decision, work.today)
    membership = Membership.asked(uuid.uuid4(), command.person_id, rulebook, decision, work.today)
    if not memberships.add(work, membership):
        raise AlreadyMember
    if membership.state is MembershipState.ACTIVE:
        return activate(work, rules, rulebook, membership)
    return membership


def decide_again(work: Work, rules: Rules, fetched: PersonFacts) -> None:
    """Facts changed: decide the person's waiting memberships again, never an active one.

    The facts' row is locked by `keep`, so a request made at the same moment comes before or after, and sees
    the latest facts in either case.
    """
    facts = person_facts.keep(work, rules.cipher, fetched)
    for membership in memberships.lock_waiting_of(work, facts.person_id):
        _decide_again(work, rules, facts, membership)


def _decide_again(work: Work, rules: Rules, facts: PersonFacts, membership: Membership) -> None:
    rulebook = rules.in_force(work, membership.scheme, membership.season)
    if not rulebook.may_settle(membership.requested_on, work.today):
        return  # too late to be completed: the end of the season closes it
    had = memberships.benefits_had(work, membership.person_id, membership.scheme, membership.season)
    decided = membership.decided(decide(rulebook, facts, membership.requested_on, had))
    if (decided.state, decided.reasons, decided.grants) == (
        membership.state,
        membership.reasons,
        membership.grants,
    ):
        return
    memberships.save(work, decided)
    if decided.state is MembershipState.ACTIVE:
        activate(work, rules, rulebook, decided)
