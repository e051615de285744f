"""Prometheus metrics shared by every process, under the ecosystem's names."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

GRPC_HANDLED = Counter(
    "grpc_server_handled_total",
    "RPCs answered, by status code",
    ["grpc_service", "grpc_method", "grpc_code"],
)
GRPC_SECONDS = Histogram(
    "grpc_server_handling_seconds",
    "Time to answer an RPC",
    ["grpc_service", "grpc_method"],
    buckets=_LATENCY_BUCKETS,
)
GRPC_IN_FLIGHT = Gauge("grpc_server_in_flight", "RPCs being answered now", ["grpc_service"])
EVENTS_HANDLED = Counter("atouts_events_handled_total", "Events handled, by type and outcome", ["type", "outcome"])
EVENT_LAG = Histogram(
    "atouts_event_lag_seconds",
    "From the commit of a fact to its effect here (machine time)",
    ["type"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300),
)
OUTBOX_DEPTH = Gauge("atouts_outbox_depth", "Facts read and not yet confirmed by the broker, a batch at most")
OUTBOX_AGE = Gauge("atouts_outbox_age_seconds", "Age of the oldest fact that the broker has not confirmed")
JOBS_PLAYED = Counter("atouts_jobs_played_total", "Due jobs played, by kind and outcome", ["kind", "outcome"])
JOBS_LATE = Gauge("atouts_jobs_late_seconds", "For how long the oldest due job of a kind has waited", ["kind"])
EVENTS_PARKED = Gauge("atouts_events_parked", "Events that no handler could take, and that wait for a person")
EVENTS_PUBLISHED = Counter("atouts_events_published_total", "Facts that the broker has confirmed, by type", ["type"])
RELAY_ACTIVE = Gauge("atouts_relay_active", "1 while this relay is the one that publishes, 0 while it stands by")
