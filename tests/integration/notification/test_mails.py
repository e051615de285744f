"""From facts to mails: each told once, in full, to who it is about; what cannot be written is parked."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from atouts.notification.v1 import deliveries_pb2 as pb

from chassis.clock import machine_now
from chassis.context import AccountKind
from chassis.errors import NotAllowed, Operational
from chassis.events import Event, type_of
from chassis.work import Work
from embedded.rundir import ROOT
from services.notification.adapters.smtp import MailRefused
from services.notification.application.sending import send_due
from services.notification.entrypoints.handlers import event_reactions
from services.notification.store import deliveries as store
from services.notification.store.tables import deliveries
from tests.integration.notification.stage import AUTHORITY, Stage, debit


def test_a_payment_is_told_with_amount_partner_benefit_and_day(stage: Stage) -> None:
    """Names and titles are asked for at the moment of sending."""
    person, partner = stage.person("Zoé"), stage.partner()
    stage.pay(person, partner)
    assert stage.send() == ["Paiement de 12,50 € chez Cinéma Étoile"]
    mail = stage.server.taken[0]
    assert mail.recipient == stage.peers.emails[person][0]
    assert "Bonjour Zoé," in mail.says.text
    assert "Le 1er septembre 2025, tu as payé 12,50\xa0€ chez Cinéma Étoile avec ton avantage « Cinéma »" in (
        mail.says.text
    )
    assert stage.states() == [("sent", "")]


def test_an_event_that_comes_twice_is_told_once(stage: Stage) -> None:
    """By the inbox, and by the delivery's own key."""
    person = stage.person()
    event_id = stage.open_account(person)
    data = {"account_id": person, "kind": "young"}
    stage.deliver("identity", "account_opened", data, event_id=event_id)
    stage.send()
    assert stage.server.subjects == ["Votre compte est ouvert"]
    assert stage.send() == []


def test_credits_of_one_membership_are_one_mail(stage: Stage) -> None:
    """All that came before it was sent; what comes after is a mail of its own."""
    person, membership = stage.person(), str(uuid.uuid4())
    stage.credit(person, membership, "cinema", 2_000)
    stage.credit(person, membership, "spectacle", 3_000)
    assert stage.send() == ["Tes avantages sont disponibles : Atouts Culture & Sport 2025-2026"]
    text = stage.server.taken[0].says.text
    assert "- Cinéma : 20,00\xa0€" in text
    assert "- Spectacle : 30,00\xa0€" in text
    assert "30 juin 2026" in text
    stage.credit(person, membership, "pratique", 3_000)
    stage.send()
    assert [mail.says.text.count("- ") for mail in stage.server.taken] == [2, 1]


def test_credits_are_gathered_for_a_moment(stage: Stage) -> None:
    """The mail is not due while more may come."""
    stage.credit(stage.person(), str(uuid.uuid4()), "cinema", 2_000)
    assert send_due(stage.means) == 0
    assert stage.states() == [("waiting", "")]


def test_a_refused_card_is_told_with_its_reasons(stage: Stage) -> None:
    """In words, with what to do; an accepted one simply so."""
    person = stage.person()
    data = {"check_id": str(uuid.uuid4()), "person_id": person, "verdict": "refused", "reasons": ["too_dark"]}
    stage.deliver("identity", "card_checked", data)
    stage.deliver("identity", "card_checked", {**data, "verdict": "accepted", "reasons": []})
    assert stage.send() == ["Ta pièce d’identité n’est pas acceptée", "Ta pièce d’identité est acceptée"]
    assert "trop sombre" in stage.server.taken[0].says.text


def test_a_place_won_is_told_with_its_title(stage: Stage) -> None:
    """HTML in an offer is text."""
    person, offer = stage.person(), str(uuid.uuid4())
    stage.peers.offers[offer] = ("<b>Cirque</b>", "2 places")
    data = {"registration_id": str(uuid.uuid4()), "offer_id": offer, "person_id": person, "kind": "draw"}
    stage.deliver("bonplan", "place_won", data)
    assert stage.send() == ["Tu as une place : <b>Cirque</b>"]
    assert "&lt;b&gt;Cirque&lt;/b&gt;" in stage.server.taken[0].says.html


def test_a_payout_is_told_to_each_principal_delegate(stage: Stage) -> None:
    """One mail an account."""
    partner, first, second = stage.partner(), stage.person("Ana"), stage.person("Bob")
    stage.peers.delegates[partner] = [first, second]
    ids = {"remittance_id": str(uuid.uuid4()), "run_id": str(uuid.uuid4()), "partner_id": partner}
    stage.deliver("payout", "remittance_issued", {**ids, "amount_cents": 123_450})
    assert stage.send() == ["Virement de 1 234,50 € pour Cinéma Étoile"] * 2
    assert {mail.recipient for mail in stage.server.taken} == {stage.peers.emails[each][0] for each in (first, second)}
    for mail in stage.server.taken:
        for text in (mail.says.text, mail.says.html):
            assert f"/espace-partenaire/{partner}/versements" in text


@pytest.mark.parametrize(("kind", "path"), [("partner", "/espace-partenaire"), ("young", "/")])
def test_the_first_mail_leads_to_where_the_account_begins(stage: Stage, kind: str, path: str) -> None:
    """A partner's account to its space, which is a page."""
    data = {"account_id": stage.person(), "kind": kind}
    stage.deliver("identity", "account_opened", data)
    stage.send()
    (mail,) = stage.server.taken
    sites = re.findall(r"https?://[^\s\"<>]+", mail.says.text)
    assert {urlsplit(site).path for site in sites} == {path}
    assert re.search(rf'href="[^"]+localhost[:0-9]*{path}"[^>]*>Ouvrir mon espace</a>', mail.says.html)


def test_a_mail_with_a_missing_value_is_parked_and_the_rest_goes_on(stage: Stage) -> None:
    """Nobody gets half a mail; once the value is there an operator has it sent."""
    person, nameless = stage.person(), str(uuid.uuid4())
    stage.pay(person, nameless)
    stage.pay(person, stage.partner())
    assert stage.send() == ["Paiement de 12,50 € chez Cinéma Étoile"]
    parked, sent = stage.states()
    assert parked[0] == "failed"
    assert "partner_name" in parked[1]
    assert sent == ("sent", "")
    stage.peers.partners[nameless] = "Librairie du Port"
    assert stage.run(lambda work: store.replay(work, None)) == 1
    assert stage.send() == ["Paiement de 12,50 € chez Librairie du Port"]


def test_an_account_without_an_address_is_abandoned(stage: Stage) -> None:
    """Erased, or never one that can be written to."""
    stage.open_account(str(uuid.uuid4()))
    assert stage.send() == []
    assert stage.states() == [("abandoned", "no_address")]


def test_a_mail_that_the_server_refuses_for_good_is_abandoned_with_its_code(stage: Stage) -> None:
    """The others are sent."""
    for _ in range(2):
        stage.open_account(stage.person())
    stage.server.refusals = [MailRefused(550, for_good=True)]
    assert len(stage.send()) == 1
    assert sorted(stage.states()) == [("abandoned", "smtp_550"), ("sent", "")]


def test_a_mail_that_the_server_refuses_for_now_is_tried_again(stage: Stage) -> None:
    """Later each time, under the same Message-ID."""
    stage.open_account(stage.person())
    seen: list[str] = []
    stage.server.on_send = lambda mail: seen.append(mail.message_id)
    stage.server.refusals = [MailRefused(451, for_good=False)]
    assert stage.send() == []
    assert stage.states() == [("waiting", "smtp_451")]
    with stage.database.transaction() as session:
        waits = session.execute(sa.select(deliveries.c.next_attempt_at)).scalar_one() - machine_now()
    assert timedelta() < waits <= timedelta(seconds=1)
    assert len(stage.send()) == 1
    assert seen[0] == seen[1]


def test_a_server_that_is_away_costs_no_mail(stage: Stage) -> None:
    """Operational: what is not sent waits, and no lease is kept."""
    for _ in range(3):
        stage.open_account(stage.person())
    stage.server.refusals = [Operational("no server")]
    with pytest.raises(Operational):
        send_due(stage.means)
    assert {state for state, _ in stage.states()} == {"waiting"}
    assert len(stage.send()) == 3


def test_identity_away_sends_nothing_and_loses_nothing(stage: Stage) -> None:
    """Nothing is kept of an address from one time to the next."""
    stage.open_account(stage.person())
    stage.peers.is_away = True
    with pytest.raises(Operational):
        send_due(stage.means)
    stage.peers.is_away = False
    assert len(stage.send()) == 1


def test_one_sender_has_a_mail_at_a_time(stage: Stage) -> None:
    """While the first is speaking to the server a rival finds nothing."""
    stage.open_account(stage.person())
    rivals: list[int] = []
    stage.server.on_send = lambda _mail: rivals.append(send_due(stage.means))
    assert len(stage.send()) == 1
    assert rivals == [0]


def test_a_sender_that_lost_its_lease_sends_nothing(stage: Stage) -> None:
    """The rival that took the mail over has it alone: the lease is asked again right before each mail."""
    for _ in range(2):
        stage.open_account(stage.person())
    taken_over: list[str] = []

    def lose_leases(mail: object) -> None:
        """Both leases run out while the first mail is with the server, and a rival takes both."""
        if taken_over:
            return
        with stage.database.transaction() as session:
            session.execute(sa.update(deliveries).values(lease_id=str(uuid.uuid4())))
        taken_over.append("rival")

    stage.server.on_send = lose_leases
    assert len(stage.send()) == 1
    assert {state for state, _ in stage.states()} == {"waiting"}


def test_nothing_personal_is_kept(stage: Stage) -> None:
    """No address, name or text lies in any table after a mail was sent."""
    person = stage.person("Prénommarqué")
    stage.pay(person, stage.partner("Enseignemarquée"))
    stage.send()
    with stage.database.transaction() as session:
        rows = session.execute(sa.text("SELECT row_to_json(d)::text FROM deliveries d")).scalars().all()
    assert rows
    for marked in ("Prénommarqué", "exemple.fr", "Enseignemarquée"):
        assert not any(marked in row for row in rows)


def test_sent_mails_are_forgotten_after_thirty_days(stage: Stage) -> None:
    """Of platform time; what failed stays until somebody has looked."""
    stage.open_account(stage.person())
    stage.pay(stage.person(), str(uuid.uuid4()))
    stage.send()
    stage.clock.instant += timedelta(days=29)
    assert stage.play_due() == 0
    stage.clock.instant += timedelta(days=3)
    assert stage.play_due() == 1
    assert [state for state, _ in stage.states()] == ["failed"]


def test_staff_see_numbers_and_nobody_else_does(stage: Stage) -> None:
    """Administration, support and audit; by template and state."""
    staff = str(uuid.uuid4())
    stage.open_account(stage.person())
    stage.send()
    with pytest.raises(NotAllowed):
        stage.call("CountDeliveries", pb.CountDeliveriesRequest(), staff, AccountKind.STAFF)
    stage.grant(staff, "support")
    counted = stage.call("CountDeliveries", pb.CountDeliveriesRequest(), staff, AccountKind.STAFF)
    assert list(counted.counts) == [pb.DeliveryCount(template="account_opened", state=pb.DELIVERY_STATE_SENT, count=1)]
    with pytest.raises(NotAllowed):
        stage.call("CountDeliveries", pb.CountDeliveriesRequest(), stage.person(), AccountKind.YOUNG)


def test_open_pages_are_told_what_happened_and_no_more(stage: Stage) -> None:
    """Debits, cancellations, credits and places: the fact and an id."""
    person, partner = stage.person(), stage.partner()
    stage.pay(person, partner)
    stage.credit(person, str(uuid.uuid4()), "cinema", 2_000)
    assert [(told[0], told[1], told[2]) for told in stage.channel.told] == [
        (AUTHORITY, person, "debit_recorded"),
        (AUTHORITY, person, "wallet_credited"),
    ]


@pytest.mark.parametrize(
    ("fact", "subject"),
    [("wallet_moved", "wallet_id"), ("access_used", "use_id"), ("access_use_cancelled", "use_id")],
)
def test_what_moves_without_a_mail_is_told_to_open_pages(stage: Stage, fact: str, subject: str) -> None:
    """Vouchers, expiry and uses: the person's pages hear of them, and no mail is written."""
    person = stage.person()
    examples = ROOT / "contracts" / "events" / "wallet" / "examples" / f"{fact}.v1.json"
    data = json.loads(examples.read_text(encoding="utf-8"))["pass"][0] | {"person_id": person}
    stage.deliver("wallet", fact, data)
    assert list(stage.channel.told) == [(AUTHORITY, person, fact, data[subject])]
    assert stage.states() == []


def test_a_notice_is_told_only_once_it_is_committed(stage: Stage) -> None:
    """A handler that fails has told nobody, and left no mail."""
    person = stage.person()

    def fail(work: Work) -> None:
        event = _event("wallet", "debit_recorded", debit(person, stage.partner()))
        handle, _ = event_reactions(stage.worker)[event.type]
        handle(work, event, None)
        raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError, match="rolled back"):
        stage.run(fail)
    assert stage.channel.told == []
    assert stage.states() == []


def _event(source: str, fact: str, data: dict[str, Any]) -> Event:
    return Event(uuid.uuid4(), source, type_of(source, fact), AUTHORITY, "subject", 1, machine_now(), "", data)


TOKEN = "jeton-que-personne-ne-devine"


def issue_link(stage: Stage, person: str, purpose: str, email: str, token: str = TOKEN) -> str:
    """Identity issued a link, and knows where it goes."""
    link_id = str(uuid.uuid4())
    stage.peers.links[link_id] = (email, token)
    data = {"account_id": person, "link_id": link_id, "purpose": purpose}
    stage.deliver("identity", "mail_link_issued", data)
    return link_id


@pytest.mark.parametrize(
    ("purpose", "subject", "path"),
    [
        ("confirm", "Confirmez votre adresse", "/compte/confirmation/"),
        ("recover", "Choisir un nouveau mot de passe", "/compte/recuperation/"),
        ("change", "Confirmez votre nouvelle adresse", "/compte/confirmation/"),
        ("undo", "Votre compte a changé d’adresse", "/compte/retour/"),
        ("invite", "Votre invitation d’agent", "/compte/invitation/"),
    ],
)
def test_a_link_goes_where_identity_says_and_names_nobody(stage: Stage, purpose: str, subject: str, path: str) -> None:
    """A new address is not proven to be the person's: whoever reads there learns no name."""
    person = stage.person("Zoé")
    issue_link(stage, person, purpose, "ailleurs@exemple.fr")
    assert stage.send() == [subject]
    (mail,) = stage.server.taken
    assert mail.recipient == "ailleurs@exemple.fr"
    assert f"http://normandie.localhost:8080{path}{TOKEN}" in mail.says.text
    assert f"{path}{TOKEN}" in mail.says.html
    assert "Zoé" not in mail.says.text + mail.says.html


def rows(stage: Stage) -> str:
    with stage.database.transaction() as session:
        return repr(session.execute(sa.select(deliveries)).all())


def test_a_link_s_token_is_in_no_row(stage: Stage) -> None:
    """Neither before its mail is sent nor after: a delivery keeps the link's id alone."""
    issue_link(stage, stage.person(), "recover", "ailleurs@exemple.fr")
    before = rows(stage)
    stage.send()
    for secret in (TOKEN, "ailleurs@exemple.fr"):
        assert secret not in before + rows(stage)


def test_a_link_that_is_over_is_not_sent(stage: Stage) -> None:
    """It was used, void or too old before its mail was written."""
    link_id = issue_link(stage, stage.person(), "recover", "ailleurs@exemple.fr")
    del stage.peers.links[link_id]
    assert stage.send() == []
    assert stage.states() == [("abandoned", "link_over")]


def test_an_opened_account_is_told_with_the_link_that_confirms_it(stage: Stage) -> None:
    """Without it where it is over: the mail says the rest all the same."""
    person, link_id = stage.person(), str(uuid.uuid4())
    stage.peers.links[link_id] = ("unused", TOKEN)
    for each in (link_id, str(uuid.uuid4())):
        stage.deliver("identity", "account_opened", {"account_id": person, "kind": "young", "link_id": each})
    stage.send()
    with_link, without = stage.server.taken
    assert f"/compte/confirmation/{TOKEN}" in with_link.says.text
    assert "/compte/confirmation/" not in without.says.text
    assert with_link.recipient == stage.peers.emails[person][0]


@pytest.mark.parametrize(
    "change", ["password_changed", "password_recovered", "second_factor_added", "second_factor_removed"]
)
def test_who_changes_a_credential_is_told_with_what_to_do_if_it_was_not_them(stage: Stage, change: str) -> None:
    stage.deliver("identity", "credentials_changed", {"account_id": stage.person(), "change": change})
    assert stage.send() == ["La sécurité de votre compte a changé"]
    assert "http://normandie.localhost:8080/compte/oubli" in stage.server.taken[0].says.text
