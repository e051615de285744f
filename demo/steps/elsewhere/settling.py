"""A season is opened, partners are accepted and a young person joins."""

from __future__ import annotations

from demo.french import euros
from demo.guests import Guest
from demo.record import StoryBroken
from demo.stage import Stage, Young
from demo.steps import authority, partnership
from demo.steps.school import membership
from demo.steps.sign_up import profile

_ACTIVE = "active"


def settle(stage: Stage, guest: Guest) -> None:
    """Staff, season, budget, partners, then the person with their wallets."""
    authority.enlist_staff(stage)
    authority.open_seasons(stage)
    authority.vote_budgets(stage)
    partnership.sign_up_partners(stage)
    partnership.decide(stage)
    stage.clock.settle()
    _join(stage, guest)


def _join(stage: Stage, guest: Guest) -> None:
    young = Young(guest.young, stage.open_account("young", guest.young.email))
    stage.others[guest.young.slug] = young
    young.member.put("/v1/profile", {"profile": {**profile(guest.young), "facts": {"sex": guest.young.sex}}})
    if guest.schooling:
        school = {"uai": stage.story.school.uai, "sector": "", **guest.schooling}
        young.member.post("/v1/enrolments", {**guest.season, **school})
    charter = {"charter_version": guest.young_charter} if guest.young_charter else {}
    young.member.post("/v1/memberships", {**guest.season, **charter})
    if guest.schooling:
        stage.clock.settle()
        _validate(stage)
    stage.clock.settle()
    _tell(stage, guest, young)


def _validate(stage: Stage) -> None:
    """The school knows its pupil."""
    school = stage.school
    for enrolment in list(school.till.pages(f"{school.path}/enrolments", "enrolments")):
        body = {"validate": True, "reason": "", "level": "", "track": "", "sector": ""}
        school.till.post(f"{school.path}/enrolments/{enrolment['enrolment_id']}/decision", body)
    stage.tell.say(f"{school.name} valide l’inscription.")


def _tell(stage: Stage, guest: Guest, young: Young) -> None:
    found = membership(young, guest.scheme.id)
    if found is None or found["membership"]["state"] != _ACTIVE:
        raise StoryBroken(f"{young.name} is no member of {guest.scheme.id}: {found}")
    wallets = young.member.get("/v1/wallets")["wallets"]
    shown = ", ".join(f"{wallet['title']} {euros(int(wallet['balance_cents']))}" for wallet in wallets)
    stage.tell.say(f"{young.name} adhère : {shown}.")
