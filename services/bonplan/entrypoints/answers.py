"""How the doors answer each refusal: one total table, which a test compares with the domain's classes."""

from __future__ import annotations

from chassis.errors import Answer, Status
from services.bonplan.domain import errors

_INVALID, _NOT_NOW = Status.INVALID_ARGUMENT, Status.FAILED_PRECONDITION

ANSWERS: dict[type[Exception], Answer] = {
    # The three have one code: a program shows the sentence, which says what to write instead.
    errors.TextRefused: Answer(
        _INVALID,
        "text_refused",
        "Écrivez un texte de {most} caractères au plus, sans caractère invisible ni de contrôle.",
        "Write {most} characters at most, without invisible or control characters.",
        "{field}",
    ),
    errors.TextWithMarkup: Answer(
        _INVALID,
        "text_refused",
        "Écrivez ce texte sans balise HTML : retirez les signes « < » suivis d'une lettre.",
        "Write this text without HTML tags: remove each “<” that a letter follows.",
        "{field}",
    ),
    errors.TextLikeFormula: Answer(
        _INVALID,
        "text_refused",
        "Commencez ce texte par un mot : les signes =, +, - et @ en feraient une formule dans un tableur.",
        "Begin this text with a word: =, +, - and @ would make it a formula in a spreadsheet.",
        "{field}",
    ),
    errors.PlacesRefused: Answer(
        _INVALID,
        "places_refused",
        "Proposez de 1 à {most} places.",
        "Offer 1 to {most} places.",
        "places",
    ),
    errors.ValueRefused: Answer(
        _INVALID,
        "value_refused",
        "Indiquez la valeur d'une place en centimes, 0 si elle est gratuite.",
        "Give the value of one place in cents, 0 if it is free.",
        "value_cents",
    ),
    errors.DatesOutOfOrder: Answer(
        _INVALID,
        "dates_out_of_order",
        "Choisissez une clôture après l'ouverture des inscriptions.",
        "Choose a closing after the opening of registrations.",
        "closes_at",
    ),
    errors.ClosesInThePast: Answer(
        _INVALID,
        "closes_in_the_past",
        "La clôture des inscriptions est passée : il faut une date à venir.",
        "The closing of registrations is past: it takes a date to come.",
        "closes_at",
    ),
    errors.UnknownScheme: Answer(
        _INVALID,
        "unknown_scheme",
        "Ce dispositif n'existe pas : choisissez-le dans la liste.",
        "There is no such scheme: choose one from the list.",
        "scheme",
    ),
    errors.UnknownSeason: Answer(
        _INVALID,
        "unknown_season",
        "Ce dispositif n'a pas cette saison : choisissez-la dans la liste.",
        "The scheme has no such season: choose one from the list.",
        "season",
    ),
    errors.DrawNotForPartners: Answer(
        _INVALID,
        "draw_not_for_partners",
        "Seule la collectivité organise des tirages au sort : proposez des places sur inscription.",
        "Only the authority runs draws: offer places by registration.",
        "kind",
    ),
    errors.UnknownOffer: Answer(
        Status.NOT_FOUND,
        "unknown_offer",
        "Ce bon plan n'existe pas : choisissez-le dans la liste des bons plans.",
        "There is no such offer: choose one from the list.",
        "offer_id",
    ),
    errors.AlreadyModerated: Answer(
        _NOT_NOW,
        "already_moderated",
        "Ce bon plan a déjà été relu : il n'y a plus rien à décider.",
        "This offer was moderated already: nothing is left to decide.",
        "offer_id",
    ),
    errors.SecondPersonNeeded: Answer(
        _NOT_NOW,
        "second_person_needed",
        "Vous avez écrit ce bon plan : une autre personne doit le relire.",
        "You wrote this offer: another person must moderate it.",
    ),
    errors.ReasonNeeded: Answer(
        _INVALID,
        "reason_needed",
        "Écrivez le motif : il sera montré à l'auteur.",
        "Write the reason: the author will see it.",
        "reason",
    ),
    errors.MembershipNeeded: Answer(
        _NOT_NOW,
        "membership_needed",
        "Ce bon plan est réservé aux adhérents : demandez d'abord votre adhésion pour cette saison.",
        "This offer is for members: ask for your membership of this season first.",
        "offer_id",
    ),
    errors.RegistrationNotOpen: Answer(
        _NOT_NOW,
        "registration_not_open",
        "Les inscriptions ouvrent le {day} à {time} : revenez à ce moment-là.",
        "Registrations open on {day} at {time} (Paris): come back then.",
        "offer_id",
    ),
    errors.RegistrationClosed: Answer(
        _NOT_NOW,
        "registration_closed",
        "Les inscriptions sont closes depuis le {day} à {time} : choisissez un autre bon plan.",
        "Registrations closed on {day} at {time} (Paris): choose another offer.",
        "offer_id",
    ),
    errors.OfferFull: Answer(
        _NOT_NOW,
        "offer_full",
        "Toutes les places sont prises : une place se libère parfois avant la clôture.",
        "Every place is taken: one may come free before the closing.",
        "offer_id",
    ),
    errors.AlreadyRegistered: Answer(
        Status.ALREADY_EXISTS,
        "already_registered",
        "Vous êtes déjà inscrit à ce bon plan : retrouvez-le dans vos inscriptions.",
        "You are registered for this offer already: see your registrations.",
        "offer_id",
    ),
    errors.NotRegistered: Answer(
        _NOT_NOW,
        "not_registered",
        "Vous n'êtes pas inscrit à ce bon plan : il n'y a rien à annuler.",
        "You are not registered for this offer: there is nothing to withdraw.",
        "offer_id",
    ),
    errors.NotADraw: Answer(
        _NOT_NOW,
        "not_a_draw",
        "Les places de ce bon plan vont aux premiers inscrits : il n'y a pas de tirage au sort.",
        "Places of this offer go by order of arrival: there is no draw.",
        "offer_id",
    ),
    errors.DrawTooEarly: Answer(
        _NOT_NOW,
        "draw_too_early",
        "Le tirage au sort se fait après la clôture des inscriptions, le {day} à {time}.",
        "The draw is run once registrations are closed, on {day} at {time} (Paris).",
        "offer_id",
    ),
    errors.DrawNotRun: Answer(
        Status.NOT_FOUND,
        "draw_not_run",
        "Le tirage au sort n'a pas encore eu lieu : revenez après la clôture des inscriptions.",
        "The draw was not run yet: come back once registrations are closed.",
        "offer_id",
    ),
    errors.IdempotencyKeyReused: Answer(
        _INVALID,
        "idempotency_key_reused",
        "Cette clé d'idempotence a déjà servi pour une autre demande : utilisez une nouvelle clé.",
        "This idempotency key was used for another request: use a new one.",
        "idempotency_key",
    ),
}
