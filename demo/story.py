"""The season, in order: which step is played on which day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from demo.plan import SHOPPING_DAYS
from demo.platform_time import paris
from demo.stage import Stage
from demo.steps import (
    bons_plans,
    joining,
    lead,
    mails,
    neighbour,
    partnership,
    region,
    remittances,
    school,
    shopping,
    sign_up,
    vouchers,
)

Incident = Callable[[Stage], None]


def play(stage: Stage) -> None:
    """From the opening of the season to the last transfer after its end."""
    sign_ups = opening(stage)
    back_to_school(stage, sign_ups)
    joining_days(stage)
    season(stage)
    ending(stage)


def opening(stage: Stage) -> sign_up.SignUps:
    """1 July 2025: the Région opens, partners come, young people begin to sign up."""
    stage.tell.chapter("La Région ouvre la saison")
    stage.clock.place(paris("2025-07-01", "09:00"))
    stage.tell.day(date(2025, 7, 1))
    region.enlist_staff(stage)
    region.open_seasons(stage)
    region.vote_budgets(stage)
    sign_ups = sign_up.begin(stage)
    stage.tell.chapter("Les partenaires")
    partnership.sign_up_partners(stage)
    partnership.decide_applications(stage)
    partnership.show_directory(stage)
    return sign_ups


def back_to_school(stage: Stage, sign_ups: sign_up.SignUps) -> None:
    """27 August: the class list, the cards, the requests."""
    stage.tell.chapter("Le lycée, les élèves et leurs cartes d’identité")
    sign_up.welcome(stage, sign_ups)
    stage.go_to(paris("2025-08-27"))
    school.upload_class_list(stage)
    sign_up.settle_cards(stage)
    school.ask_for_books(stage)
    joining.refuse_before_the_school(stage)
    stage.go_to(paris("2025-09-01"))
    school.decide_enrolments(stage)
    school.show_credits(stage)


def joining_days(stage: Stage) -> None:
    """3 September: memberships of Culture & Sport; the cheques are cashed two days later."""
    stage.tell.chapter("Les adhésions à Culture & Sport")
    stage.go_to(paris("2025-09-03"))
    joining.refuse_ineligible(stage)
    joining.join(stage)
    joining.refuse_a_second_time(stage)
    lead.not_cashed_yet(stage)
    neighbour.link_before_cashing(stage)
    stage.go_to(paris("2025-09-05"))
    joining.cash_cheques(stage)
    neighbour.link_members(stage)


_INCIDENTS: Mapping[date, tuple[Incident, ...]] = {
    date(2025, 9, 10): (lead.first_books, vouchers.make),
    date(2025, 9, 20): (lead.expired_then_cancelled, vouchers.redeem),
    date(2025, 10, 4): (lead.too_late_and_elsewhere, bons_plans.offer_cinema_places),
    date(2025, 10, 22): (lead.theatre, bons_plans.too_late_for_the_cinema, bons_plans.announce_draw),
    date(2025, 11, 8): (lead.club,),
    date(2025, 11, 26): (bons_plans.run_draw,),
    date(2025, 12, 13): (remittances.show_hold, remittances.release_hold),
    date(2026, 3, 7): (lead.withdrawn_theatre,),
    date(2026, 4, 11): (lead.books_to_zero,),
}
_WITHDRAWAL = (date(2026, 2, 7), date(2026, 2, 20))
"""The theatre is withdrawn after the purchases of the first day, on the second."""


def season(stage: Stage) -> None:
    """September to June: purchases on fourteen days, payouts as weeks and months pass between them."""
    stage.tell.chapter("Une saison d’achats et de remboursements")
    agenda = shopping.plan_season(stage)
    for day in SHOPPING_DAYS:
        stage.go_to(paris(day.isoformat()))
        remittances.pay_what_is_due(stage)
        shopping.shop(stage, agenda[day])
        for incident in _INCIDENTS.get(day, ()):
            incident(stage)
        if day == _WITHDRAWAL[0]:
            stage.go_to(paris(_WITHDRAWAL[1].isoformat()))
            partnership.withdraw_theatre(stage)


def ending(stage: Stage) -> None:
    """30 June passes; the last week and the last month are paid; nothing is left waiting."""
    stage.tell.chapter("Le 30 juin passe")
    stage.go_to(paris("2026-07-01"))
    lead.after_the_season(stage)
    vouchers.expect_released(stage)
    neighbour.hear_the_end(stage)
    stage.go_to(paris("2026-07-06") + timedelta(hours=1))
    remittances.pay_what_is_due(stage)
    remittances.expect_nothing_counting(stage)
    stage.tell.chapter("Les courriels")
    mails.read_mailbox(stage)
