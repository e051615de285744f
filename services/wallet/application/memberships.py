"""Asking for a membership, and deciding again when facts change."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from uuid import UUID

from chassis.work import Work
from rulebooks import Decision, Rulebook
from services.wallet.application.activation import activate, credit_due
from services.wallet.application.rules import Rules
from services.wallet.domain.errors import AlreadyMember, BudgetSpent, JoinClosed
from services.wallet.domain.facts import PersonFacts
from services.wallet.domain.membership import (
    Membership,
    MembershipState,
    accepted_charter,
    check_may_join,
    decide,
    why_not_yet,
)
from services.wallet.domain.rights_errors import TransferNotYet
from services.wallet.store import memberships, person_facts, seasons


@dataclass(frozen=True, slots=True)
class RequestMembership:
    """`charter_version`: of the beneficiaries' charter that the person accepted; empty where there is none."""

    person_id: UUID
    scheme: str
    season: str
    charter_version: str = ""


def check_may_ask(work: Work, rules: Rules, command: RequestMembership) -> None:
    """What can be refused before identity is asked.

    Raises UnknownSeason, SeasonNotOpen, AlreadyMember, JoinClosed, CharterNotAccepted.
    """
    rulebook = rules.in_force(work, command.scheme, command.season)
    if memberships.in_season(work, command.person_id, command.scheme, command.season):
        raise AlreadyMember
    if not rulebook.join_window.contains(work.today):
        raise JoinClosed(rulebook.join_reasons[1].sentence)
    accepted_charter(rulebook, command.charter_version, work.now)


def request(work: Work, rules: Rules, fetched: PersonFacts, command: RequestMembership) -> Membership:
    """Decide on today's facts. A refusal keeps nothing.

    Raises UnknownSeason, SeasonNotOpen, AlreadyMember, JoinClosed, CharterNotAccepted, NotEligible, BudgetSpent.
    """
    check_may_ask(work, rules, command)
    rulebook = rules.in_force(work, command.scheme, command.season)
    charter = accepted_charter(rulebook, command.charter_version, work.now)
    facts = person_facts.keep(work, rules.cipher, fetched)
    had = memberships.benefits_had(work, command.person_id, command.scheme, command.season)
    decision = decide(rulebook, facts, work.today, had, charter_accepted=charter is not None)
    check_may_join(rulebook, decision, work.today)
    _check_budget(work, rulebook, decision)
    membership = Membership.asked(uuid.uuid4(), command.person_id, rulebook, decision, work.today, charter)
    if not memberships.add(work, membership):
        raise AlreadyMember
    if membership.state is MembershipState.ACTIVE:
        return activate(work, rules, rulebook, membership)
    return membership


def decide_again(work: Work, rules: Rules, fetched: PersonFacts) -> None:
    """Facts changed: waiting memberships are decided again, active ones are given what has fallen due.

    Each under its own version, on the day of its request. The facts' row is locked by `keep`, so a request made at
    the same moment comes before or after, and sees the latest facts in either case.
    """
    facts = person_facts.keep(work, rules.cipher, fetched)
    for membership in memberships.lock_open_of(work, facts.person_id):
        rulebook = rules.by_hash(membership.rulebook_hash)
        if membership.state.is_waiting:
            _decide_waiting(work, rules, rulebook, facts, membership)
        else:
            _credit_late(work, rules, rulebook, facts, membership)


def _decide_waiting(work: Work, rules: Rules, rulebook: Rulebook, facts: PersonFacts, membership: Membership) -> None:
    if not rulebook.may_settle(membership.requested_on, work.today):
        return  # too late to be completed: the end of the season closes it
    decided = membership.decided(_decision(work, rulebook, facts, membership))
    if (decided.state, decided.reasons, decided.grants) == (
        membership.state,
        membership.reasons,
        membership.grants,
    ):
        return
    memberships.save(work, decided)
    if decided.state is MembershipState.ACTIVE:
        activate(work, rules, rulebook, decided)


def _credit_late(work: Work, rules: Rules, rulebook: Rulebook, facts: PersonFacts, membership: Membership) -> None:
    """A consent has come, or a proof of what loads later. What waits for budget goes on waiting."""
    decision = _decision(work, rulebook, facts, membership)
    after = membership.fallen_due(rulebook, decision)
    if after.grants != membership.grants:
        before = {grant.benefit for grant in membership.grants if grant.is_due}
        fresh = [grant.benefit for grant in after.grants if grant.is_due and grant.benefit not in before]
        credit_due(work, rules, rulebook, after, fresh)


def credit_what_loads_later(work: Work, rules: Rules, person_id: UUID, scheme: str, season: str, benefit: str) -> None:
    """Credit a benefit of an active membership that its rulebook grants by now, with the age of today: a benefit that
    loads later may wait for a birthday, of which no fact tells.

    Raises TransferNotYet with the rulebook's reason where it does not.
    """
    held = [
        each for each in memberships.lock_open_of(work, person_id) if (each.scheme, each.season) == (scheme, season)
    ]
    facts = person_facts.find(work, rules.cipher, person_id)
    if not held or facts is None or held[0].state is not MembershipState.ACTIVE:
        return
    membership = held[0]
    if any(grant.benefit == benefit and grant.credited for grant in membership.grants):
        return
    rulebook = rules.by_hash(membership.rulebook_hash)
    decision = _decision_today(work, rulebook, facts, membership)
    after = membership.fallen_due(rulebook, decision)
    reason = why_not_yet(rulebook, decision, after, benefit)
    if reason:
        raise TransferNotYet(reason)
    credit_due(work, rules, rulebook, after, [benefit])


def _decision_today(work: Work, rulebook: Rulebook, facts: PersonFacts, membership: Membership) -> Decision:
    """On the window of the request's day and the age of today."""
    had = memberships.benefits_had(work, membership.person_id, membership.scheme, membership.season)
    flat = facts.flat(rulebook, work.today, had) | {"charter_accepted": membership.charter is not None}
    return rulebook.decide(flat, membership.requested_on)


def _decision(work: Work, rulebook: Rulebook, facts: PersonFacts, membership: Membership) -> Decision:
    had = memberships.benefits_had(work, membership.person_id, membership.scheme, membership.season)
    accepted = membership.charter is not None
    return decide(rulebook, facts, membership.requested_on, had, charter_accepted=accepted)


def _check_budget(work: Work, rulebook: Rulebook, decision: Decision) -> None:
    """Where the scheme closes once money is spent: what this person would get must be there, if it was ever voted.

    Raises BudgetSpent.
    """
    if rulebook.budget.when_spent != "close_scheme":
        return
    left_cents = seasons.unallocated_cents(work, rulebook.scheme, rulebook.season)
    for entitlement in decision.entitlements:
        of_cents = rulebook.benefit(entitlement.benefit_id).holds_cents
        if of_cents and left_cents.get(entitlement.benefit_id, entitlement.amount_cents) < entitlement.amount_cents:
            raise BudgetSpent
