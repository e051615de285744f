"""`@page`: what a page is, said once; `@<page>.act`: what its forms do.

    @page("/mon-espace/profil", YOUNG, done={"enregistre": "Ton profil est enregistré."})
    async def profile(visit: Visit) -> View:
        return View("jeune/profil.html", {"form": visit.form.filled(…)})

    @profile.act(ProfileForm)
    async def declare(visit: Visit, fields: Fields) -> Response:
        await visit.ask(rpc("identity", "DeclareProfile"), …)
        return visit.go(profile.path, done="enregistre")

A GET draws, a POST acts and leads on with 303. A refused act draws the page again: same `show`, with
`visit.form` holding what was typed and a sentence at each field.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from starlette.responses import Response

from chassis.context import AccountKind
from gateway.bodies import Fields
from gateway.rate_limits import READ, WRITE, Policy
from gateway.web.forms import FormSchema, NoFields
from gateway.web.guard import Sources
from gateway.web.visit import View, Visit


class Access(Enum):
    """Who sees a page: a kind of account, anybody, or whoever is signed in.

    Services decide what a call may do; this only leads people to the right place."""

    ANYBODY = None
    SIGNED_IN = "signed in"
    YOUNG = AccountKind.YOUNG
    PARTNER = AccountKind.PARTNER
    STAFF = AccountKind.STAFF


ANYBODY, SIGNED_IN = Access.ANYBODY, Access.SIGNED_IN
YOUNG, PARTNER, STAFF = Access.YOUNG, Access.PARTNER, Access.STAFF

Show: TypeAlias = Callable[[Visit], Awaitable[View | Response]]
Run: TypeAlias = Callable[[Visit, Fields], Awaitable[View | Response]]


@dataclass(frozen=True)
class Page:
    """A path that is drawn. `done`: sentences said after an act led here, by their key.

    `sources` adds to the content policy, `camera` allows it: for the page that needs it alone.
    """

    path: str
    access: Access
    show: Show
    limit: Policy = READ
    done: Mapping[str, str] = field(default_factory=dict)
    sources: Sources = field(default_factory=dict)
    camera: bool = False

    def act(
        self,
        schema: type[FormSchema] = NoFields,
        path: str = "",
        *,
        limit: Policy = WRITE,
        uploads: Mapping[str, int] | None = None,
        optional: frozenset[str] = frozenset(),
        names: Mapping[str, str] | None = None,
    ) -> Callable[[Run], Act]:
        """Make an Act of a function; `path` when it is not the page's own.

        `uploads`: files by field, with their limit in MB; those `optional` may be left out. `names`: a contract's
        field to the form's, where they differ: a service's refusal is shown there.
        """

        def decorate(run: Run) -> Act:
            return Act(path or self.path, self, schema, run, limit, uploads or {}, names or {}, optional)

        return decorate


@dataclass(frozen=True)
class Act:
    """What a form sent to `path` does; refused, `page` is drawn again."""

    path: str
    page: Page
    schema: type[FormSchema]
    run: Run
    limit: Policy
    uploads: Mapping[str, int]
    names: Mapping[str, str]
    optional: frozenset[str] = frozenset()


def page(
    path: str,
    access: Access,
    *,
    limit: Policy = READ,
    done: Mapping[str, str] | None = None,
    sources: Sources | None = None,
    camera: bool = False,
) -> Callable[[Show], Page]:
    """Make a Page of a function."""

    def decorate(show: Show) -> Page:
        return Page(path, access, show, limit, done or {}, sources or {}, camera)

    return decorate


def of_module(module: object) -> list[Page | Act]:
    """What a module of pages defines, in its order."""
    return [value for value in vars(module).values() if isinstance(value, Page | Act)]
