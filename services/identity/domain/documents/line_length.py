"""Repair of the number of `<` in a line: recognisers miscount long runs of fillers.

Nearly a third of raw lines are wrong in this way only, so this repair does most of the work.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"<+")
_MOST_MISSING = 14
_MOST_FITTINGS = 3
_LONE_MISREADINGS = (
    re.compile(r"(?<=<<<)[KCSELXGR](?=<|$)"),
    re.compile(r"(?<=<)[KCSELX](?=<<<)"),
    re.compile(r"(?<=<<<)[KCSELXGR]{2,3}(?=<<|$)"),
)


def without_stray_letters(line: str) -> str:
    """Turn lone K, C, S, E… inside or after a run of three fillers back into fillers.

    A real name never stands alone there: nothing follows the padding.
    """
    previous = ""
    while previous != line:
        previous = line
        for pattern in _LONE_MISREADINGS:
            line = pattern.sub(lambda match: "<" * len(match.group()), line)
    return line


def fittings(line: str, width: int) -> tuple[str, ...]:
    """Return the ways to give the line its width by stretching or shrinking one run of fillers.

    The longest run comes first (it is nearly always the miscounted one), three ways at most; empty
    when the line is too far from its width to be one.
    """
    missing = width - len(line)
    if missing == 0:
        return (line,)
    if not line or abs(missing) > _MOST_MISSING:
        return ()
    runs = sorted(_RUN.finditer(line), key=lambda run: run.start() - run.end())
    resized = tuple(_resized(line, run, missing) for run in runs if len(run.group()) + missing >= 1)
    return resized[:_MOST_FITTINGS] or ((line[:width],) if missing == -1 else ())


def _resized(line: str, run: re.Match[str], by: int) -> str:
    return line[: run.start()] + "<" * (len(run.group()) + by) + line[run.end() :]


def padded(line: str, width: int) -> str | None:
    """Return a line of names filled to its width, whatever part of its padding was seen.

    Detectors stop inside the pale run of fillers; what is missing there can only be fillers.
    None when the line is too long to be one of names.
    """
    names = line.rstrip("<")
    return names.ljust(width, "<") if names and len(names) <= width else None
