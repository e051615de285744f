"""One customer at the till: the card or the voucher that was read, and what was paid with it.

The browser keeps it in a cookie of that passage's own address: a reload, a second window or another customer
disturb nothing, and neither a code nor a presentation's id stands in an address. Nothing in it is believed: the
wallet checks each value again.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import astuple, dataclass, fields, replace
from typing import Any

from atouts.wallet.v1 import access_uses_pb2, debits_pb2, vouchers_pb2
from starlette.responses import Response

from gateway.web.visit import Visit

_COOKIE = "atouts_passage"
ACCESS = "access"
_KEPT_S = 3600  # as long as a receipt may be looked at again
_RECEIPTS = 8  # a cookie holds 4 kB


@dataclass(frozen=True, slots=True)
class Choice:
    """A wallet that may be debited here, or the voucher's. `left_cents`: its balance, or the voucher's amount.

    `unit_cents` and `holder_unit_cents`: what the authority and the holder pay of one ticket or voucher, 0 where there
    are none. `uses_left`: None where uses are not counted. `whole`: only the whole balance can be taken.
    `top_up_cents`: what a payment here may add to the balance. Of kind `access`, a use is recorded and nothing paid.
    """

    scheme: str
    season: str
    benefit: str
    title: str
    left_cents: int
    kind: str = "money"
    unit_cents: int = 0
    holder_unit_cents: int = 0
    uses_left: int | None = None
    whole: bool = False
    asks_code: bool = False
    top_up_cents: int = 0

    @classmethod
    def of_wallet(cls, shown: debits_pb2.Spendable) -> Choice:
        return cls(
            shown.scheme,
            shown.season,
            shown.benefit,
            shown.title,
            shown.balance_cents,
            shown.kind,
            shown.unit_cents,
            shown.holder_unit_cents,
            shown.uses_left if shown.HasField("uses_left") else None,
            shown.whole_amount_only,
            shown.asks_code,
            shown.top_up_cents,
        )

    @classmethod
    def of_access(cls, shown: access_uses_pb2.Access) -> Choice:
        left = shown.uses_left if shown.HasField("uses_left") else None
        return cls(
            shown.scheme,
            shown.season,
            shown.benefit,
            shown.title,
            0,
            ACCESS,
            uses_left=left,
            asks_code=shown.asks_code,
        )

    @property
    def key(self) -> str:
        """Names the choice in the form."""
        return f"{self.scheme}/{self.season}/{self.benefit}"

    @property
    def is_spent(self) -> bool:
        return self.uses_left == 0 or (self.left_cents <= 0 and not self.is_access)

    @property
    def is_access(self) -> bool:
        """Nothing is paid: a use is recorded."""
        return self.kind == ACCESS

    @property
    def is_by_ticket(self) -> bool:
        """The cashier says how many, not how much."""
        return self.kind == "tickets"

    def uses_of(self, amount_cents: int) -> int:
        """How many of the uses left a payment took; 0 where they are not counted."""
        if self.uses_left is None:
            return 0
        return -(-amount_cents // self.unit_cents) if self.unit_cents else 1

    def after(self, amount_cents: int, balance_cents: int) -> Choice:
        """What is left once so much was taken."""
        uses = None if self.uses_left is None else self.uses_left - self.uses_of(amount_cents)
        added_cents = max(0, amount_cents - self.left_cents)
        return replace(
            self, left_cents=balance_cents, uses_left=uses, top_up_cents=max(0, self.top_up_cents - added_cents)
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment made in this passage. `balance_cents` after it; `returned_cents` went back from a voucher.

    Of tickets and vouchers of one value: `uses` taken, `uses_left`, and what the holder pays beside it.
    """

    debit_id: str
    title: str
    amount_cents: int
    balance_cents: int
    at_s: int
    returned_cents: int = 0
    kind: str = "money"
    uses: int = 0
    uses_left: int = 0
    holder_cents: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """`reference`: the presentation's id, or the voucher's code. `attempt` counts the outcomes that are known.

    `name_shown`, `photo_shown`: what the cashier compares the holder with.

    Passage and attempt make the idempotency key: while an outcome is not known, whatever the browser does (reload,
    back, a second click) asks again under the same key.
    """

    passage_id: str
    is_voucher: bool
    reference: str
    choices: tuple[Choice, ...]
    expires_on: str = ""
    attempt: int = 0
    receipts: tuple[Receipt, ...] = ()
    name_shown: bool = False
    photo_shown: bool = False

    @classmethod
    def of_card(cls, shown: debits_pb2.PresentCardResponse, passage_id: str) -> Passage:
        return cls(
            passage_id,
            False,
            shown.presentation_id,
            (*map(Choice.of_wallet, shown.spendable), *map(Choice.of_access, shown.accesses)),
            name_shown=shown.identity_shown,
            photo_shown=shown.photo_shown,
        )

    @classmethod
    def of_voucher(cls, read: vouchers_pb2.ReadVoucherResponse, code: str, passage_id: str) -> Passage:
        choice = Choice(read.scheme, read.season, read.benefit, read.title, read.amount_cents)
        return cls(passage_id, True, code, (choice,), expires_on=read.expires_on)

    @property
    def device(self) -> str:
        """The till's name for the wallet: this browser, for this customer."""
        return f"page-{self.passage_id[:12]}"

    @property
    def is_used_up(self) -> bool:
        """A voucher is taken once."""
        return self.is_voucher and bool(self.receipts)

    def idempotency_key(self, attempt: int) -> str:
        return f"{self.passage_id}-{attempt}"

    def choice(self, key: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.key == key), None)

    def receipt(self, debit_id: str) -> Receipt | None:
        return next((receipt for receipt in self.receipts if receipt.debit_id == debit_id), None)

    def after(self, attempt: int) -> Passage:
        """That attempt's outcome is known: the next one is another."""
        return replace(self, attempt=max(self.attempt, attempt + 1))

    def paid(self, attempt: int, choice: Choice, receipt: Receipt) -> Passage:
        """With the payment's receipt and what is left, once: the same answer again changes nothing."""
        if self.receipt(receipt.debit_id):
            return self.after(attempt)
        passage = self._with(choice.after(receipt.amount_cents, receipt.balance_cents)).after(attempt)
        return replace(passage, receipts=(*self.receipts, receipt)[-_RECEIPTS:])

    def asking_code(self, choice: Choice) -> Passage:
        """The rulebook has come to ask for the holder's secret code since the card was read."""
        return self._with(replace(choice, asks_code=True))

    def _with(self, choice: Choice) -> Passage:
        return replace(self, choices=tuple(choice if each.key == choice.key else each for each in self.choices))


def new_id() -> str:
    """Nobody guesses it: it is part of idempotency keys."""
    return secrets.token_urlsafe(18)


def address(partner_id: str, passage_id: str) -> str:
    return f"/caisse/{partner_id}/passages/{passage_id}"


def keep(passage: Passage, visit: Visit, response: Response) -> Response:
    """Have the browser keep the passage, for its own address only."""
    path = address(visit.id("partner_id"), passage.passage_id)
    packed = base64.urlsafe_b64encode(json.dumps(_packed(passage), separators=(",", ":")).encode()).decode()
    secure = visit.setting.secure
    response.set_cookie(_COOKIE, packed, max_age=_KEPT_S, path=path, secure=secure, httponly=True, samesite="strict")
    return response


def _packed(passage: Passage) -> dict[str, Any]:
    """Choices and receipts without the names of their fields: a cookie is short."""
    packed = {each.name: getattr(passage, each.name) for each in fields(passage)}
    return {**packed, "choices": _rows(passage.choices), "receipts": _rows(passage.receipts)}


def _rows(listed: tuple[Choice, ...] | tuple[Receipt, ...]) -> list[tuple[Any, ...]]:
    return [astuple(each) for each in listed]


def of_visit(visit: Visit) -> Passage | None:
    """The passage at this address; None when this browser does not have it, or not any more."""
    try:
        kept = json.loads(base64.urlsafe_b64decode(visit.request.cookies.get(_COOKIE, "")))
        choices = tuple(Choice(*each) for each in kept.pop("choices"))
        receipts = tuple(Receipt(*each) for each in kept.pop("receipts"))
        passage = Passage(**kept, choices=choices, receipts=receipts)
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError):
        return None
    return passage if passage.passage_id == visit.id("passage_id") else None
