"""`verify`: what must always hold, in each service by its owner, and between the two ledgers by comparison."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass

from operations import services

LEDGERS = ("wallet", "payout")
_OTHERS = ("bonplan",)  # what they give is places, not money


@dataclass(frozen=True)
class Finding:
    """The outcome of one check; `detail` is its owner's own report, or the first difference."""

    check: str
    held: bool
    detail: object


@dataclass(frozen=True)
class Comparison:
    """`compared` debits, and the first one (by id) on which the two exports differ, if any."""

    compared: int
    difference: str | None


class ExportError(RuntimeError):
    """A service could not give its export."""


def verify(since: str | None = None) -> list[Finding]:
    """Run every check; `since` has the wallet trust its seals of the days before. Raises `ExportError` when an owner
    cannot be asked."""
    comparison = compare_exports()
    across = Finding("wallet against payout", comparison.difference is None, asdict(comparison))
    options = {"wallet": ("--since", since)} if since else {}
    return [*(_own(service, *options.get(service, ())) for service in (*LEDGERS, *_OTHERS)), across]


def _own(service: str, *options: str) -> Finding:
    done = services.output(service, "verify", "--json", *options)
    words = done.stdout.strip() or done.stderr.strip()
    return Finding(service, done.returncode == 0, _parsed(words))


def _parsed(words: str) -> object:
    try:
        return json.loads(words)
    except json.JSONDecodeError:
        return words  # it failed before it could report


def compare_exports() -> Comparison:
    """Compare the debits that the wallet made with those that payout knows, both sorted by id."""
    with ExitStack() as open_exports:
        wallet, payout = (open_exports.enter_context(_Export(service)) for service in LEDGERS)
        return compare(wallet.debits(), payout.debits())


def compare(wallet: Iterator[dict[str, object]], payout: Iterator[dict[str, object]]) -> Comparison:
    """Walk two sorted lists of debits side by side, in constant memory, until they differ."""
    compared = 0
    while True:
        ours, theirs = next(wallet, None), next(payout, None)
        if ours is None and theirs is None:
            return Comparison(compared, None)
        if ours != theirs:
            return Comparison(compared, _difference(ours, theirs))
        compared += 1


def _difference(ours: dict[str, object] | None, theirs: dict[str, object] | None) -> str:
    if theirs is None or (ours is not None and _id(ours) < _id(theirs)):
        return f"debit {_id(ours)} of the wallet is unknown to payout"
    if ours is None or _id(theirs) < _id(ours):
        return f"debit {_id(theirs)} of payout is unknown to the wallet"
    fields = [name for name in ours if ours[name] != theirs.get(name)]
    told = ", ".join(f"{name} is {ours[name]} in the wallet, {theirs.get(name)} in payout" for name in fields)
    return f"debit {_id(ours)}: {told}"


def _id(debit: dict[str, object] | None) -> str:
    return str(debit["debit_id"]) if debit else ""


class _Export:
    """A service's debits, read while it writes them; stopped when the reader has seen enough."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._process = services.open_lines(service, "export", "debits")

    def __enter__(self) -> "_Export":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    def debits(self) -> Iterator[dict[str, object]]:
        """Raises `ExportError` when the list ends because its writer failed: it proves nothing then."""
        assert self._process.stdout is not None
        yield from map(json.loads, self._process.stdout)
        if self._process.wait() != 0:
            raise ExportError(f"{self._service} could not export its debits")
