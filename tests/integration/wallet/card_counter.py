"""A shop, its cashier, and holders of every form of card, in two made-up schemes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from atouts.wallet.v1 import card_batches_pb2, cards_pb2, debits_pb2
from pypdf import PdfReader

from chassis.context import Account
from services.wallet.application import static_codes
from services.wallet.application.static_codes import PrintedCodes
from services.wallet.domain.card_holder import CardHolder
from tests.integration.wallet.stage import SEASON, MadeUpHolders, Stage, account
from tests.integration.wallet.till_rulebooks import CATEGORY, PAIRED

LOST, STOLEN = cards_pb2.OPPOSITION_REASON_LOST, cards_pb2.OPPOSITION_REASON_STOLEN


class CardCounter:
    """What holders, staff and the till do with cards."""

    def __init__(self, stage: Stage, scheme: str = PAIRED) -> None:
        self.stage, self.scheme = stage, scheme
        self.chief = stage.open_season(scheme)
        self.shop = stage.partner(CATEGORY, scheme=scheme)
        self.cashier = stage.delegate(self.shop)
        self.holders.is_away = False

    @property
    def holders(self) -> MadeUpHolders:
        holders = self.stage.parts.holder_checks.holders
        assert isinstance(holders, MadeUpHolders)
        return holders

    def member(self, photo: bytes = b"photo", address: tuple[str, ...] = ("12 rue des Essais",)) -> Account:
        """A member whose address and photo identity knows."""
        person = account()
        self.stage.knows(person)
        self.stage.ask(person, self.scheme)
        person_id = UUID(person.account_id)
        holder = CardHolder(person_id, "Lou", "Dupecimen", address, "14000", "Caen", bool(photo), photo)
        self.holders.holders[person_id] = holder
        return person

    # --- Holders

    def read(self, person: Account) -> Any:
        return self.stage.call("ReadCard", cards_pb2.ReadCardRequest(), person)

    def printed(self, person: Account) -> PrintedCodes:
        """The codes of a card on paper, read from its PDF as a person does; the QR is what the database was told."""
        with drawn_codes() as drawn:
            made = self.stage.call("PrintCard", cards_pb2.PrintCardRequest(), person)
        assert drawn[-1].typed in PdfReader(io.BytesIO(made.content)).pages[0].extract_text()
        return drawn[-1]

    def oppose(self, person: Account, card_id: str = "", reason: Any = LOST) -> Any:
        request = cards_pb2.OpposeCardsRequest(card_id=card_id, reason=reason)
        return self.stage.call("OpposeCards", request, person).cards

    def pair(self, person: Account, code: str) -> Any:
        return self.stage.call("PairCard", cards_pb2.PairCardRequest(code=code), person).card

    def pairing_refusal(self, person: Account, code: str) -> str:
        return self.stage.refusal("PairCard", cards_pb2.PairCardRequest(code=code), person).reason

    def order(self, person: Account) -> Any:
        return self.stage.call("OrderCard", cards_pb2.OrderCardRequest(), person).order

    # --- Staff

    def export_request(self) -> card_batches_pb2.ExportCardOrdersRequest:
        return card_batches_pb2.ExportCardOrdersRequest(
            idempotency_key=self.stage.key(), scheme=self.scheme, season=SEASON
        )

    def export(self) -> Any:
        return self.stage.call("ExportCardOrders", self.export_request(), self.chief).batch

    def make(self, count: int) -> Any:
        request = card_batches_pb2.MakeCardsRequest(
            idempotency_key=self.stage.key(), scheme=self.scheme, season=SEASON, count=count
        )
        return self.stage.call("MakeCards", request, self.chief).batch

    def file(self, batch: Any) -> Any:
        request = card_batches_pb2.GetCardBatchFileRequest(batch_id=batch.batch_id)
        return self.stage.call("GetCardBatchFile", request, self.chief)

    def lines(self, batch: Any) -> list[dict[str, str]]:
        """The printer's lines."""
        return printers_lines(self.file(batch).content)

    def send(self, batch: Any) -> Any:
        request = card_batches_pb2.MarkCardBatchSentRequest(batch_id=batch.batch_id)
        return self.stage.call("MarkCardBatchSent", request, self.chief).batch

    # --- The till

    def presentation_request(self, code: str, device: str = "caisse 1") -> debits_pb2.PresentCardRequest:
        return debits_pb2.PresentCardRequest(partner_id=str(self.shop), code=code, device=device)

    def present(self, code: str) -> Any:
        return self.stage.call("PresentCard", self.presentation_request(code), self.cashier)

    def presented(self, code: str) -> str:
        """How the till is answered: the benefits, or why it is refused."""
        try:
            return ",".join(sorted(each.benefit for each in self.present(code).spendable))
        except Exception as refused:  # noqa: BLE001 - the reason is the answer
            return str(getattr(refused, "reason", refused))

    def debit_request(self, cents: int = 100, **more: Any) -> debits_pb2.DebitRequest:
        return self.stage.debit_request(self.shop, cents, scheme=self.scheme, **{"benefit": "sorties", **more})

    def debit(self, cents: int = 100, **more: Any) -> Any:
        return self.stage.call("Debit", self.debit_request(cents, **more), self.cashier).receipt

    def debit_refusal(self, **more: Any) -> str:
        return self.stage.refusal("Debit", self.debit_request(**more), self.cashier).reason

    def states(self, person: Account) -> list[tuple[int, int]]:
        """Form and state of each card, latest first."""
        return [(card.form, card.state) for card in self.read(person).cards]


@contextmanager
def drawn_codes() -> Iterator[list[PrintedCodes]]:
    """The codes that are drawn meanwhile."""
    drawn: list[PrintedCodes] = []
    draw = static_codes.draw

    def spied() -> PrintedCodes:
        drawn.append(draw())
        return drawn[-1]

    static_codes.draw = spied
    try:
        yield drawn
    finally:
        static_codes.draw = draw


def printers_lines(content: bytes) -> list[dict[str, str]]:
    """Of a file for the printer, with photos or without."""
    if content.startswith(b"PK"):
        content = zipfile.ZipFile(io.BytesIO(content)).read("cartes.csv")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def words(cards: Sequence[Any]) -> list[str]:
    """Form and state as words."""
    return [
        f"{cards_pb2.CardForm.Name(card.form)[10:].lower()} {cards_pb2.CardState.Name(card.state)[11:].lower()}"
        for card in cards
    ]
