"""Clients that all start at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chassis.grpc_client import PeerRefused


def at_once(clients: int, act: Callable[[int], Any]) -> list[Any]:
    """Each client's answer, in the order of their numbers; a refusal is its reason."""
    start = threading.Barrier(clients)

    def run(number: int) -> Any:
        start.wait()
        try:
            return act(number)
        except PeerRefused as refused:
            return refused.reason

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(run, range(clients)))
