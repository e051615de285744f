"""The partners of the story: made-up organisations, with numbers that pass their check digits."""

from __future__ import annotations

from dataclasses import dataclass

from demo.client import Json
from demo.draws import draw
from demo.people import CAEN, FLERS, ROUEN

CULTURE, BOOKS = "culture-sport", "livres-equipement"
SEASON = "2025-2026"
SCHEMES = (CULTURE, BOOKS)
TITLES = {CULTURE: "Culture & Sport", BOOKS: "Livres et équipements"}
ESTABLISHMENT = "establishment"

_UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_RIB_MODULUS, _IBAN_MODULUS = 97, 97


@dataclass(frozen=True)
class Organisation:
    """What a partner declares. `categories` are what it asks to be accredited for, under `scheme`."""

    slug: str
    public_name: str
    legal_name: str
    kind: str
    street: str
    postal_code: str
    commune: str
    city: str
    scheme: str
    categories: tuple[str, ...]
    declarations: Json
    roles: tuple[str, ...] = ("service",)
    uai: str = ""
    gives_iban: bool = True
    delegate_roles: tuple[str, ...] = ("cashier",)

    def siret(self, seed: int) -> str:
        """14 digits; the number of the company and the whole both pass Luhn's check."""
        siren = _luhn(f"{draw(seed, 'siren', self.slug).randrange(10**8):08d}")
        return _luhn(f"{siren}0001")

    def iban(self, seed: int) -> str:
        """A French IBAN with its RIB key."""
        return french_iban(draw(seed, "iban", self.slug).randrange(10**11))

    def registration(self, seed: int) -> Json:
        """The body of its sign-up."""
        body = {
            "siret": self.siret(seed),
            "legal_name": self.legal_name,
            "public_name": self.public_name,
            "kind": self.kind,
            "address": {
                "street": self.street, "postal_code": self.postal_code, "commune": self.commune, "city": self.city,
            },
            "declarations": self.declarations,
            "roles": list(self.roles),
        }  # fmt: skip
        return {**body, "uai": self.uai} if self.uai else body


def _luhn(digits: str) -> str:
    """The digits with the one that makes Luhn's sum a multiple of ten."""
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(reversed(digits))
    )
    return f"{digits}{-total % 10}"


def french_iban(account: int, bank: str = "20041", branch: str = "01005") -> str:
    """`account` of up to eleven digits at a bank and branch of five digits each."""
    key = _RIB_MODULUS - (89 * int(bank) + 15 * int(branch) + 3 * account) % _RIB_MODULUS
    number = f"{bank}{branch}{account:011d}{key:02d}"
    check = 98 - int(f"{number}152700") % _IBAN_MODULUS  # F is 15, R is 27
    return f"FR{check:02d}{number}"


def french_uai(number: int) -> str:
    """Seven digits and the letter that checks them."""
    return f"{number:07d}{_UAI_LETTERS[number % len(_UAI_LETTERS)]}"


CINEMA = Organisation(
    "cinema", "Cinéma Le Lumignon", "SARL Le Lumignon", "company",
    "3 rue des Bobines", "14000", CAEN, "Caen", CULTURE, ("cinema",),
    {"activity": "film_projection", "projection_main_activity": True},
)  # fmt: skip
THEATRE = Organisation(
    "theatre", "Théâtre du Rideau Bleu", "Association Le Rideau Bleu", "association",
    "18 quai des Coulisses", "76000", ROUEN, "Rouen", CULTURE, ("spectacle",),
    {"activity": "performance", "has_show_licence": True},
)  # fmt: skip
SPORTS_CLUB = Organisation(
    "sports-club", "Aviron Club de l’Écluse", "Association Aviron Club de l’Écluse", "association",
    "1 chemin de halage", "14000", CAEN, "Caen", CULTURE, ("pratique",),
    {"activity": "sport", "federation_affiliated": True},
    gives_iban=False,
)  # fmt: skip
BOOKSHOP = Organisation(
    "bookshop", "Librairie La Page cornée", "SAS La Page cornée", "company",
    "27 rue des Relieurs", "14000", CAEN, "Caen", BOOKS, ("livres",),
    {"activity": "bookshop", "book_trade": True},
)  # fmt: skip
WORK_WEAR = Organisation(
    "work-wear", "Atelier Pro Vêtements de travail", "SARL Atelier Pro", "company",
    "Zone artisanale des Établis", "14000", CAEN, "Caen", BOOKS, ("equipement",),
    {"activity": "equipment_trade", "specialised_trade": True},
)  # fmt: skip
FASHION = Organisation(
    "fashion", "Mode et Chiffons", "SARL Mode et Chiffons", "company",
    "5 galerie des Vitrines", "76000", ROUEN, "Rouen", BOOKS, ("equipement",),
    {"activity": "other", "ready_to_wear_main": True},
)  # fmt: skip
LYCEE = Organisation(
    "lycee", "Lycée Jeanne-Maquette", "Lycée polyvalent Jeanne-Maquette", "public_body",
    "40 avenue des Écoliers", "14000", CAEN, "Caen", BOOKS, (ESTABLISHMENT, "livres"),
    {"activity": "school", "establishment_kind": "lycee_public", "sells_books": True},
    roles=("establishment", "service"), uai=french_uai(149876), delegate_roles=("school", "cashier"),
)  # fmt: skip
FLERS_AGGLO = Organisation(
    "flers-agglo", "Flers Agglo", "Communauté d’agglomération Flers Agglo", "public_body",
    "1 place des Maquettes", "61100", FLERS, "Flers", CULTURE, ("dispositif-local",),
    {"activity": "local_authority"},
)  # fmt: skip

SERVICES = (CINEMA, THEATRE, SPORTS_CLUB, BOOKSHOP, WORK_WEAR, FLERS_AGGLO, LYCEE)
"""Those that are accredited and paid; the lycée sells school books beside validating its pupils."""
CAST = (*SERVICES, FASHION)
