"""Simulations: what somebody could have, before they sign up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from atouts.wallet.v1 import memberships_pb2
from atouts.wallet.v1 import simulations_pb2 as pb

from chassis.errors import Malformed
from chassis.work import Work
from rulebooks import PERSON, Reason, Rulebook
from rulebooks.answers import Answer, BenefitAnswer, PayoutAnswer
from rulebooks.schedule import Window
from rulebooks.territory import REGION_OF_DEPARTMENT
from services.wallet.bootstrap import Parts
from services.wallet.domain.cents import euros
from services.wallet.domain.simulation import Said, simulate
from services.wallet.entrypoints import parse
from services.wallet.store import seasons

_STEPS = {
    "beneficiary_charter": "Acceptez la charte du bénéficiaire.",
    "guardian_consent": "Demandez l'autorisation d'un titulaire de l'autorité parentale.",
    "identity_check": "Envoyez la photo de votre pièce d'identité pour la faire vérifier.",
    "school_validation": "Demandez à votre établissement de valider votre inscription.",
    "fee": "Payez la cotisation de {fee}.",
}
# Facts that the request has a field of its own for.
_OWN_FIELDS = ("study_status", "study_establishment_kind", "study_level", "study_track")
_MOST_CODES, _LONGEST = 50, 64


class SimulationDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def simulate(self, work: Work, request: pb.SimulateRequest) -> pb.SimulateResponse:
        """On today's date, by the version in force, for each season that staff opened and that is not over."""
        said, rules = _said(request, work), self._parts.rules
        told = []
        for _, versions in sorted(seasons.versions(work).items()):
            adopted = [rules.by_hash(version.rulebook_hash) for version in versions]
            rulebook = rules.in_force(work, adopted[0].scheme, adopted[0].season)
            if work.today <= rulebook.ends_on:
                told.append(_season(rulebook, simulate(rulebook, said, work.today, adopted)))
        return pb.SimulateResponse(seasons=told)


def _season(rulebook: Rulebook, told: Answer) -> pb.SimulatedSeason:
    fee = euros(told.fee_cents)
    consents = {consent.code: consent.sentence for consent in rulebook.consents}
    return pb.SimulatedSeason(
        scheme=told.scheme,
        season=told.season,
        title=told.title,
        eligible=told.eligible,
        reasons=_reasons(told.reasons),
        requires=[
            pb.SimulatedStep(code=step, sentence=_STEPS[step].format(fee=fee))
            for step in (told.requires if told.eligible else ())
        ],
        fee_cents=told.fee_cents,
        benefits=[_benefit(each, consents) for each in told.benefits],
        denials=[
            pb.SimulatedDenial(benefit=each.id, title=each.title, reasons=_reasons(each.reasons))
            for each in told.denials
        ],
        payout=_payout(told.payout),
        cancellation=told.cancellation.sentence,
        rulebook_hash=told.rulebook.hash,
        edition=told.rulebook.edition,
        document=told.rulebook.document,
    )


def _benefit(told: BenefitAnswer, consents: Mapping[str, str]) -> pb.SimulatedBenefit:
    return pb.SimulatedBenefit(
        benefit=told.id,
        title=told.title,
        amount_cents=told.amount_cents,
        kind=told.kind,
        uses=told.uses,
        unit_cents=told.unit_cents,
        holder_cents=told.holder_cents,
        instalment=told.instalment or "",
        waits=[pb.SimulatedStep(code=code, sentence=consents[code]) for code in told.waits],
        windows=[_window(window) for window in told.windows],
        is_open=told.is_open,
        closes_on=told.closes_on.isoformat() if told.closes_on else "",
        channels=[
            pb.SimulatedChannel(
                channel=each.id, label=each.label, code_asked=each.code_asked, code_needed=each.code_needed
            )
            for each in told.channels
        ],
        spending=told.spending,
        goods_allowed=told.goods.allowed if told.goods else "",
        goods_refused=told.goods.refused if told.goods else "",
        top_ups=[
            pb.SimulatedTopUp(code=each.code, amount_cents=each.amount_cents, sentence=each.sentence)
            for each in told.top_ups
        ],
    )


def _payout(told: PayoutAnswer) -> pb.SimulatedPayout:
    return pb.SimulatedPayout(
        rhythm=told.rhythm,
        period=pb.SimulatedWindow(opens_on=told.period.start.isoformat(), closes_on=told.period.end.isoformat()),
        due_on=told.due_on.isoformat(),
    )


def _window(window: Window) -> pb.SimulatedWindow:
    return pb.SimulatedWindow(opens_on=window.opens_on.isoformat(), closes_on=window.closes_on.isoformat())


def _reasons(reasons: Iterable[Reason]) -> list[memberships_pb2.Reason]:
    return [
        memberships_pb2.Reason(code=each.code, sentence=each.sentence, source=each.source, met=each.met)
        for each in reasons
    ]


def _said(request: pb.SimulateRequest, work: Work) -> Said:
    """Raises Malformed."""
    birth_date = parse.day("birth_date", request.birth_date)
    if birth_date > work.today:
        raise Malformed("birth_date", "Indiquez une date de naissance passée.", "Give a birth date in the past.")
    own = {field: _fact(field, field, getattr(request, field)) for field in _OWN_FIELDS}
    more = {name: _fact(name, f"facts.{name}", text) for name, text in request.facts.items()}
    return Said(
        birth_date,
        _department("residence_department", request.residence_department),
        _department("study_department", request.study_department),
        {**own, **more},
    )


def _department(field: str, code: str) -> str:
    if code and code not in REGION_OF_DEPARTMENT:
        raise Malformed(field, "Indiquez un numéro de département, par exemple 14 ou 2A.", "Not a department's code.")
    return code


def _fact(name: str, field: str, text: str) -> object:
    """What the text says of a fact that somebody tells: nobody says what the platform derives. Raises Malformed."""
    fact = PERSON.get(name)
    value = _value(fact.type, text) if fact and fact.told_by != "platform" and _is_short(text) else None
    if fact is None or value is None or fact.complaint(value) is not None:
        raise Malformed(field, "Choisissez une des réponses proposées.", "Not a word of the rulebooks' vocabulary.")
    return value


def _is_short(text: str) -> bool:
    parts = text.split(",")
    return len(parts) <= _MOST_CODES and all(len(part) <= _LONGEST and part.isprintable() for part in parts)


def _value(kind: type, text: str) -> object:
    """None where the text cannot say a value of this kind."""
    if kind is bool:
        return {"true": True, "false": False, "": False}.get(text)
    if kind is list:
        return sorted({part for part in text.split(",") if part})
    return text if kind is str else None
