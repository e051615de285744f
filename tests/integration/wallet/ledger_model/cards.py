"""Cards of every form, their secret codes and wrong codes, and what a till thinks of what is shown to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.integration.wallet.ledger_model.books import Books
from tests.integration.wallet.ledger_model.rights import ASKS_CODE, FORMS, LAST_DAY

# Of a secret code; of typed codes at one till or of one card, in ten minutes; by one who pairs, likewise.
_WRONG_IN_A_ROW, _WRONG_AT_A_TILL, _WRONG_PAIRINGS = 5, 10, 5
# Of all devices of a partner; what an operator's own site sends comes from none.
_WRONG_AT_A_PARTNER = 20


@dataclass(eq=False)
class Card:
    """`member` is empty while nobody holds it; `qr`, `typed`: the codes of one on paper or plastic."""

    member: str
    form: str
    state: str = "active"
    qr: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Shown:
    """A card and the channel by which it is shown; `typed_at`: the partner where its code is typed just now."""

    card: Card
    channel: str
    typed_at: str = ""


@dataclass
class Order:
    """`state`: ordered, exported, sent, activated or cancelled."""

    member: str
    state: str = "ordered"
    card: Card | None = None


@dataclass
class Batch:
    orders: list[Order]
    cards: list[Card]


@dataclass
class Cards:
    books: Books
    held: list[Card] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    batches: dict[str, Batch] = field(default_factory=dict)
    secret: dict[str, str] = field(default_factory=dict)
    wrong_secrets: Counter[str] = field(default_factory=Counter)
    wrong_at: Counter[str] = field(default_factory=Counter)
    wrong_of: Counter[Card] = field(default_factory=Counter)
    wrong_pairings: Counter[str] = field(default_factory=Counter)

    # --- At the till

    def refused_at_till(self, shown: Shown, scheme: str, secret: str) -> str:
        """A secret code that is sent is tried, and a wrong one counted, once the card is good in itself."""
        if shown.typed_at and not self.may_type(shown.card, shown.typed_at, by_device=shown.channel != "external"):
            return "too_many_wrong_codes"
        refused = self.unusable(shown.card)
        tried = "" if refused else self._tried(shown.card.member, scheme, shown.channel, secret)
        if refused or shown.card.form not in FORMS[scheme]:
            return refused or "card_form_not_taken"
        return tried

    def unusable(self, card: Card) -> str:
        if card.state == "opposed":
            return "card_opposed"
        if card.form != "app" and self.books.today > LAST_DAY:
            return "card_of_past_season"
        return {"replaced": "card_replaced", "waiting": "card_not_activated"}.get(card.state, "")

    def _tried(self, member: str, scheme: str, channel: str, secret: str) -> str:
        if scheme not in ASKS_CODE or channel not in ("terminal", "nfc"):
            return ""
        if member not in self.secret:
            return "secret_code_not_chosen"
        if channel == "nfc":
            return ""
        if not secret:
            return "secret_code_missing"
        if self.wrong_secrets[member] >= _WRONG_IN_A_ROW:
            return "secret_code_locked"
        if secret == self.secret[member]:
            self.wrong_secrets[member] = 0
            return ""
        self.wrong_secrets[member] += 1
        return "secret_code_locked" if self.wrong_secrets[member] == _WRONG_IN_A_ROW else "secret_code_wrong"

    def choose_code(self, member: str, secret: str) -> str:
        if self.books.today > LAST_DAY:
            return "secret_code_not_asked"
        self.secret[member] = secret
        self.wrong_secrets[member] = 0
        return "done"

    def may_type(self, card: Card | None, partner: str, *, by_device: bool = True) -> bool:
        """Right codes wait too. None: a voucher's code. Each partner of the model has one device."""
        of_card = self.wrong_of[card] if card else 0
        at_most = _WRONG_AT_A_TILL if by_device else _WRONG_AT_A_PARTNER
        return self.wrong_at[partner] < at_most and of_card < _WRONG_AT_A_TILL

    def mistype(self, card: Card, partner: str) -> str:
        """A code of the app with a wrong check character."""
        if not self.may_type(card, partner):
            return "too_many_wrong_codes"
        self.wrong_at[partner] += 1
        self.wrong_of[card] += 1
        return "typed_code_wrong"

    # --- The holder's

    def in_use(self, member: str, form: str) -> Card | None:
        return next((card for card in self.held if self._is(card, member, form) and card.state == "active"), None)

    def app(self, member: str) -> Card | None:
        """The latest in the app: None where it was opposed; it is made when it is first shown."""
        own = [card for card in self.held if self._is(card, member, "app") and card.state != "replaced"]
        if not own:
            self.held.append(Card(member, "app"))
            return self.held[-1]
        return own[-1] if own[-1].state == "active" else None

    @staticmethod
    def _is(card: Card, member: str, form: str) -> bool:
        return (card.member, card.form) == (member, form)

    def replace_app(self, member: str) -> None:
        self._use(Card(member, "app"))

    def print_paper(self, member: str) -> str:
        return "done" if self._offered(member, "paper") else "card_form_not_offered"

    def printed(self, member: str, qr: str, typed: str) -> None:
        self._use(Card(member, "paper", qr=qr, typed=typed))

    def _offered(self, member: str, form: str) -> bool:
        schemes = [scheme for scheme, forms in FORMS.items() if form in forms]
        return self.books.today <= LAST_DAY and any(self.books.is_member(member, scheme) for scheme in schemes)

    def _use(self, card: Card) -> None:
        before = self.in_use(card.member, card.form)
        if before:
            before.state = "replaced"
        card.state = "active"
        if card not in self.held:
            self.held.append(card)

    def oppose(self, member: str) -> str:
        """All that are in use."""
        meant = [card for card in self.held if card.member == member and card.state == "active"]
        for card in meant:
            card.state = "opposed"
        return "done" if meant else "no_card_to_oppose"

    # --- Plastic

    def order(self, member: str) -> str:
        if not self._offered(member, "pvc"):
            return "card_form_not_offered"
        if any(order.member == member and order.state in ("ordered", "exported", "sent") for order in self.orders):
            return "card_order_under_way"
        self.orders.append(Order(member))
        return "done"

    def waiting_orders(self) -> list[Order]:
        return [order for order in self.orders if order.state == "ordered"]

    def made(self, batch_id: str, orders: list[Order], codes: list[tuple[str, str, str]]) -> None:
        """`codes`: member or "", QR and typed code of each card."""
        cards = [Card(member, "pvc", "waiting", qr, typed) for member, qr, typed in codes]
        for order in orders:
            order.state = "exported"
            order.card = next(card for card in cards if card.member == order.member)
        self.held += cards
        self.batches[batch_id] = Batch(orders, cards)

    def send(self, batch_id: str) -> None:
        for order in self.batches[batch_id].orders:
            if order.state == "exported":
                order.state = "sent"

    def pair(self, member: str, card: Card | None) -> str:
        """None: a code that no card bears."""
        if self.wrong_pairings[member] >= _WRONG_PAIRINGS:
            return "too_many_pairings"
        if card is None:
            self.wrong_pairings[member] += 1
            return "unknown_pairing_code"
        if card.state != "waiting" or card.member not in ("", member):
            return "card_already_paired"
        if self.books.today > LAST_DAY:
            return "card_of_past_season"
        card.member = member
        self._use(card)
        for order in self.orders:
            if order.card is card:
                order.state = "activated"
        return "done"
