"""ID cards that staff decide: the pictures, what was read, what was declared, what a second person confirms."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from atouts.identity.v1 import cards_pb2 as pb
from starlette.responses import Response

from gateway import answers
from gateway.bodies import Fields
from gateway.contracts import SLOW_S, rpc
from gateway.schemas.fields import OneOf, Text
from gateway.web import french, words
from gateway.web.forms import FormSchema, NoFields
from gateway.web.page import STAFF, page
from gateway.web.pages.staff_decisions import DecisionForm, is_accepted
from gateway.web.pages.staff_queues import Queue
from gateway.web.visit import View, Visit


def _queue(**wanted: Any) -> Queue:
    return Queue(
        lambda: rpc("identity", "ListCardChecks"),
        lambda token: pb.ListCardChecksRequest(page_token=token, **wanted),
        "reviews",
    )


QUEUE = _queue()
PROPOSED = _queue(proposed=True)
_LIST = "/agents/pieces"
# By the word in the address: what the list is called, and its checks.
_LISTS: Mapping[str, tuple[str, Queue]] = {
    "a-comparer": ("À comparer", QUEUE),
    "a-confirmer": ("À confirmer à deux", PROPOSED),
    "refusees": ("Refusées", _queue(state=pb.CARD_CHECK_STATE_REFUSED)),
    "acceptees": ("Acceptées", _queue(state=pb.CARD_CHECK_STATE_ACCEPTED)),
}
_DECIDED = {
    "accepte": "La pièce est acceptée.",
    "refuse": "La pièce est refusée : la personne lit le motif et peut en envoyer une autre.",
    "propose": "Votre décision est proposée : rien ne change tant qu’un autre agent ne l’a pas confirmée.",
    "confirme": "La décision est confirmée : elle compte.",
    "ecarte": "La décision proposée est écartée : la pièce reste comme elle était.",
}
_LABELS = {"surname": "Nom", "given_names": "Prénoms", "birth_date": "Date de naissance"}
_ONLY_READ = (
    ("number", "Numéro"),
    ("expiry", "Valable jusqu’au"),
    ("sex", "Sexe"),
    ("issuing_state", "État"),
    ("format", "Document"),
)
_DAYS = ("birth_date", "expiry")
_NUMBER = ("[0-9]+", "not_a_whole_number")
_DIFFERING = (pb.CARD_FIELD_LIKENESS_NEAR, pb.CARD_FIELD_LIKENESS_DIFFERENT)


class ListQuery(FormSchema):
    page_token = Text(500)
    etat = OneOf(*_LISTS)


class PictureQuery(FormSchema):
    entiere = OneOf("1")
    photo = Text(64)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line: declared beside read, in parts of which those that differ are marked, beside printed.

    `result` and `printed_result` are words; `differs` and `printed_differs` have the line stand out.
    """

    label: str
    declared: str
    read: tuple[tuple[str, bool], ...]
    printed: str
    result: str
    differs: bool
    printed_differs: bool


@page(_LIST, STAFF, done=_DECIDED)
async def cards(visit: Visit) -> View:
    """Oldest first."""
    query = visit.query(ListQuery)
    shown = query.get("etat", "a-comparer")
    title, queue = _LISTS[shown]
    reviews, more = await queue.page(visit, query.get("page_token", ""))
    lists = [(name, each[0]) for name, each in _LISTS.items()]
    values = {"reviews": reviews, "next": more, "lists": lists, "shown": shown, "list_title": title}
    return View("agents/pieces.html", values)


@page(_LIST + "/{check_id}", STAFF, done=_DECIDED)
async def card(visit: Visit) -> View:
    request = pb.GetCardCheckReviewRequest(check_id=visit.id("check_id"))
    seen = await visit.ask(rpc("identity", "GetCardCheckReview"), request)
    review = seen.review
    values = {
        "seen": seen,
        "review": review,
        "told": _told_to_staff,
        "lines": [compare(field) for field in seen.compared],
        "only_read": [(label, _shown(name, review.read[name])) for name, label in _ONLY_READ if review.read.get(name)],
        "pictures": list(_captioned(seen.pictures)),
        "proposal": review.proposal if review.HasField("proposal") else None,
        "is_own": bool(visit.session and review.proposal.decided_by == visit.session.account_id),
        "states": words.CARD_REVIEW_STATES,
        "acts": words.CARD_DECISION_ACTS,
        "seal_states": words.CARD_SEAL_STATES,
        "seal_kinds": words.CARD_SEAL_KINDS,
        "accepted": pb.CARD_CHECK_STATE_ACCEPTED,
        "refused": pb.CARD_CHECK_STATE_REFUSED,
    }
    return View("agents/piece.html", values)


class CardDecisionForm(DecisionForm):
    person_version = Text(18, required=True, pattern=_NUMBER)


class ConfirmationForm(FormSchema):
    person_version = Text(18, required=True, pattern=_NUMBER)


@card.act(CardDecisionForm)
async def decide(visit: Visit, fields: Fields) -> Response:
    """Then the next in the queue; what only a second person can decide stays where it is."""
    accepted, reason = is_accepted(fields), fields.get("reason", "")
    request = pb.DecideCardCheckRequest(
        check_id=visit.id("check_id"), accept=accepted, reason=reason, person_version=int(fields["person_version"])
    )
    answer = await visit.ask(rpc("identity", "DecideCardCheck"), request)
    if answer.proposed:
        return visit.go(visit.path, done="propose")
    return await _next(visit, QUEUE, "accepte" if accepted else "refuse")


@card.act(ConfirmationForm, _LIST + "/{check_id}/confirmer")
async def confirm(visit: Visit, fields: Fields) -> Response:
    """Then the next that waits for a second person."""
    version = int(fields["person_version"])
    request = pb.ConfirmCardDecisionRequest(check_id=visit.id("check_id"), person_version=version)
    await visit.ask(rpc("identity", "ConfirmCardDecision"), request)
    return await _next(visit, PROPOSED, "confirme")


@card.act(NoFields, _LIST + "/{check_id}/ecarter")
async def decline(visit: Visit, _fields: Fields) -> Response:
    check_id = visit.id("check_id")
    await visit.ask(rpc("identity", "DeclineCardDecision"), pb.DeclineCardDecisionRequest(check_id=check_id))
    return visit.go(f"{_LIST}/{check_id}", done="ecarte")


@page(_LIST + "/{check_id}/image", STAFF)
async def picture(visit: Visit) -> Response:
    """As a file to keep: shown within the page, it can do nothing; opened by itself, it is downloaded.

    Small enough for the page, or whole (`?entiere=1`) for who must look closer; `?photo=` names one of several.
    """
    asked = visit.query(PictureQuery)
    request = pb.GetCardImageRequest(
        check_id=visit.id("check_id"),
        size=pb.CARD_IMAGE_SIZE_WHOLE if "entiere" in asked else pb.CARD_IMAGE_SIZE_PREVIEW,
        picture_id=asked.get("photo", ""),
    )
    found = await visit.ask(rpc("identity", "GetCardImage", SLOW_S), request)
    return answers.File("image", ".media_type", "piece").render(found)


def _told_to_staff(reason: pb.CardCheckReason) -> str:
    """The sentence for staff, or what staff wrote."""
    return words.CARD_STANDING.get(reason.code, reason.sentence)


def compare(field: pb.CardField) -> Comparison:
    """Case, accents and what separates names do not count: the machine-readable zone has none of them."""
    return Comparison(
        label=_LABELS[field.name],
        declared=_shown(field.name, field.declared),
        read=tuple(_marked(field)),
        printed=field.printed,
        result=words.CARD_LIKENESSES[field.likeness],
        differs=field.likeness in _DIFFERING,
        printed_differs=field.printed_likeness in _DIFFERING,
    )


def _marked(field: pb.CardField) -> Iterator[tuple[str, bool]]:
    """What was read, in parts, and whether each differs from what is declared."""
    differs = field.likeness in _DIFFERING
    if not differs or field.name in _DAYS:
        yield _shown(field.name, field.read), differs
        return
    wanted, found = _letters(field.declared), _letters(field.read)
    for kind, _, _, start, end in SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes():
        if end > start:
            yield found[start:end], kind != "equal"


def _captioned(pictures: Any) -> Iterator[tuple[str, str]]:
    """Id and caption of each picture."""
    for each in pictures:
        yield each.picture_id, f"{words.CARD_PICTURES[each.label]}, image {each.side}"


async def _next(visit: Visit, queue: Queue, done: str) -> Response:
    reviews, _ = await queue.page(visit)
    return visit.go(f"{_LIST}/{reviews[0].check.check_id}" if reviews else _LIST, done=done)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).upper()
    kept = "".join(each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    return " ".join(kept.split())


def _shown(name: str, value: str) -> str:
    if name == "format":
        return words.CARD_FORMATS.get(value, value)
    try:
        return french.day(value) if name in _DAYS and value else value
    except ValueError:  # what the machine read is no date
        return value
