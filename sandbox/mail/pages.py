"""The list of mails, in French."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from sandbox.mail.mailbox import StoredMail

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "strong.sandbox{background:#f2b705;color:#1f1a17;padding:.2rem .6rem;border-radius:.3rem}"
    "article{border-top:1px solid #767676;padding:.5rem 0}h2{font-size:1.1rem;margin:0}"
    "p{margin:.2rem 0}pre{white-space:pre-wrap;font:inherit;background:#f4f4f4;padding:.6rem}"
)


def list_page(mails: Iterable[StoredMail]) -> str:
    """Newest first; a mail's text only: its HTML is never shown as a page of ours."""
    shown = "".join(map(_article, mails)) or "<p>Aucun courriel pour l’instant.</p>"
    return (
        "<!doctype html><html lang='fr'><head><meta charset='utf-8'><title>Courriels (bac à sable)</title>"
        f"<meta name='viewport' content='width=device-width'><style>{_STYLE}</style></head><body><main>"
        "<p><strong class='sandbox'>Bac à sable : aucun courriel ne part</strong></p>"
        f"<h1>Courriels</h1>{shown}</main></body></html>"
    )


def _article(mail: StoredMail) -> str:
    return (
        f"<article><h2>{escape(mail.subject)}</h2><p>À {escape(mail.to)}, {escape(mail.date)}</p>"
        f"<details><summary>Lire</summary><pre>{escape(mail.text)}</pre>"
        f"<p><a href='/messages/{mail.number}.eml'>Fichier .eml</a></p></details></article>"
    )
