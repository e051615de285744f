"""Opening a season, voting its budget."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.clock import paris_midnight
from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application.idempotency import Done, RequestKey, once
from services.wallet.application.rules import Rules
from services.wallet.domain.envelope import Envelope
from services.wallet.domain.errors import UnknownBenefit
from services.wallet.domain.ledger import Act
from services.wallet.store import ledger, seasons

END_SEASON = "end_season"


@dataclass(frozen=True, slots=True)
class OpenSeason:
    scheme: str
    season: str


@dataclass(frozen=True, slots=True)
class VoteBudget:
    """`amount_cents` > 0 is added to what was voted before."""

    scheme: str
    season: str
    benefit: str
    amount_cents: int


def open_season(work: Work, rules: Rules, command: OpenSeason) -> Rulebook:
    """Put the season's rulebook in force; a season that is open stays as it is. Raises UnknownSeason."""
    rulebook = rules.stated(work, command.scheme, command.season)
    if not seasons.open_season(work, command.scheme, command.season, rulebook.hash):
        return rules.in_force(work, command.scheme, command.season)
    for benefit in rulebook.benefits:
        seasons.add_envelope(work, command.scheme, command.season, benefit.id)
    _schedule_end(work, rulebook)
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


def _schedule_end(work: Work, rulebook: Rulebook) -> None:
    """Balances are lost once the last day of spending is over."""
    due_at = paris_midnight(rulebook.spend_until + timedelta(days=1))
    payload = {"scheme": rulebook.scheme, "season": rulebook.season}
    work.schedule(END_SEASON, f"{rulebook.scheme}/{rulebook.season}", due_at, payload)


def vote_budget(work: Work, rules: Rules, key: RequestKey, command: VoteBudget) -> UUID:
    """Add to an envelope; its id. Raises UnknownSeason, SeasonNotOpen, UnknownBenefit, KeyReused."""
    outcome, _ = once(work, key, lambda: _vote(work, rules, command))
    return UUID(outcome["envelope_id"])


def _vote(work: Work, rules: Rules, command: VoteBudget) -> Done:
    rulebook = rules.in_force(work, command.scheme, command.season)
    envelope = _locked(work, command)
    act = Act(work.now, work.today, rulebook.hash, work.context.account_id)
    after, transfer = envelope.vote(command.amount_cents, uuid.uuid4(), act)
    seasons.save_envelope(work, after)
    ledger.write(work, [transfer])
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
