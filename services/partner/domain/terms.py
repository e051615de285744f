"""What a rulebook asks of whoever wants to be its partner: told before anybody applies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rulebooks import Rulebook
from rulebooks.conditions import names_of
from rulebooks.partners import Category, RequiredDocument
from services.partner.domain.accreditation import ROLE_CATEGORIES
from services.partner.domain.declarations import ACTIVITY, ESTABLISHMENT_KIND, is_declarable, lists
from services.partner.domain.organisation import PartnerKind, Role

_Documents = Mapping[PartnerKind, tuple[RequiredDocument, ...]]
_ROLE_TITLES: Mapping[Role, str] = {
    Role.ESTABLISHMENT: "Établissement, qui répond aux demandes de ses élèves",
    Role.RELAY: "Relais d'information",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A category, or a role that is accredited as one. `declarations`: what a partner must say of itself for it.

    `documents`: every one that may be asked, by legal kind; some only of those whose declarations call for it.
    """

    category: str
    title: str
    role: Role
    declarations: tuple[str, ...]
    documents: _Documents


def asked_by(rulebook: Rulebook) -> tuple[Asked, ...]:
    """The rulebook's categories in its order, then the roles that it knows."""
    roles = sorted(role for role in ROLE_CATEGORIES if role in rulebook.partner_roles)
    return (
        *(_of_category(each, rulebook) for each in rulebook.categories),
        *(_of_role(role, rulebook.categories) for role in roles),
    )


def stood_on(rulebook: Rulebook, category: str) -> frozenset[str]:
    """The declarations that an accreditation of that category rests on, or that the till knows it by."""
    asked = next((each.declarations for each in asked_by(rulebook) if each.category == category), ())
    return frozenset(asked) | {ACTIVITY} | lists()


def _of_category(category: Category, rulebook: Rulebook) -> Asked:
    """What its benefits give more of at some partners is asked too."""
    documents = {kind: category.documents.get(kind, ()) for kind in PartnerKind}
    tests = [test for condition in category.conditions for test in condition.tests]
    tests += [document.applies for each in documents.values() for document in each]
    own = [benefit for benefit in rulebook.benefits if benefit.category == category.id]
    tests += [top_up.partner for benefit in own for top_up in benefit.top_ups]
    declarations = sorted(name for name in names_of(tests) if is_declarable(name))
    return Asked(category.id, category.title, Role.SERVICE, tuple(declarations), documents)


def _of_role(role: Role, categories: Iterable[Category]) -> Asked:
    """The documents that every category asks for, as `accreditation.dossier` counts them."""
    declarations = (ESTABLISHMENT_KIND,) if role is Role.ESTABLISHMENT else ()
    documents = {kind: _shared([each.documents.get(kind, ()) for each in categories]) for kind in PartnerKind}
    return Asked(role.value, _ROLE_TITLES[role], role, declarations, documents)


def _shared(lists: list[tuple[RequiredDocument, ...]]) -> tuple[RequiredDocument, ...]:
    if not lists:
        return ()
    ids = set.intersection(*({document.id for document in each} for each in lists))
    return tuple(document for document in lists[0] if document.id in ids)
