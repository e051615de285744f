"""Cards in plastic: ordered, put in a batch for the printer, sent, paired by their code; lost, blocked, made anew."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass

from PIL import Image, ImageDraw

from demo.client import Json
from demo.french import euros
from demo.guests import Guest
from demo.record import StoryBroken
from demo.stage import Stage, Young
from demo.steps.elsewhere.rights import refuse, shop_of, young_of
from demo.till import Payment, cancel, pay, scan

_CARD, _ORDERS, _BATCHES = "/v1/card", "/v1/staff/card-orders", "/v1/staff/card-batches"
_PLASTIC, _ACTIVE = "pvc", "active"
_NEVER_PRINTED = "7K3M-29QX-D4P1-8"
_LIST = "cartes.csv"


@dataclass(frozen=True)
class _Printed:
    """What stands on the card: its QR code, and the same to be typed."""

    qr: str
    typed: str


def plastic_card(stage: Stage, guest: Guest) -> None:
    """From the order to the first purchases; the holder must be there when one is undone."""
    young = young_of(stage, guest)
    young.member.put(f"{_CARD}/address", {"address": guest.address})
    young.member.upload_put(f"{_CARD}/photo", _portrait(), "image/png")
    printed = _made(stage, guest, young, "first")
    refuse(
        stage,
        f"{young.name} veut rattacher une carte que personne n’a imprimée",
        lambda: young.member.post(f"{_CARD}/pairings", {"code": _NEVER_PRINTED}),
        "unknown_pairing_code",
    )
    refuse(
        stage,
        "Sa carte, présentée avant d’être rattachée",
        lambda: scan(shop_of(stage, guest.sales["with_plastic"]), printed.qr),
        "card_not_activated",
    )
    _pair(stage, young, printed)
    _buy(stage, guest, printed, "with_plastic")
    _undo_with_the_holder(stage, guest, printed)


def lost_plastic_card(stage: Stage, guest: Guest) -> None:
    """Blocked at once; the next one is ordered, printed and paired the same way, on the same wallets."""
    young = young_of(stage, guest)
    lost = _plastic(young)
    printed_before = stage.record.printed[lost["card_id"]]
    young.member.post(f"{_CARD}/oppositions", {"card_id": lost["card_id"], "reason": "lost"})
    shop = shop_of(stage, guest.sales["with_the_next"])
    refuse(stage, f"La carte perdue, présentée chez {shop.name}", lambda: scan(shop, printed_before), "card_opposed")
    printed = _made(stage, guest, young, "second")
    _pair(stage, young, printed)
    _buy(stage, guest, printed, "with_the_next")
    _buy(stage, guest, printed, "whole_other_wallet")


def _made(stage: Stage, guest: Guest, young: Young, which: str) -> _Printed:
    """Ordered by its holder, put in a batch by staff, printed from the batch's file, sent."""
    young.member.post(f"{_CARD}/orders")
    administrator = stage.staff.administrator
    made = administrator.post(f"{_ORDERS}/exports", guest.season, key=f"{guest.scheme.id}-cards-{which}")
    batch_id = made["batch"]["batch_id"]
    rows = _rows(administrator.file(f"{_BATCHES}/{batch_id}/file"))
    if [(row["prenom"], row["nom"]) for row in rows] != [(young.person.given_names, young.person.surname)]:
        raise StoryBroken(f"the printer's file names {len(rows)} holders, not {young.name} alone")
    administrator.post(f"{_BATCHES}/{batch_id}/sending")
    tracked = young.member.get(_CARD)["orders"][0]
    if not tracked["sent_at"]:
        raise StoryBroken(f"{young.name} does not see that the card is sent: {tracked}")
    stage.tell.say(f"{young.name} commande une carte ; un lot d’une carte part chez l’imprimeur, puis par la poste.")
    return _Printed(rows[0]["qr"], rows[0]["code"])


def _rows(content: bytes) -> list[dict[str, str]]:
    """The lines of the printer's list, with its photos beside it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        photos = [name for name in archive.namelist() if name != _LIST]
        rows = list(csv.DictReader(io.StringIO(archive.read(_LIST).decode("utf-8-sig")), delimiter=";"))
    if len(photos) != len(rows):
        raise StoryBroken(f"the printer's file has {len(photos)} photos for {len(rows)} cards")
    return rows


def _pair(stage: Stage, young: Young, printed: _Printed) -> None:
    card = young.member.post(f"{_CARD}/pairings", {"code": printed.typed})["card"]
    if card["state"] != _ACTIVE:
        raise StoryBroken(f"a card that was paired is {card['state']}")
    stage.record.printed[card["card_id"]] = printed.qr
    stage.tell.say(f"{young.name} la reçoit, tape son code dans son espace et la rattache à son compte.")


def _plastic(young: Young) -> Json:
    """The card in use."""
    cards = young.member.get(_CARD)["cards"]
    found: Json = next(card for card in cards if card["form"] == _PLASTIC and card["state"] == _ACTIVE)
    return found


def _buy(stage: Stage, guest: Guest, printed: _Printed, part: str) -> str:
    """The id of the debit."""
    sale = guest.sales[part]
    presentation = scan(shop_of(stage, sale), printed.qr)
    payment = Payment(guest.benefit(sale), sale.cents, f"{guest.scheme.id}-{part}")
    debit_id = pay(stage.record, presentation, payment).debit_id
    stage.tell.say(f"Avec elle, chez {presentation.partner.name} : {sale.what}, {euros(sale.cents)}.")
    return debit_id


def _undo_with_the_holder(stage: Stage, guest: Guest, printed: _Printed) -> None:
    """The card is shown again, or nothing is taken back."""
    debit_id, sale = _buy(stage, guest, printed, "holder_there"), guest.sales["holder_there"]
    shop, key = shop_of(stage, sale), f"{guest.scheme.id}-undone"
    refuse(
        stage,
        "L’annuler sans le jeune",
        lambda: cancel(stage.record, shop, debit_id, f"{key}-alone"),
        "holder_not_present",
    )
    given_back = cancel(stage.record, shop, debit_id, key, scan(shop, printed.qr).presentation_id)
    stage.tell.say(f"Carte présentée à nouveau : {euros(given_back)} reviennent.")


def _portrait() -> bytes:
    """A drawn face, of nobody."""
    picture = Image.new("RGB", (420, 540), "#dfe6ee")
    pencil = ImageDraw.Draw(picture)
    pencil.ellipse((130, 110, 290, 320), fill="#e8c39e")
    pencil.pieslice((40, 330, 380, 760), 180, 360, fill="#35507a")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
