"""One request to a page: whose page it is, who asks, and the calls made in their name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.bodies import Fields, load
from gateway.contracts import Rpc
from gateway.endpoint import Parts
from gateway.peers import Caller
from gateway.web import guard
from gateway.web.forms import Form, FormSchema
from gateway.web.session import Session
from gateway.web.setting import Setting
from rulebooks.authorities import Authority

DONE = "fait"


@dataclass(frozen=True, slots=True)
class View:
    """A template and what it draws. `status` is replaced by the refusal's when a form comes back."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(slots=True)
class Visit:
    """`form` is empty at first; after a refused act it holds what was typed and what is wrong with it.

    `session` is None for a passer-by. `beginning` and `ending` change the cookie with the answer.
    """

    request: Request
    parts: Parts
    setting: Setting
    authority: Authority
    session: Session | None = None
    form: Form = field(default_factory=Form)
    form_token: str = ""
    changed: bool = False

    @property
    def address(self) -> str:
        return self.request.client.host if self.request.client else ""

    @property
    def caller(self) -> Caller:
        authorization = self.session.authorization if self.session else ""
        return Caller(self.authority.id, authorization, self.address)

    @property
    def path(self) -> str:
        return self.request.url.path

    def id(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def query(self, schema: type[FormSchema]) -> Fields:
        """The query string by a schema; what was left blank counts as absent. Raises Problem 400."""
        return load(schema, {name: value for name, value in self.request.query_params.items() if value})

    async def ask(self, rpc: Rpc, request: Message) -> Any:
        """The service's answer, asked with the visitor's own right. Raises Problem."""
        return await self.parts.peers.ask(rpc, request, self.caller)

    def go(self, path: str, done: str = "", **query: str) -> Response:
        """On to another page (303). `done`: a key of that page's own sentences, said at its top."""
        parameters = {**query, **({DONE: done} if done else {})}
        return RedirectResponse(path + (f"?{urlencode(parameters)}" if parameters else ""), 303)

    def begin(self, session: Session) -> None:
        self.session, self.changed = session, True

    def end(self) -> None:
        self.session, self.changed = None, True

    def token(self) -> str:
        """What a form of this visit must send back: the session's secret, or a passer-by's own cookie."""
        if self.session:
            return self.session.form_secret
        if not self.form_token:
            self.form_token = self.request.cookies.get(guard.FORM_COOKIE) or guard.new_token()
        return self.form_token
