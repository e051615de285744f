"""What a partner declares of itself, for what it applies for."""

from __future__ import annotations

from atouts.partner.v1 import organisations_pb2 as pb
from starlette.responses import Response

from gateway.bodies import Fields
from gateway.contracts import rpc
from gateway.web import declarations
from gateway.web.declarations import Question
from gateway.web.page import PARTNER, page
from gateway.web.pages import partner_tasks
from gateway.web.pages.partner_space import OWN, Own, own_path, run_partner
from gateway.web.partner_terms import Terms, terms_of
from gateway.web.visit import View, Visit
from rulebooks.vocabulary import PARTNER as VOCABULARY

# What the till knows a partner by.
_AT_THE_TILL = {"activity"} | {name for name, fact in VOCABULARY.items() if fact.type is list}


class DeclarationForm(declarations.DeclarationAnswers):  # type: ignore[misc, valid-type]  # made from the vocabulary
    """All that may be asked; which of it is, the partner's applications say."""


@page(OWN + "/declarations", PARTNER)
async def declared(visit: Visit) -> View:
    own = await run_partner(visit)
    asked = _asked(own, await terms_of(visit))
    values = {
        "own": own,
        "form": visit.form.filled(declarations.as_typed(own.partner.declarations)),
        "questions": asked,
        "kept": [declarations.as_told(each) for each in _kept(own.partner, asked)],
        "unmet": _unmet(own),
    }
    return View("partenaire/declarations.html", values)


@declared.act(DeclarationForm)
async def declare(visit: Visit, fields: Fields) -> Response:
    """What the page did not ask stays as it was declared."""
    own = await run_partner(visit)
    asked = _asked(own, await terms_of(visit))
    said = [*_kept(own.partner, asked), *declarations.answered(asked, fields)]
    request = pb.ChangeDeclarationsRequest(partner_id=own.partner.partner_id, declarations=said)
    await visit.ask(rpc("partner", "ChangeDeclarations"), request)
    return visit.go(own_path(visit), done="declare")


def _asked(own: Own, terms: Terms) -> list[Question]:
    """For what is under way; before anything is, for all that the partner could ask for."""
    live = partner_tasks.live(own.partner)
    if live:
        names = {name for each in live for name in terms.category(each).declarations}
    else:
        names = {name for each in terms.listed for category in each.categories for name in category.declarations}
    said = {each.name for each in own.partner.declarations}
    return declarations.questions((names | said) - _in_use(own, terms))


def _in_use(own: Own, terms: Terms) -> set[str]:
    """What a submitted or granted application stands on: the service keeps it as it is."""
    states = (partner_tasks.SUBMITTED, partner_tasks.GRANTED)
    standing = [each for each in partner_tasks.live(own.partner) if each.state in states]
    if not standing:
        return set()
    return _AT_THE_TILL.union(*(terms.category(each).declarations for each in standing))


def _kept(partner: pb.Partner, asked: list[Question]) -> list[pb.Declaration]:
    names = {question.name for question in asked}
    return [each for each in partner.declarations if each.name not in names]


def _unmet(own: Own) -> list[str]:
    """The conditions that a draft does not meet yet, each once."""
    drafts = [each for each in partner_tasks.live(own.partner) if each.state == partner_tasks.DRAFT]
    return list(dict.fromkeys(one.sentence for each in drafts for one in each.conditions if not one.met))
