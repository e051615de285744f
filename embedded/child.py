"""One supervised process: started, probed, started again when it dies, stopped."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from embedded.rundir import ROOT

_FIRST_DELAY_S = 0.2
_LONGEST_DELAY_S = 5.0
_STEADY_AFTER_S = 10.0
_PROBE_EVERY_S = 0.1
_AFTER_PARENT_S = 3.0
_TAIL_LINES = 20
_TAIL_BYTES = 8_000


@dataclass(frozen=True)
class Launch:
    """How to start, probe and stop a process. `probe` may block for a second or two."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    probe: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout_s: float = 10.0


class Child:
    """`state` is one of starting, ready, waiting (to start again), paused, stopped.

    `on_change` is called after each change of state, pid or count.
    """

    def __init__(self, launch: Launch, on_change: Callable[[], None]) -> None:
        self.launch = launch
        self.state = "stopped"
        self.starts = 0
        self.pid: int | None = None
        self.ready = asyncio.Event()
        self._on_change = on_change
        self._unwanted = asyncio.Event()
        self._life: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the process and keep it alive; nothing if that is so already."""
        if self._life is None or self._life.done():
            self._unwanted.clear()
            self._life = asyncio.create_task(self._keep_alive(), name=self.launch.name)

    async def stop(self, with_signal: signal.Signals | None = None) -> None:
        """Ask the process to end, and kill what is left of it after its time."""
        if self._life is None:
            return
        family = _descendants(self.pid)
        self._unwanted.set()
        self._signal(with_signal or self.launch.stop_signal)
        if self.state == "paused":
            self._signal(signal.SIGCONT)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._life), self.launch.stop_timeout_s)
        self._kill_group()
        await self._life
        await asyncio.to_thread(_bury, family)

    def pause(self) -> None:
        """Freeze the process: it holds its connections and answers nothing."""
        self._signal(signal.SIGSTOP)
        self._become("paused")

    def resume(self) -> None:
        self._signal(signal.SIGCONT)
        self._become("ready" if self.ready.is_set() else "starting")

    def log_tail(self) -> str:
        """The last lines that the process wrote."""
        if not self.launch.log.exists():
            return ""
        text = self.launch.log.read_bytes()[-_TAIL_BYTES:].decode(errors="replace")
        return "\n".join(text.splitlines()[-_TAIL_LINES:])

    async def _keep_alive(self) -> None:
        delay_s = _FIRST_DELAY_S
        while not self._unwanted.is_set():
            lived_s = await self._live_once()
            if self._unwanted.is_set():
                break
            delay_s = _FIRST_DELAY_S if lived_s > _STEADY_AFTER_S else delay_s
            self._become("waiting")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._unwanted.wait(), delay_s)
            delay_s = min(delay_s * 2, _LONGEST_DELAY_S)
        self._become("stopped")

    async def _live_once(self) -> float:
        """Start the process, wait for its end; answers how many seconds it lived."""
        started = time.monotonic()
        self.starts += 1
        process = await self._spawn()
        if process is None:
            return 0.0
        self.pid = process.pid
        self._become("starting")
        if self._unwanted.is_set():  # asked to stop while the process was being made
            self._signal(self.launch.stop_signal)
        probing = asyncio.create_task(self._probe_until_ready())
        await process.wait()
        probing.cancel()
        self._kill_group()
        self.pid = None
        self.ready.clear()
        return time.monotonic() - started

    async def _spawn(self) -> asyncio.subprocess.Process | None:
        """The process, or None when its program is missing: its log then says so, as of any quick death."""
        self.launch.log.parent.mkdir(parents=True, exist_ok=True)
        with self.launch.log.open("ab") as log:
            try:
                return await asyncio.create_subprocess_exec(
                    *self.launch.command, env=dict(self.launch.environment), cwd=ROOT,
                    stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True,  # a terminal's Ctrl-C is ours to pass on, in order
                )  # fmt: skip
            except OSError as error:
                log.write(f"{error}\n".encode())
                return None

    async def _probe_until_ready(self) -> None:
        while not await asyncio.to_thread(self.launch.probe):
            await asyncio.sleep(_PROBE_EVERY_S)
        self.ready.set()
        if self.state == "starting":
            self._become("ready")

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _kill_group(self) -> None:
        # A process that died may leave children behind: its group has its number.
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def _become(self, state: str) -> None:
        self.state = state
        self._on_change()


def _descendants(pid: int | None) -> list[psutil.Process]:
    """What a process started, in whichever group: Erlang's helpers leave theirs."""
    if pid is None:
        return []
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _bury(family: list[psutil.Process]) -> None:
    """Wait until all are gone; kill those that stay after their parent."""
    _, staying = psutil.wait_procs(family, timeout=_AFTER_PARENT_S)
    for process in staying:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(staying, timeout=_AFTER_PARENT_S)
