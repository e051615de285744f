"""Lists that staff work through: page after page of a service, and how much waits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from gateway.contracts import Rpc
from gateway.problems import Problem
from gateway.web.visit import Visit

_MOST_PAGES = 50
_NOT_FOR_THEM = 403


@dataclass(frozen=True, slots=True)
class Queue:
    """`ask` makes the request of a page from its token; `items` names the answer's list."""

    rpc: Callable[[], Rpc]
    ask: Callable[[str], Message]
    items: str

    async def page(self, visit: Visit, page_token: str = "") -> tuple[list[Any], str]:
        """One page, and the token of the next. Raises Problem."""
        answer = await visit.ask(self.rpc(), self.ask(page_token))
        return list(getattr(answer, self.items)), answer.next_page_token

    async def every(self, visit: Visit) -> AsyncIterator[Any]:
        """Item after item. Raises Problem."""
        token = ""
        for _ in range(_MOST_PAGES):
            found, token = await self.page(visit, token)
            for item in found:
                yield item
            if not token:
                return

    async def waiting(self, visit: Visit) -> str | None:
        """How many wait, as text: "100+" where more pages follow. None when this is not the visitor's work."""
        try:
            found, more = await self.page(visit)
        except Problem as problem:
            if problem.status != _NOT_FOR_THEM:
                raise
            return None
        return f"{len(found)}+" if more else str(len(found))


def decided_elsewhere() -> Problem:
    """Somebody else was quicker."""
    return Problem(
        404,
        "not_waiting",
        "Ce dossier n'attend plus de décision : retournez à la liste.",
        "This is no longer waiting for a decision: go back to the list.",
    )
