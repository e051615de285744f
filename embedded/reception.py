"""The supervisor's side of the control socket: one line of JSON in, one out."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from embedded.control import in_folder_of
from embedded.rundir import RunDir
from embedded.supervisor import StartError, Supervisor


class _RefusalError(RuntimeError):
    pass


@asynccontextmanager
async def reception(run: RunDir, supervisor: Supervisor) -> AsyncIterator[None]:
    """Answer requests as long as the context lasts."""
    run.control.unlink(missing_ok=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        refused = await _serve(supervisor, await reader.readline())
        writer.write(json.dumps({"refused": refused}).encode() + b"\n")
        await writer.drain()
        writer.close()

    with in_folder_of(run) as path:
        server = await asyncio.start_unix_server(answer, path)
    run.control.chmod(0o600)
    try:
        yield
    finally:
        server.close()
        run.control.unlink(missing_ok=True)


async def _serve(supervisor: Supervisor, line: bytes) -> str | None:
    """Do what the line asks; answers the reason of a refusal, or None when done."""
    try:
        await _do(supervisor, json.loads(line))
    except (_RefusalError, StartError) as refusal:
        return str(refusal)
    except json.JSONDecodeError:
        return "a request is one line of JSON"
    return None


async def _do(supervisor: Supervisor, request: Mapping[str, str | None]) -> None:
    action, name = request.get("do"), request.get("name")
    if action == "shut down":
        supervisor.shut_down()
        return
    child = supervisor.children.get(name or "")
    if child is None:
        raise _RefusalError(f"nothing is called {name}; there are: {', '.join(supervisor.children)}")
    if action == "stop":
        await child.stop(_signal(request.get("signal")))
    elif action in ("start", "wait"):
        await supervisor.start_child(child.launch.name)
    elif action == "pause":
        child.pause()
    elif action == "resume":
        child.resume()
    else:
        raise _RefusalError(f"nobody knows how to {action}")


def _signal(name: str | None) -> signal.Signals | None:
    return signal.Signals[name] if name else None
