"""Young people join the scheme with a fee: by card, by cheque, with the derogation, or refused with a reason."""

from __future__ import annotations

import httpx

from demo.client import Json
from demo.french import counted, euros, of
from demo.people import Other
from demo.stage import Stage, Young
from demo.steps.school import membership
from demo.waiting import until

_GOOD_CARD, _DECLINED_CARD = "4242 4242 4242 4242", "4000 0000 0000 0002"


def refuse_before_the_school(stage: Stage) -> None:
    """Too young, and not validated by the school yet: no derogation."""
    young, reason = _derogated(stage), stage.story.refused_before_the_school
    _must_refuse(stage, young, f"{young.name}, 14 ans, veut adhérer avant la réponse du lycée", reason)


def refuse_ineligible(stage: Stage) -> None:
    """Too old that very day; neither living nor schooled where the scheme is for."""
    for young in stage.others.values():
        if isinstance(young.person, Other) and (refused := young.person.refused):
            _must_refuse(stage, young, refused.told, refused.code)


def _derogated(stage: Stage) -> Young:
    return next(young for young in stage.pupils if young.person.under_fifteen)


def refuse_a_second_time(stage: Stage) -> None:
    """Once per person and season."""
    _must_refuse(stage, stage.lead, f"{stage.lead.name} adhère une seconde fois", "already_member")


def _must_refuse(stage: Stage, young: Young, what: str, code: str) -> None:
    refusal = stage.must_refuse(lambda: _join(stage, young), code)
    stage.record.member_refused(refusal)
    stage.tell.refused(what, refusal)


def _join(stage: Stage, young: Young) -> Json:
    answer: Json = young.member.post("/v1/memberships", _season(stage))["membership"]
    return answer


def _season(stage: Stage) -> dict[str, str]:
    scheme = stage.story.with_fee
    return {"scheme": scheme.id, "season": scheme.season}


def join(stage: Stage) -> None:
    """Everybody who may: those with a card pay at once, the others announce a cheque, one is given it."""
    everyone, fee_cents = joiners(stage), stage.story.with_fee.fee_cents
    stage.together(lambda young: _ask(stage, young), everyone)
    paying = [young for young in everyone if not young.person.joins_free]
    by_card = [young for young in paying if not young.person.pays_by_cheque]
    by_cheque = [young for young in paying if young.person.pays_by_cheque]
    _decline_once(stage, by_card[0])
    stage.together(lambda young: _pay_by_card(stage, young), by_card)
    stage.together(lambda young: _announce_cheque(stage, young), by_cheque)
    _grant_free(stage)
    stage.record.fees_cents = fee_cents * len(paying)
    stage.clock.settle()
    stage.tell.say(
        f"{counted(len(by_card), 'jeune')} adhèrent par carte bancaire ({euros(fee_cents)} chacun), "
        f"{len(by_cheque)} annoncent un chèque."
    )
    stage.tell.say(f"{_derogated(stage).name}, 14 ans, est admis par dérogation : son lycée a validé sa demande.")


def joiners(stage: Stage) -> list[Young]:
    """Those who join, in the order of the cast."""
    everyone: list[Young] = [*stage.pupils, *stage.others.values()]
    return [young for young in everyone if young.person.joins]


def _grant_free(stage: Stage) -> None:
    """The authority gives a membership for a mediation project (règlement 2025-2026, §3.1): nothing is cashed."""
    young = next(young for young in stage.pupils if young.person.joins_free)
    path = f"/v1/staff/memberships/{theirs(stage, young)['membership_id']}/free-grant"

    def granted() -> Json | None:
        known = theirs(stage, young)
        return {"membership": known} if known["fee_state"] == "waived" else None

    body = {"reason": "Projet de médiation culturelle avec le lycée."}
    stage.staff.payer.post(path, body, key=f"free-{young.person.slug}", found=granted)
    stage.record.free_memberships += 1
    stage.tell.say(
        f"{stage.story.authority.beginning} offre l’adhésion {of(young.name)} (projet de médiation) : aucun paiement."
    )


def _ask(stage: Stage, young: Young) -> None:
    scheme = stage.story.with_fee.id
    young.member.post("/v1/memberships", _season(stage), found=lambda: membership(young, scheme))


def theirs(stage: Stage, young: Young) -> Json:
    """The person's membership of the scheme with a fee."""
    known = membership(young, stage.story.with_fee.id)
    assert known is not None  # asked for before
    found: Json = known["membership"]
    return found


def _decline_once(stage: Stage, young: Young) -> None:
    """The bank says no: nothing is cashed, the person may try again."""
    _type_card(_checkout(stage, young), _DECLINED_CARD)
    stage.clock.settle()
    stage.tell.say(f"La banque refuse la carte {of(young.name)} ; rien n’est encaissé, un autre essai réussit.")


def _pay_by_card(stage: Stage, young: Young) -> None:
    """Pay on the provider's page; its signed webhook says so to the platform."""
    _type_card(_checkout(stage, young), _GOOD_CARD)

    def cashed() -> bool | None:
        return True if theirs(stage, young)["fee_state"] == "cashed" else None

    until(cashed, f"the fee of {young.name}")


def _checkout(stage: Stage, young: Young) -> str:
    started = young.member.post(f"/v1/memberships/{theirs(stage, young)['membership_id']}/card-payments")
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


def _announce_cheque(stage: Stage, young: Young) -> None:
    def announced() -> Json | None:
        known = theirs(stage, young)
        return {"membership": known} if known["fee_state"] == "cheque_announced" else None

    young.member.post(f"/v1/memberships/{theirs(stage, young)['membership_id']}/cheques", found=announced)


def cash_cheques(stage: Stage) -> None:
    """The régie cashes what came by post: only now do those memberships count."""
    payer, fee_cents = stage.staff.payer, stage.story.with_fee.fee_cents
    waiting = list(
        payer.pages(
            "/v1/staff/memberships",
            "memberships",
            **_season(stage),
            fee_state="cheque_announced",
        )
    )
    for number, each in enumerate(sorted(waiting, key=lambda found: str(found["membership_id"]))):
        membership_id = each["membership_id"]
        body = {"reference": f"CHQ-{number:04d}"}
        payer.post(f"/v1/staff/memberships/{membership_id}/cheque-cashing", body, key=f"cheque-{membership_id}")
    stage.clock.settle()
    stage.tell.say(f"La régie encaisse {counted(len(waiting), 'chèque')} : {euros(fee_cents * len(waiting))}.")
