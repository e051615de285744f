"""The operator's door of each process: /metrics, /health/live and /health/ready over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from chassis.config import Settings

Check = Callable[[], bool]


class Readiness:
    """Named checks; the process is ready when all pass, its door is open and nobody has said that it is leaving.

    `opens_later`: the process has a door that opens after this one, and says so by `arrive`.
    """

    def __init__(self, checks: Mapping[str, Check], *, opens_later: bool = False) -> None:
        self._checks = dict(checks)
        self._arriving = opens_later
        self._leaving = False

    def arrive(self) -> None:
        """The door is open."""
        self._arriving = False

    def leave(self) -> None:
        """Stop being ready: the balancer turns elsewhere before the doors close."""
        self._leaving = True

    def failing(self) -> list[str]:
        if self._leaving:
            return ["leaving"]
        if self._arriving:
            return ["arriving"]
        return [name for name, check in self._checks.items() if not check()]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Probes come every second: they are not news."""


def serve(settings: Settings, readiness: Readiness) -> WSGIServer:
    """Answer probes and scrapes from a daemon thread."""
    metrics_app = make_wsgi_app()

    def app(environ, start_response):  # type: ignore[no-untyped-def]
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return metrics_app(environ, start_response)
        failing = {"/health/live": list, "/health/ready": readiness.failing}.get(path)
        if failing is None:
            start_response("404 Not Found", [])
            return [b""]
        problems = failing()
        start_response("503 Service Unavailable" if problems else "200 OK", [("Content-Type", "text/plain")])
        return [("not ready: " + ", ".join(problems) if problems else "ok").encode()]

    server = make_server(settings.ops_host, settings.ops_port, app, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True, name="ops").start()
    return server
