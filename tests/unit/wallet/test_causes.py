"""Why a wallet moved, in the holder's words."""

from __future__ import annotations

from services.wallet.domain.ledger import TransferKind
from services.wallet.entrypoints.causes import SENTENCES


def test_each_kind_of_movement_has_its_sentence() -> None:
    """Whatever moves a wallet is explained; a vote moves none."""
    assert set(SENTENCES) == set(TransferKind) - {TransferKind.VOTE}
    assert len(set(SENTENCES.values())) == len(SENTENCES)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
