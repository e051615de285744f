"""A line of the authority's budget: what may be credited for one benefit of one season."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.wallet.domain.budget_errors import EnvelopeSpent
from services.wallet.domain.ledger import AccountKind, Act, Balance, Entry, Transfer, TransferKind


@dataclass(frozen=True, slots=True)
class Envelope:
    """`announced_percent` is the highest threshold that was announced since the last vote, or 0."""

    envelope_id: UUID
    scheme: str
    season: str
    benefit: str
    voted_cents: int
    unallocated_cents: int
    version: int
    announced_percent: int = 0

    @property
    def credited_cents(self) -> int:
        return self.voted_cents - self.unallocated_cents

    def reached_percent(self, thresholds_percent: Sequence[int]) -> int:
        """The highest of the budget's rising thresholds that the credited share reaches, or 0."""
        share = self.credited_cents * 100
        reached = [percent for percent in thresholds_percent if share >= percent * self.voted_cents]
        return reached[-1] if reached and self.voted_cents else 0

    def to_announce(self, thresholds_percent: Sequence[int]) -> list[int]:
        """The thresholds that are reached and were not announced since the last vote, rising."""
        highest = self.reached_percent(thresholds_percent)
        return [percent for percent in thresholds_percent if self.announced_percent < percent <= highest]

    def vote(
        self, amount_cents: int, thresholds_percent: Sequence[int], transfer_id: UUID, act: Act
    ) -> tuple[Envelope, Transfer]:
        """Add to what was voted; thresholds that are no longer reached may be announced again."""
        after = replace(
            self,
            voted_cents=self.voted_cents + amount_cents,
            unallocated_cents=self.unallocated_cents + amount_cents,
            version=self.version + 1,
        )
        after = replace(after, announced_percent=min(self.announced_percent, after.reached_percent(thresholds_percent)))
        return after, Transfer(
            transfer_id,
            TransferKind.VOTE,
            self.envelope_id,
            amount_cents,
            act,
            (
                Entry(AccountKind.AUTHORITY, self.envelope_id, -amount_cents),
                self._entry(amount_cents, after),
            ),
        )

    def can_credit(self, amount_cents: int) -> bool:
        return amount_cents <= self.unallocated_cents

    def announced(self, percent: int) -> Envelope:
        """The same envelope, this threshold told."""
        return replace(self, announced_percent=percent)

    def take(self, amount_cents: int) -> tuple[Envelope, Entry]:
        """The envelope after cents left it, and its side of the transfer. Raises EnvelopeSpent."""
        if not self.can_credit(amount_cents):
            raise EnvelopeSpent(self.unallocated_cents)
        return self._moved(-amount_cents)

    def _moved(self, amount_cents: int) -> tuple[Envelope, Entry]:
        after = replace(self, unallocated_cents=self.unallocated_cents + amount_cents, version=self.version + 1)
        return after, self._entry(amount_cents, after)

    def give(self, amount_cents: int) -> tuple[Envelope, Entry]:
        """The envelope after cents that it gave came back, and its side of the transfer."""
        after = replace(self, unallocated_cents=self.unallocated_cents + amount_cents, version=self.version + 1)
        return after, self._entry(amount_cents, after)

    def _entry(self, amount_cents: int, after: Envelope) -> Entry:
        balance = Balance(self.unallocated_cents, after.unallocated_cents, after.version)
        return Entry(AccountKind.ENVELOPE, self.envelope_id, amount_cents, balance)
