"""How refusals about links, credentials and machines are answered: one line a class."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.errors import Answer, Status
from services.identity.domain import refusals as r

CREDENTIAL_ANSWERS: Mapping[type[Exception], Answer] = {
    r.LinkUnusable: Answer(
        Status.FAILED_PRECONDITION,
        "link_unusable",
        "Ce lien ne marche plus : il a déjà servi ou il est trop vieux. Demandez-en un nouveau.",
        "This link no longer works: it was used or is too old. Ask for another.",
        "token",
    ),
    r.EmailUnconfirmed: Answer(
        Status.FAILED_PRECONDITION,
        "email_unconfirmed",
        "Confirmez d'abord votre adresse : ouvrez le lien du message que nous vous avons envoyé.",
        "Confirm your address first: follow the link in the message that we sent you.",
    ),
    r.EmailConfirmed: Answer(
        Status.FAILED_PRECONDITION,
        "email_confirmed",
        "Votre adresse est déjà confirmée : il n'y a rien à faire.",
        "Your address is confirmed already: there is nothing to do.",
    ),
    r.EmailUnchanged: Answer(
        Status.INVALID_ARGUMENT,
        "email_unchanged",
        "C'est déjà votre adresse : écrivez-en une autre.",
        "This is your address already: write another.",
        "email",
    ),
    r.PasswordWrong: Answer(
        Status.INVALID_ARGUMENT,
        "password_wrong",
        "Ce n'est pas votre mot de passe : retapez celui avec lequel vous vous connectez.",
        "This is not your password: type the one that you sign in with.",
        "password",
    ),
    r.CodeWrong: Answer(
        Status.INVALID_ARGUMENT,
        "code_wrong",
        "Ce code n'est pas le bon ou a déjà servi : attendez le suivant et tapez ses six chiffres.",
        "This code is wrong or was used already: wait for the next and type its six digits.",
        "second_factor_code",
    ),
    r.SecondFactorNotOffered: Answer(
        Status.FAILED_PRECONDITION,
        "second_factor_not_offered",
        "Commencez par ajouter le compte à votre application d'authentification.",
        "Begin by adding the account to your authenticator application.",
    ),
    r.SecondFactorMissing: Answer(
        Status.FAILED_PRECONDITION,
        "second_factor_missing",
        "Ce compte n'a pas de second facteur : ajoutez-en un d'abord.",
        "This account has no second factor: add one first.",
    ),
    r.SecondFactorCompulsory: Answer(
        Status.FAILED_PRECONDITION,
        "second_factor_compulsory",
        "Un agent ne peut pas retirer son second facteur : remplacez-le par un autre.",
        "Staff may not take their second factor off: replace it with another.",
    ),
    r.SessionUnknown: Answer(
        Status.NOT_FOUND,
        "session_unknown",
        "Cette connexion n'existe pas ou est déjà fermée.",
        "There is no such session, or it has ended.",
        "session_id",
    ),
    r.NameMissing: Answer(
        Status.INVALID_ARGUMENT,
        "name_missing",
        "Donnez un nom de 3 à 80 caractères à ce programme.",
        "Give this program a name of 3 to 80 characters.",
        "name",
    ),
    r.RoleNotForMachines: Answer(
        Status.INVALID_ARGUMENT,
        "role_not_for_machines",
        "Le rôle « {role} » demande une personne : un programme ne peut que consulter.",
        "The role “{role}” takes a person: a program may only read.",
        "roles",
    ),
    r.ClientUnknown: Answer(
        Status.UNAUTHENTICATED,
        "client_unknown",
        "Cet identifiant ou ce secret n'est pas le bon : demandez un nouveau secret à l'administration.",
        "The identifier or the secret is wrong: ask administration for another secret.",
    ),
}
