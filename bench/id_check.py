"""`id-check`: one card picture to its verdict, printed names included, seal looked for, crops cut.

Peer in the same run: one plain pass of the recogniser over the same picture, with the same settings. Each has a
process of its own on one thread, and they take the pictures by turns. The ratio is of processor time, which on one
thread is the time of an idle machine. Opening the file, which happens once at the door, is printed apart.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING

import cv2

from bench.figures import Figure, median, percentile
from services.identity.adapters.card_reader import CardReader
from services.identity.adapters.card_reader.pixels import pixels_of
from services.identity.adapters.card_reader.spotting import SETTINGS
from services.identity.adapters.picture_files.opening import open_file
from services.identity.adapters.picture_files.safe_picture import SafePicture
from services.identity.domain.documents import Declared, judge
from specimens import FORMATS, Holder, card, invented

if TYPE_CHECKING:
    from rapidocr import RapidOCR

NAME = "id-check"
_PEER = "one plain pass"
_ROUNDS = 3
_ON = date(2025, 9, 1)
_DIFFICULTIES = (1, 2, 3)
_SEED = 77_000


@dataclass(frozen=True, slots=True)
class _Picture:
    holder: Holder
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class _Spent:
    """Seconds of one picture: on the clock, and of the processor."""

    clock: float
    processor: float


@dataclass(slots=True)
class _Round:
    """What each picture took."""

    reader: list[_Spent]
    plain: list[_Spent]


def run(long: bool) -> Iterator[Figure]:
    """Three rounds over a picture of each format and difficulty; four times as many pictures when `long`."""
    opened, pictures = _pictures(4 if long else 1)
    with ExitStack() as stack:
        reader, plain = (stack.enter_context(_process()) for _ in range(2))
        _warm(reader.submit(_checked, pictures[0]), plain.submit(_passed, pictures[0]))
        rounds = [_round(reader, plain, pictures) for _ in range(_ROUNDS)]
        reader_mb, plain_mb = reader.submit(_memory_mb).result(), plain.submit(_memory_mb).result()
    yield Figure(
        NAME, "pictures a second of one processor", _rate([each.reader for each in rounds]), "1/s", _PEER,
        _rate([each.plain for each in rounds]),
    )  # fmt: skip
    taken = sorted(spent.clock for each in rounds for spent in each.reader)
    for share in (0.5, 0.95, 0.99):
        yield Figure(NAME, f"picture to verdict, p{share * 100:.0f}", percentile(taken, share) * 1000, "ms")
    yield Figure(NAME, "opening a file, p50", median(opened) * 1000, "ms")
    yield Figure(NAME, "memory of a reader, at most", reader_mb, "MB", _PEER, plain_mb)


def _pictures(times: int) -> tuple[list[float], list[_Picture]]:
    """Seconds of opening, and the pictures that readers are given."""
    opened, pictures = list[float](), list[_Picture]()
    for number in range(times * len(FORMATS) * len(_DIFFICULTIES)):
        document_format, difficulty = FORMATS[number % len(FORMATS)], _DIFFICULTIES[number // len(FORMATS) % 3]
        holder = invented(_SEED + number, _ON)
        file = card(holder, format=document_format, difficulty=difficulty, seed=_SEED + number)
        begun = time.perf_counter()
        (safe,) = open_file(file)
        opened.append(time.perf_counter() - begun)
        pictures.append(_Picture(holder, safe.jpeg))
    return opened, pictures


def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _warm(*loading: Future[_Spent]) -> None:
    """Models load at the first picture."""
    for each in loading:
        each.result()


def _round(reader: ProcessPoolExecutor, plain: ProcessPoolExecutor, pictures: list[_Picture]) -> _Round:
    done = _Round([], [])
    for picture in pictures:
        done.reader.append(reader.submit(_checked, picture).result())
        done.plain.append(plain.submit(_passed, picture).result())
    return done


def _rate(rounds: list[list[_Spent]]) -> float:
    return median(len(each) / sum(spent.processor for spent in each) for each in rounds)


def _checked(picture: _Picture) -> _Spent:
    holder = picture.holder
    return _timed(
        lambda: judge(
            _reader().read([picture.jpeg], _ON), Declared(holder.surname, holder.given_names, holder.birth_date), _ON
        )
    )


def _passed(picture: _Picture) -> _Spent:
    return _timed(lambda: _recogniser()(pixels_of(SafePicture(picture.jpeg).image)))


def _timed(act: Callable[[], object]) -> _Spent:
    clock, processor = time.perf_counter(), time.process_time()
    act()
    return _Spent(time.perf_counter() - clock, time.process_time() - processor)


@cache
def _reader() -> CardReader:
    return CardReader()


@cache
def _recogniser() -> RapidOCR:
    from rapidocr import RapidOCR  # loads onnxruntime, in the child alone

    cv2.setNumThreads(1)
    return RapidOCR(params=SETTINGS)


def _memory_mb() -> float:
    """The most that this process held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
