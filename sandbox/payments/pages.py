"""The page where a person pays, in French, and what it says afterwards."""

from __future__ import annotations

from html import escape

from sandbox.payments.checkouts import Checkout, State

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem}"
    "strong.sandbox{background:#f2b705;color:#1f1a17;padding:.2rem .6rem;border-radius:.3rem}"
    "input,button{font:inherit;padding:.4rem .6rem}"
)

_SENTENCES = {
    State.OPEN: "Cartes d'essai : 4242 4242 4242 4242 est acceptée, 4000 0000 0000 0002 est refusée.",
    State.DECLINED: "La banque a refusé cette carte : rien n'a été prélevé. Essayez une autre carte.",
    State.PAID: "Le paiement est accepté. Vous pouvez fermer cette page et revenir sur le site.",
}


def checkout_page(checkout: Checkout) -> str:
    """The checkout as it stands; a form while it may still be paid."""
    form = "" if checkout.state is State.PAID else _form(checkout)
    return (
        "<!doctype html><html lang='fr'><head><meta charset='utf-8'><title>Paiement (bac à sable)</title>"
        f"<meta name='viewport' content='width=device-width'><style>{_STYLE}</style></head><body>"
        "<p><strong class='sandbox'>Bac à sable : aucun argent réel</strong></p>"
        f"<h1>Payer {_euros(checkout.order.amount_cents)}</h1><p role='status'>{_SENTENCES[checkout.state]}</p>"
        f"{form}</body></html>"
    )


def _form(checkout: Checkout) -> str:
    return (
        f"<form method='post' action='/checkouts/{escape(checkout.checkout_id)}/pay'>"
        "<p><label for='card'>Numéro de carte</label><br>"
        "<input id='card' name='card_number' inputmode='numeric' autocomplete='cc-number' required></p>"
        "<p><button>Payer</button></p></form>"
    )


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}\u00a0€"
