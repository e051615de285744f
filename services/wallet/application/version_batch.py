"""The first day of a version that is also for members: what it grants more is credited, once each, in batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application.rules import Rules
from services.wallet.domain.membership import Membership
from services.wallet.domain.versions import Version
from services.wallet.store import seasons, version_credits

BATCH = 200
# Credits the difference to one member, whose row is held, and saves it: `activation.credit_difference`.
Credit = Callable[[Work, Rules, Rulebook, Membership], object]


def apply_some(work: Work, rules: Rules, rulebook: Rulebook, credit: Credit) -> bool:
    """Apply a version to a batch of the members of earlier ones; True when none is left.

    Who is done is known by a row each: a batch that was stopped is begun again.
    """
    earlier = _earlier_hashes(work, rulebook)
    batch = version_credits.lock_members_without(work, rulebook, earlier, BATCH)
    for membership in batch:
        credit(work, rules, rulebook, membership)
    version_credits.add(work, rulebook.hash, [membership.membership_id for membership in batch])
    return len(batch) < BATCH


def later_for_members(
    work: Work, rules: Rules, membership: Membership, adopted: Mapping[tuple[str, str], Sequence[Version]]
) -> list[Rulebook]:
    """Versions that came to count since this membership was decided and are also for members, in their order.

    For one that becomes active after their batches were played. `adopted`: by (scheme, season), first to last.
    """
    known = adopted.get((membership.scheme, membership.season), ())
    hashes = [version.rulebook_hash for version in known if version.counts_from <= work.today]
    since = hashes[hashes.index(membership.rulebook_hash) + 1 :] if membership.rulebook_hash in hashes else []
    return [rulebook for rulebook in map(rules.by_hash, since) if rulebook.applies_to_members]


def _earlier_hashes(work: Work, rulebook: Rulebook) -> list[str]:
    hashes = [version.rulebook_hash for version in seasons.versions_of(work, rulebook.scheme, rulebook.season)]
    return hashes[: hashes.index(rulebook.hash)]
