"""Crediting members from the budget: many at once, each envelope locked once and saved once.

Whoever credits holds the memberships first, in id order, then their envelopes. Whom an envelope bears is told by the
line before it (`domain/credit_line.py`): it is the same alone, in a group and in a file of a thousand.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from chassis.clock import paris_midnight
from chassis.errors import Operational
from chassis.work import Work
from rulebooks import Benefit, Rulebook
from services.wallet.application.rules import Rules
from services.wallet.domain.credit_line import DueCredit, serve
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.ledger import Act, Transfer
from services.wallet.domain.membership import Grant, Membership
from services.wallet.domain.wallet import Wallet
from services.wallet.store import credit_line, ledger, memberships, outbox, person_facts, seasons, wallets
from services.wallet.store.memberships import OnceCredit

CLOSE_WALLETS, SERVE_LINE = "close_wallets", "serve_line"
# How many of a line one transaction serves.
BATCH = 500
_Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A place in the line whose turn has come: the membership, its grant, and the rulebook that decided them."""

    due: DueCredit
    membership: Membership
    grant: Grant
    rulebook: Rulebook

    @property
    def benefit(self) -> Benefit:
        return self.rulebook.benefit(self.grant.benefit)


def fallen_due(work: Work, rules: Rules, members: Iterable[Membership], before: Iterable[DueCredit]) -> list[DueCredit]:
    """Places of what these members are due from the budget now; those who stood in a line `before` keep theirs."""
    since = {(each.membership_id, each.benefit): each.due_since for each in before}
    envelopes: dict[tuple[str, str], Mapping[str, UUID]] = {}
    found = []
    for membership in members:
        rulebook, season = rules.by_hash(membership.rulebook_hash), (membership.scheme, membership.season)
        if season not in envelopes:
            envelopes[season] = seasons.envelope_ids(work, *season)
        for grant in membership.grants:
            envelope_id = envelopes[season].get(grant.benefit)
            if grant.is_due and envelope_id and rulebook.benefit(grant.benefit).holds_cents:
                place = since.get((membership.membership_id, grant.benefit), work.now)
                due = DueCredit(membership.membership_id, grant.benefit, envelope_id, grant.amount_cents, place)
                found.append(due)
    return found


def credit(work: Work, rules: Rules, members: Sequence[Membership], fresh: Sequence[DueCredit]) -> list[Membership]:
    """Serve these members, who are held, their `fresh` places included, which stand in no line yet.

    What is not borne comes in the line, or stays there. The members after it, saved. Raises Operational when a rival
    took what a person may have once: the next try sees it.
    """
    held = {membership.membership_id: membership for membership in members}
    envelopes = seasons.lock_by_id(work, {due.envelope_id for due in fresh})
    credited = _serve(work, rules, held, envelopes, fresh)
    after = list((held | credited).values())
    memberships.save_all(work, after)
    return after


def serve_line(work: Work, rules: Rules, envelope_ids: Collection[UUID], ours: Collection[UUID] = ()) -> set[UUID]:
    """Serve the first of these envelopes' lines, and `ours` where their turn comes.

    Answers the envelopes in whose line somebody is left whom they bear. Raises Operational as `credit` does.
    """
    seen = seasons.by_id(work, envelope_ids)
    first = [due for envelope in seen.values() for due in credit_line.first_of(work, envelope, BATCH)]
    turn = {due.membership_id for due in first} | set(ours)
    held = {each.membership_id: each for each in memberships.lock_all(work, turn)}
    credited = _serve(work, rules, held, seasons.lock_by_id(work, envelope_ids), ())
    memberships.save_all(work, credited.values())
    return set(credit_line.servable(work, envelope_ids))


def call_line(work: Work, envelope: Envelope) -> None:
    """Have those who wait served by a job: the envelope has been given to."""
    if credit_line.is_waited_for(work, envelope.envelope_id):
        payload = {"envelope_id": str(envelope.envelope_id)}
        work.schedule(SERVE_LINE, f"{envelope.envelope_id}/{envelope.version}", work.now, payload)


def announce(work: Work, rulebook: Rulebook, envelope: Envelope) -> Envelope:
    """Tell each threshold that the credited share has reached, once."""
    told = envelope.to_announce(rulebook.budget.thresholds_percent)
    for percent in told:
        data = {
            "scheme": envelope.scheme,
            "season": envelope.season,
            "benefit": envelope.benefit,
            "percent": percent,
        }
        work.publish("budget_threshold_reached", str(envelope.envelope_id), envelope.version, data)
    return envelope.announced(told[-1]) if told else envelope


def publish_credited(work: Work, credited: Sequence[tuple[Wallet, int]]) -> None:
    """(wallet after it, cents) of each credit."""
    outbox.publish_all(
        work,
        "wallet_credited",
        (
            (
                str(wallet.wallet_id),
                wallet.version,
                {
                    "wallet_id": str(wallet.wallet_id),
                    "membership_id": str(wallet.membership_id),
                    "person_id": str(wallet.person_id),
                    "scheme": wallet.scheme,
                    "season": wallet.season,
                    "benefit": wallet.benefit,
                    "amount_cents": amount_cents,
                },
            )
            for wallet, amount_cents in credited
        ),
    )


def act_of(work: Work, rulebook: Rulebook) -> Act:
    account = work.context.account
    return Act(work.now, work.today, rulebook.hash, account.account_id if account else "")


def had_once(work: Work, rules: Rules, members: Iterable[Membership]) -> HadOnce:
    """Asked of persons who are due a benefit that is not given each season."""
    person_ids = {membership.person_id for membership in members if _is_due_once(rules, membership)}
    if not person_ids:
        return HadOnce({}, {})
    return HadOnce(memberships.credited_once(work, person_ids), _exceptions(work, rules, person_ids))


def _is_due_once(rules: Rules, membership: Membership) -> bool:
    benefit = rules.by_hash(membership.rulebook_hash).benefit
    return any(grant.is_due and benefit(grant.benefit).once != "season" for grant in membership.grants)


@dataclass(frozen=True, slots=True)
class HadOnce:
    """What persons had once, and the benefits' ids that staff granted them by exception."""

    before: dict[UUID, list[OnceCredit]]
    exceptions: Mapping[UUID, frozenset[str]]

    def credit_of(self, membership: Membership, benefit: Benefit, grant: Grant) -> OnceCredit | None:
        """The one credit that this grant takes; None where the benefit is given each season."""
        if benefit.once == "season":
            return None
        by_exception = benefit.id in self.exceptions.get(membership.person_id, ())
        key = benefit.once_key(grant.instalment)
        return OnceCredit(membership.person_id, key, membership.scheme, membership.season, by_exception)

    def has(self, wanted: OnceCredit | None) -> bool:
        return wanted is not None and wanted.is_had(self.before.get(wanted.person_id, ()))

    def keep(self, taken: OnceCredit) -> None:
        self.before.setdefault(taken.person_id, []).append(taken)


def claim(work: Work, wanted: Sequence[OnceCredit]) -> None:
    """Held by a unique key as well as by the look before: two seasons may be activated at the same moment."""
    if memberships.claim_once(work, wanted) < len(wanted):
        raise Operational("somebody was credited once elsewhere at this moment")


def _serve(
    work: Work,
    rules: Rules,
    held: Mapping[UUID, Membership],
    envelopes: Mapping[UUID, Envelope],
    fresh: Sequence[DueCredit],
) -> dict[UUID, Membership]:
    """Those who were credited, after it; not saved."""
    standing = credit_line.of_memberships(work, held.keys())
    claims = {_key(due): _claim(rules, held[due.membership_id], due) for due in (*standing, *fresh)}
    had = had_once(work, rules, held.values())
    gone = {key for key, each in claims.items() if had.has(had.credit_of(each.membership, each.benefit, each.grant))}
    wanted = {key: each for key, each in claims.items() if key not in gone}
    writing = _Writing(work)
    for due in _turns(work, held, envelopes, wanted):
        each = wanted[_key(due)]
        once = had.credit_of(each.membership, each.benefit, each.grant)
        if had.has(once):
            continue  # twice in one group: the next group finds the second useless
        if once:
            had.keep(once)
        writing.credit(each, envelopes, once)
    writing.finish()
    gone |= {_key(each.due) for each in writing.done}
    credit_line.remove(work, [due for due in standing if _key(due) in gone])
    credit_line.add(work, [due for due in fresh if _key(due) not in gone])
    return _with_credits(held, writing.done)


def _key(due: DueCredit) -> _Key:
    return due.membership_id, due.benefit


def _claim(rules: Rules, membership: Membership, due: DueCredit) -> Claim:
    grant = next(each for each in membership.grants if each.benefit == due.benefit)
    return Claim(due, membership, grant, rules.by_hash(membership.rulebook_hash))


def _turns(
    work: Work,
    held: Mapping[UUID, Membership],
    envelopes: Mapping[UUID, Envelope],
    wanted: Mapping[_Key, Claim],
) -> list[DueCredit]:
    """Those of ours whose turn has come; a line in which somebody else's has come first is called for them."""
    by_envelope: dict[UUID, list[DueCredit]] = defaultdict(list)
    for each in wanted.values():
        by_envelope[each.due.envelope_id].append(each.due)
    served: list[DueCredit] = []
    for envelope_id, ours in by_envelope.items():
        envelope = envelopes.get(envelope_id)
        if envelope is None:
            continue  # a place in another envelope's line, which is not held now
        first = credit_line.first_of(work, envelope, BATCH + len(ours))
        others = [due for due in first if due.membership_id not in held]
        if len(first) == BATCH + len(ours):  # who stands behind the last one seen waits for those not seen
            ours = [due for due in ours if due.place <= first[-1].place]
        turns = serve(envelope.unallocated_cents, [*ours, *others], held)
        served += turns.credits
        if turns.others_first:
            call_line(work, envelope)
    return served


def _with_credits(held: Mapping[UUID, Membership], done: Sequence[Claim]) -> dict[UUID, Membership]:
    credited: dict[UUID, set[str]] = defaultdict(set)
    for each in done:
        credited[each.due.membership_id].add(each.due.benefit)
    return {
        membership_id: held[membership_id].credited(
            replace(grant, credited=True) if grant.benefit in benefits else grant
            for grant in held[membership_id].grants
        )
        for membership_id, benefits in credited.items()
    }


class _Writing:
    """Credits as they are decided, written together."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._wallets: list[Wallet] = []
        self._transfers: list[Transfer] = []
        self._once: list[OnceCredit] = []
        self._after: dict[UUID, tuple[Envelope, Rulebook]] = {}
        self.done: list[Claim] = []

    def credit(self, each: Claim, envelopes: Mapping[UUID, Envelope], once: OnceCredit | None) -> None:
        envelope_id = each.due.envelope_id
        envelope = self._after[envelope_id][0] if envelope_id in self._after else envelopes[envelope_id]
        wallet = _empty_wallet(self._work, each)
        act = act_of(self._work, each.rulebook)
        filled, left, transfer = wallet.credit(envelope, each.grant.amount_cents, uuid.uuid4(), act, each.grant.uses)
        self._after[envelope_id] = left, each.rulebook
        self._wallets.append(filled)
        self._transfers.append(transfer)
        self._once += [once] if once else []
        self.done.append(each)

    def finish(self) -> None:
        claim(self._work, self._once)
        wallets.add(self._work, self._wallets)
        ledger.write(self._work, self._transfers)
        for left, rulebook in self._after.values():
            seasons.save_envelope(self._work, announce(self._work, rulebook, left))
        publish_credited(self._work, [(wallet, wallet.balance_cents) for wallet in self._wallets])
        _schedule_closing(self._work, zip(self._wallets, self.done, strict=True))


def _empty_wallet(work: Work, each: Claim) -> Wallet:
    """One with its own validity lives from the day it is loaded."""
    membership, benefit = each.membership, each.benefit
    return Wallet(
        uuid.uuid4(),
        membership.person_id,
        membership.membership_id,
        each.due.envelope_id,
        membership.scheme,
        membership.season,
        benefit.id,
        benefit.category,
        benefit.spend_window.opens_on if benefit.loading.valid_months is None else work.today,
        benefit.closes_on(work.today),
    )


def _schedule_closing(work: Work, opened: Iterable[tuple[Wallet, Claim]]) -> None:
    """What the season's end does not close is closed on its own day, with all that close that day."""
    days = {
        (wallet.scheme, wallet.season, wallet.closes_on + timedelta(days=1))
        for wallet, each in opened
        if wallet.closes_on > each.rulebook.spend_until
    }
    for scheme, season, day in sorted(days):
        payload = {"scheme": scheme, "season": season}
        work.schedule(CLOSE_WALLETS, f"{scheme}/{season}/{day}", paris_midnight(day), payload)


def _exceptions(work: Work, rules: Rules, person_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Benefits that staff granted these persons by exception."""
    found = {}
    for facts in person_facts.find_all(work, rules.cipher, person_ids):
        granted = facts.facts.get("exceptions_granted", [])
        found[facts.person_id] = frozenset(granted if isinstance(granted, list) else ())
    return found
