"""How well the card reader reads: `python -m specimens.measure --seed N [--count 200] [--into FILE]`.

Draws documents (see `trials`), has each opened, read and judged as the service does, and prints Markdown tables;
`--into` puts them between the two marks of a page. A seed under 1,000 is for tuning: figures come from another.
Exit code 1 when somebody was accepted who must not be.
"""

from __future__ import annotations

import argparse
import platform
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from services.identity.adapters.card_reader import CardReader
from services.identity.adapters.pictures import SafePictures
from services.identity.domain.documents import Declared, Outcome, Reading, fields_of, judge, recognise
from specimens.holder import Holder
from specimens.trials import DIFFICULTIES, Kind, Trial, false_declarations, trials
from specimens.zone import FORMATS, zone_lines

_ON = date(2025, 9, 1)
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Result:
    """What became of one trial. `others` are the outcomes when somebody else declares the document theirs."""

    kind: Kind
    document_format: str
    difficulty: int
    seed: int
    outcome: Outcome
    reasons: tuple[str, ...]
    is_exact: bool
    others: tuple[Outcome, ...]
    seconds: float
    memory_mb: float

    @property
    def wrong_accepts(self) -> int:
        """How many were accepted that must not be."""
        own = self.kind is not Kind.HONEST and self.outcome is Outcome.ACCEPTED
        return own + sum(outcome is Outcome.ACCEPTED for outcome in self.others)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 1 when somebody was wrongly accepted."""
    options = _parser().parse_args(arguments)
    begun = time.perf_counter()
    results = list(_results(options.seed, options.count, options.processes))
    page = "\n".join(_page(options, results, time.perf_counter() - begun))
    if options.into is None:
        sys.stdout.write(page + "\n")
    else:
        _put(options.into, page)
    return 1 if any(result.wrong_accepts for result in results) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="specimens.measure", description="How well the card reader reads.")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=200, help="honest documents")
    parser.add_argument("--processes", type=int, default=1, help="readers at work")
    parser.add_argument("--into", type=Path, metavar="FILE", help="a Markdown page with the two marks")
    return parser


def _results(seed: int, count: int, processes: int) -> Iterator[Result]:
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for done, result in enumerate(pool.map(result_of, trials(seed, count, _ON)), 1):
            sys.stderr.write(f"\r{done} read, {result.wrong_accepts} wrongly accepted in the last one ")
            if result.kind is Kind.HONEST and result.outcome is not Outcome.ACCEPTED:
                said = ", ".join(result.reasons)
                sys.stderr.write(f"\n{result.document_format} {result.difficulty} seed {result.seed}: {said}\n")
            yield result


def result_of(trial: Trial) -> Result:
    """Open, read and judge the pictures of a trial; the time is its one thread's, opening apart."""
    pictures = SafePictures().sides(trial.pictures())
    begun = time.process_time()
    reading = _reader().read(pictures, _ON)
    seconds = time.process_time() - begun
    verdict = judge(reading, _declared(trial.shown_by), _ON)
    return Result(
        kind=trial.kind,
        document_format=trial.document_format,
        difficulty=trial.difficulty,
        seed=trial.seed,
        outcome=verdict.outcome,
        reasons=tuple(reason.value for reason in verdict.reasons),
        is_exact=_is_exact(reading, trial),
        others=tuple(judge(reading, _declared(other), _ON).outcome for other in false_declarations(trial.shown_by)),
        seconds=seconds,
        memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    )


@cache
def _reader() -> CardReader:
    """One a process."""
    return CardReader()


def _declared(holder: Holder) -> Declared:
    return Declared(holder.surname, holder.given_names, holder.birth_date)


def _is_exact(reading: Reading, trial: Trial) -> bool:
    zone = recognise(zone_lines(trial.shown_by, trial.document_format, trial.seed))
    assert zone is not None, "the specimen's own zone is one"
    return reading.fields == fields_of(zone, _ON)


def _page(options: argparse.Namespace, results: Sequence[Result], seconds: float) -> Iterator[str]:
    honest = [result for result in results if result.kind is Kind.HONEST]
    yield f"`python -m specimens.measure --seed {options.seed} --count {options.count}`, {date.today():%Y-%m-%d},"  # noqa: DTZ011
    yield f"Python {platform.python_version()}, {options.processes} reader(s), {seconds:.0f} s in all.\n"
    yield from _honest_table(honest)
    yield ""
    yield from _confusion_table(results)
    yield ""
    times = sorted(result.seconds for result in honest)
    spent = ", ".join(
        f"p{share} {times[min(len(times) - 1, len(times) * share // 100)]:.2f} s" for share in (50, 95, 99)
    )
    memory_mb = max(result.memory_mb for result in results)
    yield f"Wrong accepts: **{sum(result.wrong_accepts for result in results)}**."
    yield f"Processor time of a document (one side or two): {spent}; a reader held {memory_mb:.0f} MB at most."


def _honest_table(honest: Sequence[Result]) -> Iterator[str]:
    yield "| honest documents | decided alone | read exactly | to a person | asked again | median processor time |"
    yield "|---|---|---|---|---|---|"
    for document_format in FORMATS:
        for difficulty in DIFFICULTIES:
            of_both = [r for r in honest if (r.document_format, r.difficulty) == (document_format, difficulty)]
            if of_both:
                yield _honest_row(f"{document_format}, difficulty {difficulty}", of_both)
    yield _honest_row("**all**", honest)


def _honest_row(name: str, results: Sequence[Result]) -> str:
    count = len(results)
    outcomes = Counter(result.outcome for result in results)
    exact = sum(result.is_exact for result in results)
    alone, person, refused = (outcomes[each] for each in (Outcome.ACCEPTED, Outcome.PERSON, Outcome.REFUSED))
    spent = median(result.seconds for result in results)
    return (
        f"| {name} | {alone} of {count} ({alone / count:.1%}) | {exact} ({exact / count:.1%}) | {person} | {refused} "
        f"| {spent:.2f} s |"
    )


def _confusion_table(results: Sequence[Result]) -> Iterator[str]:
    yield "| what it is \\ verdict | accepted | to a person | refused |"
    yield "|---|---|---|---|"
    for kind in Kind:
        yield _confusion_row(kind.value, [result.outcome for result in results if result.kind is kind])
    others = [outcome for result in results if result.kind is Kind.HONEST for outcome in result.others]
    yield _confusion_row("honest, declared by another", others)


def _confusion_row(name: str, outcomes: Iterable[Outcome]) -> str:
    counts = Counter(outcomes)
    return f"| {name} | {counts[Outcome.ACCEPTED]} | {counts[Outcome.PERSON]} | {counts[Outcome.REFUSED]} |"


def _put(path: Path, page: str) -> None:
    """Raises ValueError when the page has not the two marks."""
    before, _, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    _, found, after = rest.partition(_END)
    if not found:
        raise ValueError(f"{path} has not the marks {_BEGIN} and {_END}")
    path.write_text(f"{before}{_BEGIN}\n{page}\n{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
