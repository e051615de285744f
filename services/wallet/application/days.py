"""What payout and partner ask of the ledger: a day counted for good, an accreditation stopped at once."""

from __future__ import annotations

from datetime import date

from chassis.work import Work
from services.wallet.application.voucher_releases import release_of_partner
from services.wallet.domain.accreditation import Accreditation
from services.wallet.domain.errors import DayNotOver
from services.wallet.store import accreditations, budget, days, views


def count_day(work: Work, day: date) -> list[views.PartnerDay]:
    """Each partner's movements of a day that is over; none is added to it any more. Raises DayNotOver."""
    if day >= work.today:
        raise DayNotOver(day)
    days.count(work, day)
    budget.keep_day(work, day)
    return views.partner_days(work, day)


def withdraw(work: Work, stopped: Accreditation) -> None:
    """Effective at commit: debits decided before have ended by then, those after see it. The partner's open vouchers
    of the category are given back, unless it was accredited again since."""
    days.wait_for_debits(work)
    accreditations.keep(work, stopped)
    latest = accreditations.find(work, stopped.partner_id, stopped.scheme, stopped.category)
    if latest is None or not latest.granted:
        release_of_partner(work, stopped.partner_id, stopped.scheme, stopped.category)


def stop_accreditation(work: Work, stopped: Accreditation) -> None:
    """Partner's command: `withdraw`, on the record."""
    withdraw(work, stopped)
    work.audit(
        "accreditation_stopped",
        f"{stopped.partner_id}/{stopped.scheme}/{stopped.category}",
        after={"version": stopped.version},
    )
