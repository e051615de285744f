"""Domain counters of the wallet."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

DEBITS = Counter(
    "atouts_debits_total",
    "Debits answered, by outcome (debited, replayed, or the refusal) and category",
    ["outcome", "category"],
)
GROUP_SIZE = Histogram(
    "atouts_debit_group_size",
    "Debits decided and written in one commit",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
)
GROUPS_SPLIT = Counter("atouts_debit_groups_split_total", "Groups that failed and were run again one by one")
CREDIT_GROUP_SIZE = Histogram(
    "atouts_credit_group_size",
    "Members that became active and were credited in one commit",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
)
