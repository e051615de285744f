"""What happens to each request of a page, in order: whose, who, how many, from where; then draw or act."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from atouts.identity.v1 import accounts_pb2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chassis.context import AccountKind
from chassis.errors import NotSignedIn
from gateway.contracts import rpc
from gateway.endpoint import Parts
from gateway.peers import Caller
from gateway.problems import Problem
from gateway.web import forms, guard
from gateway.web.forms import Form
from gateway.web.page import Access, Act, Page
from gateway.web.session import COOKIE, Session
from gateway.web.setting import Setting
from gateway.web.visit import DONE, View, Visit

SIGN_IN_PATH = "/compte/connexion"
BACK = "vers"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TITLES = {
    403: "Accès refusé",
    404: "Page introuvable",
    413: "Envoi trop volumineux",
    429: "Trop de demandes",
    500: "Erreur interne",
    503: "Service indisponible",
}


class Door:
    """One path: its page, and what a form sent to it does."""

    def __init__(self, path: str, page: Page, act: Act | None, setting: Setting) -> None:
        self._path = path
        self._page = page
        self._act = act
        self._setting = setting

    async def answer(self, request: Request) -> Response:
        """Never raises Problem: it is drawn."""
        request.scope["route_template"] = self._path
        try:
            visit = await open_visit(request, self._setting)
        except Problem as problem:
            return draw_problem(problem, self._setting, None)
        try:
            response = await self._admitted(visit)
        except Problem as problem:
            response = self._refused(problem, visit)
        _keep(visit, response)
        return response

    async def _admitted(self, visit: Visit) -> Response:
        posted = visit.request.method == "POST"
        limit = self._act.limit if posted and self._act else self._page.limit
        account_id = visit.session.account_id if visit.session else ""
        await visit.parts.limits.admit(limit, visit.address, account_id)
        _require_access(self._page, visit)
        _require_ids(visit.request)
        if posted and self._act:
            return await self._acted(self._act, visit)
        if self._act and self._path != self._page.path:  # a form's address, typed or loaded again
            return RedirectResponse(_fill(self._page.path, visit.request.path_params), 303)
        return self._drawn(await self._page.show(visit), visit)

    async def _acted(self, act: Act, visit: Visit) -> Response:
        guard.require_own_origin(visit.request)
        data = await forms.read(visit.request, tuple(act.uploads.values()))
        typed = forms.texts(data)
        guard.require_token(str(typed.pop(guard.TOKEN_FIELD, "")), _expected_token(visit))
        try:
            fields = await forms.load(act.schema, data, act.uploads, act.optional)
            return self._drawn(await act.run(visit, fields), visit)
        except forms.Faulty as faulty:
            visit.form = Form(typed, faulty.faults, code="malformed")
            return await self._again(visit, 422)
        except Problem as problem:
            if self._leads_elsewhere(problem):
                raise
            visit.form = forms.refused(problem, typed, _known(act))
            return await self._again(visit, problem.status)

    async def _again(self, visit: Visit, status: int) -> Response:
        """The page with its form as it was sent. Raises Problem, what `show` raises."""
        return self._drawn(await self._page.show(visit), visit, status)

    def _leads_elsewhere(self, problem: Problem) -> bool:
        return problem.status in (404, 429) or (problem.status == 401 and self._page.access is not Access.ANYBODY)

    def _drawn(self, drawn: View | Response, visit: Visit, status: int = 0) -> Response:
        if isinstance(drawn, Response):
            return drawn
        return draw(drawn, visit, self._page, status)

    def _refused(self, problem: Problem, visit: Visit) -> Response:
        """Whose session ended signs in, and comes back; what else is refused is a page that says so."""
        if problem.status == 401 and self._page.access is not Access.ANYBODY:
            visit.end()
            here = str(visit.request.url.path)
            query = visit.request.url.query
            here += f"?{query}" if query and visit.request.method == "GET" else ""
            return RedirectResponse(f"{SIGN_IN_PATH}?{urlencode({BACK: here})}", 303)
        return draw_problem(problem, self._setting, visit)


async def open_visit(request: Request, setting: Setting) -> Visit:
    """Raises Problem 404: no authority answers at this host."""
    parts: Parts = request.app.state.parts
    authority = setting.catalogue.authority(parts.authorities.of(request))
    visit = Visit(request, parts, setting, authority)
    cookie = request.cookies.get(COOKIE, "")
    if cookie:
        visit.session = setting.seal.open(cookie, authority.id)
        visit.changed = visit.session is None
    if visit.session and setting.renewals.is_due(visit.session):
        await _renew(visit, visit.session)
    if visit.session:
        _require_good(visit, visit.session)
    return visit


async def _renew(visit: Visit, session: Session) -> None:
    """Refused, the session is over. Away, identity is asked again at the next page while the token still lasts."""
    caller = Caller(visit.authority.id, "", visit.address)

    async def ask(refresh_token: str) -> accounts_pb2.Session:
        request = accounts_pb2.RefreshSessionRequest(refresh_token=refresh_token)
        answer: Any = await visit.parts.peers.ask(rpc("identity", "RefreshSession"), request, caller)
        return accounts_pb2.Session.FromString(answer.session.SerializeToString())

    try:
        visit.begin(await visit.setting.renewals.renew(session, ask))
    except Problem as problem:
        if problem.status != 503:
            visit.end()
        return
    if session.kind is AccountKind.STAFF:
        await _learn_roles(visit)


async def _learn_roles(visit: Visit) -> None:
    """Staff's tabs follow their roles. Where identity does not tell, they stay as they were: services decide anyway."""
    try:
        answer = await visit.ask(rpc("identity", "GetAccount"), accounts_pb2.GetAccountRequest())
    except Problem:
        return
    if visit.session:
        visit.begin(replace(visit.session, roles=tuple(answer.account.roles)))


def _require_good(visit: Visit, session: Session) -> None:
    """The token within the cookie is verified as any other; one that ended leaves a passer-by."""
    try:
        visit.parts.verifier.person(session.access_token)
    except NotSignedIn:
        visit.session = None


def _require_access(page: Page, visit: Visit) -> None:
    if page.access is Access.ANYBODY:
        return
    if visit.session is None:
        raise Problem(401, "not_signed_in", "Connectez-vous pour continuer.", "Sign in to go on.")
    if page.access is not Access.SIGNED_IN and visit.session.kind is not page.access.value:
        raise Problem(
            403,
            "not_allowed",
            "Cette page n'est pas faite pour ce compte : déconnectez-vous, puis entrez avec le bon compte.",
            "This page is not for this account: sign out, then sign in with the right one.",
        )


def _require_ids(request: Request) -> None:
    if not all(_ID.fullmatch(value) for value in request.path_params.values()):
        raise Problem(404, "not_found", "Rien ne porte cet identifiant.", "Nothing has this identifier.")


def _expected_token(visit: Visit) -> str:
    if visit.session:
        return visit.session.form_secret
    return visit.request.cookies.get(guard.FORM_COOKIE, "")


def _known(act: Act) -> dict[str, str]:
    own = {name: name for name in (*act.schema().fields, *act.uploads)}
    return {**own, **act.names}


def _fill(path: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        path = path.replace("{" + name + "}", value)
    return path


def draw(view: View, visit: Visit, page: Page | None, status: int = 0) -> Response:
    """The page as HTML, with its headers."""
    done = page.done.get(visit.request.query_params.get(DONE, ""), "") if page and not visit.form.failed else ""
    sources = dict(page.sources) if page else {}
    if visit.setting.payment_origin:
        sources["form-action"] = (*sources.get("form-action", ()), visit.setting.payment_origin)
    values = {
        "authority": visit.authority,
        "session": visit.session,
        "path": visit.path,
        "form": visit.form,
        "token": visit.token,
        "done": done,
        **view.values,
    }
    html = visit.setting.renderer.html(view.template, values)
    return HTMLResponse(html, status or view.status, guard.headers(sources, camera=bool(page and page.camera)))


def draw_problem(problem: Problem, setting: Setting, visit: Visit | None) -> Response:
    """A page that says what is wrong and what to do. Without a visit: no authority is known."""
    title = _TITLES.get(problem.status, "Demande refusée")
    values = {"title": title, "sentence": problem.fr, "status": problem.status}
    if visit:
        response = draw(View("error.html", values, problem.status), visit, None)
    else:
        values |= {"authority": None, "session": None, "path": "", "form": Form(), "token": str, "done": ""}
        html = setting.renderer.html("error.html", values)
        response = HTMLResponse(html, problem.status, guard.headers({}, camera=False))
    response.headers.update(problem.headers)
    return response


def _keep(visit: Visit, response: Response) -> None:
    """The cookies that this visit changed."""
    secure = visit.setting.secure
    if visit.session and visit.changed:
        sealed = visit.setting.seal.close(visit.session, visit.authority.id)
        response.set_cookie(COOKIE, sealed, path="/", secure=secure, httponly=True, samesite="lax")
    elif visit.changed:
        response.delete_cookie(COOKIE, path="/", secure=secure, httponly=True, samesite="lax")
    if visit.form_token:
        response.set_cookie(guard.FORM_COOKIE, visit.form_token, path="/", secure=secure, httponly=True, samesite="lax")
