"""ID cards that the machine could not decide: the picture, what was read, what was declared."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from atouts.identity.v1 import cards_pb2 as pb
from starlette.responses import Response

from gateway import answers
from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.schemas.fields import Text
from gateway.web import french
from gateway.web.forms import FormSchema
from gateway.web.page import STAFF, page
from gateway.web.pages.staff_decisions import DecisionForm, is_accepted, reason_of
from gateway.web.pages.staff_queues import Queue, decided_elsewhere
from gateway.web.visit import View, Visit

QUEUE = Queue(
    lambda: rpc("identity", "ListCardChecks"), lambda token: pb.ListCardChecksRequest(page_token=token), "reviews"
)
_LIST = "/agents/pieces"
_DECIDED = {
    "accepte": "La pièce est acceptée.",
    "refuse": "La pièce est refusée : la personne lit le motif et peut en envoyer une autre.",
}
_COMPARED = (("surname", "Nom"), ("given_names", "Prénoms"), ("birth_date", "Date de naissance"))
_ONLY_READ = (("expiry", "Valable jusqu’au"), ("sex", "Sexe"), ("issuing_state", "État"), ("format", "Document"))
_DAYS = ("birth_date", "expiry")


class ListQuery(FormSchema):
    page_token = Text(500)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line: what the person declared beside what the card says, in parts; a part that differs is marked."""

    label: str
    declared: str
    read: tuple[tuple[str, bool], ...]
    differs: bool


@page(_LIST, STAFF, done=_DECIDED)
async def cards(visit: Visit) -> View:
    """Oldest first."""
    reviews, more = await QUEUE.page(visit, visit.query(ListQuery).get("page_token", ""))
    return View("agents/pieces.html", {"reviews": reviews, "next": more})


@page(_LIST + "/{check_id}", STAFF, done=_DECIDED)
async def card(visit: Visit) -> View:
    review = await _review(visit)
    values = {
        "review": review,
        "lines": [
            compare(label, review.declared.get(name, ""), review.read.get(name, ""), name) for name, label in _COMPARED
        ],
        "only_read": [(label, _shown(name, review.read[name])) for name, label in _ONLY_READ if review.read.get(name)],
    }
    return View("agents/piece.html", values)


@card.act(DecisionForm)
async def decide(visit: Visit, fields: Fields) -> Response:
    """Then the next in the queue."""
    accepted = is_accepted(fields)
    request = pb.DecideCardCheckRequest(check_id=visit.id("check_id"), accept=accepted, reason=reason_of(fields))
    await visit.ask(rpc("identity", "DecideCardCheck"), request)
    reviews, _ = await QUEUE.page(visit)
    done = "accepte" if accepted else "refuse"
    return visit.go(f"{_LIST}/{reviews[0].check.check_id}" if reviews else _LIST, done=done)


@page(_LIST + "/{check_id}/image", STAFF)
async def picture(visit: Visit) -> Response:
    """As a file to keep: shown within the page, it can do nothing; opened by itself, it is downloaded.

    Small enough for the page, or whole (`?entiere=1`) for who must look closer.
    """
    whole = visit.request.query_params.get("entiere") == "1"
    size = pb.CARD_IMAGE_SIZE_WHOLE if whole else pb.CARD_IMAGE_SIZE_PREVIEW
    request = pb.GetCardImageRequest(check_id=visit.id("check_id"), size=size)
    found = await visit.ask(rpc("identity", "GetCardImage", SLOW_S), request)
    return answers.File("image", ".media_type", "piece").render(found)


def compare(label: str, declared: str, read: str, name: str = "") -> Comparison:
    """Case, accents and what separates names do not count: the machine-readable zone has none of them."""
    wanted, found = _letters(declared), _letters(read)
    if wanted == found:
        return Comparison(label, _shown(name, declared), ((_shown(name, read), False),), differs=False)
    if name in _DAYS:
        return Comparison(label, _shown(name, declared), ((_shown(name, read), True),), differs=True)
    steps = SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes()
    parts = tuple((found[start:end], kind != "equal") for kind, _, _, start, end in steps if end > start)
    return Comparison(label, declared, parts, differs=True)


async def _review(visit: Visit) -> pb.CardCheckReview:
    """Raises Problem 404 when it does not wait for a person."""
    async for review in QUEUE.every(visit):
        if review.check.check_id == visit.id("check_id"):
            found: pb.CardCheckReview = review
            return found
    raise decided_elsewhere()


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).upper()
    kept = "".join(each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    return " ".join(kept.split())


def _shown(name: str, value: str) -> str:
    try:
        return french.day(value) if name in _DAYS and value else value
    except ValueError:  # what the machine read is no date
        return value
