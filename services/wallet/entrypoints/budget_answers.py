"""How the doors answer refusals about seasons, what staff and payout do to a budget, and suspensions."""

from __future__ import annotations

from chassis.errors import Answer, Status
from services.wallet.domain import budget_errors, errors

_CONFLICT, _RULE, _UNKNOWN = Status.ALREADY_EXISTS, Status.FAILED_PRECONDITION, Status.NOT_FOUND

BUDGET_ANSWERS: dict[type[Exception], Answer] = {
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
    errors.UnknownVersion: Answer(
        _UNKNOWN,
        "unknown_version",
        "Ce règlement n'est pas une version connue de cette saison : vérifiez son empreinte.",
        "This rulebook is no known version of this season: check its hash.",
        "rulebook_hash",
    ),
    errors.VersionTooLate: Answer(
        _RULE,
        "version_too_late",
        "Cette version compte du {counts_from:%d/%m/%Y} : une version s'adopte au plus tard la veille.",
        "This version counts from {counts_from}: a version is adopted the day before at the latest.",
        "rulebook_hash",
    ),
    errors.UnknownBenefit: Answer(
        _UNKNOWN,
        "unknown_benefit",
        "Cet avantage n'existe pas dans ce dispositif : choisissez-en un autre.",
        "This scheme has no such benefit: choose another one.",
        "benefit",
    ),
    budget_errors.EnvelopeSpent: Answer(
        _RULE,
        "envelope_spent",
        "Il ne reste que {left} dans cette enveloppe : faites voter un complément, ou corrigez d'un montant moindre.",
        "Only {left_cents} cents are left in this envelope: have more voted, or correct by less.",
        "amount_cents",
    ),
    budget_errors.WalletClosed: Answer(
        _RULE,
        "wallet_closed",
        "Ce porte-monnaie est fermé depuis le {closed_on:%d/%m/%Y} : l'argent reste dans l'enveloppe.",
        "This wallet was closed on {closed_on}: nothing goes into it any more, the money stays in the envelope.",
        "wallet_id",
    ),
    budget_errors.UsesNotCounted: Answer(
        _RULE,
        "uses_not_counted",
        "Cet avantage ne compte ni tickets ni coupons : corrigez le montant seul.",
        "This benefit counts no uses: correct the amount alone.",
        "uses",
    ),
    budget_errors.UnknownCorrection: Answer(
        _UNKNOWN,
        "unknown_correction",
        "Cette correction n'existe pas : retournez à la liste.",
        "There is no such correction: go back to the list.",
        "correction_id",
    ),
    budget_errors.CorrectionDecided: Answer(
        _CONFLICT,
        "correction_decided",
        "Cette correction est déjà confirmée ou abandonnée : retournez à la liste.",
        "This correction was confirmed or dropped already: go back to the list.",
        "correction_id",
    ),
    budget_errors.SecondPersonNeeded: Answer(
        _RULE,
        "second_person_needed",
        "Vous avez proposé cette correction : une autre personne doit la confirmer.",
        "You proposed this correction: somebody else must confirm it.",
        "correction_id",
    ),
    budget_errors.ClawbackAboveDebit: Answer(
        _RULE,
        "clawback_above_debit",
        "Le partenaire n'a plus que {left} de ce débit : demandez ce montant au plus.",
        "The partner has only {left_cents} cents of this debit left: ask for that at most.",
        "amount_cents",
    ),
    budget_errors.ClawedBack: Answer(
        _RULE,
        "clawed_back",
        "Un reversement est déjà demandé au partenaire pour ce débit : il ne s'annule plus.",
        "The partner already owes a part of this debit back: it cannot be undone any more.",
        "debit_id",
    ),
    budget_errors.ClawbackChanged: Answer(
        _CONFLICT,
        "clawback_changed",
        "Ce reversement a déjà été transmis autrement : utilisez un nouveau numéro.",
        "This clawback was told otherwise before: use a new id.",
        "clawback_id",
    ),
    # To a cashier: no reason, no date.
    budget_errors.BenefitSuspended: Answer(
        _RULE,
        "benefit_suspended",
        "Cet avantage est suspendu : le titulaire trouve les explications dans son espace.",
        "This benefit is suspended: the holder finds why in their account.",
    ),
    budget_errors.NoSuspension: Answer(
        _RULE,
        "no_suspension",
        "Le règlement de ce dispositif ne prévoit pas de suspension : rien ne peut être suspendu.",
        "This scheme's rulebook provides no suspension: nothing can be suspended.",
        "membership_id",
    ),
    budget_errors.WholeSuspensionOnly: Answer(
        _RULE,
        "whole_suspension_only",
        "Le règlement suspend tous les avantages ensemble : n'en choisissez aucun en particulier.",
        "The rulebook suspends all benefits together: name none.",
        "benefits",
    ),
    budget_errors.SuspensionUntilInvalid: Answer(
        _RULE,
        "suspension_until_invalid",
        "Choisissez une date entre aujourd'hui et la fin de la campagne, le {last:%d/%m/%Y}.",
        "Choose a day between today and the end of the campaign, {last}.",
        "until",
    ),
    budget_errors.UnknownSuspension: Answer(
        _UNKNOWN,
        "unknown_suspension",
        "Cette suspension n'existe pas : retournez à la liste.",
        "There is no such suspension: go back to the list.",
        "suspension_id",
    ),
    budget_errors.SuspensionAlreadyLifted: Answer(
        _CONFLICT,
        "suspension_already_lifted",
        "Cette suspension est déjà levée : retournez à la liste.",
        "This suspension was lifted already: go back to the list.",
        "suspension_id",
    ),
    budget_errors.AppealOutOfOrder: Answer(
        _RULE,
        "appeal_out_of_order",
        "Ces dates ne se suivent pas : notification, recours puis réponse, et aucune à venir.",
        "These days do not follow one another: told, appeal, then answer, and none of them still to come.",
        "appealed_on",
    ),
}
