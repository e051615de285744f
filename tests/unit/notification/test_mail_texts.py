"""Mails' texts: French, escaped, complete or not written at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from typing import Any

import pytest

from rulebooks import Catalogue
from services.notification.adapters import smtp
from services.notification.adapters.mail_texts import TEMPLATES, TemplateTexts, ValueMissing, day, euros, site_of
from services.notification.adapters.smtp import MailRefused, SmtpAddress
from services.notification.domain.deliveries import Template
from services.notification.domain.mail import Mail, MailText

_AUTHORITY = Catalogue.load().authority("normandie")
_TEXTS = TemplateTexts("http://127.0.0.1:8080")
_VALUES: dict[Template, dict[str, Any]] = {
    Template.ACCOUNT_OPENED: {"kind": "young", "link_path": "/compte/confirmation/jeton"},
    Template.CARD_ACCEPTED: {},
    Template.CARD_REFUSED: {"reasons": ["La photo est trop sombre."]},
    Template.WALLET_CREDITED: {
        "scheme_title": "Atouts Culture & Sport",
        "spend_until": date(2026, 6, 30),
        "benefits": [{"title": "Cinéma", "amount_cents": 2_000}, {"title": "Spectacle", "amount_cents": 3_000}],
    },
    Template.PAYMENT_MADE: {
        "amount_cents": 1_250,
        "partner_name": "Cinéma Étoile",
        "benefit_title": "Cinéma",
        "paid_on": date(2025, 9, 1),
    },
    Template.PLACE_WON: {"offer_title": "Une soirée au cirque", "prize": "1 place pour 2 personnes"},
    Template.PAYOUT_SENT: {"amount_cents": 123_450, "partner_name": "Cinéma Étoile", "partner_id": "p1"},
    Template.GUARDIAN_ASKED: {"link_path": "/autorisation/jeton", "scheme_title": "Atouts Culture & Sport"},
    Template.GUARDIAN_ANSWERED: {"outcome": "given", "scheme_title": "Atouts Culture & Sport"},
    Template.CONFIRM_ADDRESS: {"link_path": "/compte/confirmation/jeton"},
    Template.RECOVER_ACCOUNT: {"link_path": "/compte/recuperation/jeton"},
    Template.CHANGE_ADDRESS: {"link_path": "/compte/confirmation/jeton"},
    Template.ADDRESS_CHANGED: {"link_path": "/compte/retour/jeton"},
    Template.STAFF_INVITED: {"link_path": "/compte/invitation/jeton"},
    Template.CREDENTIALS_CHANGED: {"change": "password_changed"},
}
every_template = pytest.mark.parametrize("template", list(Template))


def write(template: Template, **values: Any) -> MailText:
    return _TEXTS.write(template, _AUTHORITY, {"given_name": "Zoé", **_VALUES[template], **values})


@every_template
def test_every_template_says_the_same_in_text_and_in_html(template: Template) -> None:
    """Subject, text and HTML with the styles inlined: no style sheet, no remote content, no script."""
    says = write(template)
    assert says.subject
    assert "Zoé" in says.text
    assert "Zoé" in says.html
    assert 'lang="fr"' in says.html
    assert "http://normandie.localhost:8080/" in says.text
    assert "<style" not in says.html
    assert "style=" in says.html
    assert not any(word in says.html for word in ("<script", "<img", "<link", "{{"))


@every_template
def test_no_value_is_done_without(template: Template) -> None:
    """Each value of each template is needed: without it nothing is written, and the reason names it."""
    for name in _VALUES[template]:
        given = {key: value for key, value in _VALUES[template].items() if key != name}
        with pytest.raises(ValueMissing, match=name):
            _TEXTS.write(template, _AUTHORITY, {"given_name": "Zoé", **given})


def test_every_template_has_its_three_texts_and_no_other() -> None:
    """A file that no fact uses is not kept."""
    kinds = ("subject", "txt", "html")
    named = {f"{template}.{kind}.jinja2" for template in Template for kind in kinds}
    assert {path.name for path in TEMPLATES.iterdir()} == named | {"layout.txt.jinja2", "layout.html.jinja2"}


def test_a_person_without_a_profile_is_greeted_without_a_name() -> None:
    """An empty given name is no missing value."""
    assert write(Template.CARD_ACCEPTED, given_name="").text.startswith("Bonjour,\n")


def test_amounts_and_days_are_written_as_the_french_do() -> None:
    """12,50 € with a no-break space; the first of a month is special."""
    assert (euros(1_250), euros(123_456_700)) == ("12,50\xa0€", "1\u202f234\u202f567,00\xa0€")
    assert (day(date(2025, 9, 1)), day(date(2026, 2, 11))) == ("1er septembre 2025", "11 février 2026")
    assert "Le 1er septembre 2025, tu as payé 12,50\xa0€ chez Cinéma Étoile" in write(Template.PAYMENT_MADE).text


def test_html_in_a_name_is_text() -> None:
    """What a partner or a person is called never becomes a tag."""
    evil = '<img src=x onerror="alert(1)"> & Cie'
    says = write(Template.PAYMENT_MADE, partner_name=evil, given_name="<b>Zoé</b>")
    tags = _tags(says.html)
    assert "img" not in tags
    assert "b" not in tags
    assert evil in says.text


def test_a_subject_is_one_line_whatever_it_holds() -> None:
    """A line break in a title cannot begin a header."""
    says = write(Template.PLACE_WON, offer_title="Cirque\r\nBcc: autre@exemple.fr")
    message = read(mail(says))
    assert message["Bcc"] is None
    assert message["Subject"] == "Tu as une place : Cirque Bcc: autre@exemple.fr"


def test_a_mail_s_headers_are_those_of_an_automatic_message() -> None:
    """Auto-Submitted, a date and an id that do not change from one attempt to the next."""
    first, second = (read(mail(write(Template.PAYMENT_MADE))) for _ in range(2))
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["From"] == '"Atouts, Région Normandie" <ne-pas-repondre@normandie.localhost>'
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])
    assert first.get_body(("plain",)) is not None
    assert first.get_body(("html",)) is not None


@pytest.mark.parametrize("address", ["zoe@exemple.fr\r\nBcc: autre@exemple.fr", "", "sans-arobase@", "a b@c"])
def test_what_is_no_address_is_refused_for_good(address: str) -> None:
    """The mail is abandoned; nothing is sent to half an address."""
    with pytest.raises(MailRefused) as refused:
        smtp._message(mail(write(Template.CARD_ACCEPTED), to=address))
    assert refused.value.for_good


def test_where_mails_are_handed_over_is_one_address() -> None:
    """smtps means TLS from the start; a password may hold any character."""
    assert SmtpAddress.of("smtp://127.0.0.1:2525") == SmtpAddress("127.0.0.1", 2525, False, "", "")
    assert SmtpAddress.of("smtps://moi:a%40b@mail.example") == SmtpAddress("mail.example", 465, True, "moi", "a@b")


def test_a_link_leads_to_the_authority_s_own_host() -> None:
    """Whatever host the platform itself answers at."""
    assert site_of("http://127.0.0.1:8080", "normandie.localhost") == "http://normandie.localhost:8080"
    assert site_of("https://atouts.example", "normandie.example") == "https://normandie.example"


def mail(says: MailText, to: str = "zoe@exemple.fr") -> Mail:
    sender = _AUTHORITY.mail
    return Mail("<1@a.example>", datetime(2026, 1, 1, tzinfo=UTC), sender.name, sender.address, to, says)


def read(sent: Mail) -> EmailMessage:
    """As a mail program reads it, after the wire."""
    message = message_from_bytes(smtp._message(sent).as_bytes(), policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


class _Tags(HTMLParser):
    """The names of the tags that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)


def _tags(html: str) -> set[str]:
    parser = _Tags()
    parser.feed(html)
    return parser.found
