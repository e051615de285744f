"""The routes of all pages, and errors as pages for whoever reads pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.problems import Problem
from gateway.web import door, statics
from gateway.web.door import Door
from gateway.web.page import Act, Page
from gateway.web.setting import Setting

_Kind = TypeVar("_Kind", Page, Act)

# Programs read these: their errors stay problems in JSON.
_FOR_PROGRAMS = ("/v1/", "/demo/", "/.well-known/", "/openapi.json")


def routes(pages: Sequence[Page | Act], setting: Setting) -> list[Route]:
    """One route a path. Raises ValueError when two pages, or two acts, share one."""
    shown = _by_path([one for one in pages if isinstance(one, Page)])
    acts = _by_path([one for one in pages if isinstance(one, Act)])
    found = [Route(statics.PREFIX + "{digest}/{name:path}", setting.statics.answer)]
    for path in sorted({**shown, **acts}, key=lambda one: ("{" in one, one)):
        act = acts.get(path)
        page = shown.get(path) or (act.page if act else None)
        assert page is not None  # each path is a page's or an act's
        methods = ["GET", "POST"] if act else ["GET"]
        found.append(Route(path, Door(path, page, act, setting).answer, methods=methods))
    return found


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, for something that no program reads."""
    if request.url.path.startswith(_FOR_PROGRAMS):
        return False
    return "text/html" in request.headers.get("accept", "")


async def problem_page(problem: Problem, request: Request, setting: Setting) -> Response:
    """A problem met outside any page: no such path, or not with this method."""
    try:
        visit = await door.open_visit(request, setting)
    except Problem as unknown:
        return door.draw_problem(unknown, setting, None)
    return door.draw_problem(problem, setting, visit)


def _by_path(these: Sequence[_Kind]) -> dict[str, _Kind]:
    found = {one.path: one for one in these}
    if len(found) < len(these):
        raise ValueError("two pages, or two acts, share a path")
    return found
