"""Servers of our own, in a private folder: what they keep over a restart, and that they leave nothing."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import kombu
import psutil
import psycopg
import pytest

from demo.waiting import until
from embedded import control, lifecycle, ports, state
from embedded.environment import Environments, machine_environment
from embedded.rundir import ROOT, RunDir

_MARK = "ATOUTS_TEST_MARK"


class Machine:
    """What a platform could leave behind on the machine, seen at one moment."""

    def __init__(self, run: RunDir, mark: str) -> None:
        self.processes = _family(run, mark)
        self.commands = [" ".join(process.cmdline()) for process in map(psutil.Process, self.processes)]
        self.listening = {
            connection.laddr.port
            for process in map(psutil.Process, self.processes)
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }
        self.accounts = [Path(f"/etc/{name}").read_bytes() for name in ("passwd", "group")]
        above = [*run.path.parents, ROOT, *ROOT.parents, Path.home()]
        self.modes = {path: path.stat().st_mode for path in above}


def _family(run: RunDir, mark: str) -> set[int]:
    """The processes that bear the mark or name the folder, and what descends from them.

    PostgreSQL's children write their title over their environment: their parent tells them.
    """
    marked = [process for process in psutil.process_iter() if _bears(process, run, mark)]
    children = [child for process in marked for child in process.children(recursive=True)]
    return {process.pid for process in (*marked, *children)}


def _bears(process: psutil.Process, run: RunDir, mark: str) -> bool:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return process.environ().get(_MARK) == mark or str(run.path) in " ".join(process.cmdline())
    return False


class Ground:
    """A folder, its mark, and the machine before anything started."""

    def __init__(self, folder: Path) -> None:
        self.run = RunDir(folder)
        self.mark = uuid4().hex
        self.before = Machine(self.run, self.mark)

    def up(self) -> None:
        environment = {**machine_environment(), _MARK: self.mark}
        lifecycle.up(self.run, lifecycle.SERVERS_ONLY, environment)

    def settings(self) -> dict[str, str]:
        return Environments(self.run, state.read(self.run)).of_tests()

    def wallet(self) -> "psycopg.Connection[tuple[int]]":
        return psycopg.connect(self.settings()["WALLET_DATABASE_URL"].replace("+psycopg", ""))

    def queue_length(self) -> int:
        """A queue that comes back says 0 until its log is read: asked until it says more."""
        with kombu.Connection(self.settings()["WALLET_BROKER_URL"]) as connection:
            channel = connection.channel()
            return until(lambda: int(channel.queue_declare("wallet.kept", passive=True)[1]) or None, "the queue", 20)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    closed = tmp_path_factory.mktemp("home")  # 0700, as /root is: servers pass without opening it
    ground = Ground(closed / "run")
    try:
        ground.up()
        _fill(ground)
        yield ground
    finally:
        lifecycle.reset(ground.run)


def _fill(ground: Ground) -> None:
    with ground.wallet() as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    with kombu.Connection(ground.settings()["WALLET_BROKER_URL"]) as connection:
        channel = connection.channel()
        channel.exchange_declare("atouts.wallet", "topic", durable=True, auto_delete=False)
        quorum = {"x-queue-type": "quorum"}
        channel.queue_declare("wallet.kept", durable=True, auto_delete=False, arguments=quorum)
        channel.queue_bind("wallet.kept", "atouts.wallet", "#")
        message = channel.prepare_message(b"kept", properties={"delivery_mode": 2})
        channel.basic_publish_confirm(message, "atouts.wallet", "kept")


def _kept(ground: Ground) -> tuple[int, int]:
    with ground.wallet() as connection:
        rows = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert rows is not None
    return rows[0], ground.queue_length()


@pytest.mark.parametrize(
    ("server", "how"),
    [("postgres", signal.SIGQUIT), ("postgres", None), ("rabbitmq", None), ("rabbitmq", signal.SIGKILL)],
)
def test_a_server_comes_back_with_its_data(ground: Ground, server: str, how: signal.Signals | None) -> None:
    """Stopped cleanly, at once or by a crash: what was confirmed is there when it answers again."""
    port = ground_port(ground, server)
    control.stop(server, how, ground.run)
    assert not ports.accepts(port)
    control.start(server, ground.run)
    assert _kept(ground) == (1, 1)


def ground_port(ground: Ground, server: str) -> int:
    return state.read(ground.run).ports[server]


def test_down_leaves_no_process_port_account_or_mode_and_up_finds_the_data(ground: Ground) -> None:
    """The machine is as before, Erlang's port mapper included; the next start answers with the data kept."""
    during = Machine(ground.run, ground.mark)
    assert len(during.processes) > 8
    assert during.listening == {state.read(ground.run).ports[name] for name in state.SERVER_PORTS}
    lifecycle.down(ground.run)
    after = Machine(ground.run, ground.mark)
    assert after.commands == ground.before.commands == []
    assert not any(ports.accepts(port) for port in during.listening)
    assert after.accounts == during.accounts == ground.before.accounts
    assert after.modes == during.modes == ground.before.modes
    ground.up()
    assert _kept(ground) == (1, 1)
