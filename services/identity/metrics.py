"""What identity counts beside the chassis's own metrics."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SIGN_INS = Counter("atouts_sign_ins_total", "Sign-ins, by outcome", ["outcome"])
CARDS_READ = Counter("atouts_cards_read_total", "Card checks that a reader ruled on, by outcome", ["outcome"])
CARD_SECONDS = Histogram(
    "atouts_card_reading_seconds", "Time to read one picture", buckets=(0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30)
)
CARDS_WAITING = Gauge("atouts_cards_waiting", "Card checks that wait for a reader")
ERASURES = Counter("atouts_erasures_total", "Erasures, by the state that a step brought them to", ["state"])
FORGOTTEN = Counter("atouts_forgotten_total", "Rows that had served and were removed at night, by kind", ["kind"])
