"""Cards and vouchers on paper, as PDF/UA-1: a QR, the same to be typed, and what their holder has to know."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import segno

from chassis.clock import paris_day
from chassis.pdfs import Pdfs, shown

_TEMPLATE = Path(__file__).with_name("paper.typ")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
_OF_CARD = (
    "Cette carte est personnelle : elle ne se prête pas et ne se donne pas.",
    "Présente-la en caisse : on scanne le QR code, ou on tape le code.",
    "Perdue ou volée ? Déclare-le aussitôt dans ton espace : elle est bloquée sur-le-champ.",
    "Imprimer une nouvelle carte rend celle-ci inutilisable.",
)
_OF_VOUCHER = (
    "Ce coupon est personnel et sert une seule fois, chez ce partenaire.",
    "Ce que le partenaire ne prend pas revient dans ton porte-monnaie.",
    "Tu n'en as plus besoin ? Rends-le dans ton espace tant qu'il n'a pas servi.",
)


class Papers:
    """Slow: never called inside a transaction. Each raises Overloaded, Operational, NotTypeset."""

    def __init__(self, pdfs: Pdfs | None = None) -> None:
        self._pdfs = pdfs or Pdfs()

    def card(self, authority: str, title: str, qr: str, typed: str, last_day: date | None, at: datetime) -> bytes:
        until = [("Valable jusqu'au", french(last_day))] if last_day else []
        facts = [("Dispositif", title), *until, ("Imprimée le", french(paris_day(at)))]
        return self._write(at, _content(authority, "Carte à présenter", qr, typed, facts, _OF_CARD))

    def voucher(self, authority: str, code: str, facts: Sequence[tuple[str, str]], at: datetime) -> bytes:
        """`facts`: the amount, the benefit, the partner, the last day."""
        return self._write(at, _content(authority, "Coupon de prépaiement", code, code, facts, _OF_VOUCHER))

    def _write(self, at: datetime, content: Mapping[str, Any]) -> bytes:
        return self._pdfs.write(_TEMPLATE, at, content)


def french(day: date) -> str:
    """1er janvier 2026."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def _content(
    authority: str, title: str, qr: str, code: str, facts: Sequence[tuple[str, str]], advice: Sequence[str]
) -> dict[str, Any]:
    return {
        "authority": shown(authority),
        "title": title,
        "qr": _svg(qr),
        "code": code,
        "facts": [(name, shown(value)) for name, value in facts if value],
        "advice": list(advice),
    }


def _svg(text: str) -> str:
    drawn = io.BytesIO()
    segno.make(text, micro=False, boost_error=False, error="m").save(drawn, kind="svg", border=4, dark="#000")
    return drawn.getvalue().decode()
