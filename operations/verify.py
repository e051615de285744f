"""`verify`: what must always hold, in each service by its owner, and between the two ledgers by comparison."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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
    """`compared` debits, and the first one (by id) on which the two exports differ, if any. `by_sums`: debits of
    seasons that the wallet dropped, of which each partner's sum alone was compared, with the sealed days'."""

    compared: int
    difference: str | None
    by_sums: int = 0


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
    """Compare the debits that the wallet made with those that payout knows, both sorted by id; of seasons whose entries
    the wallet dropped, what each partner kept."""
    with ExitStack() as open_exports:
        dropped = list(open_exports.enter_context(_Export("wallet", "dropped-seasons")).lines())
        wallet, payout = (open_exports.enter_context(_Export(service, "debits")) for service in LEDGERS)
        return compare(wallet.lines(), payout.lines(), dropped)


def compare(
    wallet: Iterator[dict[str, object]],
    payout: Iterator[dict[str, object]],
    dropped: Iterable[dict[str, object]] = (),
) -> Comparison:
    """Walk two sorted lists of debits side by side, in constant memory, until they differ; then compare sums of what
    the wallet dropped."""
    sums = {(str(line["season"]), str(line["partner_id"])): _cents(line["sum_cents"]) for line in dropped}
    gone, kept = {season for season, _ in sums}, Counter[tuple[str, str]]()
    compared = by_sums = 0
    ours = next(wallet, None)
    for theirs in payout:
        if theirs.get("season") in gone:
            kept[str(theirs["season"]), str(theirs["partner_id"])] += _cents(theirs["kept_cents"])
            by_sums += 1
            continue
        if ours is None or any(theirs.get(name) != value for name, value in ours.items()):
            return Comparison(compared, _difference(ours, theirs), by_sums)
        compared, ours = compared + 1, next(wallet, None)
    unequal = _difference(ours, None) if ours else _unequal(sums, kept)
    return Comparison(compared, unequal, by_sums)


def _unequal(sums: Mapping[tuple[str, str], int], kept: Mapping[tuple[str, str], int]) -> str | None:
    """The first partner of a dropped season whose sums differ."""
    for season, partner_id in sorted(sums.keys() | kept.keys()):
        ours, theirs = (each.get((season, partner_id), 0) for each in (sums, kept))
        if ours != theirs:
            return f"partner {partner_id} of {season}: {ours} cents on the wallet's sealed days, {theirs} in payout"
    return None


def _cents(value: object) -> int:
    assert isinstance(value, int)
    return value


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
    """What a service exports, read while it writes it; stopped when the reader has seen enough."""

    def __init__(self, service: str, what: str) -> None:
        self._service, self._what = service, what
        self._process = services.open_lines(service, "export", what)

    def __enter__(self) -> "_Export":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    def lines(self) -> Iterator[dict[str, object]]:
        """Raises `ExportError` when the list ends because its writer failed: it proves nothing then."""
        assert self._process.stdout is not None
        yield from map(json.loads, self._process.stdout)
        if self._process.wait() != 0:
            raise ExportError(f"{self._service} could not export its {self._what}")
