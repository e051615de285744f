"""Ordinary purchases, all through the season: at a cashier's or by a till's software, partial, several, to zero."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from demo.draws import draw
from demo.french import counted, euros
from demo.people import Pupil
from demo.plan import Visit, visits
from demo.record import Purchase
from demo.stage import Stage, Young
from demo.story_values import Benefit
from demo.till import Payment, pay, pay_by_till, present

Agenda = dict[date, list[Visit]]


def plan_season(stage: Stage) -> Agenda:
    """Everybody but the lead, from the balances in their accounts, day by day."""
    agenda: Agenda = defaultdict(list)
    for planned in stage.together(lambda young: _plan(stage, young), _shoppers(stage).values()):
        for visit in planned:
            agenda[visit.day].append(visit)
    return agenda


def _shoppers(stage: Stage) -> dict[str, Young]:
    everyone: list[Young] = [*stage.pupils[1:], *stage.others.values()]
    return {young.person.slug: young for young in everyone}


def _plan(stage: Stage, young: Young) -> list[Visit]:
    wallets = young.member.get("/v1/wallets").get("wallets", [])
    held = {wallet["benefit"]: int(wallet["balance_cents"]) for wallet in wallets}
    balances = {
        benefit.id: held[benefit.id]
        for benefit in stage.story.benefits
        if benefit.id in held and _spends_at_tills(young, benefit)
    }
    return visits(stage.story, young.person.slug, balances, draw(stage.seed, "plan", young.person.slug))


def _spends_at_tills(young: Young, benefit: Benefit) -> bool:
    """Vouchers and what is moved out have steps of their own; a local benefit is of use to who lives there."""
    person = young.person
    if benefit.is_moved_out:
        return False
    if isinstance(person, Pupil) and benefit.id in person.buys_by_voucher:
        return False
    return benefit.only_commune in ("", person.commune)


def shop(stage: Stage, today: list[Visit]) -> None:
    """All visits of a day; told partner by partner."""
    shoppers = _shoppers(stage)
    bought = stage.together(lambda visit: _visit(stage, shoppers[visit.slug], visit), today)
    by_shop: dict[str, list[Purchase]] = defaultdict(list)
    for visit, purchases in zip(today, bought, strict=True):
        by_shop[stage.partners[visit.benefit.shop].name] += purchases
    for name, purchases in sorted(by_shop.items()):
        total = sum(purchase.amount_cents for purchase in purchases)
        stage.tell.say(f"{name} : {counted(len(purchases), 'achat')}, {euros(total)}.")


def _visit(stage: Stage, young: Young, visit: Visit) -> list[Purchase]:
    partner = stage.partners[visit.benefit.shop]
    payments = [
        Payment(visit.benefit, cents, f"{visit.slug}-{visit.day}-{number}")
        for number, cents in enumerate(visit.amounts)
    ]
    if visit.by_till:
        return [pay_by_till(stage.record, partner, young, payment) for payment in payments]
    presentation = present(partner, young)
    return [pay(stage.record, presentation, payment) for payment in payments]
