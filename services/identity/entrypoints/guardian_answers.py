"""How refusals about guardians are answered: one line a class. Guardians are spoken to as `vous`."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.errors import Answer, Status
from services.identity.domain import refusals as r

GUARDIAN_ANSWERS: Mapping[type[Exception], Answer] = {
    r.GuardianLinkUnusable: Answer(
        Status.NOT_FOUND,
        "guardian_link_unusable",
        "Ce lien ne marche plus : il est trop vieux, ou un autre l'a remplacé. Demandez-en un nouveau au jeune.",
        "This link no longer works: it is too old, or another took its place. Ask the young person to send a new one.",
        "token",
    ),
    r.ConsentAnswered: Answer(
        Status.FAILED_PRECONDITION,
        "consent_answered",
        "Vous avez déjà répondu : ce lien ne sert plus qu'à relire votre réponse ou à la retirer.",
        "You have answered: this link now only shows your answer, or takes it back.",
    ),
    r.ConsentNotGiven: Answer(
        Status.FAILED_PRECONDITION,
        "consent_not_given",
        "Il n'y a pas d'autorisation en cours à retirer.",
        "There is no consent in force to take back.",
    ),
    r.ConsentNotNeeded: Answer(
        Status.FAILED_PRECONDITION,
        "consent_not_needed",
        "Ce dispositif ne te demande pas l'autorisation d'un parent : tu n'as rien à envoyer.",
        "This scheme asks for no guardian's consent of you: there is nothing to send.",
        "scheme",
    ),
    r.ConsentUnknown: Answer(
        Status.NOT_FOUND,
        "consent_unknown",
        "Cette demande d'autorisation n'existe pas.",
        "There is no such request.",
        "request_id",
    ),
    r.GuardianIsSelf: Answer(
        Status.INVALID_ARGUMENT,
        "guardian_is_self",
        "C'est ta propre adresse : écris celle de ton père, de ta mère ou de ton tuteur.",
        "This is your own address: write your father's, your mother's or your guardian's.",
        "email",
    ),
    r.GuardianAskedTooOften: Answer(
        Status.FAILED_PRECONDITION,
        "guardian_asked_too_often",
        "Tu as déjà envoyé cinq demandes en un jour : attends demain, ou vérifie les messages indésirables.",
        "You have sent five requests within a day: wait until tomorrow, or have the spam folder checked.",
    ),
}
