"""The holder's secret code: chosen by the holder, tried at the till before the debit is decided.

A debit's code is tried outside its group: hashing is slow on purpose, and a wrong one is counted though the debit is
refused. Two short transactions stand around the hash: what is asked, then the attempt, counted under the row's lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from chassis.context import CallContext
from chassis.grants import partner_scope, roles_of
from chassis.grpc_server import Platform
from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application.cards import check_in_season
from services.wallet.application.rules import Rules
from services.wallet.application.transactions import in_transaction
from services.wallet.domain.card import Card, ShownCode, TypedCode
from services.wallet.domain.debit import TILL_ROLES, Presentation, Presented, TillOrder
from services.wallet.domain.errors import (
    CodeUnreadable,
    SecretCodeGuessable,
    SecretCodeMalformed,
    SecretCodeNotAsked,
    UnknownPresentation,
    WalletRefusal,
)
from services.wallet.domain.secret_code import CodeCheck, SecretCode, Verdict, is_guessable, is_well_formed
from services.wallet.domain.static_code import StaticCode
from services.wallet.store import cards, idempotency, seasons, secret_codes

_NOT_CHECKED = CodeCheck(Verdict.NOT_CHECKED)


class CodeHasher(Protocol):
    """Slow and salted. Both raise Overloaded."""

    def hash(self, digest: bytes) -> str: ...

    def matches(self, code_hash: str, digest: bytes) -> bool: ...


@dataclass(frozen=True, slots=True)
class CodeState:
    """What a holder is told: whether a code is chosen, whether it is locked, and the rulebooks that ask for one."""

    chosen: bool
    locked: bool
    asked_by: tuple[Rulebook, ...]


class SecretCodes:
    """Chooses and tries codes; opens its own transactions."""

    def __init__(self, platform: Platform, rules: Rules, hasher: CodeHasher) -> None:
        self._platform = platform
        self._rules = rules
        self._hasher = hasher

    def choose(self, context: CallContext, person_id: UUID, code: str) -> None:
        """Put a code in the place of the one before, which unlocks.

        Raises SecretCodeNotAsked, SecretCodeMalformed, SecretCodeGuessable, Overloaded.
        """
        in_transaction(self._platform, context, lambda work: self._check_form(work, code))
        code_hash = self._hasher.hash(self._digest(context.authority_id, person_id, code))

        def keep(work: Work) -> None:
            secret_codes.choose(work, person_id, code_hash)
            work.audit("secret_code_chosen", str(person_id))

        in_transaction(self._platform, context, keep)

    def try_for(self, context: CallContext, order: TillOrder, code: str) -> CodeCheck:
        """What to think of the code that came with an order; a wrong one is counted at once. Raises Overloaded.

        It is looked at only where it decides: a delegate of the partner, a key that is new, a card that is proven,
        a channel that asks. Otherwise the group answers without it, and nothing is counted.
        """
        found = in_transaction(self._platform, context, lambda work: self._asked(work, order))
        if not isinstance(found, SecretCode):
            return found
        digest = self._digest(context.authority_id, found.person_id, code)
        is_right = self._hasher.matches(found.code_hash, digest)
        return in_transaction(self._platform, context, lambda work: _count(work, found, is_right, order.request_hash))

    def _check_form(self, work: Work, code: str) -> None:
        asking = asking_rulebooks(work, self._rules)
        lengths = sorted({each.secret_code.digits for each in asking if each.secret_code})
        if not lengths:
            raise SecretCodeNotAsked
        # One code serves all: schemes that ask for different lengths are served by the longest.
        if not is_well_formed(code, lengths[-1]):
            raise SecretCodeMalformed(lengths[-1])
        if is_guessable(code):
            raise SecretCodeGuessable

    def _asked(self, work: Work, order: TillOrder) -> SecretCode | CodeCheck:
        """The code to compare with, or what is said without comparing."""
        if not may_decide(work, order):
            return _NOT_CHECKED
        try:
            card, presentation = proven(work, self._rules, order)
            rulebook = self._rules.in_force(work, order.scheme, order.season)
        except WalletRefusal:
            return _NOT_CHECKED  # the group says why
        if not rulebook.asks_code(order.channel(presentation)):
            return _NOT_CHECKED
        found = secret_codes.find(work, card.person_id)
        if found is None:
            return CodeCheck(Verdict.NOT_CHOSEN)
        return CodeCheck(Verdict.LOCKED) if found.locked else found

    def _digest(self, authority_id: str, person_id: UUID, code: str) -> bytes:
        """Without the service's key, which no database holds, ten thousand codes cannot be tried."""
        return self._rules.cipher.look_up_hash(f"secret_codes/{authority_id}/{person_id}/{code}")


def read(work: Work, rules: Rules, person_id: UUID) -> CodeState:
    found = secret_codes.find(work, person_id)
    return CodeState(found is not None, found is not None and found.locked, asking_rulebooks(work, rules))


def asking_rulebooks(work: Work, rules: Rules) -> tuple[Rulebook, ...]:
    """The rulebooks in force today that know a secret code and whose season is not over."""
    in_force = [rules.by_hash(rulebook_hash) for rulebook_hash in seasons.open_hashes(work).values()]
    return tuple(each for each in in_force if each.secret_code is not None and work.today <= each.spend_until)


def may_decide(work: Work, order: TillOrder) -> bool:
    """Whether looking at the card decides something: a delegate of the partner asks, under a key that is new."""
    scope = partner_scope(str(order.partner_id))
    roles = roles_of(work.session, work.tables, order.authority_id, order.account_id, scope)
    if not roles & TILL_ROLES:
        return False
    return idempotency.find(work, order.caller, order.operation, order.key) is None


def proven(work: Work, rules: Rules, order: TillOrder) -> tuple[Card, Presentation | None]:
    """The card that the order would be accepted with; nothing is burnt. Raises WalletRefusal."""
    if isinstance(order.proof, Presented):
        return _presented(work, rules, order, order.proof)
    card = _shown(work, order.proof)
    if isinstance(order.proof, StaticCode):
        if card is None:
            raise CodeUnreadable
        check_in_season(work, rules, card)
        return card, None
    code = order.proof.shown_by(card.card_id) if isinstance(order.proof, TypedCode) and card else order.proof
    if card is None or not isinstance(code, ShownCode):
        raise CodeUnreadable
    return card.accept(code, work.now), None


def _presented(work: Work, rules: Rules, order: TillOrder, proof: Presented) -> tuple[Card, Presentation]:
    presentation = cards.find_presentation(work, proof.presentation_id)
    card = cards.find(work, presentation.card_id) if presentation else None
    if presentation is None or card is None:
        raise UnknownPresentation
    presentation.check_for(order.partner_id, order.device, work.now)
    check_in_season(work, rules, card)
    return card, presentation


def _shown(work: Work, proof: ShownCode | TypedCode | StaticCode | None) -> Card | None:
    if isinstance(proof, ShownCode):
        return cards.find(work, proof.card_id)
    if isinstance(proof, TypedCode) and proof.step is not None:
        return cards.find_numbered(work, proof.number)
    if isinstance(proof, StaticCode) and proof.code_hash:
        return cards.find_coded(work, proof.code_hash)
    return None


def _count(work: Work, compared: SecretCode, is_right: bool, request_hash: bytes) -> CodeCheck:
    """The attempt, after those of rivals: none is told that a code is right once it is locked."""
    current = secret_codes.lock(work, compared.person_id)
    if current is None or current.code_hash != compared.code_hash:
        return _NOT_CHECKED  # the holder chose another meanwhile
    after, check = current.tried(is_right, request_hash)
    if after != current:
        secret_codes.save_attempts(work, after)
    return check
