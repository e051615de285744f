"""The young people of the story: made-up names, drawn from the seed, each with a part to play."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from anyascii import anyascii

from demo.draws import draw
from demo.story_values import Part, Refusal, Story
from specimens import Holder, invented


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

    @property
    def joins(self) -> bool:
        """Asks for the scheme that takes a fee."""
        return False

    @property
    def joins_free(self) -> bool:
        """The authority gives the membership, for a mediation project."""
        return False

    @property
    def pays_by_cheque(self) -> bool:
        return False

    def holder(self, on: date) -> Holder:
        """The person as an identity card issued two years before `on` states them."""
        return Holder(self.surname, self.given_names, self.birth_date, self.sex, on - timedelta(days=730))


@dataclass(frozen=True)
class Pupil(Person):
    """A pupil of the school with the parts that the story gives them by their number.

    `buys_by_voucher` are the benefits that this person spends with vouchers only.
    """

    number: int = 0
    buys_by_voucher: frozenset[str] = frozenset()

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
        if self.under_fifteen:
            return not self.is_rejected
        return self.number < 4 or self.number % 2 == 0 or self.number % 10 == 5

    @property
    def joins_free(self) -> bool:
        return self.number == 5

    @property
    def holds_local_pass(self) -> bool:
        """Lives at the neighbour's and holds its pass, for which it asks whether they are a member."""
        return self.number in (2, 3, 4)

    @property
    def pays_by_cheque(self) -> bool:
        return self.number % 4 == 2


@dataclass(frozen=True)
class Other(Person):
    """A young person who is no pupil of the school; `refused` is set for who may not join."""

    pays_by_cheque: bool = False
    refused: Refusal | None = None

    @property
    def joins(self) -> bool:
        return self.refused is None


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
_PUPIL = "lyceen"
_AGES_OF_OTHERS = (18, 23)
_AGES = {
    "seconde": (15, 15), "premiere": (16, 16), "terminale": (17, 17), "cap1": (15, 16),
    "troisieme_prepa_metiers": (15, 15),
}  # fmt: skip


def pupils(story: Story, count: int, seed: int) -> list[Pupil]:
    """The pupils who sign up, in order; the first six play every part."""
    return [_pupil(story, number, seed) for number in range(count)]


def _pupil(story: Story, number: int, seed: int) -> Pupil:
    schooling = _SCHOOLINGS[number % len(_SCHOOLINGS)]
    ages = (14, 14) if number % 10 == 1 else _AGES[schooling.level]
    drawn = _invented(story, seed, f"pupil {number}", ages)
    commune = draw(seed, "commune", number).choice(story.pupils_communes)
    pupil = Pupil(
        f"e{number}", drawn.surname, drawn.given_names, drawn.birth_date, drawn.sex,
        commune, _PUPIL, story.school.commune, schooling, number, story.vouchers.benefits_of(number),
    )  # fmt: skip
    return replace(pupil, commune=story.neighbour_commune) if pupil.holds_local_pass else pupil


def classmate(story: Story, number: int, seed: int) -> Person:
    """A pupil who is on the school's list and does not sign up."""
    schooling = _SCHOOLINGS[number % len(_SCHOOLINGS)]
    ages = (14, 14) if number % 17 == 0 else _AGES[schooling.level]
    drawn = _invented(story, seed, f"classmate {number}", ages)
    return Person(
        f"c{number}", drawn.surname, drawn.given_names, drawn.birth_date, drawn.sex,
        story.school.commune, _PUPIL, story.school.commune, schooling,
    )  # fmt: skip


def _invented(story: Story, seed: int, subject: str, ages: tuple[int, int]) -> Holder:
    """Somebody of that age on the school's day."""
    return invented(draw(seed, subject).randrange(2**31), story.days.school, ages=ages)


def others(story: Story, seed: int) -> list[Other]:
    """Members and refused ones: an age is drawn where no rule hangs on it."""
    return [_other(story, part, seed) for part in story.others]


def _other(story: Story, part: Part, seed: int) -> Other:
    drawn = _invented(story, seed, part.slug, _AGES_OF_OTHERS)
    return Other(
        part.slug, drawn.surname, drawn.given_names, _birth_date(story, part, drawn.birth_date), drawn.sex,
        part.commune, part.study_status, part.study_commune,
        pays_by_cheque=part.pays_by_cheque, refused=part.refused,
    )  # fmt: skip


def _birth_date(story: Story, part: Part, drawn: date) -> date:
    if part.turns is None:
        return drawn
    joining = story.days.joining
    return joining.replace(year=joining.year - part.turns.age) + timedelta(days=part.turns.in_days)
