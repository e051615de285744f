"""`python -m embedded`: up, down, reset, status, environment, and the drills' stop, start, pause, resume."""

import argparse
import asyncio
import signal
import sys

from embedded import control, lifecycle, report, state
from embedded.environment import Environments
from embedded.platform import SERVICES, load
from embedded.reception import reception
from embedded.rundir import RunDir
from embedded.secrets import make_keys
from embedded.supervisor import Supervisor


def main() -> int:
    arguments = _parser().parse_args()
    run = RunDir.from_environment()
    try:
        return int(arguments.act(run, arguments) or 0)
    except (lifecycle.PlatformError, control.NotRunningError, control.RefusedError) as refusal:
        print(f"atouts: {refusal}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="embedded", description="The platform on one machine.")
    commands = parser.add_subparsers(required=True)

    def add(name: str, act: object, text: str, **options: object) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(act=act, **options)
        return command

    start = add("up", _up, "start everything and wait until it is ready")
    start.add_argument("--platform", default=lifecycle.FULL_PLATFORM, help="module:NAME of another table")
    start.add_argument("--servers", dest="platform", action="store_const", const=lifecycle.SERVERS_ONLY)
    add("down", _down, "stop everything")
    add("reset", _reset, "stop everything and remove its data")
    add("status", _status, "say what runs")
    add("environment", _environment, "print the settings as shell lines, operators' rights included")
    add("supervise", _supervise, "run the supervisor in the foreground").add_argument("platform")
    for verb in ("stop", "start", "restart", "pause", "resume"):
        add(verb, _control, f"{verb} one part", verb=verb).add_argument("name")
    return parser


def _up(run: RunDir, arguments: argparse.Namespace) -> None:
    found = lifecycle.up(run, arguments.platform)
    print(f"atouts: {len(found.processes)} parts ready{_where(found)}")


def _where(found: report.Report) -> str:
    return f", {found.public_url}" if found.public_url else ""


def _down(run: RunDir, _: argparse.Namespace) -> None:
    print("atouts: stopped" if lifecycle.down(run) else "atouts: nothing was running")


def _reset(run: RunDir, _: argparse.Namespace) -> None:
    lifecycle.reset(run)


def _status(run: RunDir, _: argparse.Namespace) -> int:
    found = report.read(run)
    if found is None or not lifecycle.is_running(run):
        print("atouts: nothing is running")
        return 1
    print(f"{found.state}{_where(found)}")
    for name, each in found.processes.items():
        print(f"  {name:22} {each.state:9} pid {each.pid or '-':<8} starts {each.starts}")
    return 0


def _environment(run: RunDir, _: argparse.Namespace) -> None:
    for name, value in Environments(run, state.read(run)).of_tests().items():
        print(f"export {name}='{value}'")


def _control(run: RunDir, arguments: argparse.Namespace) -> None:
    act = getattr(control, arguments.verb)
    act(arguments.name, run=run)


def _supervise(run: RunDir, arguments: argparse.Namespace) -> int:
    platform = load(arguments.platform)
    with lifecycle.held(run) as free:
        if not free:
            return 0  # another came first; whoever asked will wait for that one
        prepared = state.prepare(run, platform)
        make_keys(run.keys, (*SERVICES, "gateway"))
        run.logs.mkdir(parents=True, exist_ok=True)
        environments = Environments(run, prepared)
        started = asyncio.run(_watch(Supervisor(environments, platform, arguments.platform), run))
    return 0 if started else 1


async def _watch(supervisor: Supervisor, run: RunDir) -> bool:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.shut_down)
    async with reception(run, supervisor):
        return await supervisor.run()


if __name__ == "__main__":
    sys.exit(main())
