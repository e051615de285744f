"""What a card with a secret code opens: tickets, entrances, a top-up at the till; and what a suspension closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from demo.client import Json, Refused
from demo.french import counted, euros, of
from demo.guests import Guest
from demo.record import StoryBroken
from demo.stage import Partner, Stage, Young
from demo.steps.school import membership
from demo.story_values import Sale
from demo.till import Payment, Presentation, cancel, cancel_use, pay_with_code, present, record_use

_ATTEMPTS = 5
"""Wrong codes in a row until the code is locked."""


def young_of(stage: Stage, guest: Guest) -> Young:
    return stage.others[guest.young.slug]


def shop_of(stage: Stage, sale: Sale) -> Partner:
    return stage.partners[sale.partner]


def shown(stage: Stage, guest: Guest, sale: Sale) -> Presentation:
    """The person's card at the till where this is bought."""
    stage.next_code()
    return present(shop_of(stage, sale), young_of(stage, guest))


def refuse(stage: Stage, what: str, attempt: Callable[[], object], code: str) -> Refused:
    refusal = stage.must_refuse(attempt, code)
    stage.record.kind_refused(refusal)
    stage.tell.refused(what, refusal)
    return refusal


def _payment(guest: Guest, part: str, attempt: str = "") -> Payment:
    sale = guest.sales[part]
    return Payment(guest.benefit(sale), sale.cents, f"{guest.scheme.id}-{part}{attempt}")


def _pay(stage: Stage, guest: Guest, presentation: Presentation, part: str, code: str, attempt: str = "") -> str:
    """The id of the debit."""
    return pay_with_code(stage.record, presentation, _payment(guest, part, attempt), code).debit_id


def secret_code(stage: Stage, guest: Guest) -> None:
    """Not chosen, chosen, wrong until it is locked, then chosen anew: only the right one pays."""
    sale, (first, second) = guest.sales["guarded"], guest.secret_codes
    young, presentation = young_of(stage, guest), shown(stage, guest, sale)
    refuse(
        stage,
        f"{young.name} veut payer {sale.what} sans avoir choisi de code secret",
        lambda: _pay(stage, guest, presentation, "guarded", first, "-too-early"),
        "secret_code_not_chosen",
    )
    _choose(young, first)
    _pay(stage, guest, presentation, "guarded", first)
    stage.tell.say(f"{young.name} choisit son code, le tape en caisse et paie {sale.what} : {euros(sale.cents)}.")
    for attempt in range(1, _ATTEMPTS):
        _wrong(stage, guest, presentation, attempt, "secret_code_wrong")
    stage.tell.say(f"Un autre code est essayé {counted(_ATTEMPTS - 1, 'fois', 'fois')} : rien n’est payé.")
    refuse(
        stage,
        "L’essai suivant",
        lambda: _pay(stage, guest, presentation, "guarded", guest.wrong_code, f"-wrong-{_ATTEMPTS}"),
        "secret_code_locked",
    )
    stage.must_refuse(lambda: _pay(stage, guest, presentation, "guarded", first, "-locked"), "secret_code_locked")
    _choose(young, second)
    _pay(stage, guest, presentation, "guarded", second, "-again")
    stage.tell.say(f"Même le bon code est refusé. {young.name} en choisit un autre, et paie une autre place avec lui.")


def _wrong(stage: Stage, guest: Guest, presentation: Presentation, attempt: int, code: str) -> None:
    key = f"-wrong-{attempt}"
    refusal = stage.must_refuse(lambda: _pay(stage, guest, presentation, "guarded", guest.wrong_code, key), code)
    stage.record.kind_refused(refusal)


def _choose(young: Young, code: str) -> None:
    young.member.put("/v1/card/secret-code", {"secret_code": code})


def _code(guest: Guest) -> str:
    """The one that is good."""
    return guest.secret_codes[-1]


def tickets(stage: Stage, guest: Guest) -> None:
    """Whole ones only; taken back the same day, they are there again."""
    sale, odd = guest.sales["tickets"], guest.sales["odd"]
    presentation = shown(stage, guest, sale)
    refuse(
        stage,
        f"Payer {odd.what}",
        lambda: _pay(stage, guest, presentation, "odd", _code(guest)),
        "whole_tickets_only",
    )
    debit_id = _pay(stage, guest, presentation, "tickets", _code(guest))
    given_back = cancel(stage.record, presentation.partner, debit_id, f"{guest.scheme.id}-tickets-undone")
    stage.tell.say(f"{presentation.partner.name} enregistre {sale.what}, puis annule : {euros(given_back)} reviennent.")
    _pay(stage, guest, presentation, "tickets", _code(guest), "-kept")
    payer = stage.story.authority.called
    stage.tell.say(f"{sale.what.capitalize()}, pour de bon cette fois : {euros(sale.cents)} payés par {payer}.")


def entrances(stage: Stage, guest: Guest) -> None:
    """Recorded without an amount; one too many is cancelled the same day."""
    sale = guest.sales["entrance"]
    presentation, benefit = shown(stage, guest, sale), guest.benefit(sale)
    keys = [f"{guest.scheme.id}-entrance-{number}" for number in range(2)]
    uses = [record_use(presentation, benefit, key, _code(guest))["use_id"] for key in keys]
    cancel_use(presentation.partner, uses[-1], f"{guest.scheme.id}-entrance-undone")
    listed = presentation.partner.till.pages(f"{presentation.partner.path}/access-uses", "uses")
    states = {use["use_id"]: bool(use["cancelled"]) for use in listed}
    if states != {uses[0]: False, uses[1]: True}:
        raise StoryBroken(f"{presentation.partner.name} shows the uses {states}")
    stage.record.uses_recorded += len(uses)
    stage.record.uses_cancelled += 1
    stage.tell.say(
        f"{presentation.partner.name} enregistre {sale.what} deux fois par erreur et annule la seconde : "
        "aucun montant n’est compté."
    )


def top_up(stage: Stage, guest: Guest) -> None:
    """The till adds what this partner's customers have beside their balance."""
    sale = guest.sales["topped_up"]
    presentation = shown(stage, guest, sale)
    before = presentation.balances[sale.benefit]
    _pay(stage, guest, presentation, "topped_up", _code(guest))
    stage.record.topped_up_cents += sale.cents - before
    stage.tell.say(
        f"{young_of(stage, guest).name} paie {sale.what} ({euros(sale.cents)}) avec un solde de {euros(before)} : "
        f"{euros(sale.cents - before)} s’ajoutent chez ce partenaire."
    )


def suspension(stage: Stage, guest: Guest) -> None:
    """It bites at once, without its reason at the till; the person appeals, and is answered: it is lifted."""
    sale, young = guest.sales["suspended"], young_of(stage, guest)
    suspension_id = _suspend(stage, guest, young, sale)
    presentation = shown(stage, guest, sale)
    refuse(
        stage,
        f"{young.name} veut payer {sale.what}",
        lambda: _pay(stage, guest, presentation, "suspended", _code(guest), "-meanwhile"),
        "benefit_suspended",
    )
    _appeal(stage, suspension_id, stage.clock.now().date())
    stage.staff.instructor.post(f"/v1/staff/suspensions/{suspension_id}/lifting")
    _pay(stage, guest, shown(stage, guest, sale), "suspended", _code(guest))
    stage.tell.say(f"La suspension est levée : {young.name} paie {sale.what}, {euros(sale.cents)}.")


def _suspend(stage: Stage, guest: Guest, young: Young, sale: Sale) -> str:
    found = membership(young, guest.scheme.id)
    assert found is not None  # settled before
    path = f"/v1/staff/memberships/{found['membership']['membership_id']}/suspensions"
    body = {"benefits": [sale.benefit], "reason": guest.misconduct}
    suspension_id = str(stage.staff.instructor.post(path, body)["suspension_id"])
    own = young.member.get("/v1/suspensions")["suspensions"]
    if [each["reason"] for each in own] != [guest.misconduct]:
        raise StoryBroken(f"{young.name} reads of their suspension: {own}")
    stage.tell.say(
        f"Un avantage {of(young.name)} est suspendu : le motif n’est lu que dans son espace et par les agents."
    )
    return suspension_id


def _appeal(stage: Stage, suspension_id: str, today: date) -> None:
    """Notified, appealed, answered: days of letters that staff record."""
    letters = {name: today.isoformat() for name in ("notified_on", "appealed_on", "answered_on")}
    stage.staff.instructor.put(f"/v1/staff/suspensions/{suspension_id}/letters", letters)
    shown_letters: Json = next(
        each
        for each in stage.staff.instructor.pages("/v1/staff/suspensions", "suspensions")
        if each["suspension_id"] == suspension_id
    )
    if shown_letters["answered_on"] != letters["answered_on"]:
        raise StoryBroken(f"the letters of a suspension were not kept: {shown_letters}")
    stage.tell.say("Notification, recours et réponse : les dates des lettres sont notées au dossier.")
