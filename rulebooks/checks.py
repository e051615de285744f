"""What a schema cannot say: conditions against the vocabulary, references, windows, money.

Every check bears a document whose structure is wrong too, so that one report holds all mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from rulebooks.condition_checks import condition_problems
from rulebooks.documents import Document, Where
from rulebooks.problems import Problem
from rulebooks.vocabulary import ACTIVITIES

Check = Callable[[Document], Iterator[Problem]]


def rulebook_problems(document: Document, path: Path) -> Iterator[Problem]:
    """Everything wrong with a rulebook beyond its structure. `path` ends in `<season>[@<day>].yaml`."""
    for check in _RULEBOOK_CHECKS:
        yield from check(document)
    season, _, counts_from = path.stem.partition("@")
    if _text(document, "season", "name") not in (None, season):
        yield document.problem(
            ("season", "name"),
            f"La saison ne porte pas le nom du fichier ({season}).",
            "Donnez le même nom au fichier et à la saison.",
        )
    if (_text(document, "version", "counts_from") or "") != counts_from:
        yield document.problem(
            ("version", "counts_from"),
            f"Le nom du fichier et « version › counts_from » ne disent pas le même jour ({path.stem}).",
            "Nommez une version « <saison>@<jour>.yaml » et donnez-y ce jour ; la première n'en a pas.",
        )


def authority_problems(document: Document, path: Path) -> Iterator[Problem]:
    """Everything wrong with an authority beyond its structure. `path` is `<id>/authority.yaml`."""
    if _text(document, "id") not in (None, path.parent.name):
        yield document.problem(
            ("id",),
            f"L'identifiant n'est pas le nom du dossier ({path.parent.name}).",
            "Donnez-leur le même nom.",
        )
    iban = _text(document, "debtor", "iban")
    if iban is not None and not iban_holds(iban):
        yield document.problem(("debtor", "iban"), "La clé de cet IBAN est fausse.", "Recopiez l'IBAN depuis le RIB.")
    yield from _subscriber_problems(document, path)


def _subscriber_problems(document: Document, path: Path) -> Iterator[Problem]:
    """Each subscriber once, and only schemes that the authority has."""
    stated = _at(document, "subscribers")
    seen: set[str] = set()
    for index in range(len(stated) if isinstance(stated, list) else 0):
        name = _text(document, "subscribers", index, "id")
        if name in seen:
            yield document.problem(
                ("subscribers", index),
                f"L'abonné « {name} » est écrit deux fois.",
                "Gardez une seule des deux entrées.",
            )
        seen.add(name or "")
        schemes = _at(document, "subscribers", index, "schemes")
        for scheme in schemes if isinstance(schemes, list) else ():
            if not (path.parent / str(scheme)).is_dir():
                yield document.problem(
                    ("subscribers", index, "schemes"),
                    f"Aucun dispositif ne s'appelle « {scheme} ».",
                    "Écrivez le nom du dossier d'un dispositif de cette collectivité.",
                )


def _at(document: Document, *where: str | int) -> Any:
    found = document.content
    for part in where:
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            return None
    return found


def _text(document: Document, *where: str | int) -> str | None:
    found = _at(document, *where)
    return found if isinstance(found, str) else None


def _day(document: Document, *where: str | int) -> date | None:
    try:
        return date.fromisoformat(_text(document, *where) or "")
    except ValueError:
        return None  # the structure check tells it


def _indexes(document: Document, *where: str | int) -> range:
    found = _at(document, *where)
    return range(len(found)) if isinstance(found, list) else range(0)


def _references(document: Document) -> Iterator[Problem]:
    known = {_text(document, "categories", i, "id") for i in _indexes(document, "categories")}
    for index in _indexes(document, "benefits"):
        where: Where = ("benefits", index, "category")
        category = _text(document, *where)
        if category is not None and category not in known:
            yield document.problem(
                where,
                f"L'agrément « {category} » n'existe pas.",
                f"Décrivez-le sous « categories », ou choisissez parmi : {_listed(known)}.",
            )


def _repeated_ids(document: Document) -> Iterator[Problem]:
    for group in ("benefits", "categories"):
        seen: set[str] = set()
        for index in _indexes(document, group):
            found = _text(document, group, index, "id")
            if found in seen:
                yield document.problem(
                    (group, index, "id"), f"« {found} » sert déjà d'identifiant.", "Choisissez-en un autre."
                )
            seen.add(found or "")


def _windows(document: Document) -> Iterator[Problem]:
    starts: Where = ("season", "starts_on")
    ends: Where = ("season", "ends_on")
    spend: Where = ("season", "spend_until")
    orders: list[tuple[Where, Where]] = [
        (starts, ends),
        (starts, spend),
        (("join", "opens_on"), ("join", "closes_on")),
        (("join", "closes_on"), ("join", "settle", "until")),
        (("join", "closes_on"), spend),
    ]
    for index in _indexes(document, "benefits"):
        window: Where = ("benefits", index, "window")
        orders += [(starts, (*window, "opens_on")), ((*window, "opens_on"), (*window, "closes_on"))]
        if _at(document, "benefits", index, "loading", "valid_months") is None:
            orders.append(((*window, "closes_on"), spend))
    for earlier, later in orders:
        yield from _out_of_order(document, earlier, later)


def _out_of_order(document: Document, earlier: Where, later: Where) -> Iterator[Problem]:
    first, last = _day(document, *earlier), _day(document, *later)
    if first is not None and last is not None and first > last:
        yield document.problem(
            later if len(later) >= len(earlier) else earlier,
            f"{_named(earlier)} ({first}) vient après {_named(later)} ({last}).",
            "Remettez ces deux dates dans l'ordre.",
        )


def _named(where: Where) -> str:
    return f"« {' › '.join(str(part) for part in where if isinstance(part, str))} »"


def _amounts(document: Document) -> Iterator[Problem]:
    for index in _indexes(document, "benefits"):
        where: Where = ("benefits", index, "amounts")
        amounts = [_at(document, *where, i) for i in _indexes(document, *where)]
        has_default = any(isinstance(amount, dict) and "when" not in amount for amount in amounts)
        if amounts and not has_default and _at(document, "benefits", index, "without_amount") is None:
            yield document.problem(
                where,
                "Tous les montants ont une condition et rien ne dit ce qui arrive aux autres personnes.",
                "Ajoutez « without_amount » (code, unmet, source) ou un montant sans condition.",
            )


def _vouchers(document: Document) -> Iterator[Problem]:
    for index in _indexes(document, "benefits"):
        by = _at(document, "benefits", index, "channels", "by")
        takers = _at(document, "benefits", index, "vouchers", "taken_by")
        where: Where = ("benefits", index, "channels")
        if isinstance(by, list) and ("voucher" in by) != (takers is not None):
            yield document.problem(
                where,
                "Le canal « voucher » et « vouchers › taken_by » vont ensemble.",
                "Indiquez les deux, ou aucun des deux.",
            )
        for activity in takers if isinstance(takers, list) else ():
            if isinstance(activity, str) and activity not in ACTIVITIES:
                yield document.problem(
                    ("benefits", index, "vouchers", "taken_by"),
                    f"L'activité « {activity} » n'existe pas.",
                    f"Choisissez parmi : {_listed(ACTIVITIES)}.",
                )


def _listed(names: set[str | None] | frozenset[str]) -> str:
    return ", ".join(sorted(name for name in names if name)) or "aucun pour l'instant"


def iban_holds(iban: str) -> bool:
    """ISO 13616: the rearranged digits leave 1 modulo 97."""
    rearranged = iban[4:] + iban[:4]
    return rearranged.isalnum() and int("".join(str(int(char, 36)) for char in rearranged)) % 97 == 1


_RULEBOOK_CHECKS: tuple[Check, ...] = (
    condition_problems,
    _references,
    _repeated_ids,
    _windows,
    _amounts,
    _vouchers,
)
