"""What a partner says of itself, once it is registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.work import Work
from services.partner.application.dossiers import rulebook_of
from services.partner.application.partners import PartnerFile, file_of
from services.partner.application.ports import Ports
from services.partner.domain.declarations import ESTABLISHMENT_KIND, Value
from services.partner.domain.organisation import Partner, Role
from services.partner.domain.terms import stood_on


@dataclass(frozen=True, slots=True)
class ChangeDeclarations:
    """All that the partner declares, in place of what it declared before."""

    partner_id: str
    declarations: Mapping[str, Value]


def change(work: Work, ports: Ports, command: ChangeDeclarations) -> PartnerFile:
    """Raises PartnerUnknown, DeclarationRefused, DeclarationInUse."""
    known = ports.partners.lock(work, command.partner_id)
    changed = known.redeclared(command.declarations, _in_use(work, ports, known))
    ports.partners.save_declarations(work, changed)
    before, after = ({"declarations": dict(each.declarations)} for each in (known, changed))
    work.audit("change_declarations", known.partner_id, before=before, after=after)
    return file_of(work, ports, changed)


def _in_use(work: Work, ports: Ports, partner: Partner) -> frozenset[str]:
    """An establishment goes on saying of what kind it is."""
    own = ports.accreditations.of_partners(work, [partner.partner_id])[partner.partner_id]
    standing = [each for each in own if each.state.stands_on_declarations]
    names = [stood_on(rulebook_of(work, ports, each.scheme, each.season), each.category) for each in standing]
    always = {ESTABLISHMENT_KIND} if Role.ESTABLISHMENT in partner.roles else set[str]()
    return frozenset(always).union(*names)
