"""Links and recovery codes, without any server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.identity.domain.mail_links import LinkPurpose, MailLink
from services.identity.domain.recovery_codes import fresh_codes, is_factor_code, normal_code
from services.identity.domain.refusals import LinkUnusable

NOW = datetime(2025, 9, 1, 8, tzinfo=UTC)


def link(purpose: LinkPurpose, *, is_ended: bool = False) -> MailLink:
    return MailLink("link", "account", purpose, NOW + purpose.life, is_ended=is_ended)


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_link_is_good_until_its_last_moment_and_for_its_purpose_alone(purpose: LinkPurpose) -> None:
    good = link(purpose)
    good.follow(frozenset({purpose}), good.expires_at - timedelta(microseconds=1))
    for refused, purposes, at in (
        (good, {purpose}, good.expires_at),
        (good, set(LinkPurpose) - {purpose}, NOW),
        (link(purpose, is_ended=True), {purpose}, NOW),
    ):
        with pytest.raises(LinkUnusable):
            refused.follow(frozenset(purposes), at)


def test_what_gives_an_account_away_is_short_lived_and_what_gives_it_back_is_not() -> None:
    lives = {purpose: purpose.life for purpose in LinkPurpose}
    assert lives[LinkPurpose.RECOVER] == lives[LinkPurpose.CHANGE] == timedelta(hours=1)
    assert lives[LinkPurpose.UNDO] == lives[LinkPurpose.CONFIRM] == timedelta(days=7)


def test_recovery_codes_are_many_distinct_and_read_however_they_are_typed() -> None:
    codes = fresh_codes()
    assert len(set(codes)) == 10
    for code in codes:
        assert {normal_code(typed) for typed in (code, code.upper(), f" {code.replace('-', ' ')} ")} == {code}
        assert not is_factor_code(code)


@pytest.mark.parametrize("typed", ["", "123456", "abcde", "abcde-fghjk-m", "①②③④⑤⑥"])
def test_what_is_no_recovery_code_is_none(typed: str) -> None:
    assert normal_code(typed) == ""
