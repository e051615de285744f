"""What a rulebook asks of a partner before it pays some categories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulebooks import Hold, Rulebook
from services.partner.domain.documents import Document
from services.partner.domain.errors import (
    AlreadyProven,
    NothingToDeclare,
    ProofNotAsked,
    ProofNotSubmitted,
    ProofOfAnotherKind,
    ReasonNeeded,
)
from services.partner.domain.proofs import PayoutProof, ProofState, declared, hold_asked, submitted

HOLD = Hold("labels", "document", "season", "…", "§1", frozenset({"tools"}), "photo", "Photo", "Je ne vends pas cela.")
IBAN = Hold("no_iban", "iban", "never", "…", "§1")
PHOTO = Document("d", "p", "photo", "photo.png", 1, "f", b"")


@pytest.fixture
def rulebook(books: Rulebook) -> Rulebook:
    return replace(books, holds=(IBAN, HOLD))


def test_only_a_hold_that_a_document_ends_takes_a_proof(rulebook: Rulebook) -> None:
    """An IBAN is verified elsewhere."""
    assert hold_asked(rulebook, "labels") is HOLD
    for code in ("no_iban", "unheard_of"):
        with pytest.raises(ProofNotAsked):
            hold_asked(rulebook, code)


def test_a_document_of_the_kind_that_is_asked_for_waits_for_staff(rulebook: Rulebook) -> None:
    """Another document proves nothing here."""
    proof = submitted(None, rulebook, "p", HOLD, PHOTO)
    assert (proof.state, proof.document_id, proof.version, proof.declared) == (ProofState.SUBMITTED, "d", 1, False)
    with pytest.raises(ProofOfAnotherKind):
        submitted(None, rulebook, "p", HOLD, replace(PHOTO, kind="rib"))


def test_a_declaration_counts_once_it_is_recorded_where_the_rulebook_allows_one(rulebook: Rulebook) -> None:
    """Nobody decides on it."""
    proof = declared(None, rulebook, "p", HOLD)
    assert (proof.state, proof.declared) == (ProofState.ACCEPTED, True)
    with pytest.raises(NothingToDeclare):
        declared(None, rulebook, "p", replace(HOLD, declaration=""))


def test_a_refused_proof_has_a_reason_and_may_be_sent_again(rulebook: Rulebook) -> None:
    """With a version above, so that the last one counts."""
    waiting = submitted(None, rulebook, "p", HOLD, PHOTO)
    with pytest.raises(ReasonNeeded):
        waiting.decided(False, "")
    refused = waiting.decided(False, "Photo illisible.")
    assert (refused.state, refused.reason, refused.version) == (ProofState.REFUSED, "Photo illisible.", 2)
    assert submitted(refused, rulebook, "p", HOLD, PHOTO).version == 3


def test_an_accepted_proof_stays(rulebook: Rulebook) -> None:
    """Accepted twice is accepted; it is neither refused nor sent again."""
    accepted = submitted(None, rulebook, "p", HOLD, PHOTO).decided(True, "")
    assert accepted.decided(True, "") == accepted
    with pytest.raises(ProofNotSubmitted):
        accepted.decided(False, "Non.")
    with pytest.raises(AlreadyProven):
        declared(accepted, rulebook, "p", HOLD)


def test_a_refused_proof_is_not_decided_again(rulebook: Rulebook) -> None:
    """The partner sends another one first."""
    refused = PayoutProof("p", "s", "2025-2026", "labels", ProofState.REFUSED, 2, "d", "Illisible.")
    with pytest.raises(ProofNotSubmitted):
        refused.decided(True, "")
