"""Access tokens, signed with the key that only identity holds."""

from __future__ import annotations

from chassis import context, tokens
from chassis.context import AccountKind
from services.identity.domain.accounts import Account


class SignedAccessTokens:
    """Signs chassis.tokens' access tokens with the key in `accounts.pem`."""

    life_s = tokens.ACCESS_TOKEN_LIFE_S

    def __init__(self, key_pem: bytes) -> None:
        self._key_pem = key_pem

    def sign(self, account: Account, second_factor: bool, authority_id: str) -> str:
        proven = context.Account(account.account_id, AccountKind(account.kind.value), second_factor)
        return tokens.sign_access_token(self._key_pem, proven, authority_id)
