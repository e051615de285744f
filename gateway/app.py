"""The Starlette application: the operations behind one edge, with problems for all that goes wrong."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
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
from gateway.edge import Edge
from gateway.endpoint import Endpoint, Parts
from gateway.operations import Operation
from gateway.problems import Problem, to_response

OpenParts = Callable[[], AbstractAsyncContextManager[Parts]]


def build(operations: Sequence[Operation], open_parts: OpenParts, public_url: str) -> Starlette:
    """`open_parts` opens channels and connections in the serving loop, and closes them after the last request."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_parts() as parts:
            app.state.parts = parts
            yield

    document = openapi.document(operations, public_url)
    app = Starlette(
        routes=[*_routes(operations), *_document_routes(document)],
        middleware=[Middleware(Edge)],
        exception_handlers={Problem: _on_problem, HTTPException: _on_http, ClientDisconnect: _on_disconnect},
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


def _on_problem(request: Request, error: Any) -> Response:
    return to_response(error, request)


def _on_http(request: Request, error: Any) -> Response:
    """What the router says: no such path, or not with this method."""
    if error.status_code == 405:
        problem = Problem(
            405,
            "method_not_allowed",
            "Cette adresse n'accepte pas cette méthode HTTP : voyez l'en-tête Allow.",
            "This address does not take this HTTP method: see the header Allow.",
            headers=error.headers or {},
        )
    else:
        problem = Problem(
            404,
            "unknown_route",
            "Cette adresse n'existe pas : la liste est à l'adresse /docs.",
            "This address does not exist: /docs lists them all.",
        )
    return to_response(problem, request)


def _on_disconnect(_request: Request, _error: Any) -> Response:
    """The client left before its body was read: nobody reads this answer."""
    return Response(status_code=400)
