"""How the doors answer each refusal: one total table, which a test compares with the domain's classes."""

from __future__ import annotations

from chassis.errors import Answer, Status
from services.payout.domain import errors

ANSWERS: dict[type[Exception], Answer] = {
    errors.UnknownRun: Answer(
        Status.NOT_FOUND,
        "unknown_run",
        "Ce versement n'existe pas : choisissez-le dans la liste des versements.",
        "There is no such payout run: choose one from the list.",
        "run_id",
    ),
    errors.RunNotPrepared: Answer(
        Status.FAILED_PRECONDITION,
        "run_not_prepared",
        "Ce versement ne peut pas être proposé : seul un versement préparé peut l'être, et une seule fois.",
        "This run cannot be proposed: only a prepared run can, and once.",
        "run_id",
    ),
    errors.RunNotProposed: Answer(
        Status.FAILED_PRECONDITION,
        "run_not_proposed",
        "Ce versement n'attend pas d'approbation : il doit d'abord être proposé, et n'est approuvé qu'une fois.",
        "This run waits for no approval: it must be proposed first, and is approved once.",
        "run_id",
    ),
    errors.SecondPersonNeeded: Answer(
        Status.FAILED_PRECONDITION,
        "second_person_needed",
        "Vous avez proposé ce versement : une autre personne doit l'approuver.",
        "You proposed this run: another person must approve it.",
    ),
    errors.RunChanged: Answer(
        Status.ABORTED,
        "run_changed",
        "Le montant à verser est maintenant de {payable} : relisez le versement avant de l'approuver.",
        "The run now pays {payable}: read it again before you approve it.",
        "payable_cents",
    ),
    errors.NothingToPay: Answer(
        Status.FAILED_PRECONDITION,
        "nothing_to_pay",
        "Tous les partenaires de ce versement sont retenus : levez une retenue avant d'approuver.",
        "Every partner of this run is held: lift a hold before you approve it.",
        "run_id",
    ),
    errors.RunNotIssued: Answer(
        Status.FAILED_PRECONDITION,
        "run_not_issued",
        "Ce versement n'est pas encore émis : ce fichier existera après son approbation.",
        "This run is not issued yet: the file will exist once it is approved.",
        "run_id",
    ),
    errors.NotInRun: Answer(
        Status.NOT_FOUND,
        "not_in_run",
        "Ce partenaire n'est pas payé par ce versement : consultez la liste de ses versements.",
        "This run pays nothing to this partner: see the partner's own list.",
        "partner_id",
    ),
    errors.StatementTooLong: Answer(
        Status.FAILED_PRECONDITION,
        "statement_too_long",
        "Ce relevé compte {movements} opérations ; un PDF en tient {most} au plus. Téléchargez-le en CSV.",
        "This statement has {movements} movements; a PDF holds {most} at most. Download it as CSV.",
        "format",
    ),
    errors.AlreadyHeld: Answer(
        Status.ALREADY_EXISTS,
        "already_held",
        "Les versements de ce partenaire sont déjà retenus : levez d'abord la retenue en cours.",
        "This partner's payouts are held already: lift that hold first.",
        "partner_id",
    ),
    errors.UnknownHold: Answer(
        Status.NOT_FOUND,
        "unknown_hold",
        "Cette retenue n'existe pas : choisissez-la dans la liste des retenues.",
        "There is no such hold: choose one from the list.",
        "hold_id",
    ),
    errors.HoldAlreadyLifted: Answer(
        Status.FAILED_PRECONDITION,
        "hold_already_lifted",
        "Cette retenue a été levée le {day} : il n'y a plus rien à faire.",
        "This hold was lifted on {day}: nothing is left to do.",
        "hold_id",
    ),
    errors.HoldLiftsItself: Answer(
        Status.FAILED_PRECONDITION,
        "hold_lifts_itself",
        "Cette retenue prend fin d'elle-même : vérifiez l'IBAN du partenaire, ou acceptez son justificatif.",
        "This hold ends by itself: verify the partner's IBAN, or accept its proof.",
        "hold_id",
    ),
    errors.UnknownMovement: Answer(
        Status.NOT_FOUND,
        "unknown_debit",
        "Cette opération n'est pas connue : copiez sa référence depuis le relevé du partenaire.",
        "There is no such debit: copy its reference from the partner's statement.",
        "debit_id",
    ),
    errors.ClawbackOfUnpaidBenefit: Answer(
        Status.FAILED_PRECONDITION,
        "never_paid_out",
        "Cette opération est seulement enregistrée, elle n'est jamais versée : il n'y a rien à reverser.",
        "This debit is only recorded and never paid out: there is nothing to pay back.",
        "debit_id",
    ),
    errors.ClawbackOfCancelledDebit: Answer(
        Status.FAILED_PRECONDITION,
        "already_cancelled",
        "Cette opération est annulée : son montant est déjà déduit des versements du partenaire.",
        "This debit was cancelled: its amount is deducted from the partner's payouts already.",
        "debit_id",
    ),
    errors.ClawbackAboveDebit: Answer(
        Status.FAILED_PRECONDITION,
        "clawback_above_debit",
        "Il ne reste que {left} à reverser sur cette opération : proposez ce montant au plus.",
        "Only {left} of this debit can be paid back: propose no more.",
        "amount_cents",
    ),
    errors.UnknownClawback: Answer(
        Status.NOT_FOUND,
        "unknown_clawback",
        "Ce reversement n'existe pas : choisissez-le dans la liste des reversements demandés.",
        "There is no such clawback: choose one from the list.",
        "clawback_id",
    ),
    errors.ClawbackDecided: Answer(
        Status.FAILED_PRECONDITION,
        "clawback_decided",
        "Ce reversement est déjà décidé : il n'y a plus rien à faire.",
        "This clawback is decided already: nothing is left to do.",
        "clawback_id",
    ),
    errors.OwnClawback: Answer(
        Status.FAILED_PRECONDITION,
        "clawback_second_person_needed",
        "Vous avez proposé ce reversement : une autre personne doit l'approuver.",
        "You proposed this clawback: another person must approve it.",
    ),
    errors.IdempotencyKeyReused: Answer(
        Status.INVALID_ARGUMENT,
        "idempotency_key_reused",
        "Cette clé d'idempotence a déjà servi pour une autre demande : utilisez une nouvelle clé.",
        "This idempotency key was used for another request: use a new one.",
        "idempotency_key",
    ),
}
