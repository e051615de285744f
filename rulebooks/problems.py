"""What is wrong with a rulebook, told to the person who wrote it: file, line, sentence, remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rulebooks.errors import RulebookError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. `file` is relative to the catalogue's directory, `line` counts from 1."""

    file: str
    line: int
    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, ligne {self.line} : {self.sentence} {self.remedy}"


class RulebookProblems(RulebookError):
    """The catalogue is refused; `problems` holds every mistake found, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
