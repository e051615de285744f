"""What the gateway counts: requests by route (rate, errors, duration), calls to services, limits left open."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from gateway.contracts import Rpc

_BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

HTTP_REQUESTS = Counter("http_requests_total", "HTTP requests answered", ["method", "route", "status"])
HTTP_SECONDS = Histogram("http_request_duration_seconds", "Time to answer", ["route"], buckets=_BUCKETS)
GRPC_CALLS = Counter(
    "grpc_client_handled_total", "Calls to services, by status code", ["grpc_service", "grpc_method", "grpc_code"]
)
GRPC_CALL_SECONDS = Histogram(
    "grpc_client_handling_seconds", "Time of a call to a service", ["grpc_service", "grpc_method"], buckets=_BUCKETS
)
RATE_LIMIT_OPEN = Counter("atouts_rate_limit_open_total", "Requests let through because Valkey was away")
LIVE_STREAMS = Gauge("atouts_live_streams", "Streams of live notices that are open")
RATE_LIMITED = Counter("atouts_rate_limited_total", "Requests refused with 429 by a limit", ["policy"])


def observe_call(rpc: Rpc, code: str, seconds: float) -> None:
    service, method = rpc.method.containing_service.full_name, rpc.method.name
    GRPC_CALLS.labels(service, method, code).inc()
    GRPC_CALL_SECONDS.labels(service, method).observe(seconds)
