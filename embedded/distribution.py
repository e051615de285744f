"""RabbitMQ and Erlang from the distribution: as installed, or its packages unpacked into `.run/distribution`.

Installing the package would add a user and start a service of the machine's; unpacking changes nothing outside
the checkout and needs no root.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from embedded.rundir import ROOT
from embedded.servers import ServerUnavailableError

UNPACKED = ROOT / ".run" / "distribution"

# The directory's own start script: the wrapper in /usr/sbin changes user and reads the machine's settings.
_SERVER = "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"
_ERLANG = "usr/lib/erlang"
_ADVICE = "RabbitMQ is missing: install the package rabbitmq-server, or set BROKER_URL to a broker that runs elsewhere."


@dataclass(frozen=True)
class Broker:
    """Where a RabbitMQ and its Erlang lie."""

    server: Path
    erlang: Path


@cache
def find_broker() -> Broker:
    """The machine's RabbitMQ, else one unpacked here, now if need be.

    Raises `ServerUnavailableError` with what to do when neither can be had.
    """
    installed = _in(Path("/"))
    if installed:
        return installed
    if not _in(UNPACKED):
        print("atouts: unpacking RabbitMQ from the distribution's packages into .run/", file=sys.stderr)
        unpack(UNPACKED)
    return _relocated(UNPACKED)


def _relocated(root: Path) -> Broker:
    """The unpacked broker, its Erlang told where it lies now: Debian writes /usr/lib/erlang into its scripts."""
    broker = _in(root)
    if not broker:
        raise ServerUnavailableError(_ADVICE)
    script = broker.erlang / "bin" / "erl"
    written = script.read_text(encoding="utf-8")
    place = f"ROOTDIR={shlex.quote(str(broker.erlang))}"
    script.write_text(re.sub(r"\bROOTDIR=\S*/.*$", lambda _: place, written, flags=re.MULTILINE), encoding="utf-8")
    return broker


def _in(root: Path) -> Broker | None:
    servers = sorted(root.glob(_SERVER))
    erlang = root / _ERLANG
    if not servers or not (erlang / "bin" / "erl").exists():
        return None
    return Broker(servers[-1], erlang)


def unpack(folder: Path) -> None:
    """Download RabbitMQ's packages and unpack them into `folder`, whole or not at all."""
    _unpack(folder, _packages)


def unpack_package(name: str, folder: Path) -> None:
    """Download one package, without what it depends on, and unpack it into `folder`, whole or not at all.

    For a program that stands alone. Raises `ServerUnavailableError` when the distribution cannot be asked.
    """
    _unpack(folder, lambda _: [name])


def _unpack(folder: Path, packages: Callable[[list[str]], list[str]]) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise ServerUnavailableError(_ADVICE)
    draft = folder.with_name(folder.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    archives = draft / "archives"
    archives.mkdir(parents=True)
    _download(archives, packages)
    for archive in sorted(archives.glob("*.deb")):
        _run("dpkg", "-x", str(archive), str(draft))
    shutil.rmtree(archives)
    draft.replace(folder)


def _download(archives: Path, packages: Callable[[list[str]], list[str]]) -> None:
    try:
        _run("apt-get", "download", *packages([]), cwd=archives)
    except ServerUnavailableError:
        # The machine's lists are empty or old: fetch lists of our own, which needs no root.
        options = _own_lists(archives.parent / "apt")
        _run("apt-get", *options, "update")
        _run("apt-get", *options, "download", *packages(options), cwd=archives)
        shutil.rmtree(archives.parent / "apt")


def _own_lists(folder: Path) -> list[str]:
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "cache").mkdir(exist_ok=True)
    return ["-o", f"Dir::State::lists={folder / 'lists'}", "-o", f"Dir::Cache={folder / 'cache'}"]


def _packages(options: list[str]) -> list[str]:
    """RabbitMQ and every Erlang package that it needs."""
    tree = _run("apt-cache", *options, "depends", "--recurse", "--no-recommends", "--no-suggests",
                "--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances", "rabbitmq-server")  # fmt: skip
    names = set(re.findall(r"^(erlang-[a-z0-9-]+)$", tree, flags=re.MULTILINE))
    return sorted(names | {"rabbitmq-server"})


def _run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerUnavailableError(f"{_ADVICE} ({command[0]}: {done.stderr.strip()[-300:]})")
    return done.stdout
