"""The authority: its staff with their second factor, its seasons, its budget."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from demo import operator
from demo.client import Json, Refused
from demo.french import euros
from demo.sessions import Login, Member
from demo.stage import PASSWORD, Staff, Stage
from demo.story_values import Scheme

_ATTEMPTS = 4
_OTHERS = 10
"""Young people beyond the pupils for whom the envelopes suffice."""

Invite = Callable[[str], str]


def enlist_staff(stage: Stage) -> None:
    """The first administrator by the operator's command, everybody else by invitation of the first."""
    authority = stage.story.authority.id
    administrator = _enlist(stage, "alice.registre", lambda email: operator.first_administrator(authority, email))
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
    """Both schemes are opened for their seasons."""
    for scheme in stage.story.schemes:
        season = _open(stage, scheme)
        stage.tell.say(f"La saison est ouverte : {season['title']}.")


def _open(stage: Stage, scheme: Scheme) -> Json:
    def is_open() -> Json | None:
        seasons = stage.visitor.get("/v1/seasons").get("seasons", [])
        return next(({"season": each} for each in seasons if each["scheme"] == scheme.id and each["open"]), None)

    body = {"scheme": scheme.id, "season": scheme.season}
    answer: Json = stage.staff.administrator.post("/v1/staff/seasons", body, found=is_open)
    season: Json = answer["season"]
    return season


def vote_budgets(stage: Stage) -> None:
    """An envelope for each benefit, enough for everybody in the story."""
    heads = stage.pupils_count + _OTHERS
    total = 0
    for benefit in stage.story.benefits:
        amount = benefit.envelope_cents_each * heads
        body = {
            "scheme": benefit.scheme, "season": benefit.season, "benefit": benefit.id, "amount_cents": amount,
        }  # fmt: skip
        stage.staff.administrator.post("/v1/staff/budgets", body, key=f"vote-{benefit.scheme}-{benefit.id}")
        total += amount
        stage.tell.say(f"Enveloppe votée, {benefit.id} : {euros(amount)}.")
    stage.tell.say(f"Au total : {euros(total)}.")
