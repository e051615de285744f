"""Amounts as the French write them."""

from __future__ import annotations


def euros(amount_cents: int) -> str:
    """12,50 € with the no-break space that keeps the sign with its number."""
    whole, cents = divmod(amount_cents, 100)
    return f"{whole},{cents:02d}\u00a0€"
