"""Versions of one season: what a later one may change, and what members of an earlier one rely on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rulebooks.documents import Document, Where
from rulebooks.problems import Problem

# What a wallet was made with: a later version that says otherwise would leave it without meaning.
_KEPT = ("kind", "category", "unit")


def version_problems(versions: Sequence[Document]) -> Iterator[Problem]:
    """Mistakes between the checked versions of one season, first to last."""
    first, *later = versions
    if "version" in first.content:
        yield first.problem(
            ("version",), "Cette version n'a pas de règlement de départ.", "Écrivez d'abord « <saison>.yaml »."
        )
    for document in later:
        yield from _outside_the_season(document)
    for earlier, following in pairwise(versions):
        yield from _not_kept(earlier, following)


def _outside_the_season(document: Document) -> Iterator[Problem]:
    season, counts_from = document.content["season"], document.content["version"]["counts_from"]
    if not season["starts_on"] < counts_from <= season["ends_on"]:
        yield document.problem(
            ("version", "counts_from"),
            f"Cette version compte du {counts_from}, hors de la saison.",
            f"Choisissez un jour après le {season['starts_on']} et au plus tard le {season['ends_on']}.",
        )


def _not_kept(earlier: Document, later: Document) -> Iterator[Problem]:
    stated = {benefit["id"]: (index, benefit) for index, benefit in enumerate(later.content["benefits"])}
    for benefit in earlier.content["benefits"]:
        if benefit["id"] not in stated:
            yield later.problem(
                ("benefits",),
                f"L'avantage « {benefit['id']} » de la version précédente a disparu.",
                "Gardez-le, et fermez sa période (« window ») si plus personne ne doit l'utiliser.",
            )
            continue
        index, again = stated[benefit["id"]]
        for name in _KEPT:
            if benefit.get(name) != again.get(name):
                where: Where = ("benefits", index, name)
                yield later.problem(
                    where,
                    f"« {name} » de l'avantage « {benefit['id']} » change d'une version à l'autre.",
                    "Gardez la valeur d'avant, ou écrivez un nouvel avantage.",
                )
