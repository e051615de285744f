"""One pupil's purchases told one by one, with each refusal that a cashier may meet."""

from __future__ import annotations

from datetime import timedelta

from demo.client import Refused
from demo.french import euros
from demo.organisations import BOOKS, BOOKSHOP, CINEMA, CULTURE, FASHION, SPORTS_CLUB, THEATRE
from demo.record import StoryBroken
from demo.stage import Stage
from demo.till import (
    OTHER_DEVICE,
    Payment,
    Presentation,
    cancel,
    charge_code,
    next_code,
    pay,
    pay_by_till,
    pay_once,
    present,
    scan,
    show_code,
)

NOT_ENOUGH, WRONG_CATEGORY, NOT_ACCREDITED = (
    "insufficient_balance",
    "wrong_category",
    "partner_not_accredited",
)
CODE_USED, CODE_EXPIRED, SEASON_OVER = "code_already_used", "code_expired", "season_over"
NOT_ACTIVE, KEY_REUSED, TOO_LATE = "membership_not_active", "idempotency_key_reused", "cancellation_too_late"

_QR_GOES_BY = timedelta(minutes=2)
_FIRST_BOOK_CENTS = 1250


def first_books(stage: Stage) -> None:
    """Present, see, choose, pay: in part, several times; the same key again; more than there is; the QR again."""
    young, shop = stage.lead, stage.partner(BOOKSHOP)
    code, presentation = _shown(stage)
    shown = ", ".join(f"{benefit} {euros(cents)}" for benefit, cents in presentation.balances.items())
    stage.tell.say(f"{young.name} montre son QR chez {shop.name} ; la caisse voit : {shown}.")
    first = Payment(BOOKS, "livres", _FIRST_BOOK_CENTS, "lead-first")
    purchase = pay(stage.record, presentation, first)
    stage.tell.say(f"Un livre à {euros(_FIRST_BOOK_CENTS)} est payé.")
    _same_key(stage, presentation, first, purchase.debit_id)
    pay(stage.record, presentation, Payment(BOOKS, "livres", 790, "lead-second"))
    stage.tell.say(f"Un second à {euros(790)}, avec le même passage en caisse.")
    too_much = Payment(BOOKS, "livres", 10000, "lead-too-much")
    _refuse(
        stage,
        f"Payer {euros(10000)}",
        stage.must_refuse(lambda: pay_once(presentation, too_much), NOT_ENOUGH),
    )
    replay = stage.must_refuse(lambda: scan(shop, code, OTHER_DEVICE), CODE_USED)
    _refuse(stage, "Le même QR photographié et présenté à une autre caisse", replay)


def _shown(stage: Stage) -> tuple[str, Presentation]:
    """A code and its presentation at the bookshop: the code is needed again afterwards."""
    code = show_code(stage.lead)
    while True:
        try:
            return code, scan(stage.partner(BOOKSHOP), code)
        except Refused as refusal:
            if refusal.code not in (CODE_USED, CODE_EXPIRED):
                raise
            code = next_code(stage.lead, code)


def _same_key(stage: Stage, presentation: Presentation, payment: Payment, debit_id: str) -> None:
    again = pay_once(presentation, payment)
    if not again.replayed or again.json["receipt"]["debit_id"] != debit_id:
        raise StoryBroken("the same idempotency key made another debit")
    stage.tell.say(
        "La caisse renvoie la même demande (même clé) : même réponse, rien n’est débité deux fois."
    )
    other = Payment(payment.scheme, payment.benefit, payment.amount_cents + 100, payment.key)
    refusal = stage.must_refuse(lambda: pay_once(presentation, other), KEY_REUSED)
    _refuse(stage, "La même clé pour un autre montant", refusal)


def _refuse(stage: Stage, what: str, refusal: Refused) -> None:
    stage.record.debit_refused(refusal)
    stage.tell.refused(what, refusal)


def expired_then_cancelled(stage: Stage) -> None:
    """A QR of two minutes ago; then a purchase by the till's software, undone the same day."""
    young, shop = stage.lead, stage.partner(BOOKSHOP)
    code = show_code(young)
    stage.clock.move(stage.clock.now() + _QR_GOES_BY)
    _refuse(
        stage,
        "Un QR affiché deux minutes plus tôt",
        stage.must_refuse(lambda: scan(shop, code), CODE_EXPIRED),
    )
    purchase = pay_by_till(stage.record, shop, young, Payment(BOOKS, "livres", 1500, "lead-undone"))
    given_back = cancel(stage.record, shop, purchase.debit_id, "lead-undoing")
    stage.tell.say(f"Un achat de {euros(1500)} est annulé le jour même : {euros(given_back)} reviennent.")


def too_late_and_elsewhere(stage: Stage) -> None:
    """An old debit cannot be undone at the till; books are not for the cinema; the refused shop takes nothing."""
    young, shop, cinema = stage.lead, stage.partner(BOOKSHOP), stage.partner(CINEMA)
    old = next(
        each
        for each in stage.record.purchases.values()
        if _is_first(each.amount_cents, each.partner_id, shop.partner_id)
    )
    late = stage.must_refuse(lambda: cancel(stage.record, shop, old.debit_id, "lead-late"), TOO_LATE)
    stage.tell.refused("Annuler un achat d’un autre jour", late)
    presentation = present(cinema, young)
    wrong = Payment(BOOKS, "livres", 500, "lead-wrong-category")
    _refuse(
        stage,
        "Payer une place de cinéma avec Livres",
        stage.must_refuse(lambda: pay_once(presentation, wrong), WRONG_CATEGORY),
    )
    pay(stage.record, presentation, Payment(CULTURE, "cinema", 650, "lead-cinema"))
    stage.tell.say(f"{young.name} paie sa place de cinéma : {euros(650)}.")
    stage.clock.move(stage.clock.now() + _QR_GOES_BY)
    fashion = stage.partner(FASHION)
    never = Payment(BOOKS, "livres", 500, "lead-fashion")
    refusal = stage.must_refuse(lambda: charge_code(fashion, show_code(young), never), NOT_ACCREDITED)
    _refuse(stage, f"Payer chez {fashion.name}, jamais agréé", refusal)


def _is_first(amount_cents: int, partner_id: str, bookshop_id: str) -> bool:
    return partner_id == bookshop_id and amount_cents == _FIRST_BOOK_CENTS


def theatre(stage: Stage) -> None:
    """A seat, in part."""
    _pay(stage, Payment(CULTURE, "spectacle", 1800, "lead-theatre"), "une place de théâtre")


def club(stage: Stage) -> None:
    """The yearly licence takes the whole wallet."""
    _pay(stage, Payment(CULTURE, "pratique", 3000, "lead-club"), "sa licence d’aviron, tout le porte-monnaie")


def books_to_zero(stage: Stage) -> None:
    """What is left, to the cent."""
    presentation = present(stage.partner(BOOKSHOP), stage.lead)
    left = presentation.balances["livres"]
    pay(stage.record, presentation, Payment(BOOKS, "livres", left, "lead-to-zero"))
    stage.tell.say(f"{stage.lead.name} dépense ses derniers {euros(left)} de livres : solde à zéro.")


_WHERE = {"spectacle": THEATRE, "pratique": SPORTS_CLUB, "cinema": CINEMA}


def _pay(stage: Stage, payment: Payment, what: str) -> None:
    pay(stage.record, present(stage.partner(_WHERE[payment.benefit]), stage.lead), payment)
    stage.tell.say(f"{stage.lead.name} paie {what} : {euros(payment.amount_cents)}.")


def withdrawn_theatre(stage: Stage) -> None:
    """Money is left, the partner is no longer accredited."""
    payment = Payment(CULTURE, "spectacle", 500, "lead-withdrawn")
    partner = stage.partner(THEATRE)
    code = show_code(stage.lead)
    refusal = stage.must_refuse(lambda: charge_code(partner, code, payment), NOT_ACCREDITED)
    _refuse(stage, f"Payer au {partner.name}, dont l’agrément a été retiré", refusal)


def after_the_season(stage: Stage) -> None:
    """On 1 July the balance is lost."""
    payment = Payment(CULTURE, "cinema", 500, "lead-after")
    code = show_code(stage.lead)
    refusal = stage.must_refuse(lambda: charge_code(stage.partner(CINEMA), code, payment), SEASON_OVER)
    _refuse(stage, "Payer le 1er juillet 2026", refusal)


def not_cashed_yet(stage: Stage) -> None:
    """A cheque that was announced opens nothing."""
    young = next(young for young in stage.pupils if young.person.joins and young.person.pays_by_cheque)
    payment = Payment(CULTURE, "cinema", 500, "cheque-not-cashed")
    code = show_code(young)
    refusal = stage.must_refuse(lambda: charge_code(stage.partner(CINEMA), code, payment), NOT_ACTIVE)
    stage.record.member_refused(refusal)
    _refuse(stage, f"{young.name} veut payer sa place avant que son chèque soit encaissé", refusal)
