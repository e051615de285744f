"""How each refusal is answered: one line a class, told in the words of who reads it.

Young people are spoken to as `tu`, partners, schools and staff as `vous`.
"""

from __future__ import annotations

from collections.abc import Mapping

from chassis.errors import Answer, Status
from services.identity.domain import refusals as r
from services.identity.entrypoints.credential_answers import CREDENTIAL_ANSWERS
from services.identity.entrypoints.guardian_answers import GUARDIAN_ANSWERS

_ACCOUNTS: dict[type[Exception], Answer] = {
    r.EmailInvalid: Answer(
        Status.INVALID_ARGUMENT,
        "email_invalid",
        "Cette adresse e-mail n'est pas valide : vérifiez-la.",
        "This is not a valid e-mail address: check it.",
        "email",
    ),
    r.EmailTaken: Answer(
        Status.ALREADY_EXISTS,
        "email_taken",
        "Un compte existe déjà avec cette adresse : connectez-vous.",
        "An account exists under this address: sign in.",
        "email",
    ),
    r.KindNotOpen: Answer(
        Status.INVALID_ARGUMENT,
        "kind_not_open",
        "Ce type de compte ne s'ouvre que sur invitation.",
        "Accounts of this kind are opened by invitation only.",
        "kind",
    ),
    r.PasswordLengthUnfit: Answer(
        Status.INVALID_ARGUMENT,
        "password_length",
        "Le mot de passe doit compter de {shortest} à {longest} caractères.",
        "The password must have {shortest} to {longest} characters.",
        "password",
    ),
    r.PasswordGuessable: Answer(
        Status.INVALID_ARGUMENT,
        "password_guessable",
        "Ce mot de passe se devine trop facilement : choisissez-en un autre.",
        "This password is too easy to guess: choose another.",
        "password",
    ),
    r.AccountUnknown: Answer(
        Status.NOT_FOUND, "account_unknown", "Ce compte n'existe pas.", "There is no such account.", "account_id"
    ),
    r.RoleUnknown: Answer(
        Status.INVALID_ARGUMENT,
        "role_unknown",
        "Le rôle « {role} » n'existe pas.",
        "There is no role “{role}”.",
        "roles",
    ),
    r.RolesMissing: Answer(
        Status.INVALID_ARGUMENT, "roles_missing", "Choisissez au moins un rôle.", "Choose one role at least.", "roles"
    ),
    r.OwnAdministrationKept: Answer(
        Status.FAILED_PRECONDITION,
        "own_administration",
        "Vous ne pouvez pas vous retirer l'administration : demandez-le à un autre administrateur.",
        "You may not take administration from yourself: ask another administrator.",
        "roles",
    ),
    r.InvitationUnusable: Answer(
        Status.FAILED_PRECONDITION,
        "invitation_unusable",
        "Cette invitation n'est plus valable : demandez-en une nouvelle à votre administrateur.",
        "This invitation is no longer good: ask your administrator for another.",
        "invitation_token",
    ),
}

_SESSIONS: dict[type[Exception], Answer] = {
    r.CredentialsWrong: Answer(
        Status.UNAUTHENTICATED,
        "credentials_wrong",
        "L'adresse ou le mot de passe est incorrect.",
        "The address or the password is wrong.",
    ),
    r.AccountLocked: Answer(
        Status.PERMISSION_DENIED,
        "account_locked",
        "Trop d'essais manqués : réessayez dans {minutes} min.",
        "Too many failed attempts: try again in {minutes} min.",
    ),
    r.SecondFactorRequired: Answer(
        Status.UNAUTHENTICATED,
        "second_factor_required",
        "Saisissez le code à six chiffres de votre application d'authentification.",
        "Enter the six digits of your authenticator application.",
        "second_factor_code",
    ),
    r.SecondFactorWrong: Answer(
        Status.UNAUTHENTICATED,
        "second_factor_wrong",
        "Ce code n'est pas le bon ou a déjà servi : attendez le suivant.",
        "This code is wrong or was used already: wait for the next.",
        "second_factor_code",
    ),
    r.SessionEnded: Answer(
        Status.UNAUTHENTICATED,
        "session_ended",
        "Votre session est terminée : reconnectez-vous.",
        "Your session has ended: sign in again.",
    ),
    r.RefreshTokenReused: Answer(
        Status.UNAUTHENTICATED,
        "refresh_token_reused",
        "Par sécurité, votre session a été fermée : reconnectez-vous.",
        "Your session was closed for safety: sign in again.",
    ),
}

_PROFILE: dict[type[Exception], Answer] = {
    r.NameUnfit: Answer(
        Status.INVALID_ARGUMENT,
        "name_unfit",
        "Écris ce nom en toutes lettres, en 100 caractères au plus, sans caractère invisible.",
        "Write this name in letters, 100 characters at most, without invisible characters.",
        "{field}",
    ),
    r.BirthDateUnfit: Answer(
        Status.INVALID_ARGUMENT,
        "birth_date_unfit",
        "Cette date de naissance n'est pas possible : vérifie-la.",
        "This birth date is not possible: check it.",
        "birth_date",
    ),
    r.CommuneUnknown: Answer(
        Status.INVALID_ARGUMENT,
        "commune_unknown",
        "Cette commune n'est pas reconnue : donne son code INSEE (cinq caractères), pas son code postal.",
        "This commune is not known: give its INSEE code (five characters), not its postal code.",
        "{field}",
    ),
    r.StudyStatusUnknown: Answer(
        Status.INVALID_ARGUMENT,
        "study_status_unknown",
        "Choisis ta situation dans la liste.",
        "Choose your status from the list.",
        "study_status",
    ),
    r.FactUnfit: Answer(
        Status.INVALID_ARGUMENT,
        "fact_unfit",
        "Cette information n'est pas attendue ici, ou sa valeur n'est pas possible : {name}.",
        "This fact is not yours to say, or cannot have this value: {name}.",
        "facts.{name}",
    ),
    r.LastDayOver: Answer(
        Status.INVALID_ARGUMENT,
        "last_day_over",
        "Ce dernier jour est déjà passé : choisissez aujourd'hui ou plus tard.",
        "This last day is over: choose today or later.",
        "expires_on",
    ),
    r.ProfileMissing: Answer(
        Status.FAILED_PRECONDITION,
        "profile_missing",
        "Complète d'abord ton profil : nom, prénoms, date de naissance.",
        "Fill in your profile first: names and birth date.",
    ),
}

_CARDS: dict[type[Exception], Answer] = {
    r.AddressUnfit: Answer(
        Status.INVALID_ARGUMENT,
        "address_unfit",
        "Écris ton adresse comme sur une enveloppe : une à trois lignes de 38 caractères, un code postal de cinq "
        "chiffres, la ville.",
        "Write your address as on an envelope: one to three lines of 38 characters, a postal code of five digits, the "
        "town.",
        "{field}",
    ),
    r.PictureRefused: Answer(
        Status.INVALID_ARGUMENT, "{code}", "{sentence}", "The picture cannot be used ({code}): send another.", "{field}"
    ),
    r.CheckUnderWay: Answer(
        Status.ALREADY_EXISTS,
        "check_under_way",
        "Ta carte est déjà en cours de vérification : tu n'as rien à faire.",
        "Your card is being checked already: there is nothing to do.",
    ),
    r.IdentityAlreadyChecked: Answer(
        Status.ALREADY_EXISTS,
        "identity_already_checked",
        "Ton identité est déjà vérifiée : tu n'as rien à envoyer.",
        "Your identity is checked already: there is nothing to send.",
    ),
    r.CheckUnknown: Answer(
        Status.NOT_FOUND,
        "check_unknown",
        "Cette vérification n'existe pas.",
        "There is no such check.",
        "check_id",
    ),
    r.CheckNotForPerson: Answer(
        Status.FAILED_PRECONDITION,
        "check_not_waiting",
        "Cette vérification n'attend pas de décision : rechargez la liste.",
        "This check does not wait for a decision: load the list again.",
        "check_id",
    ),
    r.OverrideUnexplained: Answer(
        Status.INVALID_ARGUMENT,
        "override_unexplained",
        "Cette décision va contre ce qui est clairement lu ou déjà décidé : écrivez pourquoi. Un autre agent doit la "
        "confirmer.",
        "This goes against what was clearly read or decided: write why. Another member of staff must confirm it.",
        "reason",
    ),
    r.ProfileChanged: Answer(
        Status.FAILED_PRECONDITION,
        "profile_changed",
        "La personne a modifié son profil depuis que vous l'avez lu : rechargez la page et comparez de nouveau.",
        "The person changed their profile since you read it: load the page again and compare anew.",
    ),
    r.DecisionProposed: Answer(
        Status.FAILED_PRECONDITION,
        "decision_proposed",
        "Une décision attend déjà d'être confirmée par un deuxième agent : confirmez-la ou écartez-la d'abord.",
        "A decision waits for a second member of staff: confirm or decline it first.",
        "check_id",
    ),
    r.DecisionNotProposed: Answer(
        Status.FAILED_PRECONDITION,
        "decision_not_proposed",
        "Aucune décision n'attend d'être confirmée pour cette pièce : rechargez la page.",
        "No decision waits for confirmation here: load the page again.",
        "check_id",
    ),
    r.SecondPersonNeeded: Answer(
        Status.PERMISSION_DENIED,
        "second_person_needed",
        "Vous avez proposé cette décision : un autre agent doit la confirmer.",
        "You proposed this decision: another member of staff must confirm it.",
        "check_id",
    ),
    r.ImageDestroyed: Answer(
        Status.NOT_FOUND,
        "image_destroyed",
        "L'image a été détruite : elle n'est gardée que le temps de la décision, ou les jours que dit le règlement.",
        "The picture was destroyed with the decision.",
        "check_id",
    ),
    r.DocumentOfAnother: Answer(
        Status.FAILED_PRECONDITION,
        "document_of_another",
        "Cette pièce d'identité est déjà rattachée à un autre compte : traitez d'abord l'autre compte.",
        "This document belongs to another account already: settle that account first.",
        "check_id",
    ),
    r.ReasonMissing: Answer(
        Status.INVALID_ARGUMENT,
        "reason_missing",
        "Indiquez le motif du refus : la personne le lira.",
        "Say why it is refused: the person will read it.",
        "reason",
    ),
}

_SCHOOLS: dict[type[Exception], Answer] = {
    r.SchemeUnknown: Answer(
        Status.NOT_FOUND,
        "scheme_unknown",
        "Ce dispositif n'existe pas pour cette saison.",
        "There is no such scheme in this season.",
        "scheme",
    ),
    r.SchoolNotAsked: Answer(
        Status.FAILED_PRECONDITION,
        "school_not_asked",
        "Ce dispositif ne demande pas l'accord d'un établissement : fais directement ta demande.",
        "This scheme asks no school: make your request directly.",
        "scheme",
    ),
    r.SeasonUnknown: Answer(
        Status.NOT_FOUND,
        "season_unknown",
        "Cette saison n'existe pas : écrivez par exemple 2025-2026.",
        "There is no such season: write for example 2025-2026.",
        "season",
    ),
    r.EstablishmentUnknown: Answer(
        Status.NOT_FOUND,
        "establishment_unknown",
        "Cet établissement n'est pas inscrit : vérifiez son numéro UAI (sept chiffres et une lettre).",
        "This establishment is not registered: check its UAI number (seven digits and a letter).",
        "uai",
    ),
    r.StudyCodeUnknown: Answer(
        Status.INVALID_ARGUMENT,
        "study_code_unknown",
        "Ce niveau, cette filière ou ce secteur n'est pas reconnu : choisissez dans la liste.",
        "This level, track or sector is not known: choose from the list.",
        "{field}",
    ),
    r.AlreadyRequested: Answer(
        Status.ALREADY_EXISTS,
        "already_requested",
        "Tu as déjà une demande pour ce dispositif et cette saison.",
        "You have a request for this scheme and season already.",
    ),
    r.EnrolmentUnknown: Answer(
        Status.NOT_FOUND,
        "enrolment_unknown",
        "Cette demande n'existe pas dans votre établissement.",
        "There is no such request at your establishment.",
        "enrolment_id",
    ),
    r.EnrolmentDecided: Answer(
        Status.FAILED_PRECONDITION,
        "enrolment_decided",
        "Cette demande a déjà reçu une autre réponse.",
        "This request was answered otherwise already.",
        "enrolment_id",
    ),
    r.ClassListUnreadable: Answer(
        Status.INVALID_ARGUMENT,
        "class_list_unreadable",
        "{sentence}",
        "This file is not a class list in CSV.",
        "content",
    ),
    r.ImportUnknown: Answer(
        Status.NOT_FOUND, "import_unknown", "Cet import n'existe pas.", "There is no such import.", "import_id"
    ),
}

ANSWERS: Mapping[type[Exception], Answer] = {
    **_ACCOUNTS,
    **_SESSIONS,
    **CREDENTIAL_ANSWERS,
    **_PROFILE,
    **_CARDS,
    **_SCHOOLS,
    **GUARDIAN_ANSWERS,
}
