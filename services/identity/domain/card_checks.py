"""Card checks: a picture waits for a reader, the machine or a person decides, each decision stays on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.identity.domain.documents import DocumentFields, Outcome, Reason, Verdict
from services.identity.domain.refusals import CheckNotForPerson

MOST_ATTEMPTS = 3
_CHECK_CLASSES = 10


class CheckState(StrEnum):
    """Where a check stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PERSON = "person"

    @property
    def is_open(self) -> bool:
        return self in (CheckState.PENDING, CheckState.PERSON)

    @property
    def keeps_image(self) -> bool:
        """A picture lives no longer than the decision needs it."""
        return self.is_open


@dataclass(frozen=True, slots=True)
class CardCheck:
    """One picture of one person. `mark` is the document's keyed hash, `read` what the machine read on it."""

    check_id: str
    person_id: str
    state: CheckState
    submitted_at: datetime
    file_id: str = ""
    attempts: int = 0
    mark: bytes = b""
    read: Mapping[str, str] = field(default_factory=dict)
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """A check that one reader holds for a while (machine time)."""

    authority_id: str
    check_id: str
    lease_id: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision on a check. `codes` are the reader's reasons; `sentence` is what staff wrote."""

    state: CheckState
    codes: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """Code and French sentence of each reason."""
        written = (("decided_by_staff", self.sentence),) if self.sentence else ()
        return (*((code, sentence_of(code)) for code in self.codes), *written)


DOCUMENT_OF_ANOTHER = "document_of_another"
READER_FAILED = "reader_failed"
_OWN_SENTENCES = {
    DOCUMENT_OF_ANOTHER: "Cette pièce d'identité sert déjà à un autre compte. Un agent va vérifier.",
    READER_FAILED: "La lecture automatique n'a pas abouti. Un agent va regarder ta carte ; tu n'as rien à faire.",
}


def sentence_of(code: str) -> str:
    return _OWN_SENTENCES.get(code) or Reason(code).sentence


def ruling_of(verdict: Verdict, document_is_free: bool) -> Ruling:
    """The machine's decision; a document that another account holds goes to a person, never by itself further."""
    if verdict.outcome is Outcome.ACCEPTED and not document_is_free:
        return Ruling(CheckState.PERSON, (DOCUMENT_OF_ANOTHER,))
    return Ruling(CheckState(verdict.outcome.value), tuple(reason.value for reason in verdict.reasons))


def given_up() -> Ruling:
    """A picture that ended its readers several times is not read again: a person looks."""
    return Ruling(CheckState.PERSON, (READER_FAILED,))


def require_for_person(state: CheckState) -> None:
    """Raises CheckNotForPerson."""
    if state is not CheckState.PERSON:
        raise CheckNotForPerson


def document_mark(fields: DocumentFields) -> str:
    """What one document is known by, to be kept only as a keyed hash.

    A check digit cannot tell some characters apart (1 and L, 6 and G): the number counts by the classes that it
    does tell, together with the issuing state and the birth date.
    """
    classes = "".join(str(_class_of(character)) for character in fields.number)
    return "|".join((fields.issuing_state, classes, fields.birth_date.isoformat()))


def plain(fields: DocumentFields) -> dict[str, str]:
    """What was read, for staff to compare; dates in ISO 8601, empty where the zone does not say."""
    return {
        "format": fields.format,
        "surname": fields.surname.text,
        "given_names": fields.given_names.text,
        "birth_date": fields.birth_date.isoformat(),
        "sex": fields.sex,
        "number": fields.number,
        "expiry": fields.expiry.isoformat() if fields.expiry else "",
        "issuing_state": fields.issuing_state,
    }


def _class_of(character: str) -> int:
    """ICAO Doc 9303 part 3 §4.9: 0-9 count as themselves, A is 10 to Z 35, the filler 0; modulo 10."""
    return 0 if character == "<" else int(character, 36) % _CHECK_CLASSES
