"""The ledger's model plays every use case that writes, or says why not."""

from __future__ import annotations

from tests.architecture.use_cases import use_cases, writing_use_cases
from tests.integration.wallet.ledger_model.commands import EXCEPTIONS, PLAYED


def test_every_use_case_that_writes_is_played_against_the_model() -> None:
    """A new one gets a command in `tests/integration/wallet/ledger_model`, or an exception with its reason."""
    assert sorted(writing_use_cases("wallet") - PLAYED - set(EXCEPTIONS)) == []


def test_the_registry_names_what_there_is() -> None:
    """A use case that was renamed is renamed there; what is played is no exception."""
    known = use_cases("wallet")
    assert sorted((PLAYED | set(EXCEPTIONS)) - known) == []
    assert sorted(PLAYED & set(EXCEPTIONS)) == []
    assert all(len(reason) > 20 for reason in EXCEPTIONS.values())


def test_writers_are_told_from_readers() -> None:
    """What moves money is found, also through a queue and a class; what only reads is not."""
    writing = writing_use_cases("wallet")
    assert writing >= {
        "cancellations.cancel_debit",
        "debit_queue.DebitQueue.submit",
        "secret_codes.SecretCodes.choose",
        "closings.detach",
        "crediting.serve_line",
    }
    assert not writing & {"secret_codes.read", "spendable.accesses_of", "transfers.stated", "card_orders.batch_of"}
