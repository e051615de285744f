"""What a schema cannot say of a whole file: its name, its dates, what it refers to, what must rise.

Every check bears a document whose structure is wrong too, so that one report holds all mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from rulebooks.benefit_checks import benefit_problems
from rulebooks.condition_checks import condition_problems, excludes_activity
from rulebooks.documents import Document, Where
from rulebooks.problems import Problem
from rulebooks.vocabulary import ACTIVITIES

Check = Callable[[Document], Iterator[Problem]]


def rulebook_problems(document: Document, path: Path) -> Iterator[Problem]:
    """Everything wrong with a rulebook beyond its structure. `path` ends in `<season>[@<day>].yaml`."""
    for check in _RULEBOOK_CHECKS:
        yield from check(document)
    yield from _file_name(document, path)


def authority_problems(document: Document, path: Path) -> Iterator[Problem]:
    """Everything wrong with an authority beyond its structure. `path` is `<id>/authority.yaml`."""
    if document.text_at("id") not in (None, path.parent.name):
        yield document.problem(
            ("id",),
            f"L'identifiant n'est pas le nom du dossier ({path.parent.name}).",
            "Donnez-leur le même nom.",
        )
    iban = document.text_at("debtor", "iban")
    if iban is not None and not iban_holds(iban):
        yield document.problem(("debtor", "iban"), "La clé de cet IBAN est fausse.", "Recopiez l'IBAN depuis le RIB.")
    yield from _subscriber_problems(document, path)


def iban_holds(iban: str) -> bool:
    """ISO 13616: the rearranged digits leave 1 modulo 97."""
    rearranged = iban[4:] + iban[:4]
    return rearranged.isalnum() and int("".join(str(int(char, 36)) for char in rearranged)) % 97 == 1


def _subscriber_problems(document: Document, path: Path) -> Iterator[Problem]:
    """Each subscriber once, and only schemes that the authority has."""
    seen: set[str | None] = {None}
    for where in document.places_in("subscribers"):
        name = document.text_at(*where, "id")
        if name in seen - {None}:
            yield document.problem(
                where, f"L'abonné « {name} » est écrit deux fois.", "Gardez une seule des deux entrées."
            )
        seen.add(name)
        for scheme in document.texts_in(*where, "schemes"):
            if not (path.parent / scheme).is_dir():
                yield document.problem(
                    (*where, "schemes"),
                    f"Aucun dispositif ne s'appelle « {scheme} ».",
                    "Écrivez le nom du dossier d'un dispositif de cette collectivité.",
                )


def _file_name(document: Document, path: Path) -> Iterator[Problem]:
    season, _, counts_from = path.stem.partition("@")
    if document.text_at("season", "name") not in (None, season):
        yield document.problem(
            ("season", "name"),
            f"La saison ne porte pas le nom du fichier ({season}).",
            "Donnez le même nom au fichier et à la saison.",
        )
    if (document.text_at("version", "counts_from") or "") != counts_from:
        yield document.problem(
            ("version", "counts_from"),
            f"Le nom du fichier et « version › counts_from » ne disent pas le même jour ({path.stem}).",
            "Nommez une version « <saison>@<jour>.yaml » et donnez-y ce jour ; la première n'en a pas.",
        )


def _references(document: Document) -> Iterator[Problem]:
    categories = _ids(document, "categories")
    for where in document.places_in("benefits"):
        category = document.text_at(*where, "category")
        if category is not None and category not in categories:
            yield _unknown_category(document, (*where, "category"), category, categories)
    for where in document.places_in("payout", "holds"):
        for category in document.texts_in(*where, "categories"):
            if category not in categories:
                yield _unknown_category(document, (*where, "categories"), category, categories)
    benefits = _ids(document, "benefits")
    for where in document.places_in("consents"):
        for benefit in document.texts_in(*where, "for"):
            if benefit not in benefits:
                yield document.problem(
                    (*where, "for"),
                    f"L'avantage « {benefit} » n'existe pas.",
                    f"Choisissez parmi : {_listed(benefits)}.",
                )


def _unknown_category(document: Document, where: Where, category: str, known: Iterable[str]) -> Problem:
    return document.problem(
        where,
        f"L'agrément « {category} » n'existe pas.",
        f"Décrivez-le sous « categories », ou choisissez parmi : {_listed(known)}.",
    )


def _ids(document: Document, group: str) -> set[str]:
    found = (document.text_at(*where, "id") for where in document.places_in(group))
    return {identifier for identifier in found if identifier}


def _repeated_ids(document: Document) -> Iterator[Problem]:
    for places, key in _groups(document):
        seen: set[str] = set()
        for where in places:
            found = document.text_at(*where, key)
            if found in seen:
                yield document.problem(
                    (*where, key), f"« {found} » sert déjà d'identifiant.", "Choisissez-en un autre."
                )
            seen |= {found} if found else set()


def _groups(document: Document) -> Iterator[tuple[tuple[Where, ...], str]]:
    """The lists in which an identifier may stand once, and how it is called there."""
    for group in ("benefits", "categories"):
        yield document.places_in(group), "id"
    yield document.places_in("bons_plans", "themes"), "id"
    yield document.places_in("consents"), "code"
    yield document.places_in("payout", "holds"), "code"
    for benefit in document.places_in("benefits"):
        yield document.places_in(*benefit, "top_ups"), "code"
        yield document.places_in(*benefit, "grant", "documents"), "id"
    for kind in ("company", "association", "public_body"):
        common = document.places_in("documents", kind)
        yield common, "id"
        for category in document.places_in("categories"):
            yield (*common, *document.places_in(*category, "documents", kind)), "id"


def _dates(document: Document) -> Iterator[Problem]:
    starts: Where = ("season", "starts_on")
    spend: Where = ("season", "spend_until")
    join_ends: Where = ("join", "closes_on")
    orders: tuple[tuple[Where, Where], ...] = (
        (starts, ("season", "ends_on")),
        (starts, spend),
        (("join", "opens_on"), join_ends),
        (join_ends, ("join", "settle", "until")),
        (join_ends, spend),
        (starts, ("agreement", "until")),
    )
    for earlier, later in orders:
        first, last = document.day_at(*earlier), document.day_at(*later)
        if first is not None and last is not None and first > last:
            yield document.problem(
                later if len(later) >= len(earlier) else earlier,
                f"{_named(earlier)} ({first}) vient après {_named(later)} ({last}).",
                "Remettez ces deux dates dans l'ordre.",
            )


def _named(where: Where) -> str:
    return f"« {' › '.join(str(part) for part in where)} »"


def _rising(document: Document) -> Iterator[Problem]:
    thresholds = document.places_in("budget", "thresholds_percent")
    steps = tuple((*step, "count") for step in document.places_in("bons_plans", "no_show"))
    for places, what in ((thresholds, "Les seuils d'alerte"), (steps, "Les nombres d'absences")):
        for earlier, later in pairwise(places):
            before, after = document.integer_at(*earlier), document.integer_at(*later)
            if before is not None and after is not None and after <= before:
                yield document.problem(
                    later,
                    f"{what} doivent monter : {after} vient après {before}.",
                    "Rangez-les du plus petit au plus grand.",
                )


def _secret_code(document: Document) -> Iterator[Problem]:
    """A code that no benefit's channel asks for, or a channel of which no benefit knows."""
    used = {
        channel for where in document.places_in("benefits") for channel in document.texts_in(*where, "channels", "by")
    }
    for name in ("asked_by", "needed_by"):
        for channel in document.texts_in("secret_code", name):
            if channel not in used:
                yield document.problem(
                    ("secret_code", name),
                    f"Aucun avantage ne s'utilise par le canal « {channel} ».",
                    f"Retirez-le, ou ajoutez-le aux canaux d'un avantage. Canaux utilisés : {_listed(used)}.",
                )


def _bons_plans(document: Document) -> Iterator[Problem]:
    for where in document.places_in("bons_plans", "themes"):
        if document.at(*where, "when") is not None and document.at(*where, "unmet") is None:
            yield document.problem(
                where,
                "Ce thème est réservé (« when ») et rien ne dit pourquoi aux autres personnes.",
                "Ajoutez « unmet » : une phrase qui dit à qui le thème est réservé.",
            )
    by = document.texts_in("bons_plans", "winners", "by")
    drawn_by = document.at("bons_plans", "winners", "draws_run_by")
    if by and ("draw" in by) != (drawn_by is not None):
        yield document.problem(
            ("bons_plans", "winners"),
            "Le tirage au sort (« draw ») et « draws_run_by » vont ensemble.",
            "Indiquez les deux, ou aucun des deux.",
        )


def _voucher_takers(document: Document) -> Iterator[Problem]:
    """A partner whose activity the benefit's accreditation excludes cannot take its vouchers."""
    categories = {document.text_at(*where, "id"): where for where in document.places_in("categories")}
    for benefit in document.places_in("benefits"):
        category = categories.get(document.text_at(*benefit, "category"), ())
        tests = [
            document.at(*where, "when")
            for where in document.places_in(*category, "conditions")
            if category and document.at(*where, "if") is None
        ]
        for activity in document.texts_in(*benefit, "vouchers", "taken_by"):
            if activity in ACTIVITIES and any(excludes_activity(test, activity) for test in tests):
                yield document.problem(
                    (*benefit, "vouchers", "taken_by"),
                    f"L'agrément « {document.text_at(*category, 'id')} » exclut l'activité « {activity} ».",
                    "Retirez-la de « taken_by », ou acceptez-la dans les conditions de l'agrément.",
                )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "aucun pour l'instant"


_RULEBOOK_CHECKS: tuple[Check, ...] = (
    condition_problems,
    benefit_problems,
    _references,
    _repeated_ids,
    _dates,
    _rising,
    _secret_code,
    _bons_plans,
    _voucher_takers,
)
