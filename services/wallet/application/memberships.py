"""Asking for a membership, and deciding again when facts change."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.outages import is_operational
from chassis.work import Work
from rulebooks import Decision, Rulebook
from services.wallet.application.activation import activate, activate_and_credit, credit_due
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
    return activate(work, rules, membership) if membership.state is MembershipState.ACTIVE else membership


def decide_again(work: Work, rules: Rules, fetched: Sequence[PersonFacts]) -> None:
    """Facts of these persons changed: waiting memberships are decided again, active ones are given what has fallen due.

    Each under its own version, on the day of its request. The facts' rows are locked by `keep_all`, so a request made
    at the same moment comes before or after, and sees the latest facts in either case. Statements are as many for a
    thousand persons as for one.
    """
    facts = {each.person_id: each for each in person_facts.keep_all(work, rules.cipher, fetched)}
    had = memberships.credited_once(work, facts.keys())
    moved: list[Membership] = []
    active: list[Membership] = []
    due: list[Membership] = []
    for membership in memberships.lock_open_of(work, facts.keys()):
        rulebook = rules.by_hash(membership.rulebook_hash)
        once = memberships.elsewhere(had.get(membership.person_id, ()), membership.scheme, membership.season)
        decision = _decision(rulebook, facts[membership.person_id], membership, once)
        if membership.state.is_waiting:
            decided = _decided(work, rulebook, decision, membership)
            chosen = active if decided.state is MembershipState.ACTIVE else moved
            chosen += [decided] if decided != membership else []
        else:
            after = membership.fallen_due(rulebook, decision)
            due += [after] if after.grants != membership.grants else []
    memberships.save_all(work, moved)
    activate_and_credit(work, rules, active)
    credit_due(work, rules, due)


def decide_page(work: Work, rules: Rules, fetched: Sequence[PersonFacts]) -> dict[UUID, Exception]:
    """`decide_again` for all of these persons but those on whom deciding fails, who are answered with why.

    Nothing of theirs is kept. What passes when something comes back is raised: the whole page waits for it.
    """
    try:
        with work.session.begin_nested():
            decide_again(work, rules, fetched)
    except Exception as error:
        if is_operational(error):
            raise
        failures = _failures(work, rules, sorted(fetched, key=lambda facts: facts.person_id), error)
        decide_again(work, rules, [facts for facts in fetched if facts.person_id not in failures])
        return failures
    return {}


def _failures(work: Work, rules: Rules, failing: Sequence[PersonFacts], error: Exception) -> dict[UUID, Exception]:
    """Which of these persons, on whom deciding failed together, fail: found by halves, and nothing is kept of it."""
    if len(failing) == 1:
        return {failing[0].person_id: error}
    half = len(failing) // 2
    found: dict[UUID, Exception] = {}
    for part in (failing[:half], failing[half:]):
        failure = _failure(work, rules, part)
        found |= _failures(work, rules, part, failure) if failure else {}
    return found


def _failure(work: Work, rules: Rules, persons: Sequence[PersonFacts]) -> Exception | None:
    tried = work.session.begin_nested()
    try:
        decide_again(work, rules, persons)
    except Exception as error:
        if is_operational(error):
            raise
        return error
    finally:
        tried.rollback()
    return None


def _decided(work: Work, rulebook: Rulebook, decision: Decision, membership: Membership) -> Membership:
    """The waiting membership after the decision; the same where nothing changed, or where it is too late to be
    completed: the end of the season closes it."""
    decided = membership.decided(decision)
    is_new = (decided.state, decided.reasons, decided.grants) != (
        membership.state,
        membership.reasons,
        membership.grants,
    )
    return decided if is_new and rulebook.may_settle(membership.requested_on, work.today) else membership


def credit_what_loads_later(work: Work, rules: Rules, person_id: UUID, scheme: str, season: str, benefit: str) -> None:
    """Credit a benefit of an active membership that its rulebook grants by now, with the age of today: a benefit that
    loads later may wait for a birthday, of which no fact tells.

    Raises TransferNotYet with the rulebook's reason where it does not.
    """
    held = [
        each for each in memberships.lock_open_of(work, [person_id]) if (each.scheme, each.season) == (scheme, season)
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
    credit_due(work, rules, [after])


def _decision_today(work: Work, rulebook: Rulebook, facts: PersonFacts, membership: Membership) -> Decision:
    """On the window of the request's day and the age of today."""
    had = memberships.benefits_had(work, membership.person_id, membership.scheme, membership.season)
    flat = facts.flat(rulebook, work.today, had) | {"charter_accepted": membership.charter is not None}
    return rulebook.decide(flat, membership.requested_on)


def _decision(rulebook: Rulebook, facts: PersonFacts, membership: Membership, benefits_had: frozenset[str]) -> Decision:
    accepted = membership.charter is not None
    return decide(rulebook, facts, membership.requested_on, benefits_had, charter_accepted=accepted)


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
