"""What is said of a partner, in the rulebooks' vocabulary of partner facts: by itself, or by staff."""

from __future__ import annotations

from collections.abc import Mapping

from rulebooks.vocabulary import ESTABLISHMENT_KINDS, PARTNER, Fact
from services.partner.domain.errors import DeclarationRefused

Value = bool | int | str | list[str]

ESTABLISHMENT_KIND = "establishment_kind"
ACTIVITY = "activity"
MOST_LISTED = 50


def _told_by(who: str) -> dict[str, Fact]:
    return {name: fact for name, fact in PARTNER.items() if fact.told_by == who}


_DECLARABLE: Mapping[str, Fact] = {
    **_told_by("person"),
    ESTABLISHMENT_KIND: Fact(ESTABLISHMENT_KIND, "", "kind of school", "type d'établissement", ESTABLISHMENT_KINDS),
}
_STAFFS: Mapping[str, Fact] = _told_by("staff")


def is_declarable(name: str) -> bool:
    """Whether it is the partner's own to say."""
    return name in _DECLARABLE


def label_of(name: str) -> str:
    """As a French reader knows it."""
    return _DECLARABLE[name].label


def lists() -> frozenset[str]:
    """Those that go with an accreditation as tags."""
    return frozenset(name for name, fact in _DECLARABLE.items() if fact.type is list)


def checked(declared: Mapping[str, Value]) -> dict[str, Value]:
    """A partner's declarations, each of its fact's type and values. Raises DeclarationRefused."""
    return {name: _checked(_DECLARABLE, name, value) for name, value in declared.items()}


def checked_by_staff(name: str, value: Value) -> Value:
    """A fact that staff alone may say. Raises DeclarationRefused."""
    return _checked(_STAFFS, name, value)


def tags(declared: Mapping[str, Value]) -> tuple[str, ...]:
    """The lists that were declared, one text a value: `sports/combat`."""
    return tuple(
        f"{name}/{each}" for name, values in sorted(declared.items()) if isinstance(values, list) for each in values
    )


def _checked(sayable: Mapping[str, Fact], name: str, value: Value) -> Value:
    fact = sayable.get(name)
    plain = sorted(set(value)) if isinstance(value, list) else value
    if fact is None or fact.complaint(plain) or _says_nothing(plain):
        raise DeclarationRefused(name)
    return plain


def _says_nothing(value: Value) -> bool:
    """The vocabulary's own marks of "not known": an empty text, a negative number; in a list, what is no code."""
    if isinstance(value, list):
        return len(value) > MOST_LISTED or not all(_is_code(each) for each in value)
    return value == "" or (isinstance(value, int) and value < 0)


def _is_code(text: str) -> bool:
    return 0 < len(text) <= 64 and all(character in "abcdefghijklmnopqrstuvwxyz0123456789_-" for character in text)
