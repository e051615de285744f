"""The first page of staff: what waits for a decision."""

from __future__ import annotations

from gateway.web.page import STAFF, page
from gateway.web.pages import (
    staff_card_orders,
    staff_cards,
    staff_clawbacks,
    staff_corrections,
    staff_ibans,
    staff_offers,
    staff_partners,
    staff_payouts,
    staff_proofs,
)
from gateway.web.visit import View, Visit


@page("/agents", STAFF)
async def desk(visit: Visit) -> View:
    """Only what the visitor's roles may decide."""
    queues = (
        ("/agents/pieces", "Pièces d’identité", "à comparer", staff_cards.QUEUE),
        ("/agents/pieces?etat=a-confirmer", "Décisions sur les pièces", "à confirmer", staff_cards.PROPOSED),
        ("/agents/cartes", "Cartes en plastique", "à imprimer", staff_card_orders.QUEUE),
        ("/agents/partenaires", "Partenaires", "demandes à instruire", staff_partners.QUEUE),
        ("/agents/bons-plans", "Bons plans", "à relire", staff_offers.QUEUE),
        ("/agents/remboursements", "Remboursements", "à proposer", staff_payouts.TO_PROPOSE),
        ("/agents/remboursements", "Remboursements proposés", "à approuver", staff_payouts.TO_APPROVE),
        ("/agents/reversements", "Reversements", "à approuver", staff_clawbacks.QUEUE),
        ("/agents/ibans", "IBAN", "à vérifier", staff_ibans.QUEUE),
        ("/agents/justificatifs", "Justificatifs", "à décider", staff_proofs.QUEUE),
        ("/agents/corrections", "Corrections", "à confirmer", staff_corrections.QUEUE),
    )
    waiting = [(path, title, what, await queue.waiting(visit)) for path, title, what, queue in queues]
    return View("agents/accueil.html", {"queues": [each for each in waiting if each[3] is not None]})
