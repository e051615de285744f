"""The Région: its staff with their second factor, its seasons, its budget."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from demo import operator
from demo.client import Json, Refused
from demo.french import euros
from demo.organisations import BOOKS, CULTURE, SCHEMES, SEASON
from demo.sessions import Login, Member
from demo.stage import PASSWORD, Staff, Stage

AUTHORITY = "normandie"

_ATTEMPTS = 4
_ENVELOPE_PER_PUPIL_CENTS = {
    (CULTURE, "spectacle"): 3000,
    (CULTURE, "cinema"): 2000,
    (CULTURE, "pratique"): 3000,
    (CULTURE, "dispositif-local"): 500,
    (BOOKS, "livres"): 5000,
    (BOOKS, "equipement"): 10000,
}
_OTHERS = 10
"""Young people beyond the pupils for whom the envelopes suffice."""

Invite = Callable[[str], str]


def enlist_staff(stage: Stage) -> None:
    """The first administrator by the operator's command, everybody else by invitation of the first."""
    administrator = _enlist(stage, "alice.registre", lambda email: operator.first_administrator(AUTHORITY, email))
    stage.tell.say("bin/atouts staff create invite la première administratrice ; elle active son second facteur.")

    def invited(roles: list[str]) -> Invite:
        return lambda email: str(administrator.post("/v1/staff", {"email": email, "roles": roles})["invitation_token"])

    stage.staff = Staff(
        administrator,
        instructor=_enlist(stage, "ines.dossier", invited(["instruction", "moderation"])),
        payer=_enlist(stage, "paul.virement", invited(["payments"])),
        approver=_enlist(stage, "agnes.visa", invited(["payments"])),
        moderator=_enlist(stage, "marion.affiche", invited(["moderation"])),
    )
    stage.clock.settle()  # every service has heard of their roles
    stage.tell.say(
        "Elle invite une instructrice, deux agents des paiements et une modératrice, avec leur second facteur."
    )


def _enlist(stage: Stage, name: str, invite: Invite) -> Member:
    """Invite and accept. A token or a second factor whose only showing was lost is made anew: nobody else
    saw it.
    """
    email = f"{name}@example.org"
    for _ in range(_ATTEMPTS - 1):
        with suppress(Refused, operator.OperatorFailed):
            return _accept(stage, email, invite(email))
    return _accept(stage, email, invite(email))


def _accept(stage: Stage, email: str, token: str) -> Member:
    accepted = stage.visitor.post("/v1/invitations/accept", {"invitation_token": token, "password": PASSWORD})
    member = Member(stage.gateway, Login(email, PASSWORD, str(accepted["second_factor_uri"])))
    member.sign_in()
    stage.record.expect_mail("account_opened")
    return member


def open_seasons(stage: Stage) -> None:
    """Both schemes are opened for the season."""
    for scheme in SCHEMES:
        season = _open(stage, scheme)
        stage.tell.say(f"La saison est ouverte : {season['title']}.")


def _open(stage: Stage, scheme: str) -> Json:
    def is_open() -> Json | None:
        seasons = stage.visitor.get("/v1/seasons").get("seasons", [])
        return next(({"season": each} for each in seasons if each["scheme"] == scheme and each["open"]), None)

    body = {"scheme": scheme, "season": SEASON}
    answer: Json = stage.staff.administrator.post("/v1/staff/seasons", body, found=is_open)
    season: Json = answer["season"]
    return season


def vote_budgets(stage: Stage) -> None:
    """An envelope for each benefit, enough for everybody in the story."""
    heads = stage.pupils_count + _OTHERS
    total = 0
    for (scheme, benefit), cents in _ENVELOPE_PER_PUPIL_CENTS.items():
        amount = cents * heads
        body = {"scheme": scheme, "season": SEASON, "benefit": benefit, "amount_cents": amount}
        stage.staff.administrator.post("/v1/staff/budgets", body, key=f"vote-{scheme}-{benefit}")
        total += amount
        stage.tell.say(f"Enveloppe votée, {benefit} : {euros(amount)}.")
    stage.tell.say(f"Au total : {euros(total)}.")
