"""E-mail addresses, in one form each."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from services.identity.domain.refusals import EmailInvalid


class EmailAddresses:
    """Checks the form of addresses; asks no name server. `accept_test_domains`: `.test` passes (demo, tests)."""

    def __init__(self, accept_test_domains: bool) -> None:
        self._accept_test_domains = accept_test_domains

    def normal(self, address: str) -> str:
        """The address as we keep and compare it, in lower case. Raises EmailInvalid."""
        try:
            checked = validate_email(
                address.strip(), check_deliverability=False, test_environment=self._accept_test_domains
            )
        except EmailNotValidError:
            raise EmailInvalid from None
        return checked.normalized.lower()

    def as_typed(self, address: str) -> str:
        """The form to look an address up by; one that is no address is simply unknown."""
        try:
            return self.normal(address)
        except EmailInvalid:
            return address.strip().lower()
