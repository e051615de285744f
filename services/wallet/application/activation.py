"""Making a membership active: wallets opened and credited from the budget, in one transaction."""

from __future__ import annotations

import uuid

from chassis.work import Work
from rulebooks import Benefit, Rulebook
from services.wallet.application.rules import Rules
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.ledger import Act
from services.wallet.domain.membership import Grant, Membership
from services.wallet.domain.wallet import Wallet
from services.wallet.store import ledger, memberships, person_facts, seasons, wallets


def activate(work: Work, rules: Rules, rulebook: Rulebook, membership: Membership) -> Membership:
    """Credit a membership whose row is active already. Envelopes are locked in the order of their names."""
    benefits = [grant.benefit for grant in membership.grants]
    envelopes = seasons.lock_envelopes(work, membership.scheme, membership.season, benefits)
    exceptions = _exceptions(work, rules, membership)
    credited = membership.credited(
        _credit(work, rulebook.benefit(grant.benefit), membership, grant, envelopes[grant.benefit], exceptions)
        for grant in membership.grants
    )
    memberships.save(work, credited)
    _publish_activated(work, credited)
    return credited


def _credit(
    work: Work,
    benefit: Benefit,
    membership: Membership,
    grant: Grant,
    envelope: Envelope,
    exceptions: frozenset[str],
) -> Grant:
    """The grant, credited when the envelope bears it and the schooling has not had it."""
    if not envelope.can_credit(grant.amount_cents):
        return grant
    if not _first_in_schooling(work, benefit, membership, exceptions):
        return grant
    act = Act(work.now, work.today, membership.rulebook_hash, _actor(work))
    empty = _empty_wallet(benefit, membership, envelope)
    wallet, left, transfer = empty.credit(envelope, grant.amount_cents, uuid.uuid4(), act)
    wallets.add(work, wallet)
    ledger.write(work, [transfer])
    seasons.save_envelope(work, _announce(work, left))
    _publish_credited(work, wallet, grant.amount_cents)
    return Grant(grant.benefit, grant.amount_cents, credited=True)


def _first_in_schooling(work: Work, benefit: Benefit, membership: Membership, exceptions: frozenset[str]) -> bool:
    """Held by a unique key as well as by the decision: two seasons may be activated at the same moment."""
    return benefit.once != "schooling" or memberships.claim_once(
        work,
        membership.person_id,
        benefit.id,
        membership.scheme,
        membership.season,
        by_exception=benefit.id in exceptions,
    )


def _empty_wallet(benefit: Benefit, membership: Membership, envelope: Envelope) -> Wallet:
    return Wallet(
        uuid.uuid4(),
        membership.person_id,
        membership.membership_id,
        envelope.envelope_id,
        membership.scheme,
        membership.season,
        benefit.id,
        benefit.category,
        benefit.spend_window.opens_on,
        benefit.spend_window.closes_on,
    )


def _exceptions(work: Work, rules: Rules, membership: Membership) -> frozenset[str]:
    """Benefits that staff granted this person by exception."""
    facts = person_facts.find(work, rules.cipher, membership.person_id)
    granted = facts.facts.get("exceptions_granted", []) if facts else []
    return frozenset(granted if isinstance(granted, list) else ())


def _actor(work: Work) -> str:
    return work.context.account.account_id if work.context.account else ""


def _announce(work: Work, envelope: Envelope) -> Envelope:
    """Tell once when a share of the vote is credited."""
    percent = envelope.reached_percent
    if percent <= envelope.announced_percent:
        return envelope
    data = {
        "scheme": envelope.scheme,
        "season": envelope.season,
        "benefit": envelope.benefit,
        "percent": percent,
    }
    work.publish("budget_threshold_reached", str(envelope.envelope_id), envelope.version, data)
    return envelope.announced()


def _publish_credited(work: Work, wallet: Wallet, amount_cents: int) -> None:
    data = {
        "wallet_id": str(wallet.wallet_id),
        "membership_id": str(wallet.membership_id),
        "person_id": str(wallet.person_id),
        "scheme": wallet.scheme,
        "season": wallet.season,
        "benefit": wallet.benefit,
        "amount_cents": amount_cents,
    }
    work.publish("wallet_credited", str(wallet.wallet_id), wallet.version, data)


def _publish_activated(work: Work, membership: Membership) -> None:
    data = {
        "membership_id": str(membership.membership_id),
        "person_id": str(membership.person_id),
        "scheme": membership.scheme,
        "season": membership.season,
        "rulebook_hash": membership.rulebook_hash,
    }
    work.publish("membership_activated", str(membership.membership_id), membership.version, data)
