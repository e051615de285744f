"""Access tokens, signed with the key that only identity holds."""

from __future__ import annotations

from chassis import context, tokens
from chassis.context import AccountKind
from chassis.key_files import KeyFile
from services.identity.domain.accounts import Account


class SignedAccessTokens:
    """Signs chassis.tokens' access tokens with the key that `accounts.pem` holds at that moment."""

    life_s = tokens.ACCESS_TOKEN_LIFE_S

    def __init__(self, key: KeyFile[bytes]) -> None:
        self._key = key

    def sign(self, account: Account, second_factor: bool, authority_id: str, session_id: str = "") -> str:
        kind = AccountKind(account.kind.value)
        return self._signed(context.Account(account.account_id, kind, second_factor, session_id), authority_id)

    def sign_machine(self, account_id: str, authority_id: str) -> str:
        return self._signed(context.Account(account_id, AccountKind.SERVICE, second_factor=False), authority_id)

    def _signed(self, proven: context.Account, authority_id: str) -> str:
        self._key.look()
        return tokens.sign_access_token(self._key.holds, proven, authority_id)
