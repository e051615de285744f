"""`simulate` and `forecast`: what a rulebook says to one person, and to a hundred thousand."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from rulebooks.answers import Answer, BenefitAnswer, answer, plain
from rulebooks.authoring import explain
from rulebooks.authoring.facts import NAME, Line, read_people, read_person
from rulebooks.authoring.forecast import Forecast, forecast
from rulebooks.authoring.samples import sample
from rulebooks.authoring.words import article
from rulebooks.catalogue import Catalogue
from rulebooks.cli.places import directories
from rulebooks.french import counted, euros, grouped, listed, written_day, written_window
from rulebooks.rulebook import Rulebook

_STEPS = {
    "beneficiary_charter": "accepter la charte du bénéficiaire",
    "guardian_consent": "faire donner l'autorisation parentale",
    "identity_check": "faire vérifier la pièce d'identité",
    "school_validation": "faire valider l'inscription par l'établissement",
    "fee": "payer l'adhésion",
}
_EVERY = 5_000


def simulate(options: argparse.Namespace) -> int:
    """One person, decided by the function that the services call."""
    catalogue = Catalogue.load(*directories(options))
    rulebook = _rulebook(catalogue, options)
    facts = read_person(options.facts, options.on)
    versions = catalogue.versions(options.authority, options.scheme, options.season)
    told = answer(rulebook, rulebook.decide(facts, options.on), options.on, facts, versions)
    traces = explain.explain(rulebook, facts, options.on) if options.explain else ()
    if options.json:
        content = plain(told) | ({"explained": explain.plain(traces)} if options.explain else {})
        print(json.dumps(content, ensure_ascii=False, indent=1))
        return 0
    print("\n".join(_answer_lines(told)))
    if options.explain:
        print("\nPourquoi (✓ rempli, ✗ non rempli, – ne concerne pas cette personne)")
        print("\n".join(explain.lines(rulebook, traces)))
    return 0


def _rulebook(catalogue: Catalogue, options: argparse.Namespace) -> Rulebook:
    return catalogue.in_force(options.authority, options.scheme, options.season, options.on)


def _answer_lines(told: Answer) -> Iterator[str]:
    verdict = "a droit au dispositif" if told.eligible else "n'a pas droit au dispositif"
    yield f"{told.title}, le {written_day(told.on)} : la personne {verdict}."
    for reason in told.reasons:
        yield f"  {'✓' if reason.met else '✗'} {reason.sentence} [{article(reason.source)}]"
    if told.requires:
        yield f"Il reste à : {listed(_STEPS[step] for step in told.requires)}."
    if told.fee_cents:
        yield f"Prix de l'adhésion : {euros(told.fee_cents)}."
    for benefit in told.benefits:
        yield from _benefit_lines(benefit)
    for denial in told.denials:
        yield f"Pas d'avantage « {denial.title} » :"
        yield from (f"  ✗ {reason.sentence} [{article(reason.source)}]" for reason in denial.reasons)
    payout = told.payout
    yield f"Un paiement de ce jour est versé au partenaire au plus tard le {written_day(payout.due_on)}."
    yield told.cancellation.sentence
    yield f"Règlement : {told.rulebook.document}, version {told.rulebook.edition} [{told.rulebook.hash[:12]}]"


def _benefit_lines(benefit: BenefitAnswer) -> Iterator[str]:
    instalment = f", versement « {benefit.instalment} »" if benefit.instalment else ""
    amount = f" : {euros(benefit.amount_cents)}" if benefit.amount_cents else ""
    yield f"Avantage « {benefit.title} »{instalment}{amount}"
    yield f"  {benefit.spending}"
    if benefit.waits:
        yield f"  Attend encore : {', '.join(benefit.waits)}."
    if benefit.windows:
        yield f"  Utilisable {listed(written_window(window) for window in benefit.windows)}."
    if benefit.closes_on:
        yield f"  Dernier jour : {written_day(benefit.closes_on)}."
    if benefit.channels:
        yield f"  Par : {listed(_channel(each.label, each.code_asked) for each in benefit.channels)}."
    if benefit.goods:
        yield f"  {benefit.goods.allowed}"
        if benefit.goods.refused:
            yield f"  {benefit.goods.refused}"
    yield from (f"  En caisse, {euros(each.amount_cents)} de plus : {each.sentence}" for each in benefit.top_ups)


def _channel(label: str, code_asked: bool) -> str:
    return f"{label} (avec le code secret)" if code_asked else label


def run_forecast(options: argparse.Namespace) -> int:
    """Every person of a file, or of a sample; 1 when a line could not be read."""
    rulebook = _rulebook(Catalogue.load(*directories(options)), options)
    people = _people(rulebook, options)
    with options.output.open("w", encoding="utf-8", newline="") as output:
        summed = forecast(rulebook, people, options.on, output, _progress)
    for line in summed.refused:
        print(f"ligne {line.number} : {line.refused}", file=sys.stderr)
    if options.json:
        print(json.dumps(_summary(summed), ensure_ascii=False))
    else:
        print("\n".join(_summary_lines(rulebook, summed)))
    return 1 if summed.refused else 0


def _people(rulebook: Rulebook, options: argparse.Namespace) -> Iterable[Line]:
    if options.facts:
        return read_people(options.facts, options.on)
    people = sample(rulebook, options.sample, options.seed)
    return _kept(people, sorted(rulebook.facts_named), options.keep) if options.keep else people


def _kept(people: Iterable[Line], names: list[str], path: Path) -> Iterator[Line]:
    """The same people, written to a file that `--facts` reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([NAME, *names])
        for line in people:
            writer.writerow([line.id, *(_cell(line.facts[name]) for name in names)])
            yield line


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "|".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _progress(count: int) -> None:
    if count % _EVERY == 0:
        print(counted(count, "personne"), file=sys.stderr, flush=True)


def _summary(summed: Forecast) -> Mapping[str, object]:
    return {
        "people": summed.people,
        "eligible": summed.eligible,
        "refused_lines": len(summed.refused),
        "cents": summed.cents,
        "fee_cents": summed.fee_cents,
        "benefits": [asdict(cost) for cost in summed.costs.values()],
    }


def _summary_lines(rulebook: Rulebook, summed: Forecast) -> Iterator[str]:
    yield f"{rulebook.title} : {counted(summed.people, 'personne')}, {grouped(summed.eligible)} éligibles."
    for cost in summed.costs.values():
        limit = " au plus (sur dossier)" if cost.ceiling else ""
        yield f"  {cost.title} : {counted(cost.persons, 'personne')}, {euros(cost.cents)}{limit}"
    left_out = "sans les aides sur dossier ni les compléments en caisse"
    yield f"Dépense si tout est utilisé : {euros(summed.cents)}, {left_out}."
    if summed.fee_cents:
        yield f"Adhésions : {euros(summed.fee_cents)}."
    if summed.refused:
        yield f"{counted(len(summed.refused), 'ligne')} non lues."
