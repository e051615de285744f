"""What a guardian's link is good for, and how long a consent lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.identity.domain.guardians import (
    ConsentRequest,
    ConsentState,
    Guardian,
    Quality,
    birthday,
    last_day_of,
)
from services.identity.domain.refusals import ConsentAnswered, ConsentNotGiven, GuardianLinkUnusable, NameUnfit

NOW = datetime(2025, 9, 15, 8, tzinfo=UTC)
MOTHER = Guardian("Ada Fictivel", Quality.MOTHER)
REQUEST = ConsentRequest(
    request_id="r", person_id="p", scheme="s", season="2025-2026", codes=("rollon_guardian",), rulebook_hash="h",
    asked_at=NOW, link_until=NOW + timedelta(days=14), ends_on=date(2026, 6, 30), email="parent@exemple.fr",
)  # fmt: skip


@pytest.mark.parametrize(("consents", "state"), [(True, ConsentState.GIVEN), (False, ConsentState.REFUSED)])
def test_an_answer_keeps_who_and_when_and_lets_the_address_go(consents: bool, state: ConsentState) -> None:
    """Name, quality and instant stay; where the mail went does not."""
    answered = REQUEST.answer(consents, MOTHER, NOW)

    assert (answered.state, answered.guardian, answered.answered_at) == (state, MOTHER, NOW)
    assert answered.email == ""


@pytest.mark.parametrize(
    "state", [ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN, ConsentState.ENDED]
)
def test_a_link_is_good_for_one_answer(state: ConsentState) -> None:
    """Neither the same answer again nor the other one."""
    with pytest.raises(ConsentAnswered):
        replace(REQUEST, state=state, email="").answer(True, MOTHER, NOW)


def test_a_link_is_good_until_its_fourteenth_day_is_over() -> None:
    """A moment before, it is; at that instant, it is not, whether the job has come or not."""
    assert REQUEST.answer(True, MOTHER, REQUEST.link_until - timedelta(seconds=1)).state is ConsentState.GIVEN
    with pytest.raises(GuardianLinkUnusable):
        REQUEST.answer(True, MOTHER, REQUEST.link_until)
    with pytest.raises(GuardianLinkUnusable):
        REQUEST.lapse().answer(True, MOTHER, NOW)


def test_only_what_was_given_is_withdrawn_or_ends() -> None:
    """A refusal, or a consent that was taken back, stays what it is."""
    given = REQUEST.answer(True, MOTHER, NOW)
    refused = REQUEST.answer(False, MOTHER, NOW)

    assert given.withdraw().state is ConsentState.WITHDRAWN
    assert given.end().state is ConsentState.ENDED
    assert (refused.end(), given.withdraw().end(), given.lapse()) == (refused, given.withdraw(), given)
    for each in (REQUEST, refused, given.withdraw(), given.end()):
        with pytest.raises(ConsentNotGiven):
            each.withdraw()


def test_each_step_of_a_request_has_a_later_version() -> None:
    """So that whoever hears of two of them knows which came last."""
    given = REQUEST.answer(True, MOTHER, NOW)
    assert [each.version for each in (REQUEST, given, given.withdraw())] == [1, 2, 3]


@pytest.mark.parametrize("name", ["", "   ", "x" * 200])
def test_a_guardian_says_their_name(name: str) -> None:
    """As a person's own name is held to be one."""
    with pytest.raises(NameUnfit):
        REQUEST.answer(True, Guardian(name, Quality.FATHER), NOW)


@pytest.mark.parametrize(
    ("birth_date", "last_day"),
    [
        (date(2009, 3, 14), date(2026, 6, 30)),
        (date(2008, 3, 14), date(2026, 3, 13)),
        (date(2008, 6, 30), date(2026, 6, 29)),
        (date(2008, 7, 1), date(2026, 6, 30)),
        (date(2008, 2, 29), date(2026, 2, 28)),
    ],
)
def test_a_consent_lasts_to_the_season_s_end_or_the_eve_of_majority(birth_date: date, last_day: date) -> None:
    """Whichever is first; born on 29 February, one comes of age on 1 March."""
    assert last_day_of(date(2026, 6, 30), birth_date) == last_day


def test_a_birthday_of_a_leap_day() -> None:
    """On its own day where there is one."""
    assert (birthday(date(2008, 2, 29), 20), birthday(date(2008, 2, 29), 18)) == (date(2028, 2, 29), date(2026, 3, 1))
