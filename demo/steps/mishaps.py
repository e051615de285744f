"""What goes wrong in a season: a stolen telephone, and a wallet that two persons put right."""

from __future__ import annotations

from demo.client import Json
from demo.french import euros, of
from demo.record import StoryBroken
from demo.stage import Stage, Young
from demo.steps.remittances import SECOND_PERSON
from demo.till import present, scan, show_code

_CARD = "/v1/card"
_APP, _ACTIVE, _OPPOSED = "app", "active", "opposed"
_CORRECTIONS = "/v1/staff/corrections"


def stolen_telephone(stage: Stage) -> None:
    """Its code is refused at once, on any till; a new card of the application takes its place."""
    sale = stage.story.sales["right_category"]
    holder, shop = _somebody(stage), stage.partners[sale.partner]
    code = show_code(holder)
    holder.member.post(f"{_CARD}/oppositions", {"reason": "stolen"}, found=lambda: _app_card(holder, _OPPOSED))
    stage.tell.say(f"{holder.name} déclare son téléphone volé : sa carte est bloquée aussitôt.")
    refusal = stage.must_refuse(lambda: scan(shop, code), "card_opposed")
    stage.record.kind_refused(refusal)
    stage.tell.refused(f"Le code qui s’affichait encore, présenté chez {shop.name}", refusal)
    holder.member.post(f"{_CARD}/replacement", found=lambda: _app_card(holder, _ACTIVE))
    if not present(shop, holder).presentation_id:
        raise StoryBroken(f"the card that replaced {holder.name}'s opens nothing")
    stage.tell.say(f"Une carte neuve la remplace sur l’autre téléphone {of(holder.name)}, avec les mêmes soldes.")


def _somebody(stage: Stage) -> Young:
    """The first member who is no pupil."""
    return next(iter(stage.others.values()))


def _app_card(holder: Young, state: str) -> Json | None:
    """The holder's card of the application, as the answer to an act on it, when it is in that state."""
    cards = holder.member.get(_CARD).get("cards", [])
    found = [card for card in cards if card["form"] == _APP and card["state"] == state]
    return {"card": found[0]} if found else None


def put_right(stage: Stage) -> None:
    """A correction is proposed by one officer and confirmed by another; the same one never does both."""
    told, holder = stage.story.correction, _somebody(stage)
    wallet = next(each for each in holder.member.get("/v1/wallets")["wallets"] if each["benefit"] == told.benefit)
    body = {"wallet_id": wallet["wallet_id"], "amount_cents": told.cents, "reason": told.reason}
    payer, approver = stage.staff.payer, stage.staff.approver
    proposed = payer.post(_CORRECTIONS, body, key="put-right")["correction"]
    path = f"{_CORRECTIONS}/{proposed['correction_id']}/confirmation"
    refusal = stage.must_refuse(lambda: payer.post(path, key="put-right-alone"), SECOND_PERSON)
    stage.record.kind_refused(refusal)
    stage.tell.refused("L’agent qui a proposé une correction veut la confirmer lui-même", refusal)
    approver.post(path, key="put-right-by-another")
    wallets = holder.member.get("/v1/wallets")["wallets"]
    after = next(int(each["balance_cents"]) for each in wallets if each["wallet_id"] == wallet["wallet_id"])
    if after != int(wallet["balance_cents"]) + told.cents:
        raise StoryBroken(f"{after} cents after a correction of {told.cents} on {wallet['balance_cents']}")
    stage.tell.say(f"Deux agents rendent {euros(told.cents)} à {holder.name} : « {told.reason} »")
