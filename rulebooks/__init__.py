"""The language in which an authority's règlement becomes data, and the rulebooks written in it.

    catalogue = Catalogue.load()
    rulebook = catalogue.get(authority_id, scheme, season)
    decision = rulebook.decide({"age": 17, "residence_region": "28"}, on=date(2025, 9, 1))

Knows no service and no database. `README.md` tells how to add a scheme.
"""

from rulebooks.catalogue import Catalogue
from rulebooks.conditions import Condition, Reason
from rulebooks.errors import (
    InvalidFacts,
    RulebookError,
    UnknownAuthority,
    UnknownBenefit,
    UnknownCategory,
    UnknownRulebook,
)
from rulebooks.model import Amount, Authority, Benefit, Category, Charter, Debtor, Fee, RequiredDocument
from rulebooks.problems import Problem, RulebookProblems
from rulebooks.rulebook import Decision, Denial, Entitlement, Rulebook
from rulebooks.schedule import Cancellation, Payout, Period, Window
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
    "Fee",
    "InvalidFacts",
    "Payout",
    "Period",
    "Problem",
    "Reason",
    "RequiredDocument",
    "Rulebook",
    "RulebookError",
    "RulebookProblems",
    "UnknownAuthority",
    "UnknownBenefit",
    "UnknownCategory",
    "UnknownRulebook",
    "Vocabulary",
    "Window",
    "age_on",
]
