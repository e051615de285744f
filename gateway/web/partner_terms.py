"""What rulebooks ask of partners, by the titles that they give; asked of partner, which decides by the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from atouts.partner.v1 import terms_pb2 as pb

from chassis.clock import PARIS
from gateway.contracts import rpc
from gateway.web.visit import Visit
from gateway.web.words import Choices

_UNTITLED = "Charte d’engagement"


class Asked(Protocol):
    """What an accreditation is for."""

    @property
    def scheme(self) -> str: ...

    @property
    def season(self) -> str: ...

    @property
    def category(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """Of every scheme and season of the authority."""

    listed: tuple[pb.PartnerTerms, ...]

    def of(self, scheme: str, season: str) -> pb.PartnerTerms | None:
        return next((each for each in self.listed if (each.scheme, each.season) == (scheme, season)), None)

    def category(self, asked: Asked) -> pb.PartnerCategory:
        """Empty where the rulebook knows it no more."""
        found = self.of(asked.scheme, asked.season)
        known = found.categories if found else ()
        return next((each for each in known if each.category == asked.category), pb.PartnerCategory())

    def scheme_title(self, scheme: str, season: str) -> str:
        found = self.of(scheme, season)
        return found.title if found else "Dispositif d’une autre saison"

    def title(self, asked: Asked) -> str:
        """« Dispositif 2025-2026 : Catégorie »."""
        category = self.category(asked).title or "catégorie supprimée"
        return f"{self.scheme_title(asked.scheme, asked.season)} : {category}"

    def documents(self, asked: Asked, partner_kind: int) -> Iterator[pb.AskedDocument]:
        """Those that partners of this legal kind may have to send for it."""
        for each in self.category(asked).documents:
            if each.partner_kind == partner_kind:
                yield from each.documents

    def proofs(self, asked: Asked) -> list[pb.AskedProof]:
        """What keeps its payouts back until it is there."""
        found = self.of(asked.scheme, asked.season)
        return [each for each in (found.proofs if found else ()) if _concerns(each, asked.category)]

    def document_titles(self, asked: Iterable[Asked], partner_kind: int) -> dict[str, str]:
        """By kind, in the order in which they are asked for."""
        titles: dict[str, str] = {}
        for each in asked:
            known = [(document.kind, document.title) for document in self.documents(each, partner_kind)]
            known += [(proof.document_kind, proof.title) for proof in self.proofs(each)]
            titles = {**dict(known), **titles}
        return titles

    def every_document(self) -> dict[str, str]:
        """The title of each kind of document that is asked of any partner."""
        asked = [one for terms in self.listed for category in terms.categories for one in category.documents]
        titles = {document.kind: document.title for each in asked for document in each.documents}
        return titles | {proof.document_kind: proof.title for terms in self.listed for proof in terms.proofs}

    def to_apply_for(self, day: str, roles: Iterable[str]) -> list[tuple[pb.PartnerTerms, Choices]]:
        """Of the seasons that are not over on that day, what a partner of these roles may ask for."""
        known = set(roles)
        open_ones = [each for each in self.listed if each.ends_on >= day]
        offered = [
            (each, [(one.category, one.title) for one in each.categories if one.role in known]) for each in open_ones
        ]
        return [(each, choices) for each, choices in offered if choices]


async def terms_of(visit: Visit) -> Terms:
    """In the versions that count today. Raises Problem."""
    answer = await visit.ask(rpc("partner", "ListPartnerTerms"), pb.ListPartnerTermsRequest())
    return Terms(tuple(answer.terms))


def charter_title(charter: pb.PartnerCharter) -> str:
    return charter.title or _UNTITLED


def today(visit: Visit) -> str:
    """YYYY-MM-DD, in Paris, by the platform's clock."""
    return visit.setting.clock.now().astimezone(PARIS).date().isoformat()


def _concerns(proof: pb.AskedProof, category: str) -> bool:
    return not proof.categories or category in proof.categories
