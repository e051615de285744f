"""Accreditations: applied for and submitted by delegates, decided by staff."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from chassis.clock import paris_midnight
from chassis.work import Work
from rulebooks import Rulebook
from services.partner.application.dossiers import dossier_of, rulebook_of
from services.partner.application.ports import Ports
from services.partner.domain.accreditation import (
    Accreditation,
    Dossier,
    State,
    check_category,
    check_signature,
    ends_on,
    has_ended,
    knows_category,
)
from services.partner.domain.errors import AccreditationUnknown
from services.partner.domain.organisation import Partner
from services.partner.domain.texts import written_reason

END_JOB = "end_agreement"


@dataclass(frozen=True, slots=True)
class ApplyForAccreditation:
    """Open an application under the rulebook of a scheme's season."""

    partner_id: str
    scheme: str
    season: str
    category: str


@dataclass(frozen=True, slots=True)
class SignCharter:
    """Sign the version that was shown, with the sworn statement (§4.2.1)."""

    partner_id: str
    scheme: str
    season: str
    charter_version: str
    sworn: bool


@dataclass(frozen=True, slots=True)
class DecideAccreditation:
    """Staff's decision on a submitted application."""

    accreditation_id: str
    accept: bool
    reason: str


def apply(work: Work, ports: Ports, command: ApplyForAccreditation) -> Dossier:
    """Raises SchemeUnknown, CategoryUnknown, RoleNeeded, AlreadyApplied."""
    rulebook = rulebook_of(work, ports, command.scheme, command.season)
    partner = ports.partners.lock(work, command.partner_id)
    check_category(rulebook, command.category, partner)
    last = ports.accreditations.last_version(work, partner.partner_id, command.scheme, command.category)
    accreditation = Accreditation(
        accreditation_id=str(uuid.uuid4()),
        partner_id=partner.partner_id,
        scheme=command.scheme,
        season=command.season,
        category=command.category,
        state=State.DRAFT,
        version=last + 1,
        applied_at=work.now,
    )
    ports.accreditations.add(work, accreditation)
    work.audit("apply_for_accreditation", accreditation.accreditation_id)
    return dossier_of(work, ports, accreditation)


def sign_charter(work: Work, ports: Ports, command: SignCharter) -> None:
    """A new agreement also brings back what ended with the one before.

    Raises SchemeUnknown, CharterOutdated, StatementNotSworn, PartnerUnknown.
    """
    rulebook = rulebook_of(work, ports, command.scheme, command.season)
    check_signature(rulebook, command.charter_version, command.sworn)
    ports.charters.sign(work, command.partner_id, command.scheme, command.season, command.charter_version)
    after = {"scheme": command.scheme, "charter_version": command.charter_version}
    work.audit("sign_charter", command.partner_id, after=after)
    _renew(work, ports, command.partner_id, rulebook)


def submit(work: Work, ports: Ports, partner_id: str, accreditation_id: str) -> Dossier:
    """Raises AccreditationUnknown, NotADraft, DocumentsMissing, CharterUnsigned."""
    partner, accreditation = locked(work, ports, accreditation_id)
    if partner.partner_id != partner_id:
        raise AccreditationUnknown
    dossier = dossier_of(work, ports, accreditation)
    return _kept(work, ports, dossier, dossier.submitted(), "submit_application")


def decide(work: Work, ports: Ports, command: DecideAccreditation) -> Dossier:
    """Raises AccreditationUnknown, UaiTaken, TextRefused, and the refusals of `Dossier.decided`."""
    reason = written_reason(command.reason)
    partner, accreditation = locked(work, ports, command.accreditation_id)
    dossier = dossier_of(work, ports, accreditation)
    decided = _kept(
        work, ports, dossier, dossier.decided(command.accept, reason, work.today), "decide_accreditation", reason=reason
    )
    if decided.accreditation.state is State.GRANTED:
        _announce(work, ports, partner, decided.accreditation)
    return decided


def locked(work: Work, ports: Ports, accreditation_id: str) -> tuple[Partner, Accreditation]:
    """Under the partner's lock, which orders all that happens to one partner. Raises AccreditationUnknown."""
    partner_id = ports.accreditations.get(work, accreditation_id).partner_id
    partner = ports.partners.lock(work, partner_id)
    return partner, ports.accreditations.get(work, accreditation_id)


def publish_fact(work: Work, fact: str, accreditation: Accreditation, **more: object) -> None:
    data = {
        "accreditation_id": accreditation.accreditation_id,
        "partner_id": accreditation.partner_id,
        "scheme": accreditation.scheme,
        "category": accreditation.category,
        **more,
    }
    work.publish(fact, accreditation.accreditation_id, accreditation.version, data)


def list_anew(work: Work, ports: Ports, partner: Partner) -> None:
    """The directory shows something else of this partner from now on."""
    listed = partner.listed_anew(work.now)
    ports.partners.save_listing(work, listed)
    work.publish("partner_published", partner.partner_id, listed.version, {"partner_id": partner.partner_id})


def _announce(work: Work, ports: Ports, partner: Partner, accreditation: Accreditation) -> None:
    tags = list(partner.tags)
    publish_fact(work, "accreditation_granted", accreditation, activity=partner.activity, tags=tags)
    list_anew(work, ports, partner)
    schedule_end(work, accreditation, rulebook_of(work, ports, accreditation.scheme, accreditation.season))
    if accreditation.is_for_establishment:
        _register_establishment(work, ports, partner)


def schedule_end(work: Work, accreditation: Accreditation, rulebook: Rulebook) -> None:
    """Have it looked at when its agreement ends, where only a signature renews it."""
    until = ends_on(rulebook.agreement)
    if until is not None:
        due_at = paris_midnight(until + timedelta(days=1))
        key = f"{accreditation.accreditation_id}/{until}"
        work.schedule(END_JOB, key, due_at, {"accreditation_id": accreditation.accreditation_id})


def _renew(work: Work, ports: Ports, partner_id: str, rulebook: Rulebook) -> None:
    """What lapsed comes back, unless the partner applied for it anew, or the rulebook knows it no more."""
    if rulebook.agreement and has_ended(rulebook.agreement, work.today):
        return
    partner = ports.partners.lock(work, partner_id)
    own = ports.accreditations.of_partners(work, [partner_id])[partner_id]
    open_now = {one.category for one in own if one.scheme == rulebook.scheme and not one.state.is_final}
    for lapsed in (one for one in own if one.lapsed and one.scheme == rulebook.scheme):
        if lapsed.category not in open_now and knows_category(rulebook, lapsed.category):
            renewed = lapsed.renewed(rulebook)
            ports.accreditations.save(work, renewed)
            work.audit("renew_accreditation", renewed.accreditation_id, after={"season": rulebook.season})
            _announce(work, ports, partner, renewed)
            partner = ports.partners.get(work, partner_id)
            open_now.add(lapsed.category)


def _register_establishment(work: Work, ports: Ports, partner: Partner) -> None:
    version = ports.establishments.register(work, partner)
    data = {
        "partner_id": partner.partner_id,
        "uai": partner.uai,
        "establishment_kind": partner.establishment_kind,
        "region": partner.address.region,
    }
    work.publish("establishment_registered", partner.partner_id, version, data)


def _kept(work: Work, ports: Ports, dossier: Dossier, changed: Accreditation, act: str, **detail: str) -> Dossier:
    ports.accreditations.save(work, changed)
    before = {"state": dossier.accreditation.state}
    work.audit(act, changed.accreditation_id, before=before, after={"state": changed.state, **detail})
    return replace(dossier, accreditation=changed)
