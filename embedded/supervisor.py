"""The one process that starts everything, starts again what dies, and stops everything in order."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Iterable
from contextlib import suppress

from embedded import report
from embedded.child import Child, Launch
from embedded.environment import Environments, machine_environment
from embedded.health import answers_ready
from embedded.platform import Platform, Process
from embedded.rundir import ROOT
from embedded.servers import Server, ServerUnavailableError

_READY_WITHIN_S = 90.0
_STARTS_BEFORE_GIVING_UP = 3
_LOOK_EVERY_S = 0.1


class StartError(RuntimeError):
    """The platform cannot start; the message names the part and holds its last words."""


class Supervisor:
    """Runs one platform in one folder, from `run` until `shut_down` is asked."""

    def __init__(self, environments: Environments, platform: Platform, platform_name: str) -> None:
        self._environments = environments
        self._platform = platform
        self._platform_name = platform_name
        self._state = "starting"
        self._failure: str | None = None
        self._asked_to_end = asyncio.Event()
        self._servers = {server.name: server for server in environments.servers()}
        self.children: dict[str, Child] = {}
        for server in self._servers.values():
            self._adopt(_server_launch(server, environments))
        for process in platform.processes:
            self._adopt(_process_launch(process, environments))

    def shut_down(self) -> None:
        """Ask `run` to end: it stops everything first."""
        self._asked_to_end.set()

    async def run(self) -> bool:
        """Start all, watch until asked to end, stop all. False when the start failed."""
        self._say("starting")
        starting = asyncio.create_task(self._start_all())
        ending = asyncio.create_task(self._asked_to_end.wait())
        await asyncio.wait({starting, ending}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            self._failure = _reason(starting)
            self._say("failed" if self._failure else "ready")
        if not self._failure:
            await ending
        await _cancel(starting, ending)
        await self._stop_all()
        self._say("failed" if self._failure else "stopped")
        return self._failure is None

    async def start_child(self, name: str) -> None:
        """Start a part and wait until it is ready. Raises `StartError`."""
        child = self.children[name]
        child.start()
        await _until_ready(child)

    def _adopt(self, launch: Launch) -> None:
        self.children[launch.name] = Child(launch, on_change=self._write_report)

    async def _start_all(self) -> None:
        await _together(self._start_server(server) for server in self._servers.values())
        await _together(self._migrate(migration) for migration in self._platform.migrations)
        await _together(self.start_child(process.name) for process in self._platform.processes)

    async def _start_server(self, server: Server) -> None:
        await asyncio.to_thread(server.prepare)
        for needed in server.needs:
            await self.children[needed].ready.wait()
        await self.start_child(server.name)
        await asyncio.to_thread(server.provision)

    async def _migrate(self, migration: Process) -> None:
        launch = _process_launch(migration, self._environments)
        with launch.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *launch.command, env=dict(launch.environment), cwd=ROOT, stdout=log, stderr=log
            )
            code = await process.wait()
        if code:
            tail = Child(launch, on_change=self._write_report).log_tail()
            raise StartError(f"{migration.name} ended with code {code}. Its last words:\n{tail}")

    async def _stop_all(self) -> None:
        """Doors, then those that work, then the servers that they need."""
        self._say("stopping")
        doors = {process.name for process in self._platform.processes if process.door}
        workers = {process.name for process in self._platform.processes if not process.door}
        mappers = {needed for server in self._servers.values() for needed in server.needs}
        for names in (doors, workers, self._servers.keys() - mappers, mappers):
            await self._stop(names)

    async def _stop(self, names: Iterable[str]) -> None:
        await asyncio.gather(*(self.children[name].stop() for name in names))

    def _say(self, state: str) -> None:
        self._state = state
        self._write_report()

    def _write_report(self) -> None:
        report.write(
            self._environments.run,
            report.Report(
                state=self._state,
                platform=self._platform_name,
                supervisor=report.own(self._state),
                failure=self._failure,
                public_url=self._environments.shared()["PUBLIC_URL"] if self._platform.processes else None,
                processes={name: self._report_of(name, child) for name, child in self.children.items()},
            ),
        )

    def _report_of(self, name: str, child: Child) -> report.ProcessReport:
        prefix = f"{name}."
        ports = {
            key.removeprefix(prefix): port
            for key, port in self._environments.state.ports.items()
            if key.startswith(prefix)
        }
        server = self._servers.get(name)
        address = server.address() if server else None
        log = str(child.launch.log)
        return report.alive(child.pid, child.state, child.starts, address=address, ports=ports, log=log)


async def _together(steps: Iterable[Coroutine[None, None, None]]) -> None:
    """Do all at once; when one fails the others end before the failure is told: none may start a part later."""
    tasks = [asyncio.create_task(step) for step in steps]
    try:
        await asyncio.gather(*tasks)
    finally:
        await _cancel(*tasks)


async def _until_ready(child: Child) -> None:
    """Wait for a part; raise `StartError` when it dies again and again, or takes too long."""
    first = child.starts
    try:
        async with asyncio.timeout(_READY_WITHIN_S):
            while not child.ready.is_set():
                if child.starts - first >= _STARTS_BEFORE_GIVING_UP and child.state == "waiting":
                    raise StartError(f"{child.launch.name} ends as soon as it starts. {_last_words(child)}")
                await asyncio.sleep(_LOOK_EVERY_S)
    except TimeoutError:
        name = child.launch.name
        message = f"{name} is not ready after {_READY_WITHIN_S:.0f} seconds. {_last_words(child)}"
        raise StartError(message) from None


def _last_words(child: Child) -> str:
    return f"Its last words ({child.launch.log}):\n{child.log_tail()}"


def _reason(starting: asyncio.Task[None]) -> str | None:
    error = starting.exception()
    if error is None or isinstance(error, StartError | ServerUnavailableError):
        return None if error is None else str(error)
    starting.print_stack(file=sys.stderr)
    return f"{type(error).__name__}: {error}"


async def _cancel(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


def _server_launch(server: Server, environments: Environments) -> Launch:
    return Launch(
        name=server.name,
        command=server.command(),
        environment={**machine_environment(), **server.environment()},
        log=environments.run.log_of(server.name),
        probe=server.is_ready,
        stop_signal=server.stop_signal,
        stop_timeout_s=server.stop_timeout_s,
    )


def _process_launch(process: Process, environments: Environments) -> Launch:
    environment = environments.of_process(process)
    ops_port = int(environment.get("OPS_PORT", 0))
    limit = process.memory_limit_bytes
    prefix = ["prlimit", f"--data={limit}", "--"] if limit else []
    return Launch(
        name=process.name,
        command=[*prefix, sys.executable, "-m", *process.command],
        environment=environment,
        log=environments.run.log_of(process.name),
        probe=lambda: answers_ready(ops_port),
        stop_signal=signal.SIGTERM,
    )
