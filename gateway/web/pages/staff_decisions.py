"""The form of a decision: accept, or refuse with the reason that the person will read; or accept despite something."""

from __future__ import annotations

from gateway.bodies import Fields
from gateway.schemas.fields import Text
from gateway.web.forms import FormSchema

ACCEPT, REFUSE = "accepter", "refuser"


class DecisionForm(FormSchema):
    decision = Text(10, required=True, pattern=(f"{ACCEPT}|{REFUSE}", "required"))
    reason = Text(500)


def is_accepted(fields: Fields) -> bool:
    return bool(fields["decision"] == ACCEPT)


def reason_of(fields: Fields) -> str:
    """Only a refusal says why, where nothing stands against accepting."""
    return "" if is_accepted(fields) else str(fields.get("reason", ""))
