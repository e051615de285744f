"""A partner's places for the first who come, and a draw by the authority that the demo makes again."""

from __future__ import annotations

from dataclasses import replace

from demo.client import Json
from demo.draw_check import DrawCheck
from demo.french import counted, euros
from demo.platform_time import PARIS
from demo.record import StoryBroken
from demo.sessions import Member
from demo.stage import Partner, Stage, Young
from demo.steps.joining import joiners
from demo.story_values import Offer

_FORMULA, _MARKUP = '=HYPERLINK("http://example.org";"Gagné")', "<b>Avant-première</b>"
_WON, _WITHDRAWN = "won", "withdrawn"
_PLACES, _DRAW = "places", "draw"


def offer_places(stage: Stage) -> None:
    """A title that a spreadsheet or a browser would run is refused; corrected, it is moderated and shows."""
    organiser, told = _organiser(stage), stage.story.offers[_PLACES]
    path = f"{organiser.path}/offers"
    for title, key in ((_FORMULA, "offer-formula"), (_MARKUP, "offer-markup")):
        body = _offer(stage, "registration", replace(told, title=title))
        refusal = stage.must_refuse(lambda: organiser.owner.post(path, body, key=key), "text_refused")  # noqa: B023
        stage.record.offer_refused(refusal)
        stage.tell.refused(f"{organiser.name} propose « {title} »", refusal)
    offer = organiser.owner.post(path, _offer(stage, "registration", told), key="offer-places")["offer"]
    stage.record.offers[_PLACES] = _moderate(stage, stage.staff.moderator, offer)
    _first_come(stage, offer["offer_id"])


def _organiser(stage: Stage) -> Partner:
    return stage.partners[stage.story.offers[_PLACES].partner]


def _offer(stage: Stage, kind: str, told: Offer) -> Json:
    scheme = stage.story.with_fee
    return {
        "kind": kind, "text": {"title": told.title, "description": told.description, "prize": told.prize},
        "scheme": scheme.id, "season": scheme.season, "places": told.places, "value_cents": told.value_cents,
        "opens_at": stage.clock.now().isoformat(), "closes_at": told.closes_at.replace(tzinfo=PARIS).isoformat(),
    }  # fmt: skip


def _moderate(stage: Stage, moderator: Member, offer: Json) -> Json:
    """Accepted by somebody else than its author; the offer as everybody sees it from now on."""
    offer_id = offer["offer_id"]
    waiting = moderator.pages("/v1/staff/offers/to-moderate", "offers")
    if offer_id not in {each["offer_id"] for each in waiting}:
        raise StoryBroken("an offer that was submitted waits for no moderator")

    def published() -> Json | None:
        shown = {each["offer_id"]: each for each in stage.visitor.pages("/v1/offers", "offers")}
        return {"offer": shown[offer_id]} if offer_id in shown else None

    body = {"accept": True, "reason": ""}
    moderator.post(f"/v1/staff/offers/{offer_id}/moderation", body, found=published)
    stage.clock.settle()
    seen: Json = stage.visitor.get(f"/v1/offers/{offer_id}")["offer"]
    title, places = seen["text"]["title"], counted(int(seen["places"]), "place")
    stage.tell.say(
        f"« {title} » est relu par {stage.story.authority.called} et publié : {places}, "
        f"{euros(int(seen['value_cents']))} chacune."
    )
    return seen


def _first_come(stage: Stage, offer_id: str) -> None:
    """Three have a place, the fourth waits for one of them to withdraw."""
    quick, fourth = [stage.pupils[0], stage.pupils[3], stage.pupils[4]], stage.pupils[2]
    for young in quick:
        _expect_place(stage, _register(young, offer_id))
    stage.tell.say(f"{', '.join(young.name for young in quick)} s’inscrivent : les places sont prises.")
    _refuse_registration(stage, fourth, offer_id, "offer_full", f"{fourth.name} arrive en quatrième")
    _withdraw(quick[-1], offer_id)
    _expect_place(stage, _register(fourth, offer_id))
    stage.tell.say(f"{quick[-1].name} se désiste ; sa place revient à {fourth.name}.")


def _register(young: Young, offer_id: str) -> Json:
    def registered() -> Json | None:
        mine = _registration(young, offer_id)
        return {"registration": mine} if mine and mine["state"] != _WITHDRAWN else None

    registration: Json = young.member.post(f"/v1/offers/{offer_id}/registration", found=registered)["registration"]
    return registration


def _registration(young: Young, offer_id: str) -> Json | None:
    """The person's last registration for the offer."""
    mine = young.member.pages("/v1/registrations", "registrations")
    same = [each for each in mine if each["offer"]["offer_id"] == offer_id]
    return max(same, key=lambda each: str(each["registered_at"]), default=None)


def _expect_place(stage: Stage, registration: Json) -> None:
    if registration["state"] != _WON:
        raise StoryBroken(f"a registration is {registration['state']}, not {_WON}")
    stage.record.places_given += 1


def _withdraw(young: Young, offer_id: str) -> None:
    def withdrawn() -> Json | None:
        mine = _registration(young, offer_id)
        return {"registration": mine} if mine and mine["state"] == _WITHDRAWN else None

    young.member.delete(f"/v1/offers/{offer_id}/registration", found=withdrawn)


def _refuse_registration(stage: Stage, young: Young, offer_id: str, code: str, what: str) -> None:
    refusal = stage.must_refuse(lambda: young.member.post(f"/v1/offers/{offer_id}/registration"), code)
    stage.record.offer_refused(refusal)
    stage.tell.refused(what, refusal)


def too_late_for_a_place(stage: Stage) -> None:
    """Registrations are over; the organiser sees who comes."""
    late, offer_id = stage.pupils[5], stage.record.offers[_PLACES]["offer_id"]
    _refuse_registration(stage, late, offer_id, "registration_closed", f"{late.name} s’inscrit après la clôture")
    organiser, places = _organiser(stage), stage.story.offers[_PLACES].places
    listed = list(organiser.owner.pages(f"{organiser.path}/offers/{offer_id}/registrants", "registrants"))
    coming = [each["name"] for each in listed if each["state"] == _WON]
    if len(coming) != places:
        raise StoryBroken(f"{len(coming)} people have one of {places} places")
    stage.tell.say(f"{organiser.name} voit sa liste d’accueil : {', '.join(coming)}.")


def announce_draw(stage: Stage) -> None:
    """One moderator writes it, another publishes it; the seed's commitment shows from then on; members register."""
    told = stage.story.offers[_DRAW]
    author, reader = stage.staff.moderator, stage.staff.instructor
    offer = author.post("/v1/staff/offers", _offer(stage, "draw", told), key="offer-draw")["offer"]
    _refuse_own_moderation(stage, author, offer["offer_id"])
    published = _moderate(stage, reader, offer)
    stage.record.offers[_DRAW] = published
    stage.tell.say(f"La graine du tirage est scellée : empreinte {published['seed_commitment'][:16]}…")
    takers = joiners(stage)[: told.registrants]
    registrations = stage.together(lambda young: _register(young, offer["offer_id"]), takers)
    stage.record.draw_registrations |= {each["registration_id"] for each in registrations}
    stage.tell.say(f"{counted(len(takers), 'membre')} participent au tirage au sort.")


def _refuse_own_moderation(stage: Stage, author: Member, offer_id: str) -> None:
    path = f"/v1/staff/offers/{offer_id}/moderation"
    refusal = stage.must_refuse(lambda: author.post(path, {"accept": True, "reason": ""}), "second_person_needed")
    stage.record.offer_refused(refusal)
    stage.tell.refused("L’autrice du tirage veut le publier elle-même", refusal)


def run_draw(stage: Stage) -> None:
    """After closing; then anybody draws again from what was published, and the demo does."""
    offer = stage.record.offers[_DRAW]
    offer_id = offer["offer_id"]
    stage.staff.moderator.post(
        f"/v1/staff/offers/{offer_id}/draw", found=lambda: stage.visitor.get(f"/v1/offers/{offer_id}/draw")
    )
    stage.clock.settle()
    published: Json = stage.visitor.get(f"/v1/offers/{offer_id}/draw")["draw"]
    check = DrawCheck(
        offer["seed_commitment"], int(offer["places"]), frozenset(stage.record.draw_registrations), published
    )
    stage.record.draws.append(check)
    _tell_draw(stage, check)


def _tell_draw(stage: Stage, check: DrawCheck) -> None:
    winners = counted(len(check.published["winner_ids"]), "gagnant")
    took_part = counted(len(check.published["registration_ids"]), "inscrit")
    stage.tell.say(f"Le tirage : {winners} parmi {took_part} ; graine révélée {check.published['seed'][:16]}…")
    if check.faults:
        stage.tell.say(f"TIRAGE FAUX : {'; '.join(check.faults)}.")
    else:
        stage.tell.say("Refait à la main depuis les données publiées, le tirage donne les mêmes gagnants.")
