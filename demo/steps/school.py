"""The school's list, the pupils' requests, the school's word, and the wallets that follow from it."""

from __future__ import annotations

from collections import Counter

from demo.class_list import ClassList, class_list
from demo.client import Json
from demo.french import counted, euros
from demo.people import Pupil
from demo.record import StoryBroken
from demo.stage import PupilAccount, Stage, Young
from demo.story_values import Story

_NOT_OURS = "Vous n’êtes pas inscrit dans notre établissement pour cette rentrée."
_VALIDATED, _REJECTED = "validated", "rejected"


def upload_class_list(stage: Stage) -> None:
    """200 lines, some wrong: the good ones are loaded once, also when the file is sent twice."""
    sent = class_list(stage.story, [young.person for young in stage.pupils], stage.seed)
    first = _upload(stage, sent)
    problems = sorted({problem["line"] for problem in first["problems"]})
    if problems != list(sent.wrong_lines):
        raise StoryBroken(f"lines {problems} are refused, not {list(sent.wrong_lines)}")
    stage.tell.say(
        f"{stage.school.name} envoie sa liste : {counted(sent.rows, 'ligne')}, {sent.good_rows} retenues, "
        f"{len(problems)} à corriger :"
    )
    for problem in first["problems"]:
        stage.tell.say(f"ligne {problem['line']}, {problem['column']} : {problem['sentence']}")
    again = _upload(stage, sent)
    if again["lines_added"]:
        raise StoryBroken(f"the same list again added {again['lines_added']} pupils")
    stage.tell.say(f"Le même fichier envoyé une seconde fois n’ajoute personne ({again['lines_known']} déjà connus).")


def _upload(stage: Stage, sent: ClassList) -> Json:
    school, season = stage.school, stage.story.with_school.season
    answer = school.till.upload(
        f"{school.path}/class-lists", sent.content, "text/csv", season=season, filename="classes.csv"
    )
    stage.clock.settle()  # a job loads it
    report: Json = school.till.get(f"{school.path}/class-lists/{answer['import']['import_id']}")["import"]
    if report["state"] != "loaded":
        raise StoryBroken(f"{report['lines_read']} of {report['lines_total']} lines were loaded")
    return report


def ask_for_benefits(stage: Stage) -> None:
    """Every pupil asks for the school's enrolment, and for the scheme that hangs on it."""
    stage.together(lambda young: _ask(stage.story, young), stage.pupils)
    title = stage.story.with_school.title
    stage.tell.say(f"{counted(len(stage.pupils), 'élève')} demandent {title}.")


def _ask(story: Story, young: PupilAccount) -> None:
    scheme = story.with_school
    young.member.post("/v1/enrolments", _request(story, young.person), found=lambda: _enrolment(young))
    body = {"scheme": scheme.id, "season": scheme.season}
    young.member.post("/v1/memberships", body, found=lambda: membership(young, scheme.id))


def _request(story: Story, pupil: Pupil) -> Json:
    assert pupil.schooling is not None  # every pupil has one
    studies = pupil.schooling
    return {
        "scheme": story.with_school.id, "season": story.with_school.season, "uai": story.school.uai,
        "level": studies.level, "track": studies.track, "sector": studies.sector,
    }  # fmt: skip


def _enrolment(young: PupilAccount) -> Json | None:
    asked = young.member.get("/v1/enrolments").get("enrolments", [])
    return {"enrolment": asked[-1]} if asked else None


def membership(young: Young, scheme: str) -> Json | None:
    """The person's membership of a scheme, as `{"membership": …}`."""
    theirs = young.member.get("/v1/memberships").get("memberships", [])
    return next(({"membership": each} for each in theirs if each["scheme"] == scheme), None)


def decide_enrolments(stage: Stage) -> None:
    """The school validates those on its list and rejects the others."""
    school = stage.school
    waiting = list(school.till.pages(f"{school.path}/enrolments", "enrolments"))
    stage.together(lambda enrolment: _decide(stage, enrolment), waiting)
    stage.clock.settle()
    states = Counter(enrolment["on_list"] for enrolment in waiting)
    stage.tell.say(
        f"{stage.school.name} valide {counted(states[True], 'demande')} et en rejette {states[False]} : « {_NOT_OURS} »"
    )
    expected = sum(1 for young in stage.pupils if young.person.is_rejected)
    if states[False] != expected:
        raise StoryBroken(f"{states[False]} pupils are not on the list, not {expected}")


def _decide(stage: Stage, enrolment: Json) -> None:
    school = stage.school
    validate = bool(enrolment["on_list"])
    body = {
        "validate": validate,
        "reason": "" if validate else _NOT_OURS,
        "level": "",
        "track": "",
        "sector": "",
    }
    state = _VALIDATED if validate else _REJECTED

    def decided() -> Json | None:
        known = school.till.pages(f"{school.path}/enrolments", "enrolments", state=state)
        same = (each for each in known if each["enrolment_id"] == enrolment["enrolment_id"])
        return next(({"enrolment": each} for each in same), None)

    school.till.post(f"{school.path}/enrolments/{enrolment['enrolment_id']}/decision", body, found=decided)


def show_credits(stage: Stage) -> None:
    """What the pupils see in their accounts, benefit by benefit and amount by amount."""
    amounts: Counter[tuple[str, int]] = Counter()
    for wallets in stage.together(lambda young: young.member.get("/v1/wallets"), stage.pupils):
        amounts.update((wallet["title"], int(wallet["credited_cents"])) for wallet in wallets.get("wallets", []))
    for (title, cents), holders in sorted(amounts.items()):
        stage.tell.say(f"{title} : {euros(cents)} pour {counted(holders, 'jeune')}.")
