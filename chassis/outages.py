"""Which errors pass when what is away comes back. Apart from chassis.errors: the gateway has no database driver."""

from __future__ import annotations

import sqlalchemy.exc

from chassis.errors import Operational


def is_operational(error: BaseException) -> bool:
    """True when waiting and trying again is the right answer."""
    if isinstance(error, Operational | sqlalchemy.exc.TimeoutError):
        return True
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        return error.connection_invalidated or isinstance(
            error, sqlalchemy.exc.OperationalError | sqlalchemy.exc.InterfaceError
        )
    return False
