"""Who came and who did not, as the organiser says it; what absences cost is the rulebook's."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.work import Work
from rulebooks import Catalogue
from services.bonplan.application.submitting import rulebook_of
from services.bonplan.domain.errors import AttendanceTooEarly, NoPlaceToAttend, UnknownOffer
from services.bonplan.domain.offer import Offer
from services.bonplan.domain.registration import Attendance, Registration, RegistrationState
from services.bonplan.domain.rules import bons_plans_of
from services.bonplan.store.offers import Offers
from services.bonplan.store.registrations import Registrations


@dataclass(frozen=True, slots=True)
class RecordAttendance:
    """Order of the organiser; `partner_id` is empty for staff. What was said may be corrected."""

    offer_id: str
    partner_id: str
    registration_id: str
    attendance: Attendance


def record_attendance(work: Work, catalogue: Catalogue, order: RecordAttendance) -> Registration:
    """Raises UnknownOffer, AttendanceTooEarly, NoPlaceToAttend."""
    offer = Offers(work).find(order.offer_id)
    if order.partner_id and offer.terms.partner_id != order.partner_id:
        raise UnknownOffer(order.offer_id)
    if not offer.is_over(work.now):
        raise AttendanceTooEarly(offer.terms.closes_at)
    known = Registrations(work).lock(order.offer_id, order.registration_id)
    if known is None or known.state is not RegistrationState.WON:
        raise NoPlaceToAttend
    if known.attendance is order.attendance:
        return known
    kept = replace(known, attendance=order.attendance, version=known.version + 1)
    Registrations(work).save_attendance(kept)
    after = {"attendance": kept.attendance}
    work.audit("record_attendance", kept.registration_id, before={"attendance": known.attendance}, after=after)
    if kept.attendance is Attendance.ABSENT:
        _tell_absence(work, catalogue, offer, kept)
    return kept


def _tell_absence(work: Work, catalogue: Catalogue, offer: Offer, absent: Registration) -> None:
    terms = offer.terms
    absences = Registrations(work).absences(absent.person_id, terms.scheme, terms.season)
    step = bons_plans_of(rulebook_of(work, catalogue, terms)).step_after(absences)
    fact = {
        "registration_id": absent.registration_id,
        "offer_id": absent.offer_id,
        "person_id": absent.person_id,
        "absences": absences,
        "step": step.step if step else "",
    }
    work.publish("no_show", absent.registration_id, absent.version, fact)
