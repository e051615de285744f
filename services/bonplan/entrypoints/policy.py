"""Who may call what of the bonplan service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chassis.context import CallContext
from chassis.policy import ANYONE, YOUNG, Rule, delegate, either, staff
from chassis.work import Work


@dataclass(frozen=True, slots=True)
class ForPartnerOrAuthority:
    """`for_partner` where the request names a partner, `for_authority` where it names none: never the other one.

    A rule that tried one after the other would let staff write in any partner's name.
    """

    for_partner: Rule
    for_authority: Rule

    def check_caller(self, context: CallContext) -> None:
        either(self.for_partner, self.for_authority).check_caller(context)

    def check_grants(self, work: Work, request: Any) -> None:
        rule = self.for_partner if request.partner_id else self.for_authority
        rule.check_caller(work.context)
        rule.check_grants(work, request)


_MODERATES = staff("moderation")
_OF_THE_PARTNER = delegate("principal", "manager")

POLICY: dict[str, Rule] = {
    "SubmitOffer": ForPartnerOrAuthority(_OF_THE_PARTNER, _MODERATES),
    "ListPartnerOffers": either(_OF_THE_PARTNER, _MODERATES),
    "ListOffersToModerate": _MODERATES,
    "ModerateOffer": _MODERATES,
    "ListOffers": ANYONE,
    "GetOffer": ANYONE,
    "GetDraw": ANYONE,
    "Register": YOUNG,
    "Withdraw": YOUNG,
    "ListMyRegistrations": YOUNG,
    "ListRegistrants": either(_OF_THE_PARTNER, _MODERATES),
    "RecordAttendance": ForPartnerOrAuthority(_OF_THE_PARTNER, _MODERATES),
    "RunDraw": ForPartnerOrAuthority(_OF_THE_PARTNER, _MODERATES),
}
