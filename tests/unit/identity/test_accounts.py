"""Passwords, roles, lock-out and sessions, without any server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.identity.domain.accounts import (
    Account,
    AccountKind,
    Invitation,
    SecondFactor,
    fit_first_roles,
    fit_password,
    fit_roles,
    require_open_kind,
)
from services.identity.domain.refusals import (
    AccountLocked,
    InvitationUnusable,
    KindNotOpen,
    PasswordGuessable,
    PasswordLengthUnfit,
    RefreshTokenReused,
    RolesMissing,
    RoleUnknown,
    SessionEnded,
)
from services.identity.domain.sessions import Failures, Session, require_refreshable, session_end

NOW = datetime(2025, 9, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("password", ["a" * 11 + "b", "ab" * 64, "Ŝtormo kaj pluvo", "🐈 et 🐕 font ami"])
def test_twelve_to_128_characters_of_any_kind_make_a_password(password: str) -> None:
    assert fit_password(password, "lou@exemple.fr")


@pytest.mark.parametrize("password", ["", "elevenchars", "ab" * 64 + "c"])
def test_shorter_and_longer_passwords_are_refused(password: str) -> None:
    with pytest.raises(PasswordLengthUnfit):
        fit_password(password, "lou@exemple.fr")


@pytest.mark.parametrize("password", ["a" * 12, "LOU.labulle@exemple.fr"])
def test_one_character_or_the_address_is_too_easy_to_guess(password: str) -> None:
    with pytest.raises(PasswordGuessable):
        fit_password(password, "lou.labulle@exemple.fr")


def test_one_password_typed_on_two_keyboards_is_the_same() -> None:
    composed, decomposed = "éléphant rose", "e\u0301le\u0301phant rose"

    assert fit_password(composed, "") == fit_password(decomposed, "")


def test_staff_do_not_open_accounts_by_themselves() -> None:
    assert require_open_kind(AccountKind.PARTNER) is AccountKind.PARTNER
    with pytest.raises(KindNotOpen):
        require_open_kind(AccountKind.STAFF)


def test_roles_are_those_of_staff_and_an_invitation_has_one_at_least() -> None:
    assert fit_roles(["audit", "audit"]) == {"audit"}
    assert fit_roles([]) == frozenset()
    with pytest.raises(RoleUnknown):
        fit_roles(["audit", "cashier"])
    with pytest.raises(RolesMissing):
        fit_first_roles([])


@pytest.mark.parametrize(
    ("factor", "again"), [(None, True), (SecondFactor("S"), True), (SecondFactor("S", last_step=1), False)]
)
def test_staff_may_be_invited_again_until_they_have_signed_in(factor: SecondFactor | None, again: bool) -> None:
    assert Account("1", AccountKind.STAFF, "a@b.fr", "hash", factor).may_be_invited_again is again
    assert not Account("1", AccountKind.YOUNG, "a@b.fr", "hash").may_be_invited_again


@pytest.mark.parametrize(("is_used", "late"), [(True, False), (False, True)])
def test_an_invitation_that_was_used_or_has_expired_is_not_accepted(is_used: bool, late: bool) -> None:
    invitation = Invitation("1", NOW + timedelta(days=7), is_used)

    with pytest.raises(InvitationUnusable):
        invitation.accept(NOW + timedelta(days=7) if late else NOW)


def test_the_tenth_failure_in_a_row_locks_for_fifteen_minutes_to_the_second() -> None:
    failures = Failures()
    for _ in range(10):
        failures.require_unlocked(NOW)
        failures = failures.one_more(NOW)

    with pytest.raises(AccountLocked) as locked:
        failures.require_unlocked(NOW + timedelta(minutes=14, seconds=59))
    assert locked.value.minutes == 1
    failures.require_unlocked(NOW + timedelta(minutes=15))
    assert failures.count == 0


def test_failures_of_another_day_are_forgotten() -> None:
    nine = Failures(9, NOW)

    assert nine.one_more(NOW + timedelta(days=1)).locked_until is not None
    assert nine.one_more(NOW + timedelta(days=1, seconds=1)).count == 1


@pytest.mark.parametrize(
    ("revoked", "used", "offset", "refusal"),
    [
        (True, False, 0, SessionEnded),
        (True, True, 0, SessionEnded),
        (False, False, 60, SessionEnded),
        (False, True, 0, RefreshTokenReused),
    ],
)
def test_a_session_goes_on_only_with_a_fresh_token_while_it_lasts(
    revoked: bool, used: bool, offset: int, refusal: type[Exception]
) -> None:
    session = Session("s", "a", False, NOW + timedelta(seconds=60), revoked)

    with pytest.raises(refusal):
        require_refreshable(session, used, NOW + timedelta(seconds=offset))


def test_staff_prove_their_second_factor_each_day() -> None:
    assert session_end(AccountKind.STAFF, NOW) == NOW + timedelta(hours=12)
    assert session_end(AccountKind.YOUNG, NOW) == NOW + timedelta(days=30)
