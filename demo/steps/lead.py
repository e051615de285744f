"""One pupil's purchases told one by one, with each refusal that a cashier may meet."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

from demo.client import Refused
from demo.french import euros, long_day
from demo.live import heard_at
from demo.record import StoryBroken
from demo.stage import Partner, Stage
from demo.till import (
    OTHER_DEVICE,
    Payment,
    Presentation,
    cancel,
    charge_code,
    pay,
    pay_by_till,
    pay_once,
    present,
    scan,
    show_code,
)

_QR_GOES_BY = timedelta(minutes=2)


def _partner(stage: Stage, sale: str) -> Partner:
    """Where the story has this purchase."""
    return stage.partners[stage.story.sales[sale].partner]


def _payment(stage: Stage, sale: str) -> Payment:
    told = stage.story.sales[sale]
    return Payment(stage.story.benefit(told.benefit), told.cents, _key(sale))


def _key(sale: str) -> str:
    return f"told-{sale}"


def _what(stage: Stage, sale: str) -> str:
    return stage.story.sales[sale].what


def _must_refuse(stage: Stage, what: str, attempt: Callable[[], object], code: str) -> Refused:
    """A debit that has to be refused for that reason."""
    refusal = stage.must_refuse(attempt, code)
    stage.record.debit_refused(refusal)
    stage.tell.refused(what, refusal)
    return refusal


def first_purchases(stage: Stage) -> None:
    """Present, see, choose, pay: in part, several times; the same key again; more than there is; the QR again."""
    shop = _partner(stage, "first")
    presentation = present(shop, stage.lead)
    shown = ", ".join(f"{benefit} {euros(cents)}" for benefit, cents in presentation.balances.items())
    stage.tell.say(f"{stage.lead.name} montre son QR chez {shop.name} ; la caisse voit : {shown}.")
    first = _pay(stage, presentation, "first")
    _send_again(stage, presentation, first)
    _pay(stage, presentation, "second")
    _too_much_and_twice(stage, presentation)


def _pay(stage: Stage, presentation: Presentation, sale: str) -> Payment:
    payment = _payment(stage, sale)
    pay(stage.record, presentation, payment)
    stage.tell.say(f"{stage.lead.name} paie {_what(stage, sale)} : {euros(payment.amount_cents)}.")
    return payment


def _send_again(stage: Stage, presentation: Presentation, payment: Payment) -> None:
    """The same key: the same answer for the same request, a refusal for another one."""
    again = pay_once(presentation, payment)
    if not again.replayed or again.json["receipt"]["debit_id"] != stage.record.made_with(payment.key).debit_id:
        raise StoryBroken("the same idempotency key made another debit")
    stage.tell.say("La caisse renvoie la même demande (même clé) : même réponse, un seul débit.")
    other = Payment(payment.benefit, payment.amount_cents + 100, payment.key)
    _must_refuse(
        stage,
        "La même clé pour un autre montant",
        lambda: pay_once(presentation, other),
        "idempotency_key_reused",
    )


def _too_much_and_twice(stage: Stage, presentation: Presentation) -> None:
    too_much = _payment(stage, "too_much")
    _must_refuse(
        stage,
        f"Payer {euros(too_much.amount_cents)}",
        lambda: pay_once(presentation, too_much),
        "insufficient_balance",
    )
    _must_refuse(
        stage,
        "Le même QR, photographié et présenté à une autre caisse",
        lambda: scan(presentation.partner, presentation.code, OTHER_DEVICE),
        "code_already_used",
    )


def expired_then_cancelled(stage: Stage) -> None:
    """A QR of two minutes ago; then a purchase by the till's software, undone the same day."""
    shop, code = _partner(stage, "undone"), show_code(stage.lead)
    _let_the_code_go_by(stage)
    _must_refuse(stage, "Un QR affiché deux minutes plus tôt", lambda: scan(shop, code), "code_expired")
    purchase = pay_by_till(stage.record, shop, stage.lead, _payment(stage, "undone"))
    given_back = cancel(stage.record, shop, purchase.debit_id, "told-undoing")
    stage.tell.say(
        f"Un achat de {euros(purchase.amount_cents)} est annulé le jour même : {euros(given_back)} reviennent."
    )


def _let_the_code_go_by(stage: Stage) -> None:
    stage.clock.move(stage.clock.now() + _QR_GOES_BY)


def too_late_and_elsewhere(stage: Stage) -> None:
    """An old debit stays; a wallet is good for its own category; the shop that was refused takes nothing."""
    shop, old = _partner(stage, "first"), stage.record.made_with(_key("first"))
    late = stage.must_refuse(lambda: cancel(stage.record, shop, old.debit_id, "told-late"), "cancellation_too_late")
    stage.tell.refused("Annuler un achat d’un autre jour", late)
    _in_the_wrong_category(stage)
    _let_the_code_go_by(stage)
    _must_refuse_at(stage, "never_accredited", "jamais agréé")


def _in_the_wrong_category(stage: Stage) -> None:
    presentation = present(_partner(stage, "wrong_category"), stage.lead)
    _must_refuse(
        stage,
        f"Payer {_what(stage, 'wrong_category')}",
        lambda: pay_once(presentation, _payment(stage, "wrong_category")),
        "wrong_category",
    )
    _pay(stage, presentation, "right_category")


def _must_refuse_at(stage: Stage, sale: str, why: str) -> None:
    """A till's software at a partner that is not accredited."""
    partner, code = _partner(stage, sale), show_code(stage.lead)
    _must_refuse(
        stage,
        f"Payer chez {partner.name}, {why}",
        lambda: charge_code(partner, code, _payment(stage, sale)),
        "partner_not_accredited",
    )


def with_the_application_open(stage: Stage) -> None:
    """A purchase in part, with the application open: it hears of the payment."""
    opened = Event()
    heard = stage.workers.submit(heard_at, stage.lead.member, "debit_recorded", opened)
    presentation = present(_partner(stage, "with_the_application_open"), stage.lead)
    opened.wait()
    begun = time.monotonic()
    _pay(stage, presentation, "with_the_application_open")
    _tell_notice(stage, begun, heard.result())


def _tell_notice(stage: Stage, begun: float, heard: float | None) -> None:
    if heard is None:
        stage.tell.say("L’avis n’est pas parvenu à son téléphone : il verra son solde en ouvrant la page.")
        return
    stage.record.live_notice_ms = round((heard - begun) * 1000)
    stage.tell.say(
        f"Son téléphone, resté ouvert, en est averti {stage.record.live_notice_ms} ms après le geste de la caisse."
    )


def whole_wallet(stage: Stage) -> None:
    """One purchase takes the whole wallet."""
    _pay(stage, present(_partner(stage, "whole_wallet"), stage.lead), "whole_wallet")


def to_zero(stage: Stage) -> None:
    """What is left of the first purchases' wallet, to the cent."""
    shop, benefit = _partner(stage, "first"), _payment(stage, "first").benefit
    presentation = present(shop, stage.lead)
    left = presentation.balances[benefit.id]
    pay(stage.record, presentation, Payment(benefit, left, "told-to-zero"))
    stage.tell.say(f"{stage.lead.name} dépense ses derniers {euros(left)} chez {shop.name} : solde à zéro.")


def at_the_withdrawn_partner(stage: Stage) -> None:
    """Money is left, the partner is no longer accredited."""
    _must_refuse_at(stage, "withdrawn", "dont l’agrément a été retiré")


def after_the_season(stage: Stage) -> None:
    """The day after the season's last, the balance is lost."""
    code, partner = show_code(stage.lead), _partner(stage, "after_the_season")
    _must_refuse(
        stage,
        f"Payer le {long_day(stage.story.days.after_the_season)}",
        lambda: charge_code(partner, code, _payment(stage, "after_the_season")),
        "season_over",
    )


def not_cashed_yet(stage: Stage) -> None:
    """A cheque that was announced opens nothing."""
    young = next(young for young in stage.pupils if young.person.joins and young.person.pays_by_cheque)
    code, partner = show_code(young), _partner(stage, "not_cashed")
    refusal = _must_refuse(
        stage,
        f"{young.name} veut payer {_what(stage, 'not_cashed')} avant que son chèque soit encaissé",
        lambda: charge_code(partner, code, _payment(stage, "not_cashed")),
        "membership_not_active",
    )
    stage.record.member_refused(refusal)
