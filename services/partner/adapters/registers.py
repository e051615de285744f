"""Numbers as their registers define them: SIRET by python-stdnum, IBAN by schwifty."""

from __future__ import annotations

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.fr import siret

from services.partner.domain.errors import IbanInvalid, IbanOutsideSepa


class StandardRegisters:
    """`ports.Registers`, off line: form and check digits, not whether the number is in use."""

    def is_siret(self, value: str) -> bool:
        return value.isascii() and value.isdigit() and bool(siret.is_valid(value))

    def payable_iban(self, value: str) -> str:
        try:
            iban = IBAN(value)
        except SchwiftyException:
            raise IbanInvalid from None
        if not iban.in_sepa_zone:
            raise IbanOutsideSepa
        return str(iban.compact)
