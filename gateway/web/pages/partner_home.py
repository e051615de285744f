"""A partner's space: whose one is in, what is left to do, how far each application is."""

from __future__ import annotations

from starlette.responses import Response

from gateway.web import words
from gateway.web.page import PARTNER, page
from gateway.web.pages import partner_tasks
from gateway.web.pages.partner_space import OWN, SPACE, own_partner
from gateway.web.pages.till import partners
from gateway.web.partner_terms import terms_of, today
from gateway.web.visit import View, Visit

_WELCOME = "Votre compte est ouvert : confirmez votre adresse par le lien du message, puis inscrivez votre structure."


@page(SPACE, PARTNER, done={"bienvenue": _WELCOME})
async def spaces(visit: Visit) -> View | Response:
    """With one partner there is nothing to choose."""
    known = await partners(visit)
    if len(known) == 1:
        return visit.go(f"{SPACE}/{known[0].partner_id}")
    return View("partenaire/choix.html", {"partners": known})


@page(
    OWN,
    PARTNER,
    done={
        "inscrit": "Votre structure est inscrite. Voici ce qu’il reste à faire.",
        "depose": "Votre demande est déposée : un agent l’étudie, vous n’avez rien d’autre à envoyer pour elle.",
        "signe": "La charte est signée.",
        "declare": "Ce que vous déclarez est enregistré.",
    },
)
async def home(visit: Visit) -> View:
    own = await own_partner(visit)
    terms = await terms_of(visit)
    values = {
        "own": own,
        "tasks": partner_tasks.to_do(own, terms, today(visit)) if own.runs else [],
        "waiting": partner_tasks.waiting(own, terms),
        "applications": [(each, terms.title(each)) for each in partner_tasks.latest(own.partner)],
        "states": words.ACCREDITATION_STATES,
        "kind": words.PARTNER_KINDS.get(own.partner.kind, ""),
        "iban": words.IBAN_STATES.get(own.partner.iban_state, ""),
    }
    return View("partenaire/accueil.html", values)
