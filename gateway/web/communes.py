"""A commune as people name it in a form: by its postal code, then by its name in a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from gateway.schemas.fields import Text
from gateway.web.words import Choices
from rulebooks.communes import Commune, by_code, by_postal_code


class PostalCode(Text):
    """A postal code that some commune has; spaces in it do not count."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(20, **rest)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        digits = _digits(super()._deserialize(value, attr, data, **rest))
        if len(digits) != 5 or not (digits.isascii() and digits.isdigit()):
            raise ValidationError("not_a_postal_code")
        if not by_postal_code(digits):
            raise ValidationError("postal_code_unknown")
        return digits


def chosen(postal_code: str, code: str) -> str:
    """The INSEE code of the commune that is meant; empty while none is.

    It is the one picked of those offered, or the only one offered: a commune picked before the postal code was
    changed counts no more.
    """
    offered = [commune.code for commune in _offered(postal_code, code)]
    if code in offered:
        return code
    return offered[0] if len(offered) == 1 else ""


def choices(postal_code: str, code: str) -> Choices:
    """What the list of communes offers, by INSEE code and name."""
    return [(commune.code, commune.name) for commune in _offered(postal_code, code)]


def postal_code_of(code: str) -> str:
    """The commune's postal code; empty when it has several, for which of them is the person's is kept nowhere."""
    commune = by_code(code)
    return commune.postal_codes[0] if commune and len(commune.postal_codes) == 1 else ""


def _offered(postal_code: str, code: str) -> tuple[Commune, ...]:
    """Without a postal code, a commune stays if `postal_code_of` gave none; else its own was wiped out on purpose."""
    if postal_code:
        return by_postal_code(_digits(postal_code))
    declared = by_code(code)
    return (declared,) if declared and len(declared.postal_codes) > 1 else ()


def _digits(postal_code: str) -> str:
    return "".join(postal_code.split())
