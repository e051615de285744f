"""Who may call what: each RPC has one line in its service's table, and nothing is allowed by default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from chassis import grants
from chassis.context import AccountKind, CallContext
from chassis.errors import Malformed, NotAllowed, NotSignedIn, SecondFactorNeeded
from chassis.work import Work


class Rule(Protocol):
    """Decides on one call. Raises NotSignedIn, SecondFactorNeeded or NotAllowed."""

    def check_caller(self, context: CallContext) -> None:
        """What the proofs alone tell; runs before any database is asked."""

    def check_grants(self, work: Work, request: Any) -> None:
        """What the account's roles tell."""


@dataclass(frozen=True, slots=True)
class Anyone:
    """Any proven service, with or without a person: what is public."""

    def check_caller(self, context: CallContext) -> None:
        """The service token was verified before any rule is asked."""

    def check_grants(self, work: Work, request: Any) -> None:
        """Nothing to look up."""


@dataclass(frozen=True, slots=True)
class Services:
    """One of these services, acting under its own name: no person."""

    names: frozenset[str]

    def check_caller(self, context: CallContext) -> None:
        if context.service not in self.names or context.account is not None:
            raise NotAllowed(f"{context.service} may not call this")

    def check_grants(self, work: Work, request: Any) -> None:
        """A service has no roles."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A signed-in person of one of these kinds, for themselves."""

    kinds: frozenset[AccountKind]

    def check_caller(self, context: CallContext) -> None:
        if context.account is None:
            raise NotSignedIn("nobody is signed in")
        if context.account.kind not in self.kinds:
            raise NotAllowed(f"not for {context.account.kind} accounts")

    def check_grants(self, work: Work, request: Any) -> None:
        """Own data: the use case reads the account from the context."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Staff of the authority with their second factor and one of these roles; `machines`: a service account too."""

    roles: frozenset[str]
    machines: bool = False

    def check_caller(self, context: CallContext) -> None:
        if self.machines and context.account is not None and context.account.kind is AccountKind.SERVICE:
            return
        SignedIn(frozenset({AccountKind.STAFF})).check_caller(context)
        if context.account is not None and not context.account.second_factor:
            raise SecondFactorNeeded("staff")

    def check_grants(self, work: Work, request: Any) -> None:  # noqa: ARG002 - a Rule's signature
        _require_role(work, grants.AUTHORITY_SCOPE, self.roles)


_A_PARTNER = SignedIn(frozenset({AccountKind.PARTNER}))


@dataclass(frozen=True, slots=True)
class Delegate:
    """A delegate of the partner that the request names, in one of these roles.

    `in_handler`: the door reads the grants itself, with its own rows (the debit group does).
    """

    roles: frozenset[str]
    in_handler: bool = False
    partner_id: Callable[[Any], str] = lambda request: str(request.partner_id)

    def check_caller(self, context: CallContext) -> None:
        _A_PARTNER.check_caller(context)

    def check_grants(self, work: Work, request: Any) -> None:
        if not self.in_handler:
            _require_role(work, grants.partner_scope(_plain(self.partner_id(request))), self.roles)


@dataclass(frozen=True, slots=True)
class Either:
    """Any of these rules."""

    rules: tuple[Rule, ...]

    def check_caller(self, context: CallContext) -> None:
        self._first_that_passes(lambda rule: rule.check_caller(context))

    def check_grants(self, work: Work, request: Any) -> None:
        def check(rule: Rule) -> None:
            rule.check_caller(work.context)
            rule.check_grants(work, request)

        self._first_that_passes(check)

    def _first_that_passes(self, check: Callable[[Rule], None]) -> None:
        refusal: Exception = NotAllowed("no rule")
        for rule in self.rules:
            try:
                return check(rule)
            except (NotAllowed, NotSignedIn) as error:
                refusal = error
        raise refusal


ANYONE = Anyone()
YOUNG = SignedIn(frozenset({AccountKind.YOUNG}))
PARTNER_ACCOUNT = SignedIn(frozenset({AccountKind.PARTNER}))
ANY_ACCOUNT = SignedIn(frozenset(kind for kind in AccountKind if kind.is_a_person))


def services(*names: str) -> Services:
    return Services(frozenset(names))


def staff(*roles: str, machines: bool = False) -> Staff:
    return Staff(frozenset(roles), machines)


def delegate(*roles: str, in_handler: bool = False) -> Delegate:
    return Delegate(frozenset(roles), in_handler)


def either(*rules: Rule) -> Either:
    return Either(rules)


def _plain(partner_id: str) -> str:
    """What a database can look for. Raises Malformed."""
    if not partner_id.isprintable():
        raise Malformed("partner_id", "Cet identifiant n'est pas valide : vérifiez-le.", "Not a valid identifier.")
    return partner_id


def _require_role(work: Work, scope: str, roles: frozenset[str]) -> None:
    held = grants.roles_of(work.session, work.tables, work.authority_id, work.context.account_id, scope)
    if not held & roles:
        raise NotAllowed(f"needs one of {', '.join(sorted(roles))}")
