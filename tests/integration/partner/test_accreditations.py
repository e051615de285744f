"""Accreditations: from an application to the directory, and back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from atouts.partner.v1 import accreditations_pb2 as pb
from atouts.partner.v1 import organisations_pb2 as org_pb

from chassis.context import AccountKind
from chassis.grpc_client import PeerRefused
from tests.integration.partner.stage import BOOKS, CHARTER, CULTURE, Person, Stage, copy_accredited, lycee, siret


def test_an_application_says_what_the_rulebook_asks_for(stage: Stage) -> None:
    partner = stage.register()
    application = stage.apply(partner.partner_id, "cinema")
    assert application.state == pb.ACCREDITATION_STATE_DRAFT
    assert [(one.code, one.met, one.source) for one in application.conditions] == [
        ("in_region", True, "annexe"),
        ("projection_main_activity", True, "§4.1"),
        ("not_a_film_club", True, "§4.1"),
    ]
    assert list(application.documents_missing) == ["kbis", "rib", "identity"]
    assert not application.charter_signed


def test_a_missing_document_is_named_in_the_refusal(stage: Stage) -> None:
    partner = stage.register()
    application = stage.apply(partner.partner_id, "cinema")
    stage.upload(partner.partner_id, "kbis", "identity")
    stage.sign(partner.partner_id)
    with pytest.raises(PeerRefused, match="documents_missing") as refusal:
        stage.submit(application)
    assert "RIB au nom de l'entreprise" in refusal.value.sentence_fr
    assert "Kbis" not in refusal.value.sentence_fr


def test_an_unsigned_charter_is_named_in_the_refusal(stage: Stage) -> None:
    partner = stage.register()
    application = stage.apply(partner.partner_id, "cinema")
    stage.upload(partner.partner_id, "kbis", "rib", "identity")
    with pytest.raises(PeerRefused, match="charter_unsigned"):
        stage.submit(application)


def test_the_charter_is_signed_in_its_current_version_under_oath(stage: Stage) -> None:
    partner = stage.register()
    with pytest.raises(PeerRefused, match="charter_outdated") as refusal:
        stage.sign(partner.partner_id, charter_version="2017-07-01")
    assert CHARTER in refusal.value.sentence_fr
    with pytest.raises(PeerRefused, match="statement_not_sworn"):
        stage.sign(partner.partner_id, sworn=False)
    stage.sign(partner.partner_id)
    assert stage.apply(partner.partner_id, "cinema").charter_signed


def test_a_charter_is_kept_with_version_time_and_account(stage: Stage) -> None:
    partner = stage.register()
    stage.sign(partner.partner_id)
    stage.sign(partner.partner_id)
    with stage.parts.platform.database.transaction() as session:
        (row,) = session.execute(sa.text("SELECT charter_version, account_id, signed_at FROM charters"))
    assert (row.charter_version, row.account_id) == (CHARTER, stage.owner.account_id)
    assert row.signed_at is not None


def test_a_granted_accreditation_is_published_and_listed(stage: Stage) -> None:
    partner = stage.register()
    granted = stage.granted(partner, "cinema")
    assert granted.state == pb.ACCREDITATION_STATE_GRANTED
    (fact,) = stage.facts("accreditation_granted")
    assert (fact.subject, fact.version) == (granted.accreditation_id, granted.version)
    assert fact.data == {
        "accreditation_id": granted.accreditation_id,
        "partner_id": partner.partner_id,
        "scheme": CULTURE,
        "category": "cinema",
        "activity": "",
        "tags": [],
    }
    assert [fact.subject for fact in stage.facts("partner_published")] == [partner.partner_id]
    assert not stage.facts("establishment_registered")
    page = stage.call("ListAccreditations", pb.ListAccreditationsRequest(), service="wallet")
    assert [(one.category, one.version) for one in page.accreditations] == [("cinema", granted.version)]


def test_what_a_partner_declares_itself_to_be_goes_with_its_accreditation(stage: Stage) -> None:
    club = stage.register(flags={"activity": "sport", "federation_affiliated": True})
    granted = stage.granted(club, "pratique")
    (fact,) = stage.facts("accreditation_granted")
    assert fact.data["activity"] == "sport"
    for service in ("wallet", "bonplan"):
        page = stage.call("ListAccreditations", pb.ListAccreditationsRequest(), service=service)
        assert [(one.accreditation_id, one.activity) for one in page.accreditations] == [
            (granted.accreditation_id, "sport")
        ]


def test_a_shop_outside_the_conditions_is_refused_with_their_sentence(stage: Stage) -> None:
    shop = stage.register(flags={"specialised_trade": True, "ready_to_wear_main": True})
    application = stage.submitted(shop, "equipement", BOOKS)
    refused = stage.decide(application, accept=False)
    assert refused.state == pb.ACCREDITATION_STATE_REFUSED
    assert refused.reason == "Les magasins dont l'activité principale est le prêt-à-porter sont exclus."
    assert stage.directory() == []
    assert not stage.facts("accreditation_granted")


def test_consent_against_a_condition_needs_a_written_reason_kept_in_the_audit(stage: Stage) -> None:
    shop = stage.register(flags={"specialised_trade": True, "ready_to_wear_main": True})
    application = stage.submitted(shop, "equipement", BOOKS)
    with pytest.raises(PeerRefused, match="condition_unmet") as refusal:
        stage.decide(application, accept=True)
    assert "prêt-à-porter" in refusal.value.sentence_fr
    granted = stage.decide(application, accept=True, reason="Rayon professionnel distinct, visite du 3 juillet.")
    assert granted.state == pb.ACCREDITATION_STATE_GRANTED
    with stage.parts.platform.database.transaction() as session:
        audited = session.execute(sa.text("SELECT after FROM audit WHERE act = 'decide_accreditation'")).scalars()
        assert [after["reason"] for after in audited] == ["Rayon professionnel distinct, visite du 3 juillet."]


def test_a_refusal_without_unmet_condition_needs_a_reason(stage: Stage) -> None:
    application = stage.submitted(stage.register(), "cinema")
    with pytest.raises(PeerRefused, match="reason_needed"):
        stage.decide(application, accept=False)


def test_one_application_a_category_is_open_at_a_time(stage: Stage) -> None:
    partner = stage.register()
    stage.apply(partner.partner_id, "cinema")
    with pytest.raises(PeerRefused, match="already_applied"):
        stage.apply(partner.partner_id, "cinema")
    stage.apply(partner.partner_id, "spectacle")


def test_a_refused_partner_may_apply_again_and_versions_go_on(stage: Stage) -> None:
    partner = stage.register()
    refused = stage.decide(stage.submitted(partner, "cinema"), accept=False, reason="Kbis trop ancien.")
    again = stage.apply(partner.partner_id, "cinema")
    assert again.accreditation_id != refused.accreditation_id
    assert again.version > refused.version


def test_what_no_rulebook_states_is_refused(stage: Stage) -> None:
    partner_id = stage.register().partner_id
    for category, scheme, reason in (
        ("museum", CULTURE, "category_unknown"),
        ("cinema", "pass-region", "scheme_unknown"),
        ("establishment", BOOKS, "role_needed"),
        ("establishment", CULTURE, "category_unknown"),
    ):
        with pytest.raises(PeerRefused, match=reason):
            stage.apply(partner_id, category, scheme)


def test_an_application_is_submitted_and_decided_once(stage: Stage) -> None:
    application = stage.submitted(stage.register(), "cinema")
    with pytest.raises(PeerRefused, match="already_submitted"):
        stage.submit(application)
    stage.decide(application, accept=True)
    with pytest.raises(PeerRefused, match="not_submitted"):
        stage.decide(application, accept=True)


def test_staff_see_submitted_applications_with_who_applies(stage: Stage) -> None:
    partner = stage.register()
    stage.apply(partner.partner_id, "spectacle")
    stage.submitted(partner, "cinema")
    page = stage.call("ListApplications", pb.ListApplicationsRequest(), stage.instructor)
    (application,) = page.applications
    assert (application.accreditation.category, application.siret) == ("cinema", partner.siret)
    with pytest.raises(PeerRefused, match="not_allowed"):
        stage.call("ListApplications", pb.ListApplicationsRequest(), stage.owner)


def test_applications_are_listed_by_page_the_oldest_first(stage: Stage) -> None:
    partner = stage.register()
    newer = stage.submitted(partner, "cinema")
    older = stage.submitted(partner, "spectacle")
    with stage.parts.platform.database.transaction() as session:
        back = "UPDATE accreditations SET applied_at = applied_at - interval '1 day' WHERE accreditation_id = :id"
        session.execute(sa.text(back), {"id": older.accreditation_id})
    copy_accredited(stage, 60)  # 60 partners with both: two pages
    first = stage.call("ListApplications", pb.ListApplicationsRequest(), stage.instructor)
    request = pb.ListApplicationsRequest(page_token=first.next_page_token)
    rest = stage.call("ListApplications", request, stage.instructor)
    listed = [one.accreditation for page in (first, rest) for one in page.applications]
    assert [one.category for one in listed] == ["spectacle"] * 61 + ["cinema"] * 61
    assert len({one.accreditation_id for one in listed}) == 122
    assert newer.accreditation_id in {one.accreditation_id for one in listed}
    assert not rest.next_page_token


# Establishments


def test_an_accepted_establishment_may_validate_its_pupils(stage: Stage) -> None:
    school = stage.register(**lycee())
    granted = stage.granted(school, "establishment", BOOKS)
    (fact,) = stage.facts("establishment_registered")
    described = {"uai": "0760090K", "establishment_kind": "lycee_public", "region": "28"}
    assert fact.data == {"partner_id": school.partner_id, **described}
    page = stage.call("ListEstablishments", org_pb.ListEstablishmentsRequest(), service="identity")
    assert [(one.partner_id, one.version) for one in page.establishments] == [(school.partner_id, fact.version)]
    assert granted.category == "establishment"


def test_an_establishment_is_registered_for_one_partner(stage: Stage) -> None:
    stage.granted(stage.register(**lycee()), "establishment", BOOKS)
    rival = stage.register(**lycee(siret=siret(8)))
    application = stage.submitted(rival, "establishment", BOOKS)
    with pytest.raises(PeerRefused, match="uai_taken"):
        stage.decide(application, accept=True)
    assert len(stage.facts("establishment_registered")) == 1


# Withdrawal


def test_a_withdrawal_is_effective_when_the_wallet_has_committed_it(stage: Stage) -> None:
    granted = stage.granted(stage.register(), "cinema")
    answer = stage.withdraw(granted)
    assert answer.effective
    assert not answer.accreditation.withdrawal_pending
    ((rpc, request, caller),) = stage.wallet.calls
    assert (rpc, request.category, request.version) == ("StopAccreditation", "cinema", answer.accreditation.version)
    assert caller is not None
    assert (caller.service, caller.account) == ("partner", None)
    (fact,) = stage.facts("accreditation_withdrawn")
    assert fact.version == answer.accreditation.version
    assert stage.directory() == []


def test_a_withdrawal_is_pending_while_the_wallet_is_away_and_done_once_it_is_back(stage: Stage) -> None:
    partner = stage.register()
    granted = stage.granted(partner, "cinema")
    stage.wallet.away = True
    answer = stage.withdraw(granted)
    assert not answer.effective
    assert answer.accreditation.withdrawal_pending
    assert stage.play_due() == 0
    assert stage.see(partner.partner_id).accreditations[0].withdrawal_pending
    assert not stage.facts("accreditation_withdrawn")

    stage.wallet.away = False
    assert stage.play_due() == 1
    assert not stage.see(partner.partner_id).accreditations[0].withdrawal_pending
    assert [fact.version for fact in stage.facts("accreditation_withdrawn")] == [answer.accreditation.version]
    assert stage.withdraw(granted).effective


def test_the_retry_of_a_withdrawal_that_was_told_at_once_changes_nothing(stage: Stage) -> None:
    stage.withdraw(stage.granted(stage.register(), "cinema"))
    assert stage.play_due() == 1
    assert len(stage.wallet.calls) == 1
    assert len(stage.facts("accreditation_withdrawn")) == 1


def test_only_a_granted_accreditation_is_withdrawn_and_for_a_reason(stage: Stage) -> None:
    application = stage.submitted(stage.register(), "cinema")
    with pytest.raises(PeerRefused, match="not_granted"):
        stage.withdraw(application)
    stage.decide(application, accept=True)
    with pytest.raises(PeerRefused, match="reason_needed"):
        stage.withdraw(application, reason=" ")


def test_a_partner_granted_again_after_a_withdrawal_has_a_later_version(stage: Stage) -> None:
    partner = stage.register()
    withdrawn = stage.withdraw(stage.granted(partner, "cinema")).accreditation
    assert stage.granted(partner, "cinema").version > withdrawn.version
    assert stage.directory() == ["Cinéma Omnia"]


# Directory


def test_the_directory_shows_accredited_partners_by_category_and_city(stage: Stage) -> None:
    cinema = stage.register()
    stage.granted(cinema, "cinema")
    bookshop = stage.register(siret=siret(2), public_name="L'Armitière", flags={"book_trade": True})
    stage.granted(bookshop, "livres", BOOKS)
    stage.register(Person(AccountKind.PARTNER), siret=siret(3), public_name="Candidat")
    assert stage.directory() == ["Cinéma Omnia", "L'Armitière"]
    assert stage.directory(category="livres") == ["L'Armitière"]
    assert stage.directory(city="ROUEN", category="cinema") == ["Cinéma Omnia"]
    assert stage.directory(city="Caen") == []


def test_the_directory_is_read_by_page_and_refuses_a_token_of_others(stage: Stage) -> None:
    stage.granted(stage.register(public_name="Salle 000"), "cinema")
    copy_accredited(stage, 102)
    first = stage.call("SearchDirectory", pb.SearchDirectoryRequest())
    rest = stage.call("SearchDirectory", pb.SearchDirectoryRequest(page_token=first.next_page_token))
    names = [entry.public_name for page in (first, rest) for entry in page.entries]
    assert names == [f"Salle {number:03d}" for number in range(103)]
    assert not rest.next_page_token
    with pytest.raises(PeerRefused, match="malformed"):
        stage.directory(page_token="bm90LW91cnM=")
