"""A person's place in one scheme for one season: how it is decided, what it waits for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from rulebooks import Benefit, Decision, Entitlement, Reason, Rulebook
from services.wallet.domain.errors import (
    CharterNotAccepted,
    FeeNotDue,
    FeeNotWaivable,
    JoinClosed,
    MeansNotAccepted,
    NotEligible,
    SettlementClosed,
)
from services.wallet.domain.facts import PersonFacts


class MembershipState(StrEnum):
    AWAITING_CONSENT = "awaiting_consent"
    AWAITING_IDENTITY = "awaiting_identity"
    AWAITING_SCHOOL = "awaiting_school"
    AWAITING_PAYMENT = "awaiting_payment"
    ACTIVE = "active"
    REFUSED = "refused"
    ENDED = "ended"

    @property
    def is_waiting(self) -> bool:
        return self in WAITING


WAITING = frozenset(
    {
        MembershipState.AWAITING_CONSENT,
        MembershipState.AWAITING_IDENTITY,
        MembershipState.AWAITING_SCHOOL,
        MembershipState.AWAITING_PAYMENT,
    }
)
# The rulebook's steps, in its order, and the state that waits for each; a charter is accepted before a request is made.
_STATE_OF_STEP = {
    "guardian_consent": MembershipState.AWAITING_CONSENT,
    "identity_check": MembershipState.AWAITING_IDENTITY,
    "school_validation": MembershipState.AWAITING_SCHOOL,
    "fee": MembershipState.AWAITING_PAYMENT,
}


# Steps that a member has taken for good.
_SETTLED_BY_MEMBERS = frozenset({"beneficiary_charter", "fee"})


class FeeState(StrEnum):
    NONE = "none"
    DUE = "due"
    CARD_STARTED = "card_started"
    CHEQUE_ANNOUNCED = "cheque_announced"
    CASHED = "cashed"
    WAIVED = "waived"

    @property
    def is_settled(self) -> bool:
        """Nothing is owed: there was no fee, it is paid, or staff let it go."""
        return self in (FeeState.NONE, FeeState.CASHED, FeeState.WAIVED)


@dataclass(frozen=True, slots=True)
class Grant:
    """An entitlement, and whether the holder has it.

    `credited` is false while it `waits` for consents, or where the budget could not bear it. `uses`: None where they
    are not counted. `instalment`: its name where the benefit comes in several.
    """

    benefit: str
    amount_cents: int
    credited: bool = False
    uses: int | None = None
    instalment: str | None = None
    waits: tuple[str, ...] = ()

    @property
    def is_due(self) -> bool:
        """Nothing but the budget stands between the holder and it."""
        return not self.credited and not self.waits


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A charter that was accepted: its version, and when."""

    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """`requested_on` is the day that decides age and window, also when the rest comes later.

    `rulebook_hash` is the version that decides on it: the one in force that day, or a later one that is also for
    members. `charter`: None where the rulebook has none.
    """

    membership_id: UUID
    person_id: UUID
    scheme: str
    season: str
    requested_on: date
    fee_cents: int
    fee_state: FeeState
    state: MembershipState
    rulebook_hash: str
    reasons: tuple[Reason, ...]
    grants: tuple[Grant, ...]
    version: int = 1
    charter: Acceptance | None = None

    @classmethod
    def asked(
        cls,
        membership_id: UUID,
        person_id: UUID,
        rulebook: Rulebook,
        decision: Decision,
        on: date,
        charter: Acceptance | None = None,
    ) -> Membership:
        """A new one, from an eligible decision."""
        fee = rulebook.fee
        blank = cls(
            membership_id,
            person_id,
            rulebook.scheme,
            rulebook.season,
            on,
            fee.amount_cents if fee else 0,
            FeeState.DUE if fee else FeeState.NONE,
            MembershipState.AWAITING_IDENTITY,
            decision.rulebook_hash,
            (),
            (),
            version=0,
            charter=charter,
        )
        return blank.decided(decision)

    @property
    def fee_is_open(self) -> bool:
        return not self.fee_state.is_settled

    def decided(self, decision: Decision) -> Membership:
        """The waiting membership after a decision: refused, waiting for its next step, or active."""
        return replace(
            self,
            state=self._next_state(decision),
            rulebook_hash=decision.rulebook_hash,
            reasons=decision.reasons,
            grants=tuple(_grant(entitlement) for entitlement in decision.entitlements),
            version=self.version + 1,
        )

    def refused(self, reason: Reason) -> Membership:
        return replace(self, state=MembershipState.REFUSED, reasons=(reason,), grants=(), version=self.version + 1)

    def ended(self) -> Membership:
        return replace(self, state=MembershipState.ENDED, version=self.version + 1)

    def credited(self, grants: Iterable[Grant]) -> Membership:
        """The same membership with what the budget could bear."""
        return replace(self, grants=tuple(grants))

    def fallen_due(self, rulebook: Rulebook, decision: Decision) -> Membership:
        """The active membership after facts changed: consents that came, and what loads later and now may.

        What was granted stays, whatever the facts say now; a grant that is new and due is the caller's to credit.
        """
        now = {grant.benefit: grant for grant in settled_grants(decision)}
        kept = tuple(_with_consents_of(grant, now.get(grant.benefit)) for grant in self.grants)
        had = {grant.benefit for grant in self.grants}
        late = (grant for name, grant in now.items() if name not in had and _loads_later(rulebook.benefit(name)))
        return replace(self, grants=(*kept, *late))

    def under(self, decision: Decision) -> Membership:
        """The active membership under a later version: what it grants more, never less; new grants are to be credited.

        A grant that is credited keeps what was credited; the caller credits the difference.
        """
        had = {grant.benefit for grant in self.grants}
        now = {grant.benefit: grant for grant in settled_grants(decision)}
        kept = tuple(grant if grant.credited else now.get(grant.benefit, grant) for grant in self.grants)
        new = (grant for name, grant in now.items() if name not in had)
        return replace(self, rulebook_hash=decision.rulebook_hash, grants=(*kept, *new))

    def paying(self, means: str, rulebook: Rulebook, on: date) -> Membership:
        """Payment by `card` started, or a `cheque` announced.

        Raises FeeNotDue, MeansNotAccepted, SettlementClosed.
        """
        if self.state is not MembershipState.AWAITING_PAYMENT or not self.fee_is_open:
            raise FeeNotDue
        if rulebook.fee is None or means not in rulebook.fee.means:
            raise MeansNotAccepted
        self.check_settles(rulebook, on)
        fee_state = FeeState.CARD_STARTED if means == "card" else FeeState.CHEQUE_ANNOUNCED
        return replace(self, fee_state=fee_state, version=self.version + 1)

    def cashed(self) -> Membership:
        """The money is there: a membership counts from then on (règlement 2025-2026, §3.1).

        Raises FeeNotDue.
        """
        return self._settled(FeeState.CASHED)

    def waived(self, rulebook: Rulebook) -> Membership:
        """Staff grant it free, where the rulebook lets them (règlement 2025-2026, §3.1).

        Raises FeeNotDue, FeeNotWaivable.
        """
        if rulebook.fee is not None and not rulebook.fee.waivable:
            raise FeeNotWaivable
        return self._settled(FeeState.WAIVED)

    def check_settles(self, rulebook: Rulebook, on: date) -> None:
        """Raises SettlementClosed once a request may no longer be completed."""
        if not rulebook.may_settle(self.requested_on, on):
            raise SettlementClosed(rulebook.settle_until)

    def _settled(self, fee_state: FeeState) -> Membership:
        if self.state is not MembershipState.AWAITING_PAYMENT or not self.fee_is_open:
            raise FeeNotDue
        return replace(self, fee_state=fee_state, state=MembershipState.ACTIVE, version=self.version + 1)

    def _next_state(self, decision: Decision) -> MembershipState:
        if not decision.eligible:
            return MembershipState.REFUSED
        paid = {"fee"} if self.fee_state.is_settled else set()
        steps = [step for step in decision.requires if step not in paid]
        return _STATE_OF_STEP[steps[0]] if steps else MembershipState.ACTIVE


def _grant(entitlement: Entitlement) -> Grant:
    return Grant(
        entitlement.benefit_id,
        entitlement.amount_cents,
        uses=entitlement.uses,
        instalment=entitlement.instalment,
        waits=entitlement.waits,
    )


def settled_grants(decision: Decision) -> list[Grant]:
    """What a decision grants to a member; nothing while the identity, the schooling or a consent is open again."""
    if not _SETTLED_BY_MEMBERS.issuperset(decision.requires):
        return []
    return [_grant(entitlement) for entitlement in decision.entitlements]


def why_not_yet(rulebook: Rulebook, decision: Decision, membership: Membership, benefit: str) -> str:
    """What the rulebook says to somebody who does not have a benefit today; empty where it may be credited."""
    denied = [reason for denial in decision.denials if denial.benefit_id == benefit for reason in denial.reasons]
    if denied:
        return denied[0].sentence
    waits = {code for grant in membership.grants if grant.benefit == benefit for code in grant.waits}
    missing = [consent.sentence for consent in rulebook.consents if consent.code in waits]
    return f"Une autorisation manque, à donner par un responsable légal : « {missing[0]} »" if missing else ""


def _with_consents_of(grant: Grant, now: Grant | None) -> Grant:
    return replace(grant, waits=now.waits) if grant.waits and now is not None else grant


def _loads_later(benefit: Benefit) -> bool:
    return benefit.loading.at == "later"


def accepted_charter(rulebook: Rulebook, version: str, at: datetime) -> Acceptance | None:
    """The beneficiaries' charter as accepted before a request. Raises CharterNotAccepted with the version to accept."""
    charter = rulebook.beneficiary_charter
    if charter is None:
        return None
    if version != charter.version:
        raise CharterNotAccepted(charter.version)
    return Acceptance(version, at)


def decide(
    rulebook: Rulebook, facts: PersonFacts, on: date, benefits_had: Iterable[str], *, charter_accepted: bool = False
) -> Decision:
    """The rulebook's decision on a person; `on` is the day of the request."""
    flat = facts.flat(rulebook, on, benefits_had) | {"charter_accepted": charter_accepted}
    decision = rulebook.decide(flat, on)
    if facts.was_rejected(rulebook):
        return replace(decision, eligible=False, entitlements=(), reasons=(SCHOOL_REFUSED, *decision.reasons))
    return decision


def check_may_join(rulebook: Rulebook, decision: Decision, on: date) -> None:
    """Raises JoinClosed, NotEligible with the first condition that is not met."""
    if not rulebook.join_window.contains(on):
        raise JoinClosed(rulebook.join_reasons[1].sentence)
    if not decision.eligible:
        first = decision.unmet[0]
        raise NotEligible(first.code, first.sentence, first.source)


SCHOOL_REFUSED = Reason(
    "enrolment_rejected",
    "Votre établissement n'a pas validé votre inscription. Voyez avec lui pourquoi, puis refaites une demande.",
    "default: la validation par l'établissement est demandée",
    met=False,
)
NOT_COMPLETED = Reason(
    "not_completed_in_time",
    "Votre demande n'était pas complète à la fin de la saison.",
    "default: une demande complète au 31 mai peut être validée et encaissée jusqu'au 30 juin",
    met=False,
)
