"""The language in which an authority's règlement becomes data, and the rulebooks written in it.

    catalogue = Catalogue.load()
    rulebook = catalogue.get(authority_id, scheme, season)
    decision = rulebook.decide({"age": 17, "residence_region": "28"}, on=date(2025, 9, 1))

Knows no service and no database. `README.md` tells how to add a scheme.
"""

from rulebooks.authorities import Authority, Debtor
from rulebooks.benefits import Amount, Benefit, Goods, Limit, TopUp, Transfer
from rulebooks.catalogue import Catalogue
from rulebooks.conditions import Condition, Facts, Reason
from rulebooks.errors import (
    InvalidFacts,
    RulebookError,
    SpendingRefused,
    UnknownAuthority,
    UnknownBenefit,
    UnknownCategory,
    UnknownRulebook,
)
from rulebooks.kinds import Left
from rulebooks.partners import Category, Hold, RequiredDocument
from rulebooks.problems import Problem, RulebookProblems
from rulebooks.rulebook import Decision, Denial, Entitlement, Rulebook
from rulebooks.schedule import Cancellation, Payout, Period, Window
from rulebooks.terms import Charter, Fee
from rulebooks.vocabulary import PARTNER, PERSON, Fact, Vocabulary, age_on

__all__ = [
    "PARTNER",
    "PERSON",
    "Amount",
    "Authority",
    "Benefit",
    "Cancellation",
    "Catalogue",
    "Category",
    "Charter",
    "Condition",
    "Debtor",
    "Decision",
    "Denial",
    "Entitlement",
    "Fact",
    "Facts",
    "Fee",
    "Goods",
    "Hold",
    "InvalidFacts",
    "Left",
    "Limit",
    "Payout",
    "Period",
    "Problem",
    "Reason",
    "RequiredDocument",
    "Rulebook",
    "RulebookError",
    "RulebookProblems",
    "SpendingRefused",
    "TopUp",
    "Transfer",
    "UnknownAuthority",
    "UnknownBenefit",
    "UnknownCategory",
    "UnknownRulebook",
    "Vocabulary",
    "Window",
    "age_on",
]
