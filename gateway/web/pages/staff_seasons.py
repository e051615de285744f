"""Seasons and the versions of their rulebooks: opening one, what each changes, and putting one in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from atouts.wallet.v1 import seasons_pb2 as pb
from starlette.responses import Response

from chassis.clock import PARIS
from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.web.forms import NoFields
from gateway.web.page import STAFF, page
from gateway.web.visit import View, Visit
from rulebooks import Catalogue, RulebookError
from rulebooks.authoring.differences import differences

IN_FORCE, TO_COME, REPLACED, MISSED, PROPOSED = "in_force", "to_come", "replaced", "missed", "proposed"


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version as the page lists it. `changes`: from the version before it, in French sentences."""

    version: pb.SeasonVersion
    state: str
    changes: list[str]


@page(
    "/agents/saisons",
    STAFF,
    done={
        "adoptee": "La version est adoptée : elle comptera à partir de son jour.",
        "ouverte": "La saison est ouverte : ses enveloppes attendent un budget.",
    },
)
async def seasons(visit: Visit) -> View:
    answer = await visit.ask(rpc("wallet", "ListSeasons"), pb.ListSeasonsRequest())
    today = visit.setting.clock.now().astimezone(PARIS).date()
    listed = [(season, lines_of(season, visit.setting.catalogue, today)) for season in answer.seasons]
    return View("agents/saisons.html", {"seasons": listed})


@seasons.act(NoFields, "/agents/saisons/{scheme}/{season}/ouverture")
async def open_season(visit: Visit, _fields: Fields) -> Response:
    """Raises Problem."""
    request = pb.OpenSeasonRequest(scheme=visit.id("scheme"), season=visit.id("season"))
    await visit.ask(rpc("wallet", "OpenSeason"), request)
    return visit.go(seasons.path, done="ouverte")


@seasons.act(NoFields, "/agents/saisons/{scheme}/{season}/versions/{rulebook_hash}")
async def adopt(visit: Visit, _fields: Fields) -> Response:
    """Raises Problem."""
    request = pb.AdoptVersionRequest(
        scheme=visit.id("scheme"), season=visit.id("season"), rulebook_hash=visit.id("rulebook_hash")
    )
    await visit.ask(rpc("wallet", "AdoptVersion"), request)
    return visit.go(seasons.path, done="adoptee")


def lines_of(season: pb.Season, catalogue: Catalogue, today: date) -> list[VersionLine]:
    """First to last."""
    hashes = [version.rulebook_hash for version in season.versions]
    changes = [[], *(changes_between(catalogue, *pair) for pair in pairwise(hashes))]
    return [
        VersionLine(version, state_of(version, season, today), changed)
        for version, changed in zip(season.versions, changes, strict=False)
    ]


def state_of(version: pb.SeasonVersion, season: pb.Season, today: date) -> str:
    """A season's first version is adopted by opening it, the others the day before they count at the latest."""
    to_come = today < date.fromisoformat(version.counts_from)
    if not version.adopted:
        return PROPOSED if to_come and season.open else MISSED
    if version.rulebook_hash == season.rulebook_hash:
        return IN_FORCE
    return TO_COME if to_come else REPLACED


def changes_between(catalogue: Catalogue, earlier_hash: str, later_hash: str) -> list[str]:
    """None where this process does not have both files."""
    try:
        earlier, later = catalogue.document(earlier_hash), catalogue.document(later_hash)
    except RulebookError:
        return []
    return [str(difference) for difference in differences(earlier, later)]
