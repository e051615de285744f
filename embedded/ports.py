"""Private TCP ports on 127.0.0.1."""

import os
import random
import socket
from collections.abc import Iterable, Mapping

# Below Linux's ephemeral range (32768 and up), so that an outgoing connection never holds a port we keep.
_RANGE = range(20_000, 32_000)
SHARE = "ATOUTS_PORTS"
"""Setting, `first-last`: the ports of one of several that start platforms at the same moment, none for all."""
_ATTEMPTS = 200


class NoFreePortError(RuntimeError):
    """No port of the private range is free."""


def is_free(port: int) -> bool:
    """Whether a server may listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose(names: Iterable[str], kept: Mapping[str, int]) -> dict[str, int]:
    """A port for each name: the kept one where it is still free, else a new one.

    Raises `NoFreePortError` when the range is full.
    """
    chosen: dict[str, int] = {}
    for name in names:
        port = kept.get(name)
        usable = port is not None and port not in chosen.values() and is_free(port)
        chosen[name] = port if port is not None and usable else _new_port({*chosen.values(), *kept.values()})
    return chosen


def share(number: int, count: int) -> str:
    """The setting of one of `count`, from 0: no two have a port in common."""
    each = len(_RANGE) // count
    first = _RANGE.start + number * each
    return f"{first}-{first + each - 1}"


def _range() -> range:
    asked = os.environ.get(SHARE, "")
    if not asked:
        return _RANGE
    first, last = map(int, asked.split("-"))
    return range(first, last + 1)


def _new_port(taken: set[int]) -> int:
    ours = _range()
    for _ in range(_ATTEMPTS):
        port = random.choice(ours)  # noqa: S311 - a port is no secret
        if port not in taken and is_free(port):
            return port
    raise NoFreePortError(f"no free port between {ours.start} and {ours.stop}")


def accepts(port: int, timeout_s: float = 0.5) -> bool:
    """Whether something listens on `port`."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout_s):
            return True
    except OSError:
        return False
