"""Simulations: what somebody could have, before they sign up."""

from __future__ import annotations

from datetime import date

from atouts.wallet.v1 import memberships_pb2
from atouts.wallet.v1 import simulations_pb2 as pb

from chassis.errors import Malformed
from chassis.work import Work
from rulebooks import PERSON, Rulebook
from rulebooks.territory import REGION_OF_DEPARTMENT
from services.wallet.bootstrap import Parts
from services.wallet.domain.cents import euros
from services.wallet.domain.simulation import Said, simulate
from services.wallet.entrypoints import parse
from services.wallet.store import seasons

_STEPS = {
    "identity_check": "Envoyez la photo de votre pièce d'identité pour la faire vérifier.",
    "school_validation": "Demandez à votre établissement de valider votre inscription.",
    "fee": "Payez la cotisation de {fee}.",
}


class SimulationDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def simulate(self, work: Work, request: pb.SimulateRequest) -> pb.SimulateResponse:
        """On today's date, for each season that staff opened and that is not over."""
        said = _said(request, work.today)
        opened = [self._parts.rules.by_hash(found) for found in seasons.open_hashes(work).values()]
        rulebooks = sorted(
            (rulebook for rulebook in opened if work.today <= rulebook.ends_on),
            key=lambda rulebook: (rulebook.scheme, rulebook.season),
        )
        return pb.SimulateResponse(seasons=[_season(rulebook, said, work.today) for rulebook in rulebooks])


def _season(rulebook: Rulebook, said: Said, on: date) -> pb.SimulatedSeason:
    decision = simulate(rulebook, said, on)
    fee_cents = rulebook.fee.amount_cents if rulebook.fee else 0
    requires = decision.requires if decision.eligible else ()
    return pb.SimulatedSeason(
        scheme=rulebook.scheme,
        season=rulebook.season,
        title=rulebook.title,
        eligible=decision.eligible,
        reasons=[
            memberships_pb2.Reason(code=each.code, sentence=each.sentence, source=each.source, met=each.met)
            for each in decision.reasons
        ],
        requires=[pb.SimulatedStep(code=step, sentence=_STEPS[step].format(fee=euros(fee_cents))) for step in requires],
        fee_cents=fee_cents,
        benefits=[
            pb.SimulatedBenefit(
                benefit=each.benefit_id,
                title=rulebook.benefit(each.benefit_id).title,
                amount_cents=each.amount_cents,
            )
            for each in decision.entitlements
        ],
    )


def _said(request: pb.SimulateRequest, today: date) -> Said:
    """Raises Malformed."""
    birth_date = parse.day("birth_date", request.birth_date)
    if birth_date > today:
        raise Malformed("birth_date", "Indiquez une date de naissance passée.", "Give a birth date in the past.")
    return Said(
        birth_date,
        _department("residence_department", request.residence_department),
        _word("study_status", request.study_status),
        _department("study_department", request.study_department),
        _word("study_establishment_kind", request.study_establishment_kind),
        _word("study_level", request.study_level),
        _word("study_track", request.study_track),
    )


def _department(field: str, code: str) -> str:
    if code and code not in REGION_OF_DEPARTMENT:
        raise Malformed(field, "Indiquez un numéro de département, par exemple 14 ou 2A.", "Not a department's code.")
    return code


def _word(field: str, word: str) -> str:
    if word and word not in PERSON[field].values:
        raise Malformed(field, "Choisissez une des réponses proposées.", "Not a word of the rulebooks' vocabulary.")
    return word
