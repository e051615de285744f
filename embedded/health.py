"""Asks a process whether it is ready."""

import http.client

_TIMEOUT_S = 2.0


def answers_ready(port: int) -> bool:
    """Whether `/health/ready` on the process's operations port answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
