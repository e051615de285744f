"""A school's pages: who waits, last year's pupils first; lists; and what staff see of all schools."""

from __future__ import annotations

import pytest
from atouts.identity.v1 import accounts_pb2
from atouts.identity.v1 import schools_pb2 as pb
from atouts.partner.v1 import organisations_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.context import AccountKind
from chassis.errors import Answer, Status
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_AT = Timestamp(seconds=1_756_886_400)  # 3 September 2025, 10:00 in Paris
_SCHEME, _SEASON = "livres-equipement", "2025-2026"
_PARTNERS = organisations_pb2.ListMyPartnersResponse(
    partners=[
        organisations_pb2.Partner(partner_id="p1", public_name="Lycée Imaginaire", uai="0760001A"),
        organisations_pb2.Partner(partner_id="p2", public_name="Cinéma Imaginaire"),
    ]
)
_QUEUE = pb.SchoolQueue(
    partner_id="p1", uai="0760001A", academy="Normandie", scheme=_SCHEME, season=_SEASON, waiting=3, on_list=1,
    differing=1, unlisted=1, returning=1, oldest_at=_AT,
)  # fmt: skip


def _enrolment(number: int, **said: object) -> pb.Enrolment:
    values = {
        "enrolment_id": f"e{number}", "surname": f"Fictif{number}", "given_names": "Zoé", "birth_date": "2009-03-14",
        "scheme": _SCHEME, "season": _SEASON, "level": "seconde", "track": "general", "requested_at": _AT, **said,
    }  # fmt: skip
    return pb.Enrolment(**values)  # type: ignore[arg-type]  # as said


_KNOWN = _enrolment(1, returning=True, on_list=True)
_DIFFERING = _enrolment(2, on_list=True, differences=["level=premiere"])
_UNLISTED = _enrolment(3)


def _import(state: pb.ClassListImportState, read: int) -> pb.ClassListImport:
    problem = pb.LineProblem(line=7, column="nom", code="surname_unfit", sentence="Le nom est vide.")
    return pb.ClassListImport(
        import_id="i1", season=_SEASON, state=state, lines_total=20_000, lines_read=read, lines_added=read - 1,
        lines_faulty=1, problems=[problem], imported_at=_AT,
    )  # fmt: skip


@pytest.fixture
def referent(browser: Browser, services: FakeServices) -> Browser:
    browser.sign_in(AccountKind.PARTNER)
    services.answers |= {
        "ListMyPartners": _PARTNERS,
        "GetSchoolQueue": pb.GetSchoolQueueResponse(queues=[_QUEUE]),
        "ListSchoolEnrolments": pb.ListSchoolEnrolmentsResponse(enrolments=[_KNOWN, _DIFFERING, _UNLISTED]),
        "ListClassListImports": pb.ListClassListImportsResponse(
            imports=[_import(pb.CLASS_LIST_IMPORT_STATE_LOADED, 20_000)]
        ),
    }
    return browser


def sent(services: FakeServices, rpc: str) -> list[object]:
    return [call.request for call in services.calls if call.rpc == rpc]


def test_a_delegate_of_one_school_goes_straight_to_it(referent: Browser) -> None:
    """Of the partners that one acts for, only schools have pupils."""
    assert referent.get("/etablissement").headers["location"] == "/etablissement/p1"


def test_what_waits_is_counted_and_last_year_s_pupils_come_first(referent: Browser) -> None:
    """Each difference with the list is said in words; a returning pupil is not shown twice in the other table."""
    page = referent.get("/etablissement/p1").text
    assert "<strong>3</strong> demandes attendent votre réponse" in page
    assert "la plus ancienne depuis le 3 septembre 2025" in page
    assert page.index("Déjà validés l’an dernier") < page.index("Les autres demandes")
    assert "Liste : niveau : Première" in page
    others = page[page.index("Les autres demandes") :]
    assert ("Fictif1" in others, "Fictif2" in others, "Fictif3" in others) == (False, True, True)


def test_last_year_s_pupils_are_validated_in_one_act_page_after_page(referent: Browser, services: FakeServices) -> None:
    """As many calls as the service has pages, then the school reads that it is done."""
    services.answers["ValidateListedEnrolments"] = pb.ValidateListedEnrolmentsResponse(validated=900, left=100)
    form = {"scheme": _SCHEME, "season": _SEASON, "returning": "oui"}
    assert referent.post("/etablissement/p1/validation", form).headers["location"] == "/etablissement/p1?fait=valides"
    (asked,) = sent(services, "ValidateListedEnrolments")
    assert asked == pb.ValidateListedEnrolmentsRequest(partner_id="p1", scheme=_SCHEME, season=_SEASON, returning=True)


def test_when_nobody_agrees_with_the_list_the_school_is_told(referent: Browser, services: FakeServices) -> None:
    """An act that validated nobody does not say that it did."""
    services.answers["ValidateListedEnrolments"] = pb.ValidateListedEnrolmentsResponse(left=3)
    done = referent.post("/etablissement/p1/validation", {"scheme": _SCHEME, "season": _SEASON})
    assert done.headers["location"] == "/etablissement/p1?fait=aucun"
    assert "envoyez-la d’abord" in referent.get("/etablissement/p1?fait=aucun").text


def test_more_than_one_act_bears_is_said_to_go_on(referent: Browser, services: FakeServices) -> None:
    """Five thousand an act; the rest is asked for again."""
    services.answers["ValidateListedEnrolments"] = pb.ValidateListedEnrolmentsResponse(
        validated=1000, next_page_token="encore"
    )
    done = referent.post("/etablissement/p1/validation", {"scheme": _SCHEME, "season": _SEASON})
    assert done.headers["location"] == "/etablissement/p1?fait=reste"
    assert len(sent(services, "ValidateListedEnrolments")) == 5


def test_one_request_is_answered_with_a_reason(referent: Browser, services: FakeServices) -> None:
    """What the list says otherwise stands beside the request; a rejection carries its reason, a validation none."""
    assert "La liste dit autre chose : niveau : Première." in referent.get("/etablissement/p1/demandes/e2").text
    form = {"decision": "refuser", "reason": "Tu n’es pas dans nos listes."}
    done = referent.post("/etablissement/p1/demandes/e2", form)
    assert done.headers["location"] == "/etablissement/p1?fait=refuse"
    (request,) = sent(services, "DecideEnrolment")
    assert request == pb.DecideEnrolmentRequest(
        partner_id="p1", enrolment_id="e2", validate=False, reason="Tu n’es pas dans nos listes."
    )


def test_a_refused_answer_is_drawn_again_with_its_sentence(referent: Browser, services: FakeServices) -> None:
    """The reason is asked for at its field."""
    services.answers["DecideEnrolment"] = Answer(
        Status.INVALID_ARGUMENT, "reason_missing", "Indiquez le motif du refus.", "Say why.", "reason"
    )
    answer = referent.post("/etablissement/p1/demandes/e3", {"decision": "refuser"})
    assert (answer.status_code, "Indiquez le motif du refus." in answer.text) == (400, True)


def test_a_request_that_was_answered_meanwhile_leads_back_to_the_list(referent: Browser) -> None:
    """Two référents at once: the second goes on with what is left."""
    assert referent.get("/etablissement/p1/demandes/e9").headers["location"] == "/etablissement/p1"


def test_a_list_is_sent_and_followed_until_it_is_loaded(referent: Browser, services: FakeServices) -> None:
    """The page says how far it is, loads again by itself with and without script, and ends with the report."""
    loading = _import(pb.CLASS_LIST_IMPORT_STATE_LOADING, 4_000)
    services.answers["ImportClassList"] = pb.ImportClassListResponse(**{"import": loading})
    services.answers["GetClassListImport"] = pb.GetClassListImportResponse(**{"import": loading})
    done = referent.post("/etablissement/p1/listes", {"season": _SEASON}, files={"content": ("eleves.csv", b"nom;")})
    assert done.headers["location"] == "/etablissement/p1/listes/i1"
    page = referent.get("/etablissement/p1/listes/i1").text
    assert "4000 lignes sur 20000" in page
    assert '<meta http-equiv="refresh"' in page
    services.answers["GetClassListImport"] = pb.GetClassListImportResponse(
        **{"import": _import(pb.CLASS_LIST_IMPORT_STATE_LOADED, 20_000)}
    )
    page = referent.get("/etablissement/p1/listes/i1").text
    assert "Le nom est vide." in page
    assert '<meta http-equiv="refresh"' not in page
    assert 'href="/etablissement/p1/listes/i1/compte-rendu.csv"' in page


def test_a_report_is_a_file_to_keep(referent: Browser, services: FakeServices) -> None:
    """Never shown by the browser as a page of ours."""
    services.answers["GetClassListReport"] = pb.GetClassListReportResponse(
        content=b"ligne;", media_type="text/csv; charset=utf-8", filename="compte-rendu.csv"
    )
    file = referent.get("/etablissement/p1/listes/i1/compte-rendu.csv")
    assert (file.content, file.headers["content-disposition"][:10]) == (b"ligne;", "attachment")


def test_staff_see_schools_by_academy(browser: Browser, services: FakeServices) -> None:
    """Academies with what waits in each; the schools of the one chosen, by name."""
    browser.sign_in(AccountKind.STAFF)
    services.answers |= {
        "ListSchoolQueues": pb.ListSchoolQueuesResponse(
            academies=[pb.AcademyQueue(academy="Normandie", schools=1, waiting=3, oldest_at=_AT)], queues=[_QUEUE]
        ),
        "LookUpPartners": organisations_pb2.LookUpPartnersResponse(
            partners=[organisations_pb2.PublicPartner(partner_id="p1", public_name="Lycée Imaginaire", city="Rouen")]
        ),
    }
    page = browser.get("/agents/etablissements?academy=Normandie").text
    assert "Lycée Imaginaire (Rouen) 0760001A" in page
    (asked,) = sent(services, "ListSchoolQueues")
    assert asked == pb.ListSchoolQueuesRequest(academy="Normandie")


def _delegate(account_id: str, *roles: str) -> accounts_pb2.DelegateAccount:
    return accounts_pb2.DelegateAccount(account_id=account_id, email=f"{account_id}@exemple.fr", roles=roles)


def test_a_head_names_a_referent_by_their_address(referent: Browser, services: FakeServices) -> None:
    """Whoever has another role keeps it; only référents are listed."""
    services.answers |= {
        "ListDelegateAccounts": accounts_pb2.ListDelegateAccountsResponse(
            delegates=[_delegate("a1", "school"), _delegate("a2", "cashier")]
        ),
        "FindDelegateAccount": accounts_pb2.FindDelegateAccountResponse(delegate=_delegate("a2", "cashier")),
    }
    page = referent.get("/etablissement/p1/referents").text
    assert ("a1@exemple.fr" in page, "a2@exemple.fr" in page) == (True, False)

    done = referent.post("/etablissement/p1/referents", {"email": "a2@exemple.fr"})

    assert done.headers["location"] == "/etablissement/p1/referents?fait=nomme"
    assert sent(services, "AddDelegate") == [
        organisations_pb2.AddDelegateRequest(partner_id="p1", account_id="a2", roles=["cashier", "school"])
    ]


def test_a_head_removes_a_referent_and_leaves_their_other_roles(referent: Browser, services: FakeServices) -> None:
    """Without another role they are no delegate any more."""
    services.answers["ListDelegateAccounts"] = accounts_pb2.ListDelegateAccountsResponse(
        delegates=[_delegate("a1", "school"), _delegate("a2", "cashier", "school")]
    )
    for account_id in ("a1", "a2"):
        done = referent.post("/etablissement/p1/referents/retrait", {"account_id": account_id})
        assert done.headers["location"] == "/etablissement/p1/referents?fait=retire"

    assert sent(services, "RemoveDelegate") == [
        organisations_pb2.RemoveDelegateRequest(partner_id="p1", account_id="a1")
    ]
    assert sent(services, "AddDelegate") == [
        organisations_pb2.AddDelegateRequest(partner_id="p1", account_id="a2", roles=["cashier"])
    ]
