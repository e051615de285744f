"""The page where a person pays, in French, and what it says afterwards."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from sandbox.payments.checkouts import Checkout, State

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;color:#1f1a17;background:#fff;max-width:32rem;margin:2rem auto;"
    "padding:0 1rem}"
    "strong.sandbox{background:#f2b705;color:#1f1a17;padding:.2rem .6rem;border-radius:.3rem}"
    "label{font-weight:600}"
    "input,button,a.button{font:inherit;min-height:2.75rem;padding:.5rem 1rem;border:2px solid #1f1a17;"
    "border-radius:.4rem;box-sizing:border-box}"
    "input{width:100%;margin-top:.3rem}"
    "button,a.button{display:inline-block;background:#1f1a17;color:#fff;font-weight:600;text-decoration:none;"
    "cursor:pointer}"
    ":focus-visible{outline:3px solid #0b57d0;outline-offset:2px}"
    ".wrong{border-left:.4rem solid #a3121f;padding-left:1rem}"
)
_UNKNOWN_CARD = "Ce numéro n'est pas celui d'une carte d'essai : rien n'a été prélevé. Vérifiez-le."
_RETURN_PATH = "/mon-espace/adhesions"

_SENTENCES = {
    State.OPEN: "Cartes d'essai : 4242 4242 4242 4242 est acceptée, 4000 0000 0000 0002 est refusée.",
    State.DECLINED: "La banque a refusé cette carte : rien n'a été prélevé. Essayez une autre carte.",
    State.PAID: "Le paiement est accepté.",
}


def checkout_page(checkout: Checkout, merchant_host: str, *, unknown_card: bool = False) -> str:
    """The checkout as it stands; a form while it may still be paid, then the way back to the merchant."""
    paid = checkout.state is State.PAID
    wrong = unknown_card or checkout.state is State.DECLINED
    sentence = _UNKNOWN_CARD if unknown_card else _SENTENCES[checkout.state]
    back = escape(_return_url(checkout.order.webhook_url, merchant_host, paid=paid))
    heading = "Paiement accepté" if paid else f"Payer {_euros(checkout.order.amount_cents)}"
    way_back = "Revenir sur le site" if paid else "Annuler et revenir sur le site"
    return (
        f"<!doctype html><html lang='fr'><head><meta charset='utf-8'><title>{heading} (bac à sable)</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<style>{_STYLE}</style></head><body><main>"
        "<p><strong class='sandbox'>Bac à sable : aucun argent réel</strong></p>"
        f"<h1>{heading}</h1>"
        f"<p id='message' role='{'alert' if wrong else 'status'}' class='{'wrong' if wrong else ''}'>{sentence}</p>"
        f"{'' if paid else _form(checkout, wrong=wrong)}"
        f"<p><a {'class=button ' if paid else ''}href='{back}'>{way_back}</a></p></main></body></html>"
    )


def _form(checkout: Checkout, *, wrong: bool) -> str:
    invalid = " aria-invalid='true'" if wrong else ""
    return (
        f"<form method='post' action='/checkouts/{escape(checkout.checkout_id)}/pay'>"
        "<p><label for='card'>Numéro de carte</label><br>"
        "<input id='card' name='card_number' inputmode='numeric' autocomplete='cc-number' required"
        f" aria-describedby='message'{invalid}></p>"
        "<p><button>Payer</button></p></form>"
    )


def _return_url(webhook_url: str, merchant_host: str, *, paid: bool) -> str:
    """The merchant's own page, at the host and port that its webhooks go to."""
    parts = urlsplit(webhook_url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{merchant_host}{port}{_RETURN_PATH}{'?fait=paye' if paid else ''}"


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}\u00a0€"
