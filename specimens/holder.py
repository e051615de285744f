"""Made-up holders of specimens: nobody bears these surnames."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

SURNAMES = (
    "Dupecimen", "Labulle", "Échantillon", "Fictiveau", "De La Maquette", "Gabarit", "Leprototype",
    "D'Exemple", "Brouillon-Lecroquis", "Imaginon", "Fauxmont", "Trucmuche", "Dupantin", "Bidulot",
    "Chiméron", "Nullepart", "Vraisemblon", "Pseudonymeau", "Factice-Lemodèle", "Inventurier",
)  # fmt: skip
GIVEN_NAMES_F = (
    "Éléonore",
    "Zoé",
    "Inès",
    "Camille",
    "Maëlys",
    "Anne-Lise",
    "Jeanne",
    "Lou",
    "Wendy",
    "Océane",
)
GIVEN_NAMES_M = ("Théo", "Jean-Noël", "Hugo", "Maël", "Adam", "Loïc", "Gaël", "Youri", "Félix", "Marin")
LAST_ISSUED = {"fr_card_2x36": date(2021, 7, 31)}
"""By format: the card of 2021 then replaced it."""

_DAYS_IN_YEAR = 365.2425


@dataclass(frozen=True)
class Holder:
    """What a specimen says of its holder, in the spelling of the civil registry.

    `sex` is F or M. `expires_on` is printed by TD1 and TD3; ten years after issue when not given.
    """

    surname: str
    given_names: str
    birth_date: date
    sex: str
    issued_on: date
    expires_on: date | None = None

    @property
    def last_day(self) -> date:
        """The printed last day of validity."""
        return self.expires_on or _ten_years_after(self.issued_on)


def invented(seed: int, on: date, *, ages: tuple[int, int] = (14, 25), issued_before: date | None = None) -> Holder:
    """Return a made-up holder of an age within `ages` on the day `on`.

    The card was issued within the four years before `issued_before` (before `on` when not given).
    """
    draw = random.Random(f"holder {seed}")  # noqa: S311 - a repeatable draw, not a secret
    sex = draw.choice("FM")
    pool = GIVEN_NAMES_F if sex == "F" else GIVEN_NAMES_M
    age_days = draw.uniform(ages[0], ages[1] + 0.99) * _DAYS_IN_YEAR
    return Holder(
        surname=draw.choice(SURNAMES),
        given_names=" ".join(draw.sample(pool, draw.choice((1, 1, 2, 3)))),
        birth_date=on - timedelta(days=round(age_days)),
        sex=sex,
        issued_on=(issued_before or on) - timedelta(days=draw.randrange(40, 4 * 365)),
    )


def _ten_years_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 10) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(day.year + 10, 2, 28)
