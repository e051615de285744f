"""Seals: codes printed on a document, signed by who issued it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from services.identity.domain.documents.comparison import Likeness, likeness_of_names
from services.identity.domain.documents.fields import DocumentFields


class SealKind(Enum):
    """The scheme of a seal."""

    TWO_D_DOC = "2d_doc"  # ANTS, "Spécifications techniques des codes à barres 2D-Doc"
    CARD_SEAL = "card_seal"  # the French identity card since 2021


class SealStatus(Enum):
    """What a seal is worth; only a verified one says something about the document."""

    VERIFIED = "verified"
    NOT_VERIFIED = "not_verified"
    INVALID = "invalid"


class SealFinding(Enum):
    """Why a seal has its status: a stable code each."""

    SIGNATURE_HOLDS = "signature_holds"
    SIGNATURE_WRONG = "signature_wrong"
    CERTIFICATE_UNKNOWN = "certificate_unknown"
    CERTIFICATE_OUT_OF_DATE = "certificate_out_of_date"
    MALFORMED = "malformed"
    SCHEME_NOT_CONFIGURED = "scheme_not_configured"

    @property
    def status(self) -> SealStatus:
        """What this finding makes of the seal."""
        return _STATUSES.get(self, SealStatus.NOT_VERIFIED)

    @property
    def sentence(self) -> str:
        """The French sentence for a member of staff."""
        return _SENTENCES[self]


_STATUSES = {
    SealFinding.SIGNATURE_HOLDS: SealStatus.VERIFIED,
    SealFinding.SIGNATURE_WRONG: SealStatus.INVALID,
    SealFinding.MALFORMED: SealStatus.INVALID,
}
_SENTENCES = {
    SealFinding.SIGNATURE_HOLDS: "La signature du code est juste : ce qu'il dit vient bien de l'émetteur.",
    SealFinding.SIGNATURE_WRONG: "La signature du code est fausse : ce document a été modifié ou imité.",
    SealFinding.CERTIFICATE_UNKNOWN: (
        "Le certificat de l'émetteur n'est pas connu ici : le code est lu, rien n'est vérifié."
    ),
    SealFinding.CERTIFICATE_OUT_OF_DATE: (
        "Le certificat de l'émetteur n'était pas valable le jour de la signature : le code ne prouve rien."
    ),
    SealFinding.MALFORMED: "Le code ressemble à un 2D-Doc, mais son contenu n'en suit pas le format.",
    SealFinding.SCHEME_NOT_CONFIGURED: (
        "Le cachet de la carte est lu mais pas vérifié : son schéma et ses certificats ne sont pas configurés."
    ),
}


@dataclass(frozen=True)
class SealedHolder:
    """The person that a seal names; what it does not say is empty or None."""

    surname: str = ""
    given_names: str = ""
    birth_date: date | None = None

    def is_holder_of(self, fields: DocumentFields) -> bool:
        """Tell whether nothing said here differs from the document."""
        pairs = ((self.surname, fields.surname), (self.given_names, fields.given_names))
        are_names_same = all(not said or likeness_of_names(said, read) is Likeness.SAME for said, read in pairs)
        return are_names_same and self.birth_date in (None, fields.birth_date)


@dataclass(frozen=True)
class Seal:
    """A seal that was seen: what it says (label → value, in French, for staff), and what that is worth.

    `holder` is what a seal of a known document type says of the person; None when it says nothing of them.
    """

    kind: SealKind
    finding: SealFinding
    says: Mapping[str, str] = field(default_factory=dict)
    holder: SealedHolder | None = None

    @property
    def status(self) -> SealStatus:
        """What the seal is worth."""
        return self.finding.status

    def contradicts(self, fields: DocumentFields) -> bool:
        """Tell whether a seal that is verified names somebody else."""
        if self.status is not SealStatus.VERIFIED or self.holder is None:
            return False
        return not self.holder.is_holder_of(fields)
