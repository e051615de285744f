"""What a benchmark prints: one figure a line, beside its peer's."""

from __future__ import annotations

import json
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `ratio` is value / peer_value; both are None for a figure without a peer."""

    bench: str
    metric: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.peer_value if self.peer_value else None

    def as_json(self) -> str:
        return json.dumps({**asdict(self), "ratio": self.ratio})

    def as_text(self) -> str:
        line = f"{self.bench:<18} {self.metric:<38} {self.value:>12,.2f} {self.unit}"
        if self.ratio is None:
            return line
        return f"{line}   {self.ratio:.2f} × {self.peer} ({self.peer_value:,.2f})"


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value under which `share` of the sorted values lie."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def machine() -> str:
    """The machine's processor and its count of cores, for the figures to be dated with."""
    names = [line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {len(names)} cores, Python {platform.python_version()}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []
