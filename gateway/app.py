"""The Starlette application: the operations behind one edge, with problems for all that goes wrong."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import groupby
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import docs_page, openapi
from gateway.edge import Answer, Edge
from gateway.endpoint import Endpoint, Parts
from gateway.operations import Operation
from gateway.problems import Problem, to_response
from gateway.web import app as web
from gateway.web.page import Act, Page
from gateway.web.setting import Setting

OpenParts = Callable[[], AbstractAsyncContextManager[Parts]]


def build(
    operations: Sequence[Operation],
    open_parts: OpenParts,
    public_url: str,
    pages: Sequence[Page | Act] = (),
    setting: Setting | None = None,
) -> Starlette:
    """`open_parts` opens channels and connections in the serving loop, and closes them after the last request.

    With a `setting`, `pages` are served beside the operations, and errors are pages for those who read pages.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_parts() as parts:
            app.state.parts = parts
            yield

    document = openapi.document(operations, public_url)
    answer = _answering(setting)
    app = Starlette(
        routes=[*_routes(operations), *_document_routes(document), *(web.routes(pages, setting) if setting else ())],
        middleware=[Middleware(Edge, answer=answer)],
        exception_handlers={
            Problem: _on_problem(answer),
            HTTPException: _on_http(answer),
            ClientDisconnect: _on_disconnect,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


def _routes(operations: Sequence[Operation]) -> list[Route]:
    by_path = sorted(operations, key=lambda one: one.path)
    routes = []
    for path, group in groupby(by_path, key=lambda one: one.path):
        methods = {one.method: one for one in group}
        routes.append(Route(path, Endpoint(path, methods).answer, methods=list(methods)))
    return routes


def _document_routes(document: openapi.Document) -> list[Route]:
    content = json.dumps(document, ensure_ascii=False).encode()
    page = docs_page.render(document)

    async def openapi_json(request: Request) -> Response:
        request.scope["route_template"] = "/openapi.json"
        return Response(content, media_type="application/json", headers={"Cache-Control": "public, max-age=300"})

    async def docs(request: Request) -> Response:
        request.scope["route_template"] = "/docs"
        return Response(page.content, media_type="text/html", headers=page.headers)

    return [Route("/openapi.json", openapi_json), Route("/docs", docs)]


def _answering(setting: Setting | None) -> Answer:
    """How a problem is told: as a page to a person's browser where there are pages, else as JSON."""

    async def answer(problem: Problem, request: Request) -> Response:
        if setting and web.wants_page(request):
            return await web.problem_page(problem, request, setting)
        return to_response(problem, request)

    return answer


def _on_problem(answer: Answer) -> Callable[[Request, Any], Awaitable[Response]]:
    async def handle(request: Request, error: Any) -> Response:
        return await answer(error, request)

    return handle


def _on_http(answer: Answer) -> Callable[[Request, Any], Awaitable[Response]]:
    async def handle(request: Request, error: Any) -> Response:
        return await answer(_problem_of(error), request)

    return handle


def _problem_of(error: HTTPException) -> Problem:
    """What the router says: no such path, or not with this method."""
    if error.status_code == 405:
        return Problem(
            405,
            "method_not_allowed",
            "Cette adresse n'accepte pas cette méthode HTTP : voyez l'en-tête Allow.",
            "This address does not take this HTTP method: see the header Allow.",
            headers=error.headers or {},
        )
    return Problem(
        404,
        "unknown_route",
        "Cette adresse n'existe pas : la liste est à l'adresse /docs.",
        "This address does not exist: /docs lists them all.",
    )


async def _on_disconnect(_request: Request, _error: Any) -> Response:
    """The client left before its body was read: nobody reads this answer."""
    return Response(status_code=400)
