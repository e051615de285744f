"""Card checks: pictures wait for a reader, the machine or people decide, each word stays on record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from statistics import median

from services.identity.domain.documents import DocumentFields, Outcome, Reason, Verdict
from services.identity.domain.documents.names import folded
from services.identity.domain.profiles import Profile

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


@dataclass(frozen=True, slots=True)
class CardCheck:
    """One document of one person, on one or two pictures.

    `file_id` is the first side, until the pictures are destroyed; `mark` the document's keyed hash; `read` what the
    machine read (`reading_records`). `proposed_by`: who of the staff waits for a second person to agree.
    """

    check_id: str
    person_id: str
    state: CheckState
    submitted_at: datetime
    file_id: str = ""
    attempts: int = 0
    mark: bytes = b""
    read: Mapping[str, str] = field(default_factory=dict)
    decided_at: datetime | None = None
    proposed_by: str = ""


@dataclass(frozen=True, slots=True)
class CheckPicture:
    """A kept picture of a check. `label` is `side`, or what a cut-out shows; `side` counts from 1."""

    picture_id: str
    side: int
    label: str


WHOLE_SIDE = "side"


@dataclass(frozen=True, slots=True)
class Lease:
    """A check that one reader holds for a while (machine time)."""

    authority_id: str
    check_id: str
    lease_id: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is said of a check. `codes` are the reader's reasons; `sentence` is what staff wrote."""

    state: CheckState
    codes: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """Code and French sentence of each reason."""
        written = (("decided_by_staff", self.sentence),) if self.sentence else ()
        return (*((code, sentence_of(code)) for code in self.codes), *written)


DOCUMENT_OF_ANOTHER = "document_of_another"
PERSON_OF_ANOTHER = "person_of_another"
READER_FAILED = "reader_failed"
_OWN_SENTENCES = {
    DOCUMENT_OF_ANOTHER: "Cette pièce d'identité sert déjà à un autre compte. Un agent va vérifier.",
    PERSON_OF_ANOTHER: (
        "Une personne du même nom, née le même jour, a déjà un compte vérifié. Si c'est toi, reprends ton premier "
        "compte ; sinon un agent va vérifier, tu n'as rien à faire."
    ),
    READER_FAILED: "La lecture automatique n'a pas abouti. Un agent va regarder ta carte ; tu n'as rien à faire.",
}


def sentence_of(code: str) -> str:
    return _OWN_SENTENCES.get(code) or Reason(code).sentence


def ruling_of(verdict: Verdict, taken: tuple[str, ...]) -> Ruling:
    """The machine's decision; what another account holds (`taken`) goes to a person, never by itself further."""
    if verdict.outcome is Outcome.ACCEPTED and taken:
        return Ruling(CheckState.PERSON, taken)
    return Ruling(CheckState(verdict.outcome.value), tuple(reason.value for reason in verdict.reasons))


def given_up() -> Ruling:
    """A picture that ended its readers several times is not read again: a person looks."""
    return Ruling(CheckState.PERSON, (READER_FAILED,))


# One document, one person, one account


@dataclass(frozen=True, slots=True)
class Marks:
    """Keyed hashes of a document (empty where none was read) and of the person who is declared."""

    document: bytes
    person: bytes


def document_mark(fields: DocumentFields) -> str:
    """What one document is known by, to be kept only as a keyed hash.

    A check digit cannot tell some characters apart (1 and L, 6 and G): the number counts by the classes that it
    does tell, together with the issuing state and the birth date.
    """
    classes = "".join(str(_class_of(character)) for character in fields.number)
    return "|".join((fields.issuing_state, classes, fields.birth_date.isoformat()))


def person_mark(profile: Profile) -> str:
    """What one person is known by, to be kept only as a keyed hash.

    The letters of the surname and of all given names without their order, and the birth date: a card is accepted for
    names in another order, or joined otherwise, and these must be the same person here. No zone has a birth place.
    """
    names = (_letters(profile.surname), _letters(profile.all_given_names))
    return "|".join((*names, profile.birth_date.isoformat()))


def _letters(name: str) -> str:
    return "".join(sorted("".join(folded(name))))


def _class_of(character: str) -> int:
    """ICAO Doc 9303 part 3 §4.9: 0-9 count as themselves, A is 10 to Z 35, the filler 0; modulo 10."""
    return 0 if character == "<" else int(character, 36) % _CHECK_CLASSES


# The readers' line


@dataclass(frozen=True, slots=True)
class Place:
    """Where a check stands in the line: how many are `before` it, how many `readers` are at work on some.

    `recent_s`: machine seconds that the latest readings took.
    """

    before: int
    is_being_read: bool
    readers: int
    recent_s: Sequence[float]

    @property
    def expected_s(self) -> int | None:
        """Seconds until this check will have been read; None where nothing was read yet to tell from."""
        if not self.recent_s:
            return None
        rounds = math.ceil((self.before + 1) / max(1, self.readers))
        return math.ceil(rounds * median(self.recent_s))
