"""One pupil's purchases told one by one, with each refusal that a cashier may meet."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

from demo.client import Refused
from demo.french import euros
from demo.live import heard_at
from demo.organisations import BOOKS, BOOKSHOP, CINEMA, CULTURE, FASHION, SPORTS_CLUB, THEATRE, Organisation
from demo.record import StoryBroken
from demo.stage import Stage
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


def _must_refuse(stage: Stage, what: str, attempt: Callable[[], object], code: str) -> Refused:
    """A debit that has to be refused for that reason."""
    refusal = stage.must_refuse(attempt, code)
    stage.record.debit_refused(refusal)
    stage.tell.refused(what, refusal)
    return refusal


def first_books(stage: Stage) -> None:
    """Present, see, choose, pay: in part, several times; the same key again; more than there is; the QR again."""
    shop = stage.partner(BOOKSHOP)
    presentation = present(shop, stage.lead)
    shown = ", ".join(f"{benefit} {euros(cents)}" for benefit, cents in presentation.balances.items())
    stage.tell.say(f"{stage.lead.name} montre son QR chez {shop.name} ; la caisse voit : {shown}.")
    first = Payment(BOOKS, "livres", 1250, "lead-first")
    pay(stage.record, presentation, first)
    stage.tell.say(f"Un livre à {euros(first.amount_cents)} est payé.")
    _send_again(stage, presentation, first)
    second = Payment(BOOKS, "livres", 790, "lead-second")
    pay(stage.record, presentation, second)
    stage.tell.say(f"Un second à {euros(second.amount_cents)}, lors du même passage en caisse.")
    _too_much_and_twice(stage, presentation)


def _send_again(stage: Stage, presentation: Presentation, payment: Payment) -> None:
    """The same key: the same answer for the same request, a refusal for another one."""
    again = pay_once(presentation, payment)
    if not again.replayed or again.json["receipt"]["debit_id"] != stage.record.made_with(payment.key).debit_id:
        raise StoryBroken("the same idempotency key made another debit")
    stage.tell.say("La caisse renvoie la même demande (même clé) : même réponse, un seul débit.")
    other = Payment(payment.scheme, payment.benefit, payment.amount_cents + 100, payment.key)
    _must_refuse(
        stage,
        "La même clé pour un autre montant",
        lambda: pay_once(presentation, other),
        "idempotency_key_reused",
    )


def _too_much_and_twice(stage: Stage, presentation: Presentation) -> None:
    too_much = Payment(BOOKS, "livres", 10000, "lead-too-much")
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
    shop, code = stage.partner(BOOKSHOP), show_code(stage.lead)
    _let_the_code_go_by(stage)
    _must_refuse(stage, "Un QR affiché deux minutes plus tôt", lambda: scan(shop, code), "code_expired")
    payment = Payment(BOOKS, "livres", 1500, "lead-undone")
    purchase = pay_by_till(stage.record, shop, stage.lead, payment)
    given_back = cancel(stage.record, shop, purchase.debit_id, "lead-undoing")
    stage.tell.say(
        f"Un achat de {euros(purchase.amount_cents)} est annulé le jour même : {euros(given_back)} reviennent."
    )


def _let_the_code_go_by(stage: Stage) -> None:
    stage.clock.move(stage.clock.now() + _QR_GOES_BY)


def too_late_and_elsewhere(stage: Stage) -> None:
    """An old debit stays; a wallet is good for its own category; the shop that was refused takes nothing."""
    shop, old = stage.partner(BOOKSHOP), stage.record.made_with("lead-first")
    late = stage.must_refuse(lambda: cancel(stage.record, shop, old.debit_id, "lead-late"), "cancellation_too_late")
    stage.tell.refused("Annuler un achat d’un autre jour", late)
    _at_the_cinema(stage)
    _let_the_code_go_by(stage)
    _must_refuse_at(stage, FASHION, Payment(BOOKS, "livres", 500, "lead-fashion"), "jamais agréé")


def _at_the_cinema(stage: Stage) -> None:
    presentation = present(stage.partner(CINEMA), stage.lead)
    _must_refuse(
        stage,
        "Payer une place de cinéma avec l’avantage Spectacle",
        lambda: pay_once(presentation, Payment(CULTURE, "spectacle", 500, "lead-wrong-category")),
        "wrong_category",
    )
    seat = Payment(CULTURE, "cinema", 650, "lead-cinema")
    pay(stage.record, presentation, seat)
    stage.tell.say(f"{stage.lead.name} paie sa place de cinéma : {euros(seat.amount_cents)}.")


def _must_refuse_at(stage: Stage, organisation: Organisation, payment: Payment, why: str) -> None:
    """A till's software at a partner that is not accredited."""
    partner, code = stage.partner(organisation), show_code(stage.lead)
    _must_refuse(
        stage,
        f"Payer chez {partner.name}, {why}",
        lambda: charge_code(partner, code, payment),
        "partner_not_accredited",
    )


def theatre(stage: Stage) -> None:
    """A seat, in part, with the application open: it hears of the payment."""
    opened = Event()
    heard = stage.workers.submit(heard_at, stage.lead.member, "debit_recorded", opened)
    presentation = present(stage.partner(THEATRE), stage.lead)
    opened.wait()
    begun = time.monotonic()
    payment = Payment(CULTURE, "spectacle", 1800, "lead-theatre")
    pay(stage.record, presentation, payment)
    stage.tell.say(f"{stage.lead.name} paie une place de théâtre : {euros(payment.amount_cents)}.")
    _tell_notice(stage, begun, heard.result())


def _tell_notice(stage: Stage, begun: float, heard: float | None) -> None:
    if heard is None:
        stage.tell.say("L’avis n’est pas parvenu à son téléphone : il verra son solde en ouvrant la page.")
        return
    stage.record.live_notice_ms = round((heard - begun) * 1000)
    stage.tell.say(
        f"Son téléphone, resté ouvert, en est averti {stage.record.live_notice_ms} ms après le geste de la caisse."
    )


def club(stage: Stage) -> None:
    """The yearly licence takes the whole wallet."""
    _pay(stage, SPORTS_CLUB, Payment(CULTURE, "pratique", 3000, "lead-club"), "sa licence d’aviron")


def _pay(stage: Stage, organisation: Organisation, payment: Payment, what: str) -> None:
    pay(stage.record, present(stage.partner(organisation), stage.lead), payment)
    stage.tell.say(f"{stage.lead.name} paie {what} : {euros(payment.amount_cents)}.")


def books_to_zero(stage: Stage) -> None:
    """What is left, to the cent."""
    presentation = present(stage.partner(BOOKSHOP), stage.lead)
    left = presentation.balances["livres"]
    pay(stage.record, presentation, Payment(BOOKS, "livres", left, "lead-to-zero"))
    stage.tell.say(f"{stage.lead.name} dépense ses derniers {euros(left)} de livres : solde à zéro.")


def withdrawn_theatre(stage: Stage) -> None:
    """Money is left, the partner is no longer accredited."""
    payment = Payment(CULTURE, "spectacle", 500, "lead-withdrawn")
    _must_refuse_at(stage, THEATRE, payment, "dont l’agrément a été retiré")


def after_the_season(stage: Stage) -> None:
    """On 1 July the balance is lost."""
    payment = Payment(CULTURE, "cinema", 500, "lead-after")
    code, cinema = show_code(stage.lead), stage.partner(CINEMA)
    _must_refuse(stage, "Payer le 1er juillet 2026", lambda: charge_code(cinema, code, payment), "season_over")


def not_cashed_yet(stage: Stage) -> None:
    """A cheque that was announced opens nothing."""
    young = next(young for young in stage.pupils if young.person.joins and young.person.pays_by_cheque)
    payment = Payment(CULTURE, "cinema", 500, "cheque-not-cashed")
    code, cinema = show_code(young), stage.partner(CINEMA)
    refusal = _must_refuse(
        stage,
        f"{young.name} veut payer sa place avant que son chèque soit encaissé",
        lambda: charge_code(cinema, code, payment),
        "membership_not_active",
    )
    stage.record.member_refused(refusal)
