"""Opening a season, adopting its later versions, voting its budget."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from chassis.clock import paris_midnight
from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application import seals
from services.wallet.application.crediting import call_line
from services.wallet.application.idempotency import Done, RequestKey, once
from services.wallet.application.rules import Rules
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.errors import SeasonNotOpen, UnknownBenefit, UnknownVersion, VersionTooLate
from services.wallet.domain.ledger import Act
from services.wallet.domain.versions import Version
from services.wallet.store import ledger, seasons

END_SEASON, APPLY_VERSION = "end_season", "apply_version"


@dataclass(frozen=True, slots=True)
class OpenSeason:
    scheme: str
    season: str


@dataclass(frozen=True, slots=True)
class AdoptVersion:
    """`rulebook_hash`: of a later version of an open season."""

    scheme: str
    season: str
    rulebook_hash: str


@dataclass(frozen=True, slots=True)
class VoteBudget:
    """`amount_cents` > 0 is added to what was voted before."""

    scheme: str
    season: str
    benefit: str
    amount_cents: int


def open_season(work: Work, rules: Rules, command: OpenSeason) -> Rulebook:
    """Put the version that counts today in force; a season that is open stays as it is. Raises UnknownSeason."""
    rulebook = rules.stated(work, command.scheme, command.season)
    if not seasons.open_season(work, command.scheme, command.season, Version.of(rulebook)):
        return rules.in_force(work, command.scheme, command.season)
    _add_envelopes(work, rulebook)
    _schedule_end(work, rulebook)
    seals.schedule(work, work.today)
    subject = f"{rulebook.scheme}/{rulebook.season}"
    work.audit("season_opened", subject, after={"rulebook_hash": rulebook.hash})
    data = {
        "scheme": rulebook.scheme,
        "season": rulebook.season,
        "rulebook_hash": rulebook.hash,
        "starts_on": rulebook.starts_on.isoformat(),
        "ends_on": rulebook.ends_on.isoformat(),
    }
    work.publish("season_opened", subject, 1, data)
    return rulebook


def adopt_version(work: Work, rules: Rules, command: AdoptVersion) -> Rulebook:
    """Have a later version count from its day on; one that was adopted before stays as it is.

    Raises UnknownSeason, SeasonNotOpen, UnknownVersion, VersionTooLate.
    """
    rulebook = _stated_version(work, rules, command)
    adopted = seasons.versions_of(work, command.scheme, command.season)
    if not adopted:
        raise SeasonNotOpen(command.scheme, command.season)
    if rulebook.hash in {version.rulebook_hash for version in adopted}:
        return rulebook
    version = Version.of(rulebook)
    if version.counts_from <= work.today:
        raise VersionTooLate(version.counts_from)
    if seasons.adopt(work, command.scheme, command.season, version):
        _prepare(work, rulebook, version.counts_from)
    return rulebook


def is_over(work: Work, rules: Rules, scheme: str, season: str) -> bool:
    """Whether the last day of spending is over, as the version in force today says."""
    return work.today > rules.in_force(work, scheme, season).spend_until


def _stated_version(work: Work, rules: Rules, command: AdoptVersion) -> Rulebook:
    known = rules.known_versions(work, command.scheme, command.season)
    found = next((rulebook for rulebook in known if rulebook.hash == command.rulebook_hash), None)
    if found is None:
        raise UnknownVersion
    return found


def _prepare(work: Work, rulebook: Rulebook, counts_from: date) -> None:
    """What must be there on the version's first day, and who is told."""
    _add_envelopes(work, rulebook)
    _schedule_end(work, rulebook)
    subject = f"{rulebook.scheme}/{rulebook.edition}"
    if rulebook.applies_to_members:
        payload = {"scheme": rulebook.scheme, "season": rulebook.season, "rulebook_hash": rulebook.hash}
        work.schedule(APPLY_VERSION, subject, paris_midnight(counts_from), payload)
    data = {
        "scheme": rulebook.scheme,
        "season": rulebook.season,
        "rulebook_hash": rulebook.hash,
        "counts_from": counts_from.isoformat(),
        "applies_to_members": rulebook.applies_to_members,
    }
    work.audit("version_adopted", subject, after={"rulebook_hash": rulebook.hash})
    work.publish("rulebook_version_adopted", subject, 1, data)


def _add_envelopes(work: Work, rulebook: Rulebook) -> None:
    for benefit in rulebook.benefits:
        seasons.add_envelope(work, rulebook.scheme, rulebook.season, benefit.id)


def _schedule_end(work: Work, rulebook: Rulebook) -> None:
    """Balances are lost once the last day of spending is over; a version that moves it has a job of its own."""
    due_at = paris_midnight(rulebook.spend_until + timedelta(days=1))
    payload = {"scheme": rulebook.scheme, "season": rulebook.season}
    work.schedule(END_SEASON, f"{rulebook.scheme}/{rulebook.edition}", due_at, payload)


def vote_budget(work: Work, rules: Rules, key: RequestKey, command: VoteBudget) -> UUID:
    """Add to an envelope, and have those who wait for it served; its id.

    Raises UnknownSeason, SeasonNotOpen, UnknownBenefit, KeyReused."""
    outcome, _ = once(work, key, lambda: _vote(work, rules, command))
    return UUID(outcome["envelope_id"])


def _vote(work: Work, rules: Rules, command: VoteBudget) -> Done:
    rulebook = rules.in_force(work, command.scheme, command.season)
    envelope = _locked(work, command)
    act = Act(work.now, work.today, rulebook.hash, work.context.account_id)
    after, transfer = envelope.vote(command.amount_cents, rulebook.budget.thresholds_percent, uuid.uuid4(), act)
    seasons.save_envelope(work, after)
    ledger.write(work, [transfer])
    call_line(work, after)
    work.audit(
        "budget_voted",
        f"{command.scheme}/{command.season}/{command.benefit}",
        before={"voted_cents": envelope.voted_cents},
        after={"voted_cents": after.voted_cents},
    )
    return Done({"envelope_id": str(after.envelope_id)}, transfer.transfer_id)


def _locked(work: Work, command: VoteBudget) -> Envelope:
    found = seasons.lock_envelopes(work, command.scheme, command.season, [command.benefit])
    if command.benefit not in found:
        raise UnknownBenefit(command.benefit)
    return found[command.benefit]
