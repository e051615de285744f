"""What partner owns and payouts need: verified bank accounts, and proofs that were accepted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atouts.partner.v1 import organisations_pb2 as pb
from atouts.partner.v1 import proofs_pb2
from schwifty import IBAN

from chassis import logs
from chassis.grpc_client import Peer
from services.payout.domain.bank_account import BankAccount
from services.payout.domain.holds import Proof

_LOOKED_UP_AT_ONCE = 1_000  # partner's own limit
_log = logs.get(__name__)


class PartnerAccounts:
    """Raises Operational when partner is away."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def look_up(self, partner_ids: Sequence[str]) -> Iterator[BankAccount]:
        """The accounts that a transfer can reach; a partner without one is left out."""
        for start in range(0, len(partner_ids), _LOOKED_UP_AT_ONCE):
            request = pb.LookUpBankAccountsRequest(partner_ids=partner_ids[start : start + _LOOKED_UP_AT_ONCE])
            answer = self._peer.call("LookUpBankAccounts", request)
            yield from (_account(found) for found in answer.accounts if _is_payable(found))

    def proofs(self) -> Iterator[Proof]:
        """Every proof that was accepted, page by page."""
        token = ""
        while True:
            request = proofs_pb2.ListPayoutProofsRequest(state=proofs_pb2.PAYOUT_PROOF_STATE_ACCEPTED, page_token=token)
            page = self._peer.call("ListPayoutProofs", request)
            for each in page.proofs:
                yield Proof(each.partner_id, each.scheme, each.season, each.hold_code, each.version)
            token = page.next_page_token
            if not token:
                return


def _is_payable(found: pb.BankAccount) -> bool:
    """Checked again here: the file's writer accepts any text as an IBAN, and the bank refuses the whole file."""
    if IBAN(found.iban, allow_invalid=True).is_valid:
        return True
    _log.error("verified IBAN does not hold", partner_id=found.partner_id, version=found.version)
    return False


def _account(found: pb.BankAccount) -> BankAccount:
    return BankAccount(found.partner_id, IBAN(found.iban).compact, found.holder, found.version)
