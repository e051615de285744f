"""What happens at a partner's till, with the three gestures of a cashier and the single one of a till's software."""

from __future__ import annotations

from dataclasses import dataclass

from demo.client import Json, Refused, Reply, Request
from demo.record import Purchase, Record
from demo.stage import Partner, Young
from demo.story_values import Benefit
from demo.waiting import until

DEVICE, OTHER_DEVICE = "caisse-1", "caisse-2"
_BURNT = ("code_already_used", "code_expired")
_NEXT_CODE_WITHIN_S = 90.0


@dataclass(frozen=True)
class Presentation:
    """A card that was shown at a partner; `balances` in cents by benefit, as the cashier sees them; `code` is
    used up.
    """

    partner: Partner
    code: str
    presentation_id: str
    balances: dict[str, int]


@dataclass(frozen=True)
class Payment:
    """What the cashier keys in. `key` is the till's own, the same for each attempt."""

    benefit: Benefit
    amount_cents: int
    key: str

    def body(self, **shown: str) -> Json:
        return {
            **shown, "scheme": self.benefit.scheme, "season": self.benefit.season, "benefit": self.benefit.id,
            "amount_cents": self.amount_cents, "device": DEVICE,
        }  # fmt: skip


def show_code(young: Young) -> str:
    """What the QR on the person's screen holds now."""
    return str(young.member.get("/v1/card/code")["code"])


def next_code(young: Young, burnt: str) -> str:
    """Another code than the one that was used up: it changes by itself."""

    def fresh() -> str | None:
        code = show_code(young)
        return code if code != burnt else None

    return until(fresh, "the next code", within_s=_NEXT_CODE_WITHIN_S)


def scan(partner: Partner, code: str, device: str = DEVICE) -> Presentation:
    """The cashier scans: the code is used up, the balances show."""
    body = {"code": code, "device": device}
    seen = partner.till.post(f"{partner.path}/presentations", body)
    balances = {each["benefit"]: int(each["balance_cents"]) for each in seen.get("spendable", [])}
    return Presentation(partner, code, seen["presentation_id"], balances)


def present(partner: Partner, young: Young) -> Presentation:
    """Show and scan, again when the code went by or its first scan was never answered."""
    code = show_code(young)
    while True:
        try:
            return scan(partner, code)
        except Refused as refusal:
            if refusal.code not in _BURNT:
                raise
            code = next_code(young, code)


def pay(record: Record, presentation: Presentation, payment: Payment) -> Purchase:
    """One amount from one wallet of the card that was presented."""
    reply = pay_once(presentation, payment)
    return record.debited(presentation.partner.partner_id, payment.key, reply.json["receipt"])


def pay_once(presentation: Presentation, payment: Payment) -> Reply:
    """The bare request, for who wants to see its answer; raises Refused."""
    return _debit(presentation.partner, payment.body(presentation_id=presentation.presentation_id), payment.key)


def pay_with_code(record: Record, presentation: Presentation, payment: Payment, secret_code: str) -> Purchase:
    """The holder types their secret code; raises Refused."""
    shown = payment.body(presentation_id=presentation.presentation_id, secret_code=secret_code)
    reply = _debit(presentation.partner, shown, payment.key)
    return record.debited(presentation.partner.partner_id, payment.key, reply.json["receipt"])


def record_use(presentation: Presentation, benefit: Benefit, key: str, secret_code: str) -> Json:
    """A right without cents is used: nothing is paid."""
    body = {
        "presentation_id": presentation.presentation_id, "scheme": benefit.scheme, "season": benefit.season,
        "benefit": benefit.id, "device": DEVICE, "secret_code": secret_code,
    }  # fmt: skip
    return presentation.partner.till.post(f"{presentation.partner.path}/access-uses", body, key=key)


def cancel_use(partner: Partner, use_id: str, key: str) -> None:
    """The use does not count any more."""
    partner.till.post(f"{partner.path}/access-uses/{use_id}/cancellation", key=key)


def pay_by_till(record: Record, partner: Partner, young: Young, payment: Payment) -> Purchase:
    """Code and amount all at once. A code that went by meanwhile debited nothing: the next one is used, under
    a new key since the refusal stays the first key's answer.
    """
    code, key = show_code(young), payment.key
    while True:
        try:
            reply = _debit(partner, payment.body(code=code), key)
            return record.debited(partner.partner_id, key, reply.json["receipt"])
        except Refused as refusal:
            if refusal.code not in _BURNT:
                raise
            code, key = next_code(young, code), f"{key}+"


def charge_code(partner: Partner, code: str, payment: Payment) -> Reply:
    """A till's software with a code at hand; raises Refused."""
    return _debit(partner, payment.body(code=code), payment.key)


def _debit(partner: Partner, body: Json, key: str) -> Reply:
    return partner.till.send(Request("POST", f"{partner.path}/debits", body=body, key=key))


def move_out(operator: Partner, young: Young, benefit: Benefit, key: str) -> Json:
    """The operator's site moves a whole balance, under its own reference; raises Refused. A code that went by moved
    nothing: the next one is used, under a new key.
    """
    code = show_code(young)
    while True:
        body = {"code": code, "scheme": benefit.scheme, "season": benefit.season, "benefit": benefit.id}
        try:
            return operator.till.post(f"{operator.path}/transfers", {**body, "reference": key}, key=key)
        except Refused as refusal:
            if refusal.code not in _BURNT:
                raise
            code, key = next_code(young, code), f"{key}+"


def cancel(record: Record, partner: Partner, debit_id: str, key: str, presentation_id: str = "") -> int:
    """Undo a debit, with the card shown again where the holder must be there; answers the cents given back. Raises
    Refused.
    """
    body = {"presentation_id": presentation_id} if presentation_id else None
    undone = partner.till.post(f"{partner.path}/debits/{debit_id}/cancellation", body, key=key)
    amount = int(undone["amount_cents"])
    record.undone(debit_id, amount)
    return amount
