"""Registration, documents and delegates, through the real doors."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from atouts.partner.v1 import organisations_pb2 as pb

from chassis.context import AccountKind
from chassis.grpc_client import PeerRefused
from services.partner.store.tables import documents
from tests.integration.partner.stage import PDF, Person, Stage, lycee, registration, siret


def test_who_registers_a_partner_is_its_principal_delegate(stage: Stage) -> None:
    partner = stage.register()
    (delegate,) = stage.see(partner.partner_id).delegates
    assert (delegate.account_id, list(delegate.roles)) == (stage.owner.account_id, ["principal"])
    (fact,) = stage.facts("grant_changed")
    assert fact.data == {
        "account_id": stage.owner.account_id,
        "scope": f"partner:{partner.partner_id}",
        "roles": ["principal"],
    }


def test_a_siret_is_registered_once(stage: Stage) -> None:
    stage.register()
    with pytest.raises(PeerRefused, match="siret_taken"):
        stage.register(Person(AccountKind.PARTNER))


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"siret": "73282932000075"}, "siret_invalid", "siret"),
        ({"public_name": "Omnia\u202egnp"}, "text_refused", "public_name"),
        ({"legal_name": "SARL\x00"}, "text_refused", "legal_name"),
        ({"public_name": "<script>alert(1)</script> & Fils"}, "markup_in_text", "public_name"),
        ({"legal_name": "<b>SARL</b>"}, "markup_in_text", "legal_name"),
        ({"public_name": '=HYPERLINK("//exemple.invalid";"Omnia")'}, "formula_in_text", "public_name"),
        ({"legal_name": "@SUM(A1:A9)"}, "formula_in_text", "legal_name"),
        ({"address": pb.Address(street="<i>1 rue</i>", postal_code="76000", commune="76540", city="Rouen")},
         "markup_in_text", "address.street"),
        ({"address": pb.Address(street="1 rue", postal_code="76000", commune="76540", city="+Rouen")},
         "formula_in_text", "address.city"),
        ({"roles": []}, "roles_refused", "roles"),
        ({"kind": 0}, "malformed", "kind"),
        ({"flags": {"region_exception": True}}, "declaration_refused", "declarations"),
        ({"flags": {"projection_main_activity": "oui"}}, "declaration_refused", "declarations"),
        (lycee(uai="0760090A"), "uai_invalid", "uai"),
        (lycee(flags={}), "establishment_kind_missing", "declarations"),
        ({"address": pb.Address(street="1 rue", postal_code="7600", commune="76540", city="Rouen")},
         "address_refused", "address.postal_code"),
        ({"address": pb.Address(street="1 rue", postal_code="76000", commune="99999", city="Rouen")},
         "address_refused", "address.commune"),
    ],
)  # fmt: skip
def test_a_wrong_registration_is_refused_at_its_field_and_leaves_nothing(
    stage: Stage, changes: dict[str, Any], reason: str, field: str
) -> None:
    with pytest.raises(PeerRefused) as refusal:
        stage.register(**changes)
    assert (refusal.value.reason, refusal.value.field) == (reason, field)
    assert not stage.facts("grant_changed")
    assert not stage.call("ListMyPartners", pb.ListMyPartnersRequest(), stage.owner).partners


def test_a_name_with_signs_of_its_own_is_shown_as_it_was_written(stage: Stage) -> None:
    name = "Père & Fils + Cie = l'œuvre, a@b"
    stage.granted(stage.register(public_name=name), "cinema")
    assert stage.directory() == [name]


def test_young_people_and_staff_register_no_partner(stage: Stage) -> None:
    for person in (Person(AccountKind.YOUNG), stage.instructor):
        with pytest.raises(PeerRefused, match="not_allowed"):
            stage.register(person)


def test_a_delegate_of_another_partner_is_not_allowed(stage: Stage) -> None:
    partner = stage.register()
    stranger = Person(AccountKind.PARTNER)
    stage.register(stranger, siret=siret(2))
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.see(partner.partner_id, by=stranger)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.upload(partner.partner_id, "kbis", by=stranger)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.apply(partner.partner_id, "cinema", by=stranger)


def test_my_partners_are_those_i_am_a_delegate_of(stage: Stage) -> None:
    mine = stage.register()
    stage.register(Person(AccountKind.PARTNER), siret=siret(2))
    listed = stage.call("ListMyPartners", pb.ListMyPartnersRequest(), stage.owner).partners
    assert [partner.partner_id for partner in listed] == [mine.partner_id]


# Documents


def test_a_document_is_read_back_as_it_was_sent_and_lies_sealed(stage: Stage) -> None:
    partner = stage.register()
    content = PDF + b"marked-content" * 50_000
    document = stage.upload(partner.partner_id, "kbis", content=content)
    request = pb.GetDocumentRequest(partner_id=partner.partner_id, document_id=document.document_id)
    answer = stage.call("GetDocument", request, stage.instructor)
    assert (answer.content, answer.media_type) == (content, "application/pdf")
    with stage.parts.platform.database.transaction() as session:
        stored = session.execute(sa.text("SELECT sealed FROM file_chunks")).scalars().all()
        names = session.execute(sa.select(documents.c.filename_sealed)).scalars().all()
    assert len(stored) > 1
    assert not any(b"marked-content" in bytes(chunk) for chunk in stored)
    assert not any(b"kbis.pdf" in bytes(name) for name in names)


def test_the_same_document_sent_again_is_the_same_document(stage: Stage) -> None:
    partner = stage.register()
    first = stage.upload(partner.partner_id, "kbis")
    again = stage.upload(partner.partner_id, "kbis")
    assert again.document_id == first.document_id
    assert len(stage.see(partner.partner_id).documents) == 1


@pytest.mark.parametrize(
    ("kind", "content", "reason"),
    [
        ("kbis", b"MZ\x90 not a document", "document_type_refused"),
        ("kbis", b"", "document_type_refused"),
        ("kbis", PDF + bytes(10_000_000), "document_too_large"),
        ("selfie", PDF, "document_kind_unknown"),
    ],
    ids=["program", "empty", "over 10 MB", "unknown kind"],
)
def test_what_is_no_document_is_refused(stage: Stage, kind: str, content: bytes, reason: str) -> None:
    partner = stage.register()
    with pytest.raises(PeerRefused, match=reason):
        stage.upload(partner.partner_id, kind, content=content)
    assert not stage.see(partner.partner_id).documents


def test_a_cashier_reads_no_document(stage: Stage) -> None:
    partner = stage.register()
    document = stage.upload(partner.partner_id, "kbis")
    cashier = _delegate(stage, partner.partner_id, "cashier")
    request = pb.GetDocumentRequest(partner_id=partner.partner_id, document_id=document.document_id)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("GetDocument", request, cashier)


# Delegates


def test_a_removed_delegate_is_out_at_once_and_the_others_are_told(stage: Stage) -> None:
    partner = stage.register()
    cashier = _delegate(stage, partner.partner_id, "cashier")
    assert stage.see(partner.partner_id, by=cashier).partner_id == partner.partner_id
    _remove(stage, partner.partner_id, cashier.account_id)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.see(partner.partner_id, by=cashier)
    told = [(row.version, row.data["roles"]) for row in stage.facts("grant_changed")]
    assert told == [(1, ["principal"]), (1, ["cashier"]), (2, [])]


def test_a_delegate_who_comes_back_has_a_later_version(stage: Stage) -> None:
    partner = stage.register()
    cashier = _delegate(stage, partner.partner_id, "cashier")
    _remove(stage, partner.partner_id, cashier.account_id)
    _delegate(stage, partner.partner_id, "manager", person=cashier)
    assert [row.version for row in stage.facts("grant_changed")] == [1, 1, 2, 3]


def test_the_last_principal_stays(stage: Stage) -> None:
    partner = stage.register()
    with pytest.raises(PeerRefused, match="last_principal"):
        _remove(stage, partner.partner_id, stage.owner.account_id)


def test_a_manager_names_cashiers_and_no_principal(stage: Stage) -> None:
    partner = stage.register()
    manager = _delegate(stage, partner.partner_id, "manager")
    _delegate(stage, partner.partner_id, "cashier", by=manager)
    with pytest.raises(PeerRefused, match="principal_needed"):
        _delegate(stage, partner.partner_id, "principal", by=manager)
    with pytest.raises(PeerRefused, match="principal_needed"):
        _remove(stage, partner.partner_id, stage.owner.account_id, by=manager)


def test_other_services_list_every_grant_by_page(stage: Stage) -> None:
    partner = stage.register()
    for _ in range(105):
        _delegate(stage, partner.partner_id, "cashier")
    seen, token = [], ""
    while True:
        page = stage.call("ListGrants", pb.ListGrantsRequest(page_token=token), service="wallet")
        seen += [(grant.scope, grant.account_id) for grant in page.grants]
        token = page.next_page_token
        if not token:
            break
    assert len(seen) == len(set(seen)) == 106


def test_principal_delegates_are_whom_a_partner_is_written_to_at(stage: Stage) -> None:
    partner = stage.register()
    second = _delegate(stage, partner.partner_id, "principal")
    for role in ("manager", "cashier", "school"):
        _delegate(stage, partner.partner_id, role)
    gone = _delegate(stage, partner.partner_id, "principal")
    _remove(stage, partner.partner_id, gone.account_id)
    assert _contacts(stage, partner.partner_id) == sorted([stage.owner.account_id, second.account_id])
    assert _contacts(stage, str(uuid.uuid4())) == []
    for service in ("gateway", "payout", "bonplan"):
        with pytest.raises(PeerRefused, match="not_allowed"):
            _contacts(stage, partner.partner_id, service=service)


def test_anybody_looks_up_the_name_and_city_of_partners_that_were_ever_listed(stage: Stage) -> None:
    listed, withdrawn = stage.register(), stage.register(siret=siret(2), public_name="L'Étoile")
    never = stage.register(siret=siret(3), public_name="Candidat")
    stage.granted(listed, "cinema")
    stage.withdraw(stage.granted(withdrawn, "cinema"))
    asked = [each.partner_id for each in (withdrawn, never, listed)]
    request = pb.LookUpPartnersRequest(partner_ids=[*asked, str(uuid.uuid4())])
    for service in ("gateway", "wallet", "notification"):
        found = stage.call("LookUpPartners", request, service=service).partners
        assert [(one.partner_id, one.public_name, one.city) for one in found] == [
            (listed.partner_id, "Cinéma Omnia", "Rouen"),
            (withdrawn.partner_id, "L'Étoile", "Rouen"),
        ]
    assert not stage.call("LookUpPartners", request, authority="elsewhere").partners


def test_more_than_a_thousand_partners_are_refused_with_the_field(stage: Stage) -> None:
    request = pb.LookUpPartnersRequest(partner_ids=[str(uuid.uuid4()) for _ in range(1_001)])
    with pytest.raises(PeerRefused) as refused:
        stage.call("LookUpPartners", request)
    assert (refused.value.reason, refused.value.field) == ("malformed", "partner_ids")


def test_lists_for_services_are_closed_to_people(stage: Stage) -> None:
    for rpc, request in (
        ("ListGrants", pb.ListGrantsRequest()),
        ("ListEstablishments", pb.ListEstablishmentsRequest()),
        ("LookUpBankAccounts", pb.LookUpBankAccountsRequest()),
        ("ListPartnerContacts", pb.ListPartnerContactsRequest()),
    ):
        with pytest.raises(PeerRefused, match="not_allowed"):
            stage.call(rpc, request, stage.instructor)


def test_another_authority_sees_no_partner_of_this_one(stage: Stage) -> None:
    partner = stage.register()
    stage.granted(partner, "cinema")
    request = pb.GetPartnerRequest(partner_id=partner.partner_id)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("GetPartner", request, stage.owner, authority="elsewhere")
    stage.call("RegisterPartner", registration(), stage.owner, authority="elsewhere")


def _delegate(
    stage: Stage, partner_id: str, role: str, *, person: Person | None = None, by: Person | None = None
) -> Person:
    person = person or Person(AccountKind.PARTNER)
    request = pb.AddDelegateRequest(partner_id=partner_id, account_id=person.account_id, roles=[role])
    stage.call("AddDelegate", request, by or stage.owner)
    return person


def _contacts(stage: Stage, partner_id: str, service: str = "notification") -> list[str]:
    request = pb.ListPartnerContactsRequest(partner_id=partner_id)
    return list(stage.call("ListPartnerContacts", request, service=service).account_ids)


def _remove(stage: Stage, partner_id: str, account_id: str, by: Person | None = None) -> None:
    request = pb.RemoveDelegateRequest(partner_id=partner_id, account_id=account_id)
    stage.call("RemoveDelegate", request, by or stage.owner)
