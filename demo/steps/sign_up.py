"""Young people open an account, say who they are and send a picture of their card; the machine reads it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future
from http import HTTPStatus

from demo.client import Json, Refused
from demo.documents import first_card, own_card
from demo.french import counted, of
from demo.people import Person, Pupil, others, pupils
from demo.record import StoryBroken
from demo.stage import PupilAccount, Stage, Young
from demo.waiting import until

_CHECKS, _LATEST, _FOR_STAFF = "/v1/card-checks", "/v1/card-checks/latest", "/v1/staff/card-checks"
_PENDING, _PERSON, _REFUSED, _ACCEPTED = "pending", "person", "refused", "accepted"
_READ_WITHIN_S = 240.0

SignUps = list[Future[Young]]


def begin(stage: Stage) -> SignUps:
    """Everybody signs up while the story goes on; both readers work from now on."""
    story, seed = stage.story, stage.seed
    everyone: list[Person] = [*pupils(story, stage.pupils_count, seed), *others(story, seed)]
    stage.tell.say(f"{counted(len(everyone), 'jeune')} ouvrent leur compte et envoient la photo de leur carte.")
    return stage.meanwhile(lambda person: _sign_up(stage, person), everyone)


def _sign_up(stage: Stage, person: Person) -> Young:
    """Everybody sends a card, but those who may not join whatever it says."""
    member = stage.open_account("young", person.email)
    member.put("/v1/profile", {"profile": profile(person)})
    if isinstance(person, Pupil):
        _send_card(PupilAccount(person, member), first_card(person, stage.seed, stage.story.days.opening))
        return PupilAccount(person, member)
    if person.joins:
        _send_card(Young(person, member), own_card(person, stage.seed, stage.story.days.opening))
    return Young(person, member)


def profile(person: Person) -> Json:
    """What a young person declares of themselves."""
    return {
        "surname": person.surname,
        "given_names": person.given_names.split(" "),
        "birth_date": person.birth_date.isoformat(),
        "residence_commune": person.commune,
        "study_status": person.study_status,
        "study_commune": person.study_commune,
    }


def _send_card(young: Young, picture: bytes, after: str = "") -> None:
    """`after` is the id of the check that this card answers to, if there was one."""

    def sent() -> Json | None:
        check = _latest(young)
        return {"check": check} if check and check["check_id"] != after else None

    media_type = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
    young.member.upload(_CHECKS, picture, media_type, found=sent)


def _latest(young: Young) -> Json | None:
    try:
        check: Json = young.member.get(_LATEST)["check"]
    except Refused as refusal:
        if refusal.status != HTTPStatus.NOT_FOUND:
            raise
        return None
    return check


def welcome(stage: Stage, sign_ups: SignUps) -> None:
    """Wait for the sign-ups that were begun, and take everybody into the cast."""
    for young in (each.result() for each in sign_ups):
        if isinstance(young, PupilAccount):
            stage.pupils.append(young)
        else:
            stage.others[young.person.slug] = young


def settle_cards(stage: Stage) -> None:
    """The machine reads; who was refused sends a better card; staff decide what the machine could not."""
    holders: list[Young] = [
        *stage.pupils,
        *(young for young in stage.others.values() if young.person.joins),
    ]
    checks = _read(stage, holders)
    _tell(stage, checks)
    refused = [young for young, check in zip(holders, checks, strict=True) if check["state"] == _REFUSED]
    for young in refused:
        check = checks[holders.index(young)]
        stage.tell.say(f"Carte {of(young.name)} refusée : « {_sentence(check)} » Une autre est envoyée.")
        _send_card(young, own_card(young.person, stage.seed, stage.story.days.opening), after=check["check_id"])
    if refused:
        _read(stage, refused)
    _decide_by_hand(stage)
    _expect_accepted(stage, holders)
    stage.record.mails_expected.update(card_accepted=len(holders), card_refused=len(refused))


def _read(stage: Stage, holders: list[Young]) -> list[Json]:
    """Each holder's latest check, once no check waits for a reader."""

    def all_read() -> bool | None:
        waiting = stage.staff.instructor.get(_FOR_STAFF, state=_PENDING)
        return None if waiting.get("reviews") else True

    until(all_read, "the readers", within_s=_READ_WITHIN_S)
    return [check for check in stage.together(_latest, holders) if check is not None]


def _tell(stage: Stage, checks: list[Json]) -> None:
    states = Counter(check["state"] for check in checks)
    stage.tell.say(
        f"La machine a lu {counted(len(checks), 'carte')} : {counted(states[_ACCEPTED], 'acceptée')}, "
        f"{counted(states[_REFUSED], 'refusée')}, {states[_PERSON]} à voir par une personne."
    )


def _sentence(check: Json) -> str:
    return " ".join(reason["sentence"] for reason in check["reasons"])


def _decide_by_hand(stage: Stage) -> None:
    """Staff look at the picture beside what was declared."""
    for review in list(stage.staff.instructor.pages(_FOR_STAFF, "reviews", state=_PERSON)):
        check = review["check"]
        picture = stage.staff.instructor.file(f"{_FOR_STAFF}/{check['check_id']}/image")
        _accept(stage, check)
        stage.tell.say(
            f"Une instructrice regarde la carte {of(_declared_name(review))} "
            f"({len(picture) // 1024} Ko, {', '.join(reason['code'] for reason in check['reasons'])}) et l’accepte."
        )


def _declared_name(review: Json) -> str:
    declared = review["declared"]
    return f"{declared['given_names'].split(' ')[0]} {declared['surname']}"


def _accept(stage: Stage, check: Json) -> None:
    def decided() -> Json | None:
        waiting = stage.staff.instructor.pages(_FOR_STAFF, "reviews", state=_PERSON)
        still = any(review["check"]["check_id"] == check["check_id"] for review in waiting)
        return None if still else {"check": check}

    path = f"{_FOR_STAFF}/{check['check_id']}/decision"
    stage.staff.instructor.post(path, {"accept": True, "reason": ""}, found=decided)


def _expect_accepted(stage: Stage, holders: list[Young]) -> None:
    for young, check in zip(holders, stage.together(_latest, holders), strict=True):
        if check is None or check["state"] != _ACCEPTED:
            raise StoryBroken(f"the card of {young.name} is not accepted: {check}")
    stage.tell.say(f"{counted(len(holders), 'identité')} vérifiées.")
