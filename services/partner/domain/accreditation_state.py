"""Where an accreditation stands: what tables may know of it without the rulebooks that it is decided by."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an accreditation stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_final(self) -> bool:
        """After which a partner may apply anew."""
        return self in (State.REFUSED, State.WITHDRAWN)
