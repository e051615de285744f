"""What the use cases need of the world: kept by the store and the adapters, given by the composition root.

Every method works under the authority of `work`. Nothing commits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from chassis.files import Files
from chassis.work import Work
from rulebooks import Catalogue
from services.partner.domain.accreditation import Accreditation
from services.partner.domain.bank import BankAccount, BankAccounts
from services.partner.domain.delegates import Delegate, Delegates
from services.partner.domain.documents import Document
from services.partner.domain.organisation import Partner
from services.partner.domain.proofs import PayoutProof, ProofPlace


class Partners(Protocol):
    """Organisations. The row of a partner is the lock of all that is its own."""

    def add(self, work: Work, partner: Partner) -> None:
        """Raises SiretTaken."""

    def get(self, work: Work, partner_id: str) -> Partner:
        """Raises PartnerUnknown."""

    def lock(self, work: Work, partner_id: str) -> Partner:
        """The same, held until the work ends. Raises PartnerUnknown."""

    def many(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, Partner]:
        """Those that exist, by id."""

    def save_listing(self, work: Work, partner: Partner) -> None:
        """Keep its version and when it was first listed."""

    def save_declarations(self, work: Work, partner: Partner) -> None:
        """Keep what it says of itself."""

    def save_staff_facts(self, work: Work, partner: Partner) -> None:
        """Keep what staff recorded of it."""


class Documents(Protocol):
    """What partners sent; contents are in `Files`."""

    def add(self, work: Work, document: Document) -> None: ...

    def same(self, work: Work, partner_id: str, kind: str, fingerprint: bytes) -> Document | None:
        """The document that these bytes were sent as before."""

    def get(self, work: Work, partner_id: str, document_id: str) -> Document:
        """Raises DocumentUnknown."""

    def of_partners(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, tuple[Document, ...]]:
        """By partner, oldest first; every id asked for is there."""


class Proofs(Protocol):
    """What partners sent, or declared, so that they are paid."""

    def find(self, work: Work, place: ProofPlace) -> PayoutProof | None: ...

    def save(self, work: Work, proof: PayoutProof) -> None:
        """Keep it as it stands now; one a partner, scheme, season and hold."""

    def of_partners(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, tuple[PayoutProof, ...]]:
        """By partner, in the order of their holds; every id asked for is there."""


class Charters(Protocol):
    """Signatures, kept with version, time and account."""

    def sign(self, work: Work, partner_id: str, scheme: str, season: str, version: str) -> None:
        """Signing the same version again changes nothing."""

    def of_partners(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, frozenset[tuple[str, str]]]:
        """(scheme, charter version) signed, by partner; every id asked for is there."""


class Accounts(Protocol):
    """Bank accounts, sealed."""

    def of_partners(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, BankAccounts]:
        """By partner; every id asked for is there."""

    def waiting(self, work: Work, page_token: str) -> tuple[list[BankAccount], str]:
        """Those that wait for a check, the oldest first, and the next page's token. Raises Malformed."""

    def add(self, work: Work, account: BankAccount) -> None: ...

    def save(self, work: Work, account: BankAccount) -> None:
        """Keep its state and decision; the number never changes."""


class Accreditations(Protocol):
    """Accreditations and applications."""

    def add(self, work: Work, accreditation: Accreditation) -> None:
        """Raises AlreadyApplied."""

    def get(self, work: Work, accreditation_id: str) -> Accreditation:
        """Raises AccreditationUnknown."""

    def save(self, work: Work, accreditation: Accreditation) -> None: ...

    def last_version(self, work: Work, partner_id: str, scheme: str, category: str) -> int:
        """Of every application for this category; 0 when there was none."""

    def of_partners(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, tuple[Accreditation, ...]]:
        """By partner, oldest first; every id asked for is there."""


class DelegateRows(Protocol):
    """Who acts for a partner."""

    def of_partner(self, work: Work, partner_id: str) -> Delegates: ...

    def save(self, work: Work, partner_id: str, delegate: Delegate) -> None: ...


class Establishments(Protocol):
    """Who validates the pupils of which establishment."""

    def register(self, work: Work, partner: Partner) -> int:
        """The establishment's new version. Raises UaiTaken."""


class Registers(Protocol):
    """Numbers that national and international registers define."""

    def is_siret(self, value: str) -> bool:
        """Fourteen digits with their check digits."""

    def payable_iban(self, value: str) -> str:
        """Without spaces, in capitals. Raises IbanInvalid, IbanOutsideSepa."""


class Tills(Protocol):
    """Where debits are decided: the wallet."""

    def stop(self, authority_id: str, accreditation: Accreditation) -> None:
        """Returns once no debit of this category passes any more. Raises Operational."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All of them."""

    partners: Partners
    documents: Documents
    charters: Charters
    accounts: Accounts
    accreditations: Accreditations
    delegates: DelegateRows
    establishments: Establishments
    proofs: Proofs
    registers: Registers
    files: Files
    tills: Tills
    catalogue: Catalogue
