"""What a partner says of itself, in the rulebooks' vocabulary of partner facts."""

from __future__ import annotations

from collections.abc import Mapping

from rulebooks.vocabulary import ESTABLISHMENT_KINDS, PARTNER, Fact
from services.partner.domain.errors import DeclarationRefused

Value = bool | int | str

ESTABLISHMENT_KIND = "establishment_kind"
ACTIVITY = "activity"
# Known from the registration itself, or staff's to grant: never declared.
_NOT_DECLARED = frozenset({"partner_kind", "partner_roles", "partner_region", "partner_department", "region_exception"})
_DECLARABLE: Mapping[str, Fact] = {
    **{name: fact for name, fact in PARTNER.items() if name not in _NOT_DECLARED},
    ESTABLISHMENT_KIND: Fact(ESTABLISHMENT_KIND, "", "kind of school", "type d'établissement", ESTABLISHMENT_KINDS),
}


def checked(declared: Mapping[str, Value]) -> dict[str, Value]:
    """The declarations, each of its fact's type and values. Raises DeclarationRefused."""
    for name, value in declared.items():
        fact = _DECLARABLE.get(name)
        if fact is None or fact.complaint(value) or _says_nothing(value):
            raise DeclarationRefused(name)
    return dict(declared)


def _says_nothing(value: Value) -> bool:
    """The vocabulary's own marks of "not known": an empty text, a negative number."""
    return value == "" or (isinstance(value, int) and value < 0)
