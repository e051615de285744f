"""Young people join Culture & Sport: by card, by cheque, with the derogation, or refused with a reason."""

from __future__ import annotations

import httpx

from demo.client import Json
from demo.french import counted, euros, of
from demo.organisations import CULTURE, SEASON
from demo.stage import Stage, Young
from demo.steps.school import membership
from demo.waiting import until

_GOOD_CARD, _DECLINED_CARD = "4242 4242 4242 4242", "4000 0000 0000 0002"
FEE_CENTS = 1000
_CHEQUE_PAYERS = ("apprentice",)
_JOINERS = ("student", "apprentice", "eve", "commuter")


def refuse_before_the_school(stage: Stage) -> None:
    """Under 15, and not validated by the school yet: no derogation."""
    young = next(young for young in stage.pupils if young.person.under_fifteen)
    _must_refuse(stage, young, f"{young.name}, 14 ans, veut adhérer avant la réponse du lycée", "age_minimum")


def refuse_ineligible(stage: Stage) -> None:
    """Too old that very day; neither living nor schooled in Normandie."""
    _must_refuse(stage, stage.others["birthday"], "Adhésion le jour des 26 ans", "age_maximum")
    _must_refuse(
        stage,
        stage.others["outsider"],
        "Adhésion depuis Rennes, études à Rennes",
        "lives_or_studies_in_region",
    )


def refuse_a_second_time(stage: Stage) -> None:
    """Once per person and season."""
    _must_refuse(stage, stage.lead, f"{stage.lead.name} adhère une seconde fois", "already_member")


def _must_refuse(stage: Stage, young: Young, what: str, code: str) -> None:
    refusal = stage.must_refuse(lambda: _join(young), code)
    stage.record.member_refused(refusal)
    stage.tell.refused(what, refusal)


def _join(young: Young) -> Json:
    body = {"scheme": CULTURE, "season": SEASON}
    answer: Json = young.member.post("/v1/memberships", body)["membership"]
    return answer


def join(stage: Stage) -> None:
    """Everybody who may: those with a card pay at once, the others announce a cheque, one is given it."""
    everyone = joiners(stage)
    stage.together(_ask, everyone)
    paying = [young for young in everyone if not is_free(young)]
    by_card = [young for young in paying if not pays_by_cheque(young)]
    by_cheque = [young for young in paying if pays_by_cheque(young)]
    _decline_once(stage, by_card[0])
    stage.together(_pay_by_card, by_card)
    stage.together(_announce_cheque, by_cheque)
    _grant_free(stage)
    stage.record.fees_cents = FEE_CENTS * len(paying)
    stage.clock.settle()
    stage.tell.say(
        f"{counted(len(by_card), 'jeune')} adhèrent par carte bancaire ({euros(FEE_CENTS)} chacun), "
        f"{len(by_cheque)} annoncent un chèque."
    )
    derogated = next(young for young in stage.pupils if young.person.under_fifteen)
    stage.tell.say(f"{derogated.name}, 14 ans, est admis par dérogation : son lycée a validé sa demande.")


def joiners(stage: Stage) -> list[Young]:
    """Those who join Culture & Sport, in the order of the cast."""
    pupils: list[Young] = [young for young in stage.pupils if young.person.joins]
    return [*pupils, *(stage.others[slug] for slug in _JOINERS)]


def pays_by_cheque(young: Young) -> bool:
    """By the part that the story gives them."""
    return getattr(young.person, "pays_by_cheque", young.person.slug in _CHEQUE_PAYERS)


def is_free(young: Young) -> bool:
    """By the part that the story gives them."""
    return bool(getattr(young.person, "joins_free", False))


def _grant_free(stage: Stage) -> None:
    """The Région gives a membership for a mediation project (règlement 2025-2026, §3.1): nothing is cashed."""
    young = next(young for young in stage.pupils if is_free(young))
    path = f"/v1/staff/memberships/{theirs(young)['membership_id']}/free-grant"

    def granted() -> Json | None:
        known = theirs(young)
        return {"membership": known} if known["fee_state"] == "waived" else None

    body = {"reason": "Projet de médiation culturelle avec le lycée."}
    stage.staff.payer.post(path, body, key=f"free-{young.person.slug}", found=granted)
    stage.record.free_memberships += 1
    stage.tell.say(f"La Région offre l’adhésion {of(young.name)} (projet de médiation) : aucun paiement.")


def _ask(young: Young) -> None:
    young.member.post(
        "/v1/memberships", {"scheme": CULTURE, "season": SEASON}, found=lambda: membership(young, CULTURE)
    )


def theirs(young: Young) -> Json:
    """The person's membership of Culture & Sport."""
    known = membership(young, CULTURE)
    assert known is not None  # asked for before
    found: Json = known["membership"]
    return found


def _decline_once(stage: Stage, young: Young) -> None:
    """The bank says no: nothing is cashed, the person may try again."""
    _type_card(_checkout(young), _DECLINED_CARD)
    stage.clock.settle()
    stage.tell.say(f"La banque refuse la carte {of(young.name)} ; rien n’est encaissé, un autre essai réussit.")


def _pay_by_card(young: Young) -> None:
    """Pay on the provider's page; its signed webhook says so to the platform."""
    _type_card(_checkout(young), _GOOD_CARD)
    until(lambda: theirs(young) if theirs(young)["fee_state"] == "cashed" else None, f"the fee of {young.name}")


def _checkout(young: Young) -> str:
    started = young.member.post(f"/v1/memberships/{theirs(young)['membership_id']}/card-payments")
    return str(started["checkout_url"])


def _type_card(checkout_url: str, number: str) -> None:
    """As the person's browser does on the provider's own page."""

    def answered() -> bool | None:
        try:
            answer = httpx.post(f"{checkout_url}/pay", json={"card_number": number}, timeout=20)
        except httpx.TransportError:
            return None
        return None if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else True

    until(answered, "the payment provider")


def _announce_cheque(young: Young) -> None:
    def announced() -> Json | None:
        known = theirs(young)
        return {"membership": known} if known["fee_state"] == "cheque_announced" else None

    young.member.post(f"/v1/memberships/{theirs(young)['membership_id']}/cheques", found=announced)


def cash_cheques(stage: Stage) -> None:
    """The régie cashes what came by post: only now do those memberships count."""
    payer = stage.staff.payer
    waiting = list(
        payer.pages(
            "/v1/staff/memberships",
            "memberships",
            scheme=CULTURE,
            season=SEASON,
            fee_state="cheque_announced",
        )
    )
    for number, each in enumerate(sorted(waiting, key=lambda found: str(found["membership_id"]))):
        membership_id = each["membership_id"]
        body = {"reference": f"CHQ-{number:04d}"}
        payer.post(f"/v1/staff/memberships/{membership_id}/cheque-cashing", body, key=f"cheque-{membership_id}")
    stage.clock.settle()
    stage.tell.say(f"La régie encaisse {counted(len(waiting), 'chèque')} : {euros(FEE_CENTS * len(waiting))}.")
