"""The season, in order: which step is played on which day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import time, timedelta

from demo.guests import Guest
from demo.platform_time import paris
from demo.stage import Stage
from demo.steps import (
    authority,
    bons_plans,
    elsewhere,
    joining,
    lead,
    mails,
    mishaps,
    moving_out,
    neighbour,
    partnership,
    remittances,
    school,
    shopping,
    sign_up,
    vouchers,
)
from demo.story_file import BadStory
from demo.story_values import Story

Incident = Callable[[Stage], None]

_OPENING = time(9)


def play(stage: Stage, guests: tuple[Guest, ...]) -> None:
    """From the opening of the season to the last transfer after its end; `guests` play beside it."""
    sign_ups = opening(stage)
    back_to_school(stage, sign_ups)
    joining_days(stage)
    elsewhere.play(stage, guests)
    season(stage)
    ending(stage)


def opening(stage: Stage) -> sign_up.SignUps:
    """The authority opens the season, partners come, young people begin to sign up."""
    day = stage.story.days.opening
    stage.tell.chapter(f"{stage.story.authority.beginning} ouvre la saison")
    stage.clock.place(paris(day, _OPENING))
    stage.tell.day(day)
    authority.enlist_staff(stage)
    authority.open_seasons(stage)
    authority.vote_budgets(stage)
    sign_ups = sign_up.begin(stage)
    stage.tell.chapter("Les partenaires")
    partnership.sign_up_partners(stage)
    partnership.decide_applications(stage)
    partnership.show_directory(stage)
    return sign_ups


def back_to_school(stage: Stage, sign_ups: sign_up.SignUps) -> None:
    """The end of the holidays: the class list, the cards, the requests."""
    stage.tell.chapter("Le lycée, les élèves et leurs cartes d’identité")
    sign_up.welcome(stage, sign_ups)
    stage.go_to(paris(stage.story.days.school))
    school.upload_class_list(stage)
    sign_up.settle_cards(stage)
    school.ask_for_benefits(stage)
    joining.refuse_before_the_school(stage)
    stage.go_to(paris(stage.story.days.school_answers))
    school.decide_enrolments(stage)
    school.show_credits(stage)


def joining_days(stage: Stage) -> None:
    """Memberships with their fee; the cheques are cashed later."""
    stage.tell.chapter(f"Les adhésions à {stage.story.with_fee.title}")
    stage.go_to(paris(stage.story.days.joining))
    joining.refuse_ineligible(stage)
    joining.join(stage)
    joining.refuse_a_second_time(stage)
    lead.not_cashed_yet(stage)
    neighbour.link_before_cashing(stage)
    stage.go_to(paris(stage.story.days.cheques_cashed))
    joining.cash_cheques(stage)
    neighbour.link_members(stage)


_INCIDENTS: Mapping[str, Incident] = {
    "first_purchases": lead.first_purchases,
    "make_vouchers": vouchers.make,
    "expired_then_cancelled": lead.expired_then_cancelled,
    "redeem_vouchers": vouchers.redeem,
    "too_late_and_elsewhere": lead.too_late_and_elsewhere,
    "offer_places": bons_plans.offer_places,
    "move_to_the_operator": moving_out.move_to_the_operator,
    "with_the_application_open": lead.with_the_application_open,
    "too_late_for_a_place": bons_plans.too_late_for_a_place,
    "announce_draw": bons_plans.announce_draw,
    "whole_wallet": lead.whole_wallet,
    "stolen_telephone": mishaps.stolen_telephone,
    "run_draw": bons_plans.run_draw,
    "show_hold": remittances.show_hold,
    "release_hold": remittances.release_hold,
    "put_right": mishaps.put_right,
    "withdraw_a_partner": partnership.withdraw_a_partner,
    "at_the_withdrawn_partner": lead.at_the_withdrawn_partner,
    "to_zero": lead.to_zero,
}


def check_incidents(story: Story) -> None:
    """Raises BadStory unless the agenda has every incident once, and no other."""
    told, known = Counter(name for day in story.agenda for name in day.then), Counter(_INCIDENTS.keys())
    if told != known:
        wrong = ", ".join(sorted((told - known) + (known - told)))
        raise BadStory(f"the agenda must have each incident once, and no other; not so: {wrong}")


def season(stage: Stage) -> None:
    """Purchases day after day, payouts as weeks and months pass between them."""
    stage.tell.chapter("Une saison d’achats et de remboursements")
    agenda = shopping.plan_season(stage)
    for today in stage.story.agenda:
        stage.go_to(paris(today.day))
        if today.shopping:
            remittances.pay_what_is_due(stage)
            shopping.shop(stage, agenda[today.day])
        for name in today.then:
            _INCIDENTS[name](stage)


def ending(stage: Stage) -> None:
    """The season's last day passes; the last week and the last month are paid; nothing is left waiting."""
    stage.tell.chapter("La saison prend fin")
    stage.go_to(paris(stage.story.days.after_the_season))
    lead.after_the_season(stage)
    vouchers.expect_released(stage)
    neighbour.hear_the_end(stage)
    stage.go_to(paris(stage.story.days.last_payouts) + timedelta(hours=1))
    remittances.pay_what_is_due(stage)
    remittances.expect_nothing_counting(stage)
    stage.tell.chapter("Les courriels")
    mails.read_mailbox(stage)
