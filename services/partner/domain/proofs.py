"""What a rulebook asks of a partner before some of its categories are paid: a document, or a declaration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from rulebooks import Rulebook
from rulebooks.partners import Hold
from services.partner.domain.documents import Document
from services.partner.domain.errors import (
    AlreadyProven,
    NothingToDeclare,
    ProofNotAsked,
    ProofNotSubmitted,
    ProofOfAnotherKind,
    ReasonNeeded,
)


class ProofState(StrEnum):
    """A document waits for staff; a declaration that the rulebook allows counts once it is recorded."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ProofPlace:
    """Which hold of which season is meant."""

    partner_id: str
    scheme: str
    season: str
    hold_code: str


@dataclass(frozen=True, slots=True)
class PayoutProof:
    """One hold's proof, of one partner and season. `document_id` is empty where the partner `declared` instead.

    `version` rises with each step; `reason`, of a refusal, is French.
    """

    partner_id: str
    scheme: str
    season: str
    hold_code: str
    state: ProofState
    version: int
    document_id: str = ""
    reason: str = ""

    @property
    def declared(self) -> bool:
        return not self.document_id

    def decided(self, accept: bool, reason: str) -> PayoutProof:
        """Staff's decision; accepted again, it stays as it is. Raises ProofNotSubmitted, ReasonNeeded."""
        if accept and self.state is ProofState.ACCEPTED:
            return self
        if self.state is not ProofState.SUBMITTED:
            raise ProofNotSubmitted
        if not accept and not reason:
            raise ReasonNeeded
        state = ProofState.ACCEPTED if accept else ProofState.REFUSED
        return replace(self, state=state, reason="" if accept else reason, version=self.version + 1)


def hold_asked(rulebook: Rulebook, hold_code: str) -> Hold:
    """The rulebook's hold that ends by a proof. Raises ProofNotAsked."""
    for hold in rulebook.holds:
        if hold.code == hold_code and hold.lifted_by == "document":
            return hold
    raise ProofNotAsked(hold_code)


def submitted(known: PayoutProof | None, rulebook: Rulebook, partner_id: str, hold: Hold, by: Document) -> PayoutProof:
    """A document for staff to look at. Raises AlreadyProven, ProofOfAnotherKind."""
    if by.kind != hold.document_id:
        raise ProofOfAnotherKind(hold.document_title)
    fresh = _fresh(known, rulebook, partner_id, hold, ProofState.SUBMITTED)
    return replace(fresh, document_id=by.document_id)


def declared(known: PayoutProof | None, rulebook: Rulebook, partner_id: str, hold: Hold) -> PayoutProof:
    """The partner's word that it is not concerned. Raises AlreadyProven, NothingToDeclare."""
    if not hold.declaration:
        raise NothingToDeclare(hold.document_title)
    return _fresh(known, rulebook, partner_id, hold, ProofState.ACCEPTED)


def _fresh(
    known: PayoutProof | None, rulebook: Rulebook, partner_id: str, hold: Hold, state: ProofState
) -> PayoutProof:
    if known is not None and known.state is ProofState.ACCEPTED:
        raise AlreadyProven
    version = known.version + 1 if known else 1
    return PayoutProof(partner_id, rulebook.scheme, rulebook.season, hold.code, state, version)
