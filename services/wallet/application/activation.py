"""What a member is given: at activation, when something falls due, and when a later version gives more."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from chassis.work import Work
from rulebooks import Benefit, Rulebook
from services.wallet.application import crediting
from services.wallet.application.rules import Rules
from services.wallet.application.version_batch import later_for_members
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.membership import Grant, Membership, decide, settled_grants
from services.wallet.domain.versions import Version
from services.wallet.domain.wallet import Wallet
from services.wallet.store import credit_line, ledger, memberships, outbox, person_facts, seasons, wallets
from services.wallet.store.memberships import OnceCredit


def activate(work: Work, rules: Rules, membership: Membership) -> Membership:
    """A membership whose row is active already takes its places in the lines of its envelopes.

    Who opened the transaction has them served once it is committed (`application/credit_queue.py`): in a group with
    those of others. One that later versions also concern is credited here, by each in turn.
    """
    if later_for_members(work, rules, membership, seasons.versions(work)):
        return activate_and_credit(work, rules, [membership])[0]
    granted = _with_rights(work, rules, [membership])
    memberships.save_all(work, granted)
    credit_line.add(work, crediting.fallen_due(work, rules, granted, ()))
    _publish_activated(work, granted)
    return granted[0]


def activate_and_credit(work: Work, rules: Rules, members: Sequence[Membership]) -> list[Membership]:
    """Credit memberships whose rows are active already and held: by the version of their requests, then by those that
    have come since and are also for members."""
    credited = credit_due(work, rules, members)
    adopted = seasons.versions(work)
    after = [_by_later_versions(work, rules, membership, adopted) for membership in credited]
    _publish_activated(work, after)
    return after


def credit_due(work: Work, rules: Rules, members: Sequence[Membership]) -> list[Membership]:
    """Credit what these active members, who are held, have not had and wait for no consent for; saved."""
    granted = _with_rights(work, rules, members)
    before = credit_line.of_memberships(work, [membership.membership_id for membership in members])
    credit_line.remove(work, before)
    return crediting.credit(work, rules, granted, crediting.fallen_due(work, rules, granted, before))


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
    raising = _raising(work, rulebook, after)
    raised = after.credited([raising.raised(grant, stated.get(grant.benefit)) for grant in after.grants])
    return credit_due(work, rules, [raised])[0]


def _by_later_versions(
    work: Work, rules: Rules, membership: Membership, adopted: Mapping[tuple[str, str], Sequence[Version]]
) -> Membership:
    for later in later_for_members(work, rules, membership, adopted):
        membership = credit_difference(work, rules, later, membership)
    return membership


def _with_rights(work: Work, rules: Rules, members: Sequence[Membership]) -> list[Membership]:
    """The members, not saved, after they were given their due rights without cents."""
    had = crediting.had_once(work, rules, members)
    taken: list[OnceCredit] = []

    def given(membership: Membership, benefit: Benefit, grant: Grant) -> Grant:
        once = had.credit_of(membership, benefit, grant)
        if not grant.is_due or benefit.holds_cents or had.has(once):
            return grant
        if once:
            had.keep(once)
            taken.append(once)
        return replace(grant, credited=True)

    after = []
    for membership in members:
        benefit_of = rules.by_hash(membership.rulebook_hash).benefit
        after.append(
            membership.credited([given(membership, benefit_of(each.benefit), each) for each in membership.grants])
        )
    crediting.claim(work, taken)
    return after


@dataclass(frozen=True, slots=True)
class _Raising:
    """What a later version gives more of what was credited. Wallets and envelopes, by benefit, are held."""

    work: Work
    rulebook: Rulebook
    wallets: Mapping[str, Wallet]
    envelopes: Mapping[str, Envelope]

    def raised(self, grant: Grant, stated: Grant | None) -> Grant:
        """A grant of before under what the version states of it."""
        if not grant.credited or stated is None or stated.waits:
            return grant
        more_cents = max(0, stated.amount_cents - grant.amount_cents)
        more_uses = max(0, (stated.uses or 0) - (grant.uses or 0))
        uses = None if stated.uses is None else (grant.uses or 0) + more_uses
        raised = replace(grant, amount_cents=grant.amount_cents + more_cents, uses=uses)
        if not self.rulebook.benefit(grant.benefit).holds_cents:
            return raised
        envelope = self.envelopes.get(grant.benefit)
        if not more_cents or envelope is None or not envelope.can_credit(more_cents):
            return grant
        self._fill(self.wallets[grant.benefit], envelope, more_cents, None if uses is None else more_uses)
        return raised

    def _fill(self, wallet: Wallet, envelope: Envelope, amount_cents: int, uses: int | None) -> None:
        act = crediting.act_of(self.work, self.rulebook)
        filled, left, transfer = wallet.credit(envelope, amount_cents, uuid.uuid4(), act, uses)
        ledger.write(self.work, [transfer])
        seasons.save_envelope(self.work, crediting.announce(self.work, self.rulebook, left))
        wallets.save_credit(self.work, filled)
        crediting.publish_credited(self.work, [(filled, amount_cents)])


def _raising(work: Work, rulebook: Rulebook, membership: Membership) -> _Raising:
    """Wallets are locked before envelopes, as by whoever moves money between them."""
    own = {wallet.benefit: wallet for wallet in wallets.lock_of_memberships(work, [membership.membership_id])}
    of_cents = [grant.benefit for grant in membership.grants if rulebook.benefit(grant.benefit).holds_cents]
    envelopes = seasons.lock_envelopes(work, membership.scheme, membership.season, of_cents)
    return _Raising(work, rulebook, own, envelopes)


def _publish_activated(work: Work, members: Iterable[Membership]) -> None:
    outbox.publish_all(
        work,
        "membership_activated",
        (
            (
                str(membership.membership_id),
                membership.version,
                {
                    "membership_id": str(membership.membership_id),
                    "person_id": str(membership.person_id),
                    "scheme": membership.scheme,
                    "season": membership.season,
                    "rulebook_hash": membership.rulebook_hash,
                },
            )
            for membership in members
        ),
    )
