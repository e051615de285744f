"""The young people of the story: made-up names, drawn from the seed, each with a part to play."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from anyascii import anyascii

from demo.draws import draw
from specimens import Holder, invented

SCHOOL_DAY = date(2025, 8, 27)
"""The day on which the pupils' ages are drawn; they ask the school for their enrolment that day."""
JOIN_DAY = date(2025, 9, 3)
"""The day on which young people ask to join Culture & Sport."""

CAEN, ROUEN, LE_HAVRE, EVREUX, FLERS, RENNES, PARIS = (
    "14118", "76540", "76351", "27229", "61169", "35238", "75056",
)  # fmt: skip
_NORMAN_COMMUNES = (CAEN, ROUEN, LE_HAVRE, EVREUX, FLERS)
_DAYS_IN_YEAR = 365.2425


@dataclass(frozen=True)
class Schooling:
    """Codes of the vocabulary; `sector` is empty where no rule asks for it."""

    level: str
    track: str
    sector: str = ""


@dataclass(frozen=True)
class Person:
    """A young person as they declare themselves. `commune` and `study_commune` are INSEE codes."""

    slug: str
    surname: str
    given_names: str
    birth_date: date
    sex: str
    commune: str
    study_status: str
    study_commune: str = ""
    schooling: Schooling | None = None

    @property
    def name(self) -> str:
        return f"{self.given_names.split(' ', maxsplit=1)[0]} {self.surname}"

    @property
    def email(self) -> str:
        joined = f"{self.name}.{self.slug}".lower().replace(" ", ".").replace("'", "")
        return f"{anyascii(joined)}@example.org"

    def holder(self, on: date) -> Holder:
        """The person as an identity card issued two years before `on` states them."""
        return Holder(self.surname, self.given_names, self.birth_date, self.sex, on - timedelta(days=730))


@dataclass(frozen=True)
class Pupil(Person):
    """A pupil of the lycée with the parts that the story gives them by their number."""

    number: int = 0

    @property
    def is_lead(self) -> bool:
        """The one whose purchases are told one by one, refusals included."""
        return self.number == 0

    @property
    def under_fifteen(self) -> bool:
        return self.number % 10 == 1

    @property
    def is_rejected(self) -> bool:
        """The school does not know them."""
        return self.number % 13 == 5

    @property
    def card_misspelt(self) -> bool:
        """One letter of the name differs on the card: a person decides."""
        return self.number % 20 == 3

    @property
    def sends_expired_card(self) -> bool:
        """First an expired card, then a good one."""
        return self.number % 20 == 4

    @property
    def sends_another_card(self) -> bool:
        """First somebody else's card, then their own."""
        return self.number % 20 == 2

    @property
    def joins(self) -> bool:
        """Asks for Culture & Sport too."""
        if self.under_fifteen:
            return not self.is_rejected
        return self.number < 4 or self.number % 2 == 0 or self.number % 10 == 5

    @property
    def joins_free(self) -> bool:
        """The Région gives the membership, for a mediation project."""
        return self.number == 5

    @property
    def holds_local_pass(self) -> bool:
        """Lives in Flers and holds the Pass + of its Agglo, which asks whether they are a member."""
        return self.number in (2, 3, 4)

    @property
    def buys_by_voucher(self) -> frozenset[str]:
        """Benefits that this person spends with vouchers only."""
        return _BY_VOUCHER.get(self.number, frozenset())

    @property
    def pays_by_cheque(self) -> bool:
        return self.number % 4 == 2


_BY_VOUCHER = {2: frozenset({"pratique"}), 3: frozenset({"pratique"}), 4: frozenset({"livres"})}
_SCHOOLINGS = (
    Schooling("seconde", "general"),
    Schooling("seconde", "general"),
    Schooling("cap1", "cap"),
    Schooling("premiere", "technological"),
    Schooling("seconde", "vocational"),
    Schooling("terminale", "general"),
    Schooling("terminale", "vocational"),
    Schooling("troisieme_prepa_metiers", "prepa_metiers"),
    Schooling("premiere", "technological", "stav"),
    Schooling("premiere", "general"),
)
_AGES = {
    "seconde": (15, 15), "premiere": (16, 16), "terminale": (17, 17), "cap1": (15, 16),
    "troisieme_prepa_metiers": (15, 15),
}  # fmt: skip


def pupils(count: int, seed: int) -> list[Pupil]:
    """The pupils who sign up, in order; the first six play every part."""
    return [_pupil(number, seed) for number in range(count)]


def _pupil(number: int, seed: int) -> Pupil:
    schooling = _SCHOOLINGS[number % len(_SCHOOLINGS)]
    ages = (14, 14) if number % 10 == 1 else _AGES[schooling.level]
    drawn = _invented(seed, f"pupil {number}", ages)
    commune = draw(seed, "commune", number).choice(_NORMAN_COMMUNES)
    pupil = Pupil(
        f"e{number}", drawn.surname, drawn.given_names, drawn.birth_date, drawn.sex,
        commune, "lyceen", CAEN, schooling, number,
    )  # fmt: skip
    return replace(pupil, commune=FLERS) if pupil.holds_local_pass else pupil


def classmate(number: int, seed: int) -> Person:
    """A pupil who is on the school's list and does not sign up."""
    schooling = _SCHOOLINGS[number % len(_SCHOOLINGS)]
    ages = (14, 14) if number % 17 == 0 else _AGES[schooling.level]
    drawn = _invented(seed, f"classmate {number}", ages)
    return Person(
        f"c{number}", drawn.surname, drawn.given_names, drawn.birth_date, drawn.sex,
        CAEN, "lyceen", CAEN, schooling,
    )  # fmt: skip


def _invented(seed: int, subject: str, ages: tuple[int, int]) -> Holder:
    return invented(draw(seed, subject).randrange(2**31), SCHOOL_DAY, ages=ages)


@dataclass(frozen=True)
class Others:
    """Young people who are no pupils of the lycée; what becomes of each is told in `steps.joining`."""

    student: Person
    apprentice: Person
    eve_of_26: Person
    studies_here: Person
    turns_26: Person
    outsider: Person

    @property
    def with_a_card(self) -> tuple[Person, ...]:
        """Those who may join: the other two are refused whatever their card says."""
        return (self.student, self.apprentice, self.eve_of_26, self.studies_here)

    @property
    def everyone(self) -> tuple[Person, ...]:
        return (*self.with_a_card, self.turns_26, self.outsider)


def others(seed: int) -> Others:
    """Members and refused ones: an age is drawn where no rule hangs on it."""

    def one(slug: str, status: str, commune: str, study_commune: str) -> Person:
        drawn = _invented(seed, slug, (18, 23))
        return Person(
            slug,
            drawn.surname,
            drawn.given_names,
            drawn.birth_date,
            drawn.sex,
            commune,
            status,
            study_commune,
        )

    born = date(JOIN_DAY.year - 26, JOIN_DAY.month, JOIN_DAY.day)
    return Others(
        student=one("student", "etudiant", ROUEN, ROUEN),
        apprentice=one("apprentice", "apprenti", LE_HAVRE, LE_HAVRE),
        eve_of_26=replace(one("eve", "salarie", EVREUX, ""), birth_date=born + timedelta(days=1)),
        studies_here=replace(one("commuter", "etudiant", PARIS, CAEN)),
        turns_26=replace(one("birthday", "salarie", FLERS, ""), birth_date=born),
        outsider=one("outsider", "etudiant", RENNES, RENNES),
    )
