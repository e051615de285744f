"""Mails that arrived: one repeated under its Message-ID counts once, and one id never has two contents."""

from dataclasses import replace

import pytest

from demo.mailbox import Mail, contradictions, counted_once, kind_of, repeats

ONE = Mail("<1@normandie.localhost>", "zoe@example.org", "Bonjour", "Texte.", "account_opened")
OTHER = replace(ONE, message_id="<2@normandie.localhost>", kind="payment_made")


def test_a_mail_that_came_twice_counts_once_and_is_told_as_a_repeat() -> None:
    mails = [ONE, OTHER, ONE]
    assert counted_once(mails) == {"account_opened": 1, "payment_made": 1}
    assert repeats(mails) == 1
    assert contradictions(mails) == []


def test_two_contents_under_one_message_id_contradict_each_other() -> None:
    assert contradictions([ONE, replace(ONE, text="Autre texte.")]) == [ONE.message_id]
    assert contradictions([ONE, replace(ONE, to="autre@example.org")]) == [ONE.message_id]


def test_credits_of_one_membership_that_came_in_two_mails_count_once() -> None:
    early = replace(ONE, subject="Tes avantages sont disponibles : Livres", kind="wallet_credited")
    late = replace(early, message_id="<3@normandie.localhost>", text="La suite.")
    of_another = replace(late, message_id="<4@normandie.localhost>", to="autre@example.org")
    assert counted_once([early, late, of_another]) == {"wallet_credited": 2}


def test_an_invitation_of_staff_is_not_counted() -> None:
    """Accepted before it was written, it does not come."""
    assert counted_once([ONE, replace(ONE, message_id="<5@normandie.localhost>", kind="staff_invited")]) == {
        "account_opened": 1
    }


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Ta pièce d’identité est acceptée", "card_accepted"),
        ("Ta pièce d’identité n’est pas acceptée", "card_refused"),
        ("Paiement de 6,50 € chez Cinéma Votre compte est ouvert", "payment_made"),
        ("Gagnez une place", "other"),
    ],
)
def test_a_kind_is_told_by_how_the_subject_begins(subject: str, kind: str) -> None:
    assert kind_of(subject) == kind


def test_an_empty_mailbox_holds_nothing() -> None:
    assert counted_once([]).total() == repeats([]) == 0
