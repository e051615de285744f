"""Staff's page of seasons: versions, what each changes, adopting one."""

from __future__ import annotations

import pytest
from atouts.wallet.v1 import seasons_pb2 as pb

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_FIRST, _NEXT = "a" * 64, "b" * 64
_SEASON = pb.Season(
    scheme="culture-sport", season="2025-2026", title="Culture & Sport", rulebook_hash=_FIRST,
    starts_on="2025-07-01", ends_on="2026-06-30", open=True,
    versions=[
        pb.SeasonVersion(rulebook_hash=_FIRST, counts_from="2025-07-01", adopted=True),
        # A day that never comes while these tests are read.
        pb.SeasonVersion(rulebook_hash=_NEXT, counts_from="2999-01-01", applies_to_members=True),
    ],
)  # fmt: skip
_ADOPT = f"/agents/saisons/culture-sport/2025-2026/versions/{_NEXT}"


@pytest.fixture
def staff(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.STAFF)
    services.answers["ListSeasons"] = pb.ListSeasonsResponse(seasons=[_SEASON])
    return browser


def test_versions_are_listed_with_what_they_are(staff: Browser) -> None:
    """The one in force, and the one that waits, with its button."""
    page = staff.get("/agents/saisons").text
    for words in ("En vigueur", "À adopter", "Version du 1er janvier 2999", "S’applique aussi aux membres", _ADOPT):
        assert words in page
    assert f"versions/{_FIRST}" not in page


def test_adopting_a_version_names_it_by_its_content(staff: Browser, services: FakeServices) -> None:
    """What staff read is what is put in force: the hash goes with the button."""
    assert staff.post(_ADOPT).headers["location"] == "/agents/saisons?fait=adoptee"
    sent = services.last.request
    assert (services.last.rpc, sent.scheme, sent.season, sent.rulebook_hash) == (
        "AdoptVersion", "culture-sport", "2025-2026", _NEXT,
    )  # fmt: skip


def test_who_may_not_adopt_reads_why(staff: Browser, services: FakeServices) -> None:
    """The wallet decides; the page comes back with its sentence."""
    services.answers["AdoptVersion"] = Answer(Status.PERMISSION_DENIED, "not_allowed", "Pas ce rôle.", "No.")
    refused = staff.post(_ADOPT)
    assert (refused.status_code, "Pas ce rôle." in refused.text) == (403, True)


def test_a_season_to_open_has_nothing_to_adopt(staff: Browser, services: FakeServices) -> None:
    """Opening a season adopts its first version."""
    closed = pb.Season()
    closed.CopyFrom(_SEASON)
    closed.open = False
    closed.versions[0].adopted = False
    services.answers["ListSeasons"] = pb.ListSeasonsResponse(seasons=[closed])
    page = staff.get("/agents/saisons").text
    assert "À ouvrir" in page
    assert "/versions/" not in page


def test_a_season_is_opened_by_administration(browser: Browser, services: FakeServices) -> None:
    """The button is there for a season that is not open, and for nobody else."""
    closed = pb.Season()
    closed.CopyFrom(_SEASON)
    closed.open = False
    services.answers["ListSeasons"] = pb.ListSeasonsResponse(seasons=[closed])
    path = "/agents/saisons/culture-sport/2025-2026/ouverture"
    browser.sign_in(AccountKind.STAFF, roles=("payments",))
    assert path not in browser.get("/agents/saisons").text
    browser.sign_in(AccountKind.STAFF, roles=("administration",))
    assert path in browser.get("/agents/saisons").text
    assert browser.post(path).headers["location"] == "/agents/saisons?fait=ouverte"
    sent = services.last.request
    assert (services.last.rpc, sent.scheme, sent.season) == ("OpenSeason", "culture-sport", "2025-2026")
