"""How the doors answer each refusal: one total table, class to status, reason and sentences."""

from __future__ import annotations

from chassis.errors import Answer, Status
from services.wallet.domain import errors
from services.wallet.entrypoints.parse import AmountInvalid

_CONFLICT, _RULE, _UNKNOWN = Status.ALREADY_EXISTS, Status.FAILED_PRECONDITION, Status.NOT_FOUND

ANSWERS: dict[type[Exception], Answer] = {
    errors.UnknownSeason: Answer(
        _UNKNOWN,
        "unknown_season",
        "Aucun règlement n'existe pour ce dispositif et cette saison : vérifiez leurs noms.",
        "There is no rulebook for this scheme and season: check their names.",
        "season",
    ),
    errors.SeasonNotOpen: Answer(
        _RULE,
        "season_not_open",
        "La saison {season} n'est pas encore ouverte : revenez à son ouverture.",
        "Season {season} is not open yet: come back once it is.",
        "season",
    ),
    errors.UnknownBenefit: Answer(
        _UNKNOWN,
        "unknown_benefit",
        "Cet avantage n'existe pas dans ce dispositif : choisissez-en un autre.",
        "This scheme has no such benefit: choose another one.",
        "benefit",
    ),
    # The rulebook's own code and sentence.
    errors.NotEligible: Answer(_RULE, "{code}", "{sentence}", "Not eligible ({code}): {sentence}"),
    errors.AlreadyMember: Answer(
        _CONFLICT,
        "already_member",
        "Vous avez déjà une adhésion pour cette saison : retrouvez-la dans votre compte.",
        "You have a membership of this season already: see your account.",
    ),
    errors.JoinClosed: Answer(
        _RULE, "join_closed", "{sentence}", "Memberships of this season cannot be asked for today."
    ),
    errors.ProfileMissing: Answer(
        _RULE,
        "profile_missing",
        "Complétez d'abord votre profil (date de naissance, adresse, études).",
        "Complete your profile first (birth date, address, studies).",
    ),
    errors.UnknownMembership: Answer(
        _UNKNOWN,
        "unknown_membership",
        "Cette adhésion n'existe pas : retrouvez les vôtres dans votre compte.",
        "There is no such membership: see your account.",
        "membership_id",
    ),
    errors.FeeNotDue: Answer(
        _RULE,
        "fee_not_due",
        "Rien n'est à payer pour cette adhésion en ce moment.",
        "Nothing is to be paid for this membership now.",
        "membership_id",
    ),
    errors.MeansNotAccepted: Answer(
        _RULE,
        "means_not_accepted",
        "Ce moyen de paiement n'est pas accepté : choisissez-en un autre.",
        "This means of payment is not accepted: choose another one.",
    ),
    errors.SettlementClosed: Answer(
        _RULE,
        "settlement_closed",
        "Les demandes de cette saison pouvaient être complétées jusqu'au {until:%d/%m/%Y}.",
        "Requests of this season could be completed until {until}.",
    ),
    errors.ProviderEventRefused: Answer(
        Status.PERMISSION_DENIED,
        "provider_event_refused",
        "Ce message du prestataire de paiement n'est pas recevable.",
        "This message of the payment provider is not acceptable.",
    ),
    errors.KeyReused: Answer(
        Status.INVALID_ARGUMENT,
        "idempotency_key_reused",
        "Cette clé d'idempotence a déjà servi pour une autre demande : prenez-en une nouvelle.",
        "This idempotency key was used for another request: take a new one.",
        "idempotency_key",
    ),
    errors.NotADelegate: Answer(
        Status.PERMISSION_DENIED,
        "not_a_delegate",
        "Votre compte ne peut pas encaisser pour ce partenaire : adressez-vous au délégué principal.",
        "Your account may not take payments for this partner: ask the principal delegate.",
        "partner_id",
    ),
    errors.CodeUnreadable: Answer(
        _RULE,
        "code_unreadable",
        "Ce code n'est pas lisible : demandez au jeune d'afficher à nouveau son QR code et scannez-le.",
        "This code cannot be read: ask the holder to show the QR code again, and scan it.",
        "code",
    ),
    errors.CodeExpired: Answer(
        _RULE,
        "code_expired",
        "Ce code a expiré : demandez au jeune d'afficher un nouveau QR code.",
        "This code has expired: ask the holder for a new one.",
        "code",
    ),
    errors.CodeAlreadyUsed: Answer(
        _RULE,
        "code_already_used",
        "Ce code a déjà servi : demandez au jeune d'afficher un nouveau QR code.",
        "This code was used already: ask the holder for a new one.",
        "code",
    ),
    errors.CardOpposed: Answer(
        _RULE,
        "card_opposed",
        "Cette carte a été déclarée perdue ou volée : ne l'acceptez pas.",
        "This card was reported lost or stolen: do not take it.",
        "code",
    ),
    errors.UnknownPresentation: Answer(
        _UNKNOWN,
        "unknown_presentation",
        "Cette présentation n'existe pas : scannez le QR code du jeune.",
        "There is no such presentation: scan the holder's QR code.",
        "presentation_id",
    ),
    errors.PresentationExpired: Answer(
        _RULE,
        "presentation_expired",
        "La carte a été présentée il y a plus de cinq minutes : scannez à nouveau le QR code du jeune.",
        "The card was presented more than five minutes ago: scan the holder's QR code again.",
        "presentation_id",
    ),
    errors.PresentationOfOtherPartner: Answer(
        _RULE,
        "presentation_of_other_partner",
        "La carte a été présentée ailleurs : scannez le QR code du jeune sur cet appareil.",
        "The card was presented elsewhere: scan the holder's QR code on this device.",
        "presentation_id",
    ),
    errors.MembershipNotActive: Answer(
        _RULE,
        "membership_not_active",
        "L'adhésion du jeune n'est pas active : il peut en voir la raison dans son compte.",
        "The holder's membership is not active: their account says why.",
    ),
    errors.NotEntitled: Answer(
        _RULE,
        "not_entitled",
        "Le jeune n'a pas cet avantage : choisissez-en un autre ou demandez un autre moyen de paiement.",
        "The holder does not have this benefit: choose another one, or ask for another means of payment.",
        "benefit",
    ),
    errors.SpendingNotStarted: Answer(
        _RULE,
        "spending_not_started",
        "Cet avantage pourra être utilisé à partir du {opens_on:%d/%m/%Y}.",
        "This benefit can be used from {opens_on}.",
        "benefit",
    ),
    errors.SeasonOver: Answer(
        _RULE,
        "season_over",
        "Cet avantage pouvait être utilisé jusqu'au {closed_on:%d/%m/%Y} : il n'est plus accepté.",
        "This benefit could be used until {closed_on}: it is not taken any more.",
        "benefit",
    ),
    errors.ChannelNotAccepted: Answer(
        _RULE,
        "channel_not_accepted",
        "Cet avantage ne peut pas être payé de cette façon : passez par l'espace partenaire.",
        "This benefit cannot be paid this way: use the partners' pages.",
    ),
    errors.PartnerNotAccredited: Answer(
        _RULE,
        "partner_not_accredited",
        "Votre structure n'est pas agréée pour ce dispositif : demandez l'agrément dans votre espace.",
        "Your organisation is not accredited for this scheme: apply in your account.",
        "partner_id",
    ),
    errors.WrongCategory: Answer(
        _RULE,
        "wrong_category",
        "Votre agrément ne couvre pas cet avantage : choisissez un avantage de votre catégorie.",
        "Your accreditation does not cover this benefit: choose one of your category.",
        "benefit",
    ),
    errors.BalanceTooLow: Answer(
        _RULE,
        "insufficient_balance",
        "Il reste {balance} sur cet avantage : encaissez ce montant au plus, le jeune paie le reste.",
        "{balance} is left on this benefit: take that at most, the holder pays the rest.",
        "amount_cents",
    ),
    errors.UnknownDebit: Answer(
        _UNKNOWN,
        "unknown_debit",
        "Cette transaction n'existe pas chez ce partenaire : vérifiez son numéro.",
        "This partner has no such debit: check its number.",
        "debit_id",
    ),
    errors.AlreadyCancelled: Answer(
        _CONFLICT,
        "already_cancelled",
        "Cette transaction est déjà annulée.",
        "This debit is cancelled already.",
        "debit_id",
    ),
    errors.CancellationTooLate: Answer(
        _RULE,
        "cancellation_too_late",
        "Une transaction s'annule le jour même : adressez-vous à la collectivité.",
        "A debit can be cancelled on its own day only: ask the authority.",
        "debit_id",
    ),
    errors.UnknownWallet: Answer(
        _UNKNOWN,
        "unknown_wallet",
        "Ce porte-monnaie n'existe pas : retrouvez les vôtres dans votre compte.",
        "There is no such wallet: see your account.",
        "wallet_id",
    ),
    errors.DayNotOver: Answer(
        _RULE,
        "day_not_over",
        "Le {day:%d/%m/%Y} n'est pas terminé : il pourra être compté le lendemain.",
        "{day} is not over: it can be counted the day after.",
        "day",
    ),
    errors.EchoOnlyForBenches: Answer(
        _RULE,
        "echo_only_for_benches",
        "Cet appel n'existe que pour les mesures.",
        "This call exists for benches only.",
    ),
    AmountInvalid: Answer(Status.INVALID_ARGUMENT, "amount_invalid", "{sentence_fr}", "{sentence_en}", "{field}"),
}
