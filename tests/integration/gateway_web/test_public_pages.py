"""What everybody sees, what protects it, and the files that it stands on."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest
from atouts.partner.v1 import accreditations_pb2
from atouts.wallet.v1 import memberships_pb2, seasons_pb2, simulations_pb2
from markupsafe import escape

from chassis.errors import Answer, Status
from gateway.web.page import Page
from gateway.web.pages import pages
from gateway.web.questions import SAYABLE
from rulebooks import Catalogue, Rulebook
from tests.integration.gateway_api.conftest import FakeServices
from tests.integration.gateway_web.conftest import Browser

_QUESTIONS = {"birth_date": "31/01/2009", "residence_department": "14", "study_status": "lyceen"}


def test_the_home_page_stands_without_any_service(browser: Browser, services: FakeServices) -> None:
    services.answers["ListSeasons"] = Answer(Status.UNAVAILABLE, "unavailable", "Absent.", "Away.")
    page = browser.get("/")
    assert page.status_code == 200
    assert '<html lang="fr">' in page.text
    assert "Région Normandie" in page.text


def test_the_simulator_says_why_and_what_remains_to_do(browser: Browser, services: FakeServices) -> None:
    services.answers["Simulate"] = simulations_pb2.SimulateResponse(
        seasons=[
            simulations_pb2.SimulatedSeason(
                title="Atouts Culture & Sport", eligible=True, fee_cents=1000,
                reasons=[memberships_pb2.Reason(sentence="Vous avez l'âge demandé.", met=True)],
                requires=[simulations_pb2.SimulatedStep(code="fee", sentence="Payer 10 €.")],
                benefits=[simulations_pb2.SimulatedBenefit(title="Cinéma", amount_cents=2000)],
            )
        ]
    )  # fmt: skip
    page = browser.get("/simulateur", params=_QUESTIONS)
    assert services.last.request.birth_date == "2009-01-31"
    for shown in ("Atouts Culture &amp; Sport", "20,00\u00a0€", "Payer 10 €.", 'value="31/01/2009"'):
        assert shown in page.text


@pytest.mark.parametrize(
    ("field", "value"), [("birth_date", "hier"), ("residence_department", "99"), ("study_status", "")]
)
def test_a_question_left_or_misunderstood_is_asked_again(
    browser: Browser, services: FakeServices, field: str, value: str
) -> None:
    page = browser.get("/simulateur", params={**_QUESTIONS, field: value})
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert "Simulate" not in [call.rpc for call in services.calls]


def _open(services: FakeServices, *rulebooks: Rulebook) -> None:
    services.answers["ListSeasons"] = seasons_pb2.ListSeasonsResponse(
        seasons=[
            seasons_pb2.Season(
                scheme=each.scheme, season=each.season, title=each.title, rulebook_hash=each.hash, open=True
            )
            for each in rulebooks
        ]
    )


_CATALOGUE = Catalogue.load()
PASS_REGION = _CATALOGUE.get("auvergne-rhone-alpes", "pass-region", "2022-2023")
CULTURE = _CATALOGUE.get("normandie", "culture-sport", "2025-2026")


@pytest.mark.parametrize(
    ("rulebook", "asked"),
    [
        (CULTURE, set()),
        (PASS_REGION, {"sex", "disability", "long_term_illness", "study_level", "study_track", "trade_family"}),
    ],
)
def test_only_what_the_open_rulebooks_name_is_asked(
    browser: Browser, services: FakeServices, rulebook: Rulebook, asked: set[str]
) -> None:
    """The simulator's questions follow the authority's open rulebooks."""
    _open(services, rulebook)
    page = browser.get("/simulateur").text
    assert {name for name in SAYABLE if f'name="{name}"' in page} == asked
    assert "Situation de handicap" in page or "disability" not in asked


def test_what_is_answered_goes_to_the_simulation_by_its_name(browser: Browser, services: FakeServices) -> None:
    """Fields that the contract has of its own, the others by the vocabulary's names."""
    _open(services, PASS_REGION)
    browser.get("/simulateur", params={**_QUESTIONS, "study_level": "seconde", "disability": "true", "sex": ""})
    request = services.last.request
    assert (request.study_level, dict(request.facts)) == ("seconde", {"disability": "true"})


def test_rights_are_told_with_how_they_are_used_and_why_not(browser: Browser, services: FakeServices) -> None:
    """Windows, channels, the code, what waits for a parent, what is denied, when partners are paid."""
    pb = simulations_pb2
    window = pb.SimulatedWindow(opens_on="2022-09-01", closes_on="2023-06-30")
    cinema = pb.SimulatedBenefit(
        title="Cinéma", kind="tickets", amount_cents=2500, uses=5, spending="5 tickets.", windows=[window],
        channels=[pb.SimulatedChannel(channel="number", label="Numéro saisi", code_asked=True)], closes_on="2023-06-30",
        waits=[pb.SimulatedStep(code="parent", sentence="J'autorise le cinéma.")],
    )  # fmt: skip
    museum = pb.SimulatedBenefit(title="Musées", kind="access", spending="Autant de fois que vous voulez.")
    reason = memberships_pb2.Reason(sentence="Réservé aux apprentis.")
    season = pb.SimulatedSeason(
        title="Carte", eligible=True, benefits=[cinema, museum],
        denials=[pb.SimulatedDenial(title="Permis", reasons=[reason])],
        payout=pb.SimulatedPayout(rhythm="monthly", period=window, due_on="2022-10-16"),
    )  # fmt: skip
    services.answers["Simulate"] = pb.SimulateResponse(seasons=[season])
    page = browser.get("/simulateur", params=_QUESTIONS).text
    for shown in (
        "Tickets. 5 tickets.",
        "du 01/09/2022 au 30/06/2023",
        "Numéro saisi (code secret demandé)",
        "J&#39;autorise le cinéma.",
        "Permis : Réservé aux apprentis.",
        "chaque mois",
        "16/10/2022",
    ):
        assert shown in page
    assert "Musées</strong> :" not in page


def test_the_home_page_tells_rights_without_an_amount(browser: Browser, services: FakeServices) -> None:
    """An access has a name and no euros."""
    _open(services, PASS_REGION)
    page = browser.get("/").text
    access = next(benefit.title for benefit in PASS_REGION.benefits if benefit.kind == "access")
    assert f"<li>{escape(access)}</li>" in page


def test_the_directory_goes_on_with_its_search(browser: Browser, services: FakeServices) -> None:
    """Category and city stay in the address of the next page."""
    entry = accreditations_pb2.DirectoryEntry(public_name="<b>Ciné</b>", city="Caen", categories=["cinema"])
    services.answers["SearchDirectory"] = accreditations_pb2.SearchDirectoryResponse(
        entries=[entry], next_page_token="suite"
    )
    page = browser.get("/partenaires", params={"categorie": "cinema", "ville": "Caen"})
    assert (services.last.request.category, services.last.request.city) == ("cinema", "Caen")
    assert "&lt;b&gt;Ciné&lt;/b&gt;" in page.text
    assert "categorie=cinema&amp;ville=Caen&amp;page_token=suite" in page.text


def test_every_page_has_a_strict_policy_of_its_own(browser: Browser) -> None:
    """Nothing inline, nothing from elsewhere, no frame; no camera but at the till."""
    headers = browser.get("/").headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "camera=()" in headers["permissions-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_no_page_holds_an_inline_script_or_style(browser: Browser) -> None:
    """What the policy would block is not written in the first place."""
    for path in ("/", "/simulateur", "/partenaires", "/compte/creer", "/compte/connexion", "/nulle-part"):
        text = browser.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son\w+=", text), path


def test_a_form_from_elsewhere_does_nothing(browser: Browser, services: FakeServices) -> None:
    """Another origin, another site, no token, or somebody else's token."""
    token = browser.token()
    form = {"email": "a@exemple.fr", "password": "x", "csrf": token}
    attempts: list[tuple[dict[str, str], dict[str, str]]] = [
        ({"Origin": "https://exemple.org"}, form),
        ({"Origin": "null"}, form),
        ({"Sec-Fetch-Site": "cross-site"}, form),
        ({"Sec-Fetch-Site": "same-site"}, form),
        ({}, {**form, "csrf": ""}),
        ({}, {**form, "csrf": "autre"}),
    ]
    for headers, data in attempts:
        response = browser.http.post("/compte/connexion", data=data, headers=headers)
        assert response.status_code == 403, (headers, data)
    assert "SignIn" not in [call.rpc for call in services.calls]


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(browser: Browser) -> None:
    page = browser.get("/nulle-part")
    assert (page.status_code, "<h1>Page introuvable</h1>" in page.text) == (404, True)
    for path, accept in (("/v1/nulle-part", "text/html"), ("/nulle-part", "application/json")):
        answer = browser.get(path, headers={"Accept": accept})
        assert answer.json()["code"] == "unknown_route"


def test_a_host_that_is_no_authority_s_has_a_plain_page(browser: Browser) -> None:
    page = browser.get("/", headers={"Host": "ailleurs.localhost"})
    assert page.status_code == 404
    assert "Aucune collectivité ne répond à cette adresse" in page.text


def _static(browser: Browser) -> list[str]:
    return re.findall(r'href="(/static/[^"]+)"', browser.get("/").text)


def test_files_are_kept_for_a_year_under_the_name_of_their_content(browser: Browser) -> None:
    for url in _static(browser):
        answer = browser.get(url)
        assert "immutable" in answer.headers["cache-control"], url
        old = browser.get(re.sub(r"/static/\w+/", "/static/000000000000/", url))
        assert (old.content, old.headers["cache-control"]) == (answer.content, "no-cache")


def test_the_style_is_one_small_file_with_the_authority_s_colours_beside_it(browser: Browser) -> None:
    style, theme = [url for url in _static(browser) if url.endswith(".css")]
    assert len(browser.get(style).content) < 15_000
    assert "--primary:#b3122b" in browser.get(theme).text
    assert browser.get(style).headers["content-encoding"] == "gzip"
    raw = browser.http.build_request("GET", style, headers={"Accept-Encoding": "gzip"})
    sent = b"".join(browser.http.send(raw, stream=True).iter_raw())
    assert gzip.decompress(sent) == browser.get(style).content


def test_no_path_leads_out_of_the_folder_of_files(browser: Browser) -> None:
    for name in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "/etc/hosts"):
        assert browser.get(f"/static/0/{name}").status_code == 404


def test_each_page_of_others_leads_a_passer_by_to_sign_in(browser: Browser) -> None:
    """Every page that is not everybody's, whichever it is."""
    private = [one for one in pages() if isinstance(one, Page) and one.access.value is not None]
    assert private
    for page in private:
        path = re.sub(r"{\w+}", "x1", page.path)
        response = browser.get(path)
        assert response.headers.get("location", "").startswith("/compte/connexion?vers="), path


def test_a_request_without_a_readable_form_is_refused(browser: Browser) -> None:
    token = browser.token()
    for content_type, body, status in (
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"--x", 400),
        ("application/x-www-form-urlencoded", b"csrf=" + token.encode() + b"&email=" + b"a" * 70_000, 413),
    ):
        answer: httpx.Response = browser.http.post(
            "/compte/connexion", content=body, headers={"Content-Type": content_type}
        )
        assert answer.status_code == status, content_type
