"""The partners of the story: made-up organisations, with numbers that pass their check digits."""

from __future__ import annotations

from dataclasses import dataclass

from demo.client import Json
from demo.draws import draw

_ESTABLISHMENT = "establishment"
_RIB_MODULUS, _IBAN_MODULUS = 97, 97


@dataclass(frozen=True)
class Organisation:
    """What a partner declares. `categories` are what it asks to be accredited for, under `scheme`.

    `is_refused` is one that fails a condition, `gives_iban` is false for one that gives its IBAN later.
    """

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
    is_refused: bool = False

    @property
    def validates_pupils(self) -> bool:
        return _ESTABLISHMENT in self.roles

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
