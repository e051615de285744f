"""Bank accounts, documents and delegates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.partner.adapters.registers import StandardRegisters
from services.partner.domain.bank import BankAccount, BankAccounts, IbanState, check_holder
from services.partner.domain.delegates import Delegate, DelegateRole, Delegates
from services.partner.domain.documents import MOST_BYTES, media_type
from services.partner.domain.errors import (
    DelegateUnknown,
    DocumentTooLarge,
    DocumentTypeRefused,
    IbanHolderDiffers,
    IbanInvalid,
    IbanOutsideSepa,
    LastPrincipal,
    PrincipalNeeded,
    ReasonNeeded,
)
from services.partner.domain.organisation import Partner

PRINCIPAL, MANAGER, CASHIER = DelegateRole.PRINCIPAL, DelegateRole.MANAGER, DelegateRole.CASHIER


def account(version: int, state: IbanState) -> BankAccount:
    return BankAccount("p", version, f"FR{version:025d}", "Omnia", state, datetime(2025, 7, 2, tzinfo=UTC))


def delegates(**roles: DelegateRole) -> Delegates:
    return Delegates(tuple(Delegate(name, frozenset({role}), 1) for name, role in roles.items()))


@pytest.mark.parametrize(
    ("states", "shown", "in_use"),
    [
        ([], IbanState.MISSING, None),
        ([IbanState.SUBMITTED], IbanState.SUBMITTED, None),
        ([IbanState.SUBMITTED, IbanState.VERIFIED], IbanState.SUBMITTED, 1),
        ([IbanState.REFUSED, IbanState.VERIFIED], IbanState.VERIFIED, 1),
        ([IbanState.REFUSED], IbanState.REFUSED, None),
        ([IbanState.VERIFIED, IbanState.REPLACED], IbanState.VERIFIED, 2),
    ],
)
def test_a_partner_sees_what_waits_and_is_paid_on_what_was_verified(
    states: list[IbanState], shown: IbanState, in_use: int | None
) -> None:
    versions = range(len(states), 0, -1)
    known = BankAccounts(tuple(account(version, state) for version, state in zip(versions, states, strict=True)))
    assert known.state is shown
    assert (known.in_use.version if known.in_use else None) == in_use
    assert known.next_version == len(states) + 1


def test_a_refused_account_says_why() -> None:
    with pytest.raises(ReasonNeeded):
        account(1, IbanState.SUBMITTED).checked(accept=False, reason="", by="staff")


def test_the_holder_is_the_partner_itself(cinema: Partner) -> None:
    check_holder(cinema, "CINEMA OMNIA")
    check_holder(replace(cinema, public_name="Autre"), "S.A.R.L. Omnia")
    with pytest.raises(IbanHolderDiffers):
        check_holder(cinema, "Omnia")


def test_an_iban_is_kept_without_spaces_when_transfers_reach_it() -> None:
    registers = StandardRegisters()
    assert registers.payable_iban("fr76 3000 1007 9412 3456 7890 185") == "FR7630001007941234567890185"
    for wrong in ("FR7630001007941234567890186", "not an iban", "", "FR76" + "\x00" * 23):
        with pytest.raises(IbanInvalid):
            registers.payable_iban(wrong)
    with pytest.raises(IbanOutsideSepa):
        registers.payable_iban("BR1800360305000010009795493C1")


@pytest.mark.parametrize("siret", ["7328293200007", "732829320000740", "73282932000075", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤", ""])
def test_a_siret_has_fourteen_digits_that_agree(siret: str) -> None:
    assert StandardRegisters().is_siret("73282932000074")
    assert not StandardRegisters().is_siret(siret)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"%PDF-1.7 ", "application/pdf"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png")],
)
def test_a_document_is_what_its_first_bytes_say(content: bytes, kind: str) -> None:
    assert media_type(content) == kind
    with pytest.raises(DocumentTooLarge):
        media_type(content + bytes(MOST_BYTES))


@pytest.mark.parametrize("content", [b"", b"<html>", b"GIF89a", b"PK\x03\x04", b" %PDF-1.7"])
def test_anything_else_is_no_document(content: bytes) -> None:
    with pytest.raises(DocumentTypeRefused):
        media_type(content)


def test_a_partner_keeps_a_principal() -> None:
    known = delegates(anne=PRINCIPAL, marc=MANAGER)
    with pytest.raises(LastPrincipal):
        known.without("anne", by="anne")
    with pytest.raises(LastPrincipal):
        known.with_roles("anne", frozenset({MANAGER}), by="anne")
    two = delegates(anne=PRINCIPAL, zoe=PRINCIPAL)
    assert two.without("anne", by="zoe").roles == frozenset()


def test_a_manager_neither_names_nor_removes_a_principal() -> None:
    known = delegates(anne=PRINCIPAL, zoe=PRINCIPAL, marc=MANAGER)
    with pytest.raises(PrincipalNeeded):
        known.with_roles("marc", frozenset({PRINCIPAL}), by="marc")
    with pytest.raises(PrincipalNeeded):
        known.without("zoe", by="marc")
    assert known.with_roles("new", frozenset({CASHIER}), by="marc").version == 1


def test_each_change_of_a_delegate_has_a_later_version() -> None:
    known = delegates(anne=PRINCIPAL, carl=CASHIER)
    assert known.without("carl", by="anne").version == 2
    assert known.with_roles("carl", frozenset({CASHIER}), by="anne").version == 1
    with pytest.raises(DelegateUnknown):
        known.without("nobody", by="anne")
