"""Accreditations: from an application to the right to take one category of benefits, and its end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from rulebooks import Rulebook
from rulebooks.conditions import Reason
from rulebooks.errors import UnknownCategory
from rulebooks.partners import RequiredDocument
from rulebooks.terms import Agreement
from services.partner.domain.errors import (
    AgreementEnded,
    CategoryUnknown,
    CharterOutdated,
    CharterUnsigned,
    ConditionUnmet,
    DocumentsMissing,
    NotADraft,
    NotGranted,
    NotSubmitted,
    ReasonNeeded,
    RoleNeeded,
    StatementNotSworn,
)
from services.partner.domain.organisation import Partner, Role

# Roles are accredited too (§4.1): their category is the role's own name, under a rulebook that knows the role.
ROLE_CATEGORIES = frozenset({Role.ESTABLISHMENT, Role.RELAY})


class State(StrEnum):
    """Where an accreditation stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_final(self) -> bool:
        """After which a partner may apply anew."""
        return self in (State.REFUSED, State.WITHDRAWN)

    @property
    def stands_on_declarations(self) -> bool:
        """Staff decide, or have decided, on what the partner declared."""
        return self in (State.SUBMITTED, State.GRANTED)


@dataclass(frozen=True, slots=True)
class Accreditation:
    """One category of one scheme for one partner, applied for under one season's rulebook.

    `version` goes on rising when the partner applies anew for the same category, so that readers who keep the
    highest per partner, scheme and category are right. `effective`: for a withdrawal, that the wallet has
    committed it. `reason`: French, shown to the partner. `rulebook_hash`: the rules that were decided by.
    `lapsed`: it ended with its agreement, and comes back with the signature of the next one.
    """

    accreditation_id: str
    partner_id: str
    scheme: str
    season: str
    category: str
    state: State
    version: int
    applied_at: datetime
    reason: str = ""
    rulebook_hash: str = ""
    effective: bool = False
    lapsed: bool = False

    @property
    def withdrawal_pending(self) -> bool:
        return self.state is State.WITHDRAWN and not self.effective

    @property
    def is_for_establishment(self) -> bool:
        return self.category == Role.ESTABLISHMENT

    def withdrawn(self, reason: str) -> Accreditation:
        """No longer valid; effective once the wallet says so. Raises NotGranted, ReasonNeeded."""
        if self.state is not State.GRANTED:
            raise NotGranted
        if not reason:
            raise ReasonNeeded
        return self._moved(State.WITHDRAWN, reason=reason, effective=False)

    def lapse(self, reason: str) -> Accreditation:
        """Over with its agreement. Raises NotGranted, ReasonNeeded."""
        return replace(self.withdrawn(reason), lapsed=True)

    def renewed(self, rulebook: Rulebook) -> Accreditation:
        """Valid again, under the agreement that was signed."""
        granted = self._moved(State.GRANTED, reason="", rulebook_hash=rulebook.hash, effective=False)
        return replace(granted, season=rulebook.season, lapsed=False)

    def stopped(self) -> Accreditation:
        """The wallet has committed the withdrawal: same version, nothing passes any more."""
        return replace(self, effective=True)

    def _moved(self, state: State, **changes: object) -> Accreditation:
        return replace(self, state=state, version=self.version + 1, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Dossier:
    """An accreditation beside what its rulebook asks for.

    `activity`: what the partner declares itself to be, or ""; `tags`: the lists that it declares.
    """

    accreditation: Accreditation
    reasons: tuple[Reason, ...]
    documents_missing: tuple[RequiredDocument, ...]
    charter_signed: bool
    rulebook_hash: str
    activity: str
    tags: tuple[str, ...] = ()
    agreement: Agreement | None = None

    @property
    def unmet(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if not reason.met)

    def submitted(self) -> Accreditation:
        """Sent to staff, who decide on unmet conditions too. Raises NotADraft, DocumentsMissing, CharterUnsigned."""
        if self.accreditation.state is not State.DRAFT:
            raise NotADraft
        if self.documents_missing:
            raise DocumentsMissing(", ".join(document.title for document in self.documents_missing))
        if not self.charter_signed:
            raise CharterUnsigned
        return self.accreditation._moved(State.SUBMITTED)

    def decided(self, accept: bool, reason: str, on: date) -> Accreditation:
        """Staff's decision. Raises NotSubmitted, ConditionUnmet, ReasonNeeded, AgreementEnded.

        A refusal without a reason of its own takes the sentences of the unmet conditions; consent against one
        needs a written reason.
        """
        if self.accreditation.state is not State.SUBMITTED:
            raise NotSubmitted
        return self._granted(reason, on) if accept else self._refused(reason)

    def _granted(self, reason: str, on: date) -> Accreditation:
        if self.agreement and has_ended(self.agreement, on):
            raise AgreementEnded(f"{self.agreement.until:%d/%m/%Y}")
        if self.unmet and not reason:
            raise ConditionUnmet(self.unmet[0].sentence)
        return self.accreditation._moved(State.GRANTED, reason=reason, rulebook_hash=self.rulebook_hash)

    def _refused(self, reason: str) -> Accreditation:
        stated = reason or " ".join(condition.sentence for condition in self.unmet)
        if not stated:
            raise ReasonNeeded
        return self.accreditation._moved(State.REFUSED, reason=stated, rulebook_hash=self.rulebook_hash)


def check_category(rulebook: Rulebook, category: str, partner: Partner) -> None:
    """The category is the rulebook's, and the partner registered for it. Raises CategoryUnknown, RoleNeeded."""
    if category in ROLE_CATEGORIES:
        if category not in rulebook.partner_roles:
            raise CategoryUnknown
        needed = Role(category)
    else:
        _require_category(rulebook, category)
        needed = Role.SERVICE
    if needed not in partner.roles:
        raise RoleNeeded(needed.value)


def dossier(
    accreditation: Accreditation,
    partner: Partner,
    rulebook: Rulebook,
    document_kinds: Collection[str],
    charters_signed: Collection[str],
) -> Dossier:
    """What the rulebook asks of this partner for this category, and what is there.

    `document_kinds`: kinds of the documents sent; `charters_signed`: versions signed for this scheme.
    """
    needed = _documents_needed(rulebook, accreditation.category, partner)
    return Dossier(
        accreditation,
        _reasons(rulebook, accreditation.category, partner),
        tuple(document for document in needed if document.id not in document_kinds),
        rulebook.charter.version in charters_signed,
        rulebook.hash,
        partner.activity,
        partner.tags,
        rulebook.agreement,
    )


def has_ended(agreement: Agreement, on: date) -> bool:
    """Whether an agreement that is renewed by signature is over."""
    return ends_on(agreement) is not None and on > (agreement.until or on)


def ends_on(agreement: Agreement | None) -> date | None:
    """The last day of an agreement that only a signature renews; None where it goes on by itself."""
    return agreement.until if agreement and agreement.renewal == "signature" else None


def signed_for(rulebooks: Iterable[Rulebook], charters_signed: Collection[str], on: date) -> Rulebook | None:
    """The rulebook whose agreement covers that day by a signature, the one that ends last; None when none does."""
    covering = [
        rulebook
        for rulebook in rulebooks
        if rulebook.charter.version in charters_signed
        and not (rulebook.agreement and has_ended(rulebook.agreement, on))
    ]
    return max(covering, key=lambda rulebook: ends_on(rulebook.agreement) or date.max, default=None)


def check_signature(rulebook: Rulebook, charter_version: str, sworn: bool) -> None:
    """Raises CharterOutdated, StatementNotSworn."""
    if charter_version != rulebook.charter.version:
        raise CharterOutdated(rulebook.charter.version)
    if not sworn:
        raise StatementNotSworn


def knows_category(rulebook: Rulebook, category: str) -> bool:
    """Whether a partner may be accredited for it: a category of the rulebook, or a role that it knows."""
    return category in rulebook.partner_roles or any(each.id == category for each in rulebook.categories)


def _require_category(rulebook: Rulebook, category: str) -> None:
    try:
        rulebook.category(category)
    except UnknownCategory:
        raise CategoryUnknown from None


def _reasons(rulebook: Rulebook, category: str, partner: Partner) -> tuple[Reason, ...]:
    return () if category in ROLE_CATEGORIES else rulebook.category(category).review(partner.facts())


def _documents_needed(rulebook: Rulebook, category: str, partner: Partner) -> tuple[RequiredDocument, ...]:
    """A role asks for the documents that every category asks of this partner: §4.2.1 states them for all."""
    facts = partner.facts()
    if category not in ROLE_CATEGORIES:
        return rulebook.category(category).documents_for(facts)
    lists = [stated.documents_for(facts) for stated in rulebook.categories]
    shared = set.intersection(*({document.id for document in documents} for documents in lists))
    return tuple(document for document in lists[0] if document.id in shared)
