"""The peer: pgbench's simple-update script, on the same PostgreSQL with the same durability."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from embedded.postgres import program

CLIENTS = 32
_SCALE = 20


def prepare(host: str, port: int, user: str, password: str, database: str) -> None:
    _run(["--initialize", "--quiet", f"--scale={_SCALE}"], host, port, user, password, database)


def transactions_a_second(
    host: str, port: int, user: str, password: str, database: str, seconds: int, script: Path | None = None
) -> float:
    """`pgbench -N`, or `pgbench -f script`, with 32 clients on 2 threads, prepared statements."""
    what = f"--file={script}" if script else "-N"
    arguments = [what, f"--client={CLIENTS}", "--jobs=2", "--protocol=prepared", f"--time={seconds}", "--no-vacuum"]
    output = _run(arguments, host, port, user, password, database)
    match = re.search(r"tps = ([\d.]+)", output)
    if match is None:
        raise RuntimeError(f"pgbench said: {output[-500:]}")
    return float(match.group(1))


def _run(arguments: list[str], host: str, port: int, user: str, password: str, database: str) -> str:
    command = [str(program("pgbench")), *arguments, f"--host={host}", f"--port={port}", f"--username={user}", database]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PGPASSWORD": password}
    )
    if done.returncode:
        raise RuntimeError(f"pgbench failed: {done.stderr[:500]}")
    return done.stdout
