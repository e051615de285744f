"""Rows of organisations and of the establishments among them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.partner.domain.errors import PartnerUnknown, SiretTaken, UaiTaken
from services.partner.domain.organisation import Address, Partner, PartnerKind, Role
from services.partner.domain.texts import folded
from services.partner.store.tables import establishments, partners


class PartnerRows:
    """`ports.Partners` in PostgreSQL."""

    def add(self, work: Work, partner: Partner) -> None:
        added = work.session.execute(
            insert(partners)
            .values(authority_id=work.authority_id, **_row_of(partner))
            .on_conflict_do_nothing(index_elements=["authority_id", "siret"])
            .returning(partners.c.partner_id)
        ).first()
        if added is None:
            raise SiretTaken

    def get(self, work: Work, partner_id: str) -> Partner:
        return _one(work, _by_id(work, partner_id))

    def lock(self, work: Work, partner_id: str) -> Partner:
        return _one(work, _by_id(work, partner_id).with_for_update())

    def many(self, work: Work, partner_ids: Collection[str]) -> Mapping[str, Partner]:
        rows = work.session.execute(
            sa.select(partners).where(
                partners.c.authority_id == work.authority_id, partners.c.partner_id.in_(partner_ids)
            )
        )
        return {row.partner_id: _partner(row) for row in rows}

    def save_listing(self, work: Work, partner: Partner) -> None:
        work.session.execute(
            sa.update(partners)
            .where(partners.c.authority_id == work.authority_id, partners.c.partner_id == partner.partner_id)
            .values(version=partner.version, published_at=partner.published_at)
        )

    def save_declarations(self, work: Work, partner: Partner) -> None:
        work.session.execute(
            sa.update(partners)
            .where(partners.c.authority_id == work.authority_id, partners.c.partner_id == partner.partner_id)
            .values(declarations=dict(partner.declarations))
        )

    def save_staff_facts(self, work: Work, partner: Partner) -> None:
        work.session.execute(
            sa.update(partners)
            .where(partners.c.authority_id == work.authority_id, partners.c.partner_id == partner.partner_id)
            .values(staff_facts=dict(partner.staff_facts))
        )


class EstablishmentRows:
    """`ports.Establishments` in PostgreSQL."""

    def register(self, work: Work, partner: Partner) -> int:
        taken = sa.select(establishments.c.partner_id).where(
            establishments.c.authority_id == work.authority_id, establishments.c.uai == partner.uai
        )
        holder = work.session.execute(taken).scalar()
        if holder not in (None, partner.partner_id):
            raise UaiTaken
        version = work.session.execute(self._upsert(work, partner)).scalar_one()
        return int(version)

    def _upsert(self, work: Work, partner: Partner) -> Any:
        described = {
            "uai": partner.uai,
            "establishment_kind": partner.establishment_kind,
            "region": partner.address.region,
        }
        statement = insert(establishments).values(
            authority_id=work.authority_id, partner_id=partner.partner_id, version=1, **described
        )
        return statement.on_conflict_do_update(
            index_elements=["authority_id", "partner_id"],
            set_={**described, "version": establishments.c.version + 1},
        ).returning(establishments.c.version)


def _by_id(work: Work, partner_id: str) -> sa.Select[Any]:
    return sa.select(partners).where(partners.c.authority_id == work.authority_id, partners.c.partner_id == partner_id)


def _one(work: Work, query: sa.Select[Any]) -> Partner:
    row = work.session.execute(query).first()
    if row is None:
        raise PartnerUnknown
    return _partner(row)


def _row_of(partner: Partner) -> dict[str, object]:
    return {
        "partner_id": partner.partner_id,
        "siret": partner.siret,
        "legal_name": partner.legal_name,
        "public_name": partner.public_name,
        "name_folded": folded(partner.public_name),
        "kind": partner.kind,
        "street": partner.address.street,
        "postal_code": partner.address.postal_code,
        "commune": partner.address.commune,
        "city": partner.address.city,
        "city_folded": folded(partner.address.city),
        "declarations": dict(partner.declarations),
        "roles": sorted(partner.roles),
        "uai": partner.uai,
        "version": partner.version,
        "published_at": partner.published_at,
        "staff_facts": dict(partner.staff_facts),
    }


def _partner(row: Any) -> Partner:
    return Partner(
        partner_id=row.partner_id,
        siret=row.siret,
        legal_name=row.legal_name,
        public_name=row.public_name,
        kind=PartnerKind(row.kind),
        address=Address(row.street, row.postal_code, row.commune, row.city),
        declarations=row.declarations,
        roles=frozenset(map(Role, row.roles)),
        uai=row.uai,
        version=row.version,
        published_at=row.published_at,
        staff_facts=row.staff_facts,
    )
