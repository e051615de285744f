"""Crediting a member: wallets opened and filled from the budget, at activation or when something falls due."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from chassis.clock import paris_midnight
from chassis.work import Work
from rulebooks import Benefit, Rulebook
from services.wallet.application.facts_told import threshold_reached, wallet_credited
from services.wallet.application.rules import Rules
from services.wallet.application.version_batch import later_for_members
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.ledger import Act
from services.wallet.domain.membership import Grant, Membership, decide, settled_grants
from services.wallet.domain.wallet import Wallet
from services.wallet.store import ledger, memberships, person_facts, seasons, wallets

CLOSE_WALLETS = "close_wallets"


def activate(work: Work, rules: Rules, rulebook: Rulebook, membership: Membership) -> Membership:
    """Credit a membership whose row is active already: by the version of its request, then by those that have come
    since and are also for members."""
    credited = credit_due(work, rules, rulebook, membership, {grant.benefit for grant in membership.grants})
    for later in later_for_members(work, rules, credited):
        credited = credit_difference(work, rules, later, credited)
    _publish_activated(work, credited)
    return credited


def credit_due(
    work: Work, rules: Rules, rulebook: Rulebook, membership: Membership, benefits: Collection[str]
) -> Membership:
    """Credit those of these benefits that the active membership has not had and that wait for no consent, and save it.

    Envelopes are locked in the order of their names.
    """
    due = [grant.benefit for grant in membership.grants if grant.is_due and grant.benefit in benefits]
    crediting = _crediting(work, rules, rulebook, membership, due)
    credited = membership.credited(
        _open(crediting, grant) if grant.benefit in due else grant for grant in membership.grants
    )
    memberships.save(work, credited)
    return credited


def credit_difference(work: Work, rules: Rules, rulebook: Rulebook, membership: Membership) -> Membership:
    """Put an active membership under a later version that is also for members, and save it.

    Decided on the facts that are kept here and on the day of its request; what the version grants more is credited,
    nothing is taken back. A membership that is under it already stays as it is.
    """
    facts = person_facts.find(work, rules.cipher, membership.person_id)
    if facts is None or membership.rulebook_hash == rulebook.hash:
        return membership
    had = memberships.benefits_had(work, membership.person_id, membership.scheme, membership.season)
    accepted = membership.charter is not None
    decision = decide(rulebook, facts, membership.requested_on, had, charter_accepted=accepted)
    after = membership.under(decision)
    stated = {grant.benefit: grant for grant in settled_grants(decision)}
    crediting = _crediting(work, rules, rulebook, after, [grant.benefit for grant in after.grants])
    credited = after.credited(_caught_up(crediting, grant, stated.get(grant.benefit)) for grant in after.grants)
    memberships.save(work, credited)
    return credited


@dataclass(frozen=True, slots=True)
class _Crediting:
    """What credits of one membership need. `envelopes`: locked, by benefit; `exceptions`: benefits' ids."""

    work: Work
    rulebook: Rulebook
    membership: Membership
    envelopes: Mapping[str, Envelope]
    exceptions: frozenset[str]

    @property
    def act(self) -> Act:
        account = self.work.context.account
        return Act(self.work.now, self.work.today, self.rulebook.hash, account.account_id if account else "")


def _crediting(
    work: Work, rules: Rules, rulebook: Rulebook, membership: Membership, benefits: Iterable[str]
) -> _Crediting:
    of_cents = [benefit for benefit in benefits if rulebook.benefit(benefit).holds_cents]
    envelopes = seasons.lock_envelopes(work, membership.scheme, membership.season, of_cents)
    return _Crediting(work, rulebook, membership, envelopes, _exceptions(work, rules, membership))


def _open(crediting: _Crediting, grant: Grant) -> Grant:
    """The grant, credited when the envelope bears it and the person has not had it elsewhere."""
    benefit = crediting.rulebook.benefit(grant.benefit)
    envelope = crediting.envelopes.get(benefit.id)
    if benefit.holds_cents and (envelope is None or not envelope.can_credit(grant.amount_cents)):
        return grant
    if not _first_time(crediting, benefit, grant):
        return grant
    if envelope is not None:
        wallet = _empty_wallet(crediting, benefit, envelope)
        wallets.add(crediting.work, _fill(crediting, wallet, envelope, grant.amount_cents, grant.uses))
        _schedule_close(crediting, wallet)
    return replace(grant, credited=True)


def _caught_up(crediting: _Crediting, grant: Grant, stated: Grant | None) -> Grant:
    """A grant of before under what a later version states of it."""
    if grant.is_due:
        return _open(crediting, grant)
    if not grant.credited or stated is None or stated.waits:
        return grant
    return _raised(crediting, grant, stated)


def _raised(crediting: _Crediting, grant: Grant, stated: Grant) -> Grant:
    more_cents = max(0, stated.amount_cents - grant.amount_cents)
    more_uses = max(0, (stated.uses or 0) - (grant.uses or 0))
    uses = None if stated.uses is None else (grant.uses or 0) + more_uses
    raised = replace(grant, amount_cents=grant.amount_cents + more_cents, uses=uses)
    if not crediting.rulebook.benefit(grant.benefit).holds_cents:
        return raised
    envelope = crediting.envelopes.get(grant.benefit)
    if not more_cents or envelope is None or not envelope.can_credit(more_cents):
        return grant
    membership = crediting.membership
    wallet = wallets.lock_of_person(
        crediting.work, membership.person_id, membership.scheme, membership.season, grant.benefit
    )
    assert wallet is not None
    more = None if uses is None else more_uses
    wallets.save_credit(crediting.work, _fill(crediting, wallet, envelope, more_cents, more))
    return raised


def _fill(crediting: _Crediting, wallet: Wallet, envelope: Envelope, amount_cents: int, uses: int | None) -> Wallet:
    """The wallet, not saved, after cents were put in from its envelope, which is."""
    filled, left, transfer = wallet.credit(envelope, amount_cents, uuid.uuid4(), crediting.act, uses)
    ledger.write(crediting.work, [transfer])
    seasons.save_envelope(crediting.work, _announce(crediting, left))
    _publish_credited(crediting.work, filled, amount_cents)
    return filled


def _first_time(crediting: _Crediting, benefit: Benefit, grant: Grant) -> bool:
    """Held by a unique key as well as by the decision: two seasons may be activated at the same moment."""
    return benefit.once == "season" or memberships.claim_once(
        crediting.work,
        crediting.membership,
        benefit.once_key(grant.instalment),
        by_exception=benefit.id in crediting.exceptions,
    )


def _empty_wallet(crediting: _Crediting, benefit: Benefit, envelope: Envelope) -> Wallet:
    """One with its own validity lives from the day it is loaded."""
    membership, today = crediting.membership, crediting.work.today
    return Wallet(
        uuid.uuid4(),
        membership.person_id,
        membership.membership_id,
        envelope.envelope_id,
        membership.scheme,
        membership.season,
        benefit.id,
        benefit.category,
        benefit.spend_window.opens_on if benefit.loading.valid_months is None else today,
        benefit.closes_on(today),
    )


def _schedule_close(crediting: _Crediting, wallet: Wallet) -> None:
    """What the season's end does not close is closed on its own day, with all that close that day."""
    if wallet.closes_on <= crediting.rulebook.spend_until:
        return
    day = wallet.closes_on + timedelta(days=1)
    key = f"{wallet.scheme}/{wallet.season}/{day}"
    payload = {"scheme": wallet.scheme, "season": wallet.season}
    crediting.work.schedule(CLOSE_WALLETS, key, paris_midnight(day), payload)


def _exceptions(work: Work, rules: Rules, membership: Membership) -> frozenset[str]:
    """Benefits that staff granted this person by exception."""
    facts = person_facts.find(work, rules.cipher, membership.person_id)
    granted = facts.facts.get("exceptions_granted", []) if facts else []
    return frozenset(granted if isinstance(granted, list) else ())


def _announce(crediting: _Crediting, envelope: Envelope) -> Envelope:
    """Tell once when a share of the vote is credited."""
    told, data = threshold_reached(envelope, crediting.rulebook.budget.thresholds_percent)
    if told.announced_percent != envelope.announced_percent:
        crediting.work.publish("budget_threshold_reached", str(envelope.envelope_id), envelope.version, data)
    return told


def _publish_credited(work: Work, wallet: Wallet, amount_cents: int) -> None:
    work.publish("wallet_credited", str(wallet.wallet_id), wallet.version, wallet_credited(wallet, amount_cents))


def _publish_activated(work: Work, membership: Membership) -> None:
    data = {
        "membership_id": str(membership.membership_id),
        "person_id": str(membership.person_id),
        "scheme": membership.scheme,
        "season": membership.season,
        "rulebook_hash": membership.rulebook_hash,
    }
    work.publish("membership_activated", str(membership.membership_id), membership.version, data)
