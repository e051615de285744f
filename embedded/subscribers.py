"""The other authorities that subscribe, as the authorities' data name them: each has a key and a queue of its own."""

from dataclasses import dataclass
from functools import cache

from rulebooks import Catalogue


@dataclass(frozen=True)
class Subscriber:
    """`authority` tells memberships to `id`."""

    authority: str
    id: str

    @property
    def key(self) -> str:
        """The name of its secret in KEYS_DIR."""
        return f"subscribers/{self.authority}.{self.id}"

    @property
    def virtual_host(self) -> str:
        """The broker's, and the name of the one user who reads there."""
        return f"subscriber.{self.authority}.{self.id}"

    @property
    def setting(self) -> str:
        """What its client finds its queue by."""
        return f"{self._prefix}_URL"

    @property
    def password_setting(self) -> str:
        """What a deployment gives its broker user's password by."""
        return f"{self._prefix}_BROKER_PASSWORD"

    @property
    def _prefix(self) -> str:
        """Of both names: a subscriber of two authorities has a queue, and a password, with each."""
        return f"SUBSCRIBER_{self.authority}_{self.id}".upper().replace("-", "_")


@cache
def subscribers() -> tuple[Subscriber, ...]:
    """Every subscriber of every authority."""
    return tuple(
        Subscriber(authority.id, each.id)
        for authority in Catalogue.load().authorities()
        for each in authority.subscribers
    )
