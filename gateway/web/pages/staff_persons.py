"""What is known of a person: who said it and until when, putting it right, and guardians' consents."""

from __future__ import annotations

from atouts.identity.v1 import facts_pb2, guardians_pb2
from marshmallow import ValidationError, post_load
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.schemas.facts import plain
from gateway.schemas.fields import Text
from gateway.web import words
from gateway.web.forms import FormSchema, FrenchDay, PageToken
from gateway.web.page import STAFF, page
from gateway.web.pages.space import scheme_titles
from gateway.web.visit import View, Visit
from rulebooks import PERSON
from rulebooks.vocabulary import FactValue

_PATH = "/agents/personnes/{person_id}"
_YES, _NO = ("oui", "non")
# What staff may record or put right; identity refuses the rest.
_RECORDED = ("staff", "guardian", "person", "school")
_NAMES = [
    name for name, fact in PERSON.items() if fact.told_by in _RECORDED or name in ("residence_commune", "study_status")
]


class RecordForm(FormSchema):
    """`value`: yes or no, a word, or words between spaces; left blank, the fact is taken away."""

    name = Text(64, required=True)
    value = Text(400)
    reason = Text(200, least=3, required=True)
    proof = Text(200)
    expires_on = FrenchDay()

    @post_load
    def as_fact(self, data: Fields, **_: object) -> Fields:
        rest = {name: value for name, value in data.items() if name not in ("name", "value")}
        return {**rest, "facts": [_fact(data["name"], data.get("value", ""))]}


class RevokeForm(FormSchema):
    request_id = Text(64, required=True)
    reason = Text(200, least=3, required=True)


@page(
    _PATH,
    STAFF,
    done={
        "enregistre": "C’est enregistré : les droits sont décidés à nouveau.",
        "revoquee": "L’autorisation est révoquée.",
    },
)
async def person(visit: Visit) -> View:
    person_id = visit.id("person_id")
    token = visit.query(PageToken).get("page_token", "")
    history = await visit.ask(
        rpc("identity", "ListFactHistory"), facts_pb2.ListFactHistoryRequest(person_id=person_id, page_token=token)
    )
    asked = await visit.ask(rpc("identity", "ListConsents"), guardians_pb2.ListConsentsRequest(person_id=person_id))
    values = {
        "records": [(each, fact_label(each.fact.name), fact_words(each.fact)) for each in history.records],
        "next": history.next_page_token,
        "sources": words.FACT_SOURCES,
        "consents": asked.requests,
        "states": words.CONSENT_STATES,
        "given": guardians_pb2.CONSENT_STATE_GIVEN,
        "titles": scheme_titles(visit),
        "names": [(name, fact_label(name)) for name in _NAMES],
    }
    return View("agents/personne.html", values)


@person.act(RecordForm, names={f"facts.{name}": "value" for name in _NAMES})
async def record(visit: Visit, fields: Fields) -> Response:
    request = facts_pb2.RecordFactsRequest(person_id=visit.id("person_id"), **fields)
    await visit.ask(rpc("identity", "RecordFacts"), request)
    return visit.go(visit.path, done="enregistre")


@person.act(RevokeForm, _PATH + "/revocation")
async def revoke(visit: Visit, fields: Fields) -> Response:
    await visit.ask(rpc("identity", "RevokeConsent"), guardians_pb2.RevokeConsentRequest(**fields))
    return visit.go(visit.path.removesuffix("/revocation"), done="revoquee")


def fact_label(name: str) -> str:
    """As people read it: « Situation de handicap »."""
    label = PERSON[name].label if name in PERSON else words.PROFILE_FACTS.get(name, name)
    return label[:1].upper() + label[1:]


def fact_words(fact: facts_pb2.Fact) -> str:
    """What it says: yes or no, its words, or a dash where it was taken away."""
    value = plain(fact)
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return dict(words.FACT_CHOICES.get(fact.name, [])).get(str(value), str(value)) or "–"


def _fact(name: str, typed: str) -> facts_pb2.Fact:
    """Raises ValidationError at the field that is wrong."""
    if name not in _NAMES:
        raise ValidationError({"name": ["required"]})
    value = _value(PERSON[name].unknown, typed)
    if isinstance(value, bool):
        return facts_pb2.Fact(name=name, flag=value)
    if isinstance(value, list):
        return facts_pb2.Fact(name=name, texts=facts_pb2.Texts(values=value))
    return facts_pb2.Fact(name=name, text=str(value))


def _value(unknown: FactValue, typed: str) -> FactValue:
    if isinstance(unknown, bool):
        if typed.casefold() not in (_YES, _NO, ""):
            raise ValidationError({"value": ["not_one_of:oui, non"]})
        return typed.casefold() == _YES
    return typed.split() if isinstance(unknown, list) else typed
