"""Nothing is allowed by default: a rule looks at proofs first, then at roles."""

from __future__ import annotations

import pytest

from chassis.context import Account, AccountKind, CallContext
from chassis.errors import NotAllowed, NotSignedIn, SecondFactorNeeded
from chassis.policy import ANYONE, YOUNG, Rule, delegate, either, services, staff

NOBODY = CallContext("normandie", "gateway")
PAYOUT = CallContext("normandie", "payout")


def as_account(kind: AccountKind, *, second_factor: bool = False) -> CallContext:
    return CallContext("normandie", "gateway", Account("a-1", kind, second_factor))


PUPIL, SHOP = as_account(AccountKind.YOUNG), as_account(AccountKind.PARTNER)
CLERK, STRONG_CLERK = as_account(AccountKind.STAFF), as_account(AccountKind.STAFF, second_factor=True)


@pytest.mark.parametrize(
    ("rule", "context", "refusal"),
    [
        (ANYONE, NOBODY, None),
        (YOUNG, NOBODY, NotSignedIn),
        (YOUNG, PUPIL, None),
        (YOUNG, STRONG_CLERK, NotAllowed),
        (services("payout"), PAYOUT, None),
        (services("payout"), NOBODY, NotAllowed),
        (services("gateway"), PUPIL, NotAllowed),
        (staff("payments"), NOBODY, NotSignedIn),
        (staff("payments"), CLERK, SecondFactorNeeded),
        (staff("payments"), STRONG_CLERK, None),
        (delegate("cashier"), PUPIL, NotAllowed),
        (delegate("cashier"), SHOP, None),
        (either(delegate("cashier"), staff("payments")), STRONG_CLERK, None),
        (either(delegate("cashier"), staff("payments")), SHOP, None),
        (either(delegate("cashier"), staff("payments")), PUPIL, NotAllowed),
    ],
)
def test_each_rule_lets_in_whom_it_names(rule: Rule, context: CallContext, refusal: type[Exception] | None) -> None:
    if refusal is None:
        rule.check_caller(context)
        assert context.authority_id
    else:
        with pytest.raises(refusal):
            rule.check_caller(context)
