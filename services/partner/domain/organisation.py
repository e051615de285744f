"""The organisation: who it is, where, in which roles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from rulebooks.territory import department_of, is_commune_code, region_of
from services.partner.domain import declarations as declared
from services.partner.domain.declarations import ACTIVITY, ESTABLISHMENT_KIND, Value
from services.partner.domain.errors import (
    AddressRefused,
    DeclarationInUse,
    EstablishmentKindMissing,
    RolesRefused,
    UaiInvalid,
)
from services.partner.domain.texts import public_name

# The check letter of a UAI is its seven digits modulo 23 in this alphabet, which leaves out I, O and Q.
_UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_POSTAL_CODE = re.compile(r"[0-9]{5}")
_UAI = re.compile(r"[0-9]{7}[A-Z]")


class PartnerKind(StrEnum):
    """The legal kind, as the rulebooks' vocabulary writes it."""

    COMPANY = "company"
    ASSOCIATION = "association"
    PUBLIC_BODY = "public_body"


class Role(StrEnum):
    """Kinds of partnership; which of them a scheme has is its rulebook's to say."""

    SERVICE = "service"
    ESTABLISHMENT = "establishment"
    RELAY = "relay"


@dataclass(frozen=True, slots=True)
class Address:
    """`commune` is the INSEE code; `department` and `region` follow from it."""

    street: str
    postal_code: str
    commune: str
    city: str

    @property
    def department(self) -> str:
        return department_of(self.commune)

    @property
    def region(self) -> str:
        return region_of(self.commune)


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation known to one authority. `version` rises with what the directory shows.

    `declarations` are its own words, `staff_facts` those that staff alone may say.

    `published_at`: platform time of the first accreditation; None while it was never listed.
    """

    partner_id: str
    siret: str
    legal_name: str
    public_name: str
    kind: PartnerKind
    address: Address
    declarations: Mapping[str, Value]
    roles: frozenset[Role]
    uai: str
    version: int
    published_at: datetime | None = None
    staff_facts: Mapping[str, Value] = field(default_factory=dict)

    @property
    def establishment_kind(self) -> str:
        """A code of the vocabulary; "" for a partner that is no establishment."""
        return str(self.declarations.get(ESTABLISHMENT_KIND, ""))

    @property
    def activity(self) -> str:
        """What it declares itself to be, a code of the vocabulary; "" when it does not say."""
        return str(self.declarations.get(ACTIVITY, ""))

    @property
    def tags(self) -> tuple[str, ...]:
        """What it listed of itself, for those who decide at the till: `sports/combat`."""
        return declared.tags(self.declarations)

    @property
    def is_public(self) -> bool:
        """Being listed is part of the charter; a name that was listed stays known (règlement 2025-2026, §4.2.2)."""
        return self.published_at is not None

    def facts(self) -> dict[str, object]:
        """What the rulebooks' accreditation conditions are asked about."""
        stated = {name: value for name, value in self.declarations.items() if name != ESTABLISHMENT_KIND}
        return {
            **stated,
            **self.staff_facts,
            "partner_kind": self.kind.value,
            "partner_roles": sorted(self.roles),
            "partner_region": self.address.region,
            "partner_department": self.address.department,
        }

    def recorded(self, name: str, value: Value) -> Partner:
        """With a fact that staff alone may say. Raises DeclarationRefused."""
        return replace(self, staff_facts={**self.staff_facts, name: declared.checked_by_staff(name, value)})

    def redeclared(self, declarations: Mapping[str, Value], in_use: Collection[str]) -> Partner:
        """With other words of its own, but for those `in_use`. Raises DeclarationRefused, DeclarationInUse.

        "No" and nothing said are the same answer.
        """
        anew = declared.checked(declarations)
        for name in sorted(in_use):
            if (anew.get(name) or None) != (self.declarations.get(name) or None):
                raise DeclarationInUse(declared.label_of(name))
        return replace(self, declarations=anew)

    def listed_anew(self, now: datetime) -> Partner:
        """What the directory shows of it has changed."""
        return replace(self, version=self.version + 1, published_at=self.published_at or now)


def registered(draft: Partner) -> Partner:
    """The partner as it is kept, once every rule of registration holds (its SIRET was checked before).

    Raises TextRefused, MarkupInText, FormulaInText, AddressRefused, DeclarationRefused, RolesRefused, UaiInvalid,
    EstablishmentKindMissing.
    """
    partner = replace(
        draft,
        legal_name=public_name(draft.legal_name, "legal_name"),
        public_name=public_name(draft.public_name, "public_name"),
        address=_address(draft.address),
        declarations=declared.checked(draft.declarations),
    )
    _check_establishment(partner)
    return partner


def roles_named(names: Iterable[str]) -> frozenset[Role]:
    """Raises RolesRefused."""
    try:
        roles = frozenset(map(Role, names))
    except ValueError:
        raise RolesRefused from None
    if not roles:
        raise RolesRefused
    return roles


def is_uai(value: str) -> bool:
    """Seven digits and the letter that they give."""
    return bool(_UAI.fullmatch(value)) and _UAI_LETTERS[int(value[:7]) % 23] == value[7]


def _check_establishment(partner: Partner) -> None:
    if Role.ESTABLISHMENT not in partner.roles and not partner.uai:
        return
    if not is_uai(partner.uai):
        raise UaiInvalid
    if not partner.establishment_kind:
        raise EstablishmentKindMissing


def _address(address: Address) -> Address:
    if not _POSTAL_CODE.fullmatch(address.postal_code):
        raise AddressRefused("address.postal_code")
    if not is_commune_code(address.commune) or not address.region:
        raise AddressRefused("address.commune")
    return replace(
        address,
        street=public_name(address.street, "address.street", most=200),
        city=public_name(address.city, "address.city"),
    )
