"""Versions of one season: what a later one may change, and what members of an earlier one rely on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from rulebooks.documents import Document, Where
from rulebooks.problems import Problem

# What a wallet and its debits were made with, and what goes without saying: a later version that says otherwise would
# leave them without meaning.
_KEPT: Mapping[Where, object] = MappingProxyType(
    {
        ("kind",): None,
        ("category",): None,
        ("unit", "cents"): None,
        ("spending", "uses"): "several",
        ("paid_out", "to_partner"): True,
    }
)


def version_problems(versions: Sequence[Document], has_first: bool) -> Iterator[Problem]:
    """Mistakes between the checked versions of one season, first to last.

    `has_first`: its first version is written, even where its own mistakes keep it out of `versions`.
    """
    if not has_first:
        yield versions[0].problem(
            ("version",), "Cette version n'a pas de règlement de départ.", "Écrivez d'abord « <saison>.yaml »."
        )
    for document in versions:
        if "version" in document.content:
            yield from _outside_the_season(document)
    for earlier, following in pairwise(versions):
        yield from _not_kept(earlier, following)


def twin_problems(documents: Iterable[Document]) -> Iterator[Problem]:
    """Files with one content have one hash: a decision could not say by which it was taken."""
    by_hash: dict[str, Document] = {}
    for document in documents:
        twin = by_hash.setdefault(document.content_hash(), document)
        if twin is not document:
            yield document.problem(
                (),
                f"Ce fichier dit la même chose que « {twin.name} ».",
                "Gardez-en un seul, ou écrivez ce qui les distingue (« title », « season »…).",
            )


def _outside_the_season(document: Document) -> Iterator[Problem]:
    season, counts_from = document.content["season"], document.content["version"]["counts_from"]
    if not season["starts_on"] < counts_from <= season["ends_on"]:
        yield document.problem(
            ("version", "counts_from"),
            f"Cette version compte du {counts_from}, hors de la saison.",
            f"Choisissez un jour après le {season['starts_on']} et au plus tard le {season['ends_on']}.",
        )


def _not_kept(earlier: Document, later: Document) -> Iterator[Problem]:
    places = {later.text_at(*where, "id"): where for where in later.places_in("benefits")}
    for before in earlier.places_in("benefits"):
        name = earlier.text_at(*before, "id")
        if name not in places:
            yield later.problem(
                ("benefits",),
                f"L'avantage « {name} » de la version précédente a disparu.",
                "Gardez-le, et fermez sa période (« window ») si plus personne ne doit l'utiliser.",
            )
            continue
        after = places[name]
        for kept, unsaid in _KEPT.items():
            if _said(earlier, (*before, *kept), unsaid) != _said(later, (*after, *kept), unsaid):
                yield later.problem(
                    (*after, *kept),
                    f"« {' › '.join(map(str, kept))} » de l'avantage « {name} » change d'une version à l'autre.",
                    "Gardez la valeur d'avant, ou écrivez un nouvel avantage.",
                )


def _said(document: Document, where: Where, unsaid: object) -> object:
    found = document.at(*where)
    return unsaid if found is None else found
