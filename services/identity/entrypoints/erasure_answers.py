"""How refusals of erasures are answered: one line a class, as in `answers`."""

from __future__ import annotations

from chassis.errors import Answer, Status
from services.identity.domain import refusals as r

ERASURES: dict[type[Exception], Answer] = {
    r.AccountErased: Answer(
        Status.UNAUTHENTICATED,
        "account_erased",
        "Ce compte a été supprimé : pour revenir, crée un nouveau compte.",
        "This account was deleted: to come back, open a new one.",
    ),
    r.ErasureUnderWay: Answer(
        Status.ALREADY_EXISTS,
        "erasure_under_way",
        "La suppression de ce compte est déjà demandée : il n'y a rien d'autre à faire.",
        "The deletion of this account is asked for already: there is nothing more to do.",
    ),
    r.ErasureUnknown: Answer(
        Status.NOT_FOUND,
        "erasure_unknown",
        "Cette demande de suppression n'existe pas : rechargez la liste.",
        "There is no such request: load the list again.",
        "erasure_id",
    ),
    r.ErasureNotRequested: Answer(
        Status.FAILED_PRECONDITION,
        "erasure_not_requested",
        "Cette demande a déjà été confirmée ou abandonnée : rechargez la liste.",
        "This request was confirmed or dropped already: load the list again.",
        "erasure_id",
    ),
    r.ErasureNeedsAnother: Answer(
        Status.FAILED_PRECONDITION,
        "second_person_needed",
        "Vous avez fait cette demande : une autre personne doit la confirmer.",
        "You made this request: another person must confirm it.",
        "erasure_id",
    ),
    r.NotErasable: Answer(
        Status.FAILED_PRECONDITION,
        "not_erasable",
        "Un compte d'agent ne se supprime pas ici : retirez-lui ses rôles.",
        "A staff account is not deleted here: take its roles away.",
    ),
    r.OwnPasswordWrong: Answer(
        Status.PERMISSION_DENIED,
        "own_password_wrong",
        "Ce n'est pas ton mot de passe : écris-le à nouveau.",
        "This is not your password: type it again.",
        "password",
    ),
}
