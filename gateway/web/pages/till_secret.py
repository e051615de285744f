"""The holder's secret code at the till's page: typed by the holder, never drawn, never kept in clear.

While a payment's outcome is not known the same request must go out again, code included, and the holder may have left:
the page carries the code sealed, for that very payment alone.
"""

from __future__ import annotations

from gateway.bodies import Fields
from gateway.web.forms import Faulty
from gateway.web.pages.till_passage import Choice, Passage
from gateway.web.visit import Visit

FIELD, SEALED = "secret_code", "sealed_code"


def of_payment(visit: Visit, passage: Passage, choice: Choice, fields: Fields, amount_cents: int) -> str:
    """Empty where none is asked. Raises Faulty."""
    if not choice.asks_code:
        return ""
    bound_to = _bound(passage, choice, fields["attempt"], amount_cents)
    code = fields.get(FIELD) or visit.setting.seal.open_text(fields.get(SEALED, ""), bound_to)
    if not code:
        raise Faulty({FIELD: "Le jeune tape ici son code secret."})
    return str(code)


def sealed(
    visit: Visit, passage: Passage, choice: Choice, attempt: str, amount_cents: int, secret_code: str
) -> dict[str, str]:
    """What the page of an unknown outcome sends back instead of the code."""
    if not secret_code:
        return {}
    return {SEALED: visit.setting.seal.close_text(secret_code, _bound(passage, choice, attempt, amount_cents))}


def _bound(passage: Passage, choice: Choice, attempt: str, amount_cents: int) -> str:
    return f"secret code of {passage.passage_id}/{int(attempt)}/{choice.key}/{amount_cents}"
