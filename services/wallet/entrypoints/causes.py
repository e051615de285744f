"""Why a wallet moved, told to its holder in one French sentence. A vote moves no wallet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from services.wallet.domain.debit import EXTERNAL
from services.wallet.domain.ledger import TransferKind
from services.wallet.store.views import Movement

SENTENCES: Mapping[TransferKind, str] = MappingProxyType(
    {
        TransferKind.CREDIT: "La collectivité a versé cette somme sur votre avantage.",
        TransferKind.DEBIT: "Vous avez payé un partenaire.",
        TransferKind.CANCEL: "Un paiement a été annulé : la somme vous est rendue.",
        TransferKind.EXPIRE: "La période d'utilisation est terminée : ce qui restait est perdu.",
        TransferKind.HOLD: "Vous avez réservé cette somme par un coupon.",
        TransferKind.CAPTURE: "Un partenaire a encaissé votre coupon.",
        TransferKind.RELEASE: "Un coupon n'a pas servi en entier : le reste vous est rendu.",
        TransferKind.RETURN: "Le paiement est annulé : le complément qui l'accompagnait est repris.",
        TransferKind.CORRECTION: "La collectivité a corrigé ce porte-monnaie.",
        TransferKind.CLAWBACK: "Le partenaire a remboursé ce paiement à la collectivité.",
    }
)
_TOP_UP = "Un complément s'est ajouté pour payer ce partenaire."
_MOVED_OUT = "Le solde a été versé sur votre compte chez un autre organisme."


def cause_of(movement: Movement) -> str:
    kind = TransferKind(movement.kind)
    if kind is TransferKind.CREDIT and movement.is_top_up:
        return _TOP_UP
    if kind is TransferKind.DEBIT and movement.channel == EXTERNAL:
        return _MOVED_OUT
    return SENTENCES[kind]
