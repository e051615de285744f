"""What a schema cannot say of a benefit: the shape of its kind, its windows, its amounts, what goes together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from rulebooks.documents import Document, Where
from rulebooks.problems import Problem
from rulebooks.vocabulary import ACTIVITIES

_MONEY, _TICKETS, _VOUCHERS, _ACCESS, _TRANSFER, _GRANT = "money", "tickets", "vouchers", "access", "transfer", "grant"
_AT_A_TILL = frozenset({_MONEY, _TICKETS, _VOUCHERS, _TRANSFER})

# A section that only some kinds have, and why the others do not.
_SECTION_OF: Mapping[str, tuple[frozenset[str], str]] = MappingProxyType(
    {
        "unit": (frozenset({_TICKETS, _VOUCHERS}), "la valeur d'un ticket ou d'un bon"),
        "spending": (frozenset({_MONEY}), "la façon de dépenser un porte-monnaie"),
        "limit": (frozenset({_ACCESS}), "le nombre d'utilisations d'un accès"),
        "transfer": (frozenset({_TRANSFER}), "le versement chez un autre opérateur"),
        "grant": (frozenset({_GRANT}), "l'instruction d'une demande d'aide"),
        "top_ups": (frozenset({_MONEY, _VOUCHERS}), "un complément à la caisse"),
        "amounts": (_AT_A_TILL | {_GRANT}, "un montant ou un nombre"),
        "without_amount": (_AT_A_TILL | {_GRANT}, "la réponse à qui n'a pas de montant"),
        "channels": (_AT_A_TILL | {_ACCESS}, "les canaux d'utilisation chez un partenaire"),
    }
)
# What a kind cannot do without; `windows` stands for `window` too.
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        _MONEY: ("amounts", "channels", "windows"),
        _TICKETS: ("amounts", "unit", "channels", "windows"),
        _VOUCHERS: ("amounts", "unit", "channels", "windows"),
        _ACCESS: ("windows",),
        _TRANSFER: ("amounts", "transfer", "channels", "windows"),
        _GRANT: ("amounts", "grant"),
    }
)
_REMEDY_OF: Mapping[str, str] = MappingProxyType(
    {
        "amounts": "Ajoutez « amounts » : un montant au moins, avec sa source.",
        "unit": "Ajoutez « unit » : {cents: 1500, source: …} pour un bon de 15 €.",
        "channels": "Ajoutez « channels » : {by: [qr], source: …}.",
        "windows": "Ajoutez « window » : {opens_on: …, closes_on: …, source: …}.",
        "transfer": "Ajoutez « transfer » : opérateur, unité, valeur de l'unité, en une fois ou non.",
        "grant": "Ajoutez « grant » : qui décide, qui est payé, les pièces à joindre.",
    }
)


@dataclass(frozen=True)
class _Benefit:
    """One benefit of a document, whose structure may be wrong. `sections`: those that it states."""

    document: Document
    where: Where

    @property
    def name(self) -> str:
        return self.document.text_at(*self.where, "id") or f"no {int(self.where[-1]) + 1}"

    @property
    def kind(self) -> str:
        """Empty where it is none of the six: the structure tells it."""
        kind = self.document.text_at(*self.where, "kind") or ""
        return kind if kind in _NEEDED else ""

    @property
    def sections(self) -> frozenset[str]:
        stated = self.document.at(*self.where)
        return frozenset(stated) if isinstance(stated, dict) else frozenset()

    @property
    def amounts(self) -> tuple[Where, ...]:
        return self.document.places_in(*self.where, "amounts")

    def problem(self, within: Where, sentence: str, remedy: str) -> Problem:
        return self.document.problem((*self.where, *within), sentence, remedy)


def benefit_problems(document: Document) -> Iterator[Problem]:
    """Everything wrong with each benefit beyond its structure, and beyond what it refers to in the file."""
    for where in document.places_in("benefits"):
        benefit = _Benefit(document, where)
        for check in _CHECKS:
            yield from check(benefit)


def _shape(benefit: _Benefit) -> Iterator[Problem]:
    kind = benefit.kind
    if not kind:
        return
    sections = benefit.sections | ({"windows"} if "window" in benefit.sections else set())
    for section, (kinds, what) in _SECTION_OF.items():
        if section in sections and kind not in kinds:
            yield benefit.problem(
                (section,),
                f"L'avantage « {benefit.name} » est de genre « {kind} » : « {section} » ({what}) n'y a pas sa place.",
                f"Retirez « {section} », ou changez de genre : {', '.join(sorted(kinds))}.",
            )
    for section in _NEEDED[kind]:
        if section not in sections:
            name = "window" if section == "windows" else section
            yield benefit.problem(
                (),
                f"L'avantage « {benefit.name} » est de genre « {kind} » : il lui manque « {name} ».",
                _REMEDY_OF[section],
            )


def _counted_in(benefit: _Benefit) -> Iterator[Problem]:
    """Tickets and vouchers are counted, the other amounts are cents."""
    if benefit.kind not in _AT_A_TILL | {_GRANT}:
        return
    wanted, refused = ("count", "cents") if benefit.kind in (_TICKETS, _VOUCHERS) else ("cents", "count")
    for where in benefit.amounts:
        if benefit.document.at(*where, refused) is not None:
            yield benefit.document.problem(
                (*where, refused),
                f"Un avantage de genre « {benefit.kind} » se compte en « {wanted} », pas en « {refused} ».",
                "Écrivez « count » (un nombre) pour des tickets ou des bons, « cents » (des centimes) pour le reste.",
            )


def _at_partners(benefit: _Benefit) -> Iterator[Problem]:
    sections = benefit.sections
    if "channels" in sections and "category" not in sections:
        yield benefit.problem(
            (),
            f"L'avantage « {benefit.name} » s'utilise chez des partenaires et n'a pas d'agrément.",
            "Indiquez l'agrément (« category ») des partenaires qui acceptent cet avantage.",
        )
    elif "category" in sections and "channels" not in sections and benefit.kind == _ACCESS:
        yield benefit.problem(
            ("category",),
            f"L'avantage « {benefit.name} » a un agrément et aucun canal : aucun partenaire ne pourra l'accepter.",
            "Ajoutez « channels », ou retirez « category ».",
        )
    by = benefit.document.texts_in(*benefit.where, "channels", "by")
    if by and benefit.kind == _TRANSFER and set(by) != {"external"}:
        yield benefit.problem(
            ("channels",),
            "Un versement (« transfer ») part du site de son opérateur.",
            "Écrivez « by: [external] ».",
        )


def _windows(benefit: _Benefit) -> Iterator[Problem]:
    if {"window", "windows"} <= benefit.sections:
        yield benefit.problem(
            ("windows",), "« window » et « windows » sont écrits tous les deux.", "Gardez « windows » seul."
        )
    places = [(*benefit.where, "window"), *benefit.document.places_in(*benefit.where, "windows")]
    for where in places:
        yield from _out_of_order(benefit, where)
    yield from _overlapping(benefit, places)


def _out_of_order(benefit: _Benefit, where: Where) -> Iterator[Problem]:
    """A window lies in the season; a wallet with a life of its own may end after it."""
    document = benefit.document
    opens, closes = document.day_at(*where, "opens_on"), document.day_at(*where, "closes_on")
    starts, spend = document.day_at("season", "starts_on"), document.day_at("season", "spend_until")
    remedy = "Remettez ces deux dates dans l'ordre."
    if opens and closes and opens > closes:
        yield document.problem(
            (*where, "closes_on"),
            f"La période de « {benefit.name} » s'ouvre le {opens}, après sa fin ({closes}).",
            remedy,
        )
    if opens and starts and opens < starts:
        yield document.problem(
            (*where, "opens_on"),
            f"La période de « {benefit.name} » s'ouvre le {opens}, avant « season › starts_on » ({starts}).",
            remedy,
        )
    if closes and spend and closes > spend and document.at(*benefit.where, "loading", "valid_months") is None:
        yield document.problem(
            (*where, "closes_on"),
            f"La période de « {benefit.name} » finit le {closes}, après « season › spend_until » ({spend}).",
            remedy,
        )


def _overlapping(benefit: _Benefit, places: list[Where]) -> Iterator[Problem]:
    document = benefit.document
    known: list[tuple[date, date, Where]] = []
    for where in places:
        opens, closes = document.day_at(*where, "opens_on"), document.day_at(*where, "closes_on")
        if opens is not None and closes is not None:
            known.append((opens, closes, where))
    for (_, closes, _), (opens, _, where) in pairwise(sorted(known)):
        if opens <= closes:
            yield document.problem(
                where,
                f"Deux périodes de « {benefit.name} » se chevauchent : fin le {closes}, début le {opens}.",
                "Séparez-les, ou faites-en une seule.",
            )


def _reached(benefit: _Benefit) -> Iterator[Problem]:
    """Each amount can be somebody's, and who has none is told why."""
    document, amounts = benefit.document, benefit.amounts
    tests = [document.at(*where, "when") for where in amounts]
    stated = [isinstance(document.at(*where), dict) for where in amounts]
    first = next((i for i, test in enumerate(tests) if test is None and stated[i]), None)
    if first is None and amounts and all(stated) and "without_amount" not in benefit.sections:
        yield benefit.problem(
            ("amounts",),
            "Tous les montants ont une condition et rien ne dit ce qui arrive aux autres personnes.",
            "Ajoutez « without_amount » (code, unmet, source) ou un montant sans condition.",
        )
    seen: set[str] = set()
    for index, test in enumerate(tests):
        written = json.dumps(test, sort_keys=True)
        if (first is not None and index > first) or (test is not None and written in seen):
            yield document.problem(
                amounts[index],
                "Personne ne peut recevoir ce montant : un montant écrit avant lui le devance toujours.",
                "Placez le montant sans condition en dernier, et chaque condition une seule fois.",
            )
        seen.add(written)


def _instalments(benefit: _Benefit) -> Iterator[Problem]:
    """An amount without a name beside named ones is paid in one go."""
    named = any(benefit.document.at(*where, "instalment") is not None for where in benefit.amounts)
    if named and benefit.document.text_at(*benefit.where, "once", "per") == "season":
        yield benefit.problem(
            ("once", "per"),
            f"Les versements de « {benefit.name} » ont un nom et l'avantage revient à chaque saison.",
            "Écrivez « per: schooling » ou « per: life » : c'est ce qui compte chaque versement une fois.",
        )


def _whole_units(benefit: _Benefit) -> Iterator[Problem]:
    document = benefit.document
    unit_cents = document.integer_at(*benefit.where, "transfer", "unit_cents")
    unit = document.text_at(*benefit.where, "transfer", "unit")
    for where in benefit.amounts if unit_cents else ():
        cents = document.integer_at(*where, "cents")
        if cents is not None and unit_cents and cents % unit_cents:
            yield document.problem(
                (*where, "cents"),
                f"{cents} centimes ne font pas un nombre entier de « {unit} » ({unit_cents} centimes).",
                "Corrigez le montant ou « unit_cents ».",
            )


def _loading(benefit: _Benefit) -> Iterator[Problem]:
    at = benefit.document.text_at(*benefit.where, "loading", "at")
    if at == "activation" and benefit.document.at(*benefit.where, "loading", "valid_months") is not None:
        yield benefit.problem(
            ("loading", "valid_months"),
            "« valid_months » compte à partir d'un chargement ultérieur (« at: later »).",
            "Écrivez « at: later », ou retirez « valid_months » : la période (« window ») suffit.",
        )


def _vouchers(benefit: _Benefit) -> Iterator[Problem]:
    by = benefit.document.texts_in(*benefit.where, "channels", "by")
    if by and ("voucher" in by) != ("vouchers" in benefit.sections):
        yield benefit.problem(
            ("channels",),
            "Le canal « voucher » et « vouchers › taken_by » vont ensemble.",
            "Indiquez les deux, ou aucun des deux.",
        )
    for activity in benefit.document.texts_in(*benefit.where, "vouchers", "taken_by"):
        if activity not in ACTIVITIES:
            yield benefit.problem(
                ("vouchers", "taken_by"),
                f"L'activité « {activity} » n'existe pas.",
                f"Choisissez parmi : {', '.join(sorted(ACTIVITIES))}.",
            )


_CHECKS: tuple[Callable[[_Benefit], Iterator[Problem]], ...] = (
    _shape,
    _counted_in,
    _at_partners,
    _windows,
    _reached,
    _instalments,
    _whole_units,
    _loading,
    _vouchers,
)
