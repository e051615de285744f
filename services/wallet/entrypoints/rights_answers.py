"""How the doors answer what is refused of top-ups, of rights without cents and of transfers: part of `answers`."""

from __future__ import annotations

from chassis.errors import Answer, Status
from services.wallet.domain import rights_errors as errors
from services.wallet.domain.errors import NotSpentInMoney

_CONFLICT, _RULE, _UNKNOWN = Status.ALREADY_EXISTS, Status.FAILED_PRECONDITION, Status.NOT_FOUND

RIGHTS_ANSWERS: dict[type[Exception], Answer] = {
    NotSpentInMoney: Answer(
        _RULE,
        "not_spent_in_money",
        "Cet avantage ne se débite pas : il se présente ou se demande dans le compte du jeune.",
        "This benefit is not debited: it is shown, or applied for in the holder's account.",
        "benefit",
    ),
    errors.TopUpBudgetSpent: Answer(
        _RULE,
        "top_up_budget_spent",
        "Le budget du complément est épuisé : encaissez {most} au plus, le jeune paie le reste.",
        "The budget of the top-up is spent: take {most} at most, the holder pays the rest.",
        "amount_cents",
    ),
    errors.NotAnAccess: Answer(
        _RULE,
        "not_an_access",
        "Cet avantage se paie : encaissez un montant au lieu d'enregistrer un passage.",
        "This benefit is paid with: take an amount instead of recording a use.",
        "benefit",
    ),
    errors.AccessUsedUp: Answer(
        _RULE,
        "access_used_up",
        "Le nombre de passages est atteint : cet avantage sera de nouveau utilisable le {again_on:%d/%m/%Y}.",
        "Every use of the period was recorded: the next is possible on {again_on}.",
        "benefit",
    ),
    errors.AccessUsedUpForGood: Answer(
        _RULE,
        "access_used_up_for_good",
        "Tous les passages de la saison sont utilisés : demandez un autre moyen de paiement.",
        "Every use of the season was recorded: ask for another means of payment.",
        "benefit",
    ),
    errors.UnknownUse: Answer(
        _UNKNOWN,
        "unknown_use",
        "Ce passage n'existe pas chez ce partenaire : vérifiez son numéro.",
        "This partner recorded no such use: check its number.",
        "use_id",
    ),
    errors.UseAlreadyCancelled: Answer(
        _CONFLICT,
        "use_already_cancelled",
        "Ce passage est déjà annulé : vous n'avez rien à faire.",
        "This use is cancelled already: there is nothing to do.",
        "use_id",
    ),
    errors.NothingToTransfer: Answer(
        _RULE,
        "nothing_to_transfer",
        "Il ne reste rien à verser sur cet avantage : le jeune voit le versement dans son historique.",
        "Nothing is left to transfer: the holder sees the transfer in their history.",
        "benefit",
    ),
    errors.ReferenceReused: Answer(
        _CONFLICT,
        "reference_reused",
        "Cette référence a déjà servi pour un autre versement : prenez-en une nouvelle.",
        "This reference was used for another transfer: take a new one.",
        "reference",
    ),
    # The rulebook's own sentence.
    errors.TransferNotYet: Answer(
        _RULE, "transfer_not_yet", "{sentence}", "The rulebook does not give this benefit today: {sentence}", "benefit"
    ),
}
