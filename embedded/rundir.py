"""The folder that holds everything a running platform writes: data, logs, secrets, state."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class RunDir:
    """One platform's folder; two platforms with two folders live side by side."""

    path: Path

    @classmethod
    def from_environment(cls) -> "RunDir":
        """`ATOUTS_RUN_DIR`, or `.run` in the checkout."""
        return cls(Path(os.environ.get("ATOUTS_RUN_DIR") or ROOT / ".run").resolve())

    @property
    def state(self) -> Path:
        """Ports, passwords and settings (0600)."""
        return self.path / "state.json"

    @property
    def report(self) -> Path:
        """What runs now, for people and scripts: no secret in it."""
        return self.path / "platform.json"

    @property
    def control(self) -> Path:
        """The supervisor's Unix socket."""
        return self.path / "control.sock"

    @property
    def lock(self) -> Path:
        """Held as long as a supervisor runs."""
        return self.path / "supervisor.lock"

    @property
    def clock(self) -> Path:
        """The platform clock of the demo and of tests."""
        return self.path / "clock.json"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def server(self, name: str) -> Path:
        """The data folder of a server."""
        return self.path / name

    def belongings(self) -> list[Path]:
        """What a platform made in this folder: all of it may go when it starts afresh."""
        files = [self.state, self.report, self.control, self.lock, self.clock]
        return [*files, self.keys, self.logs, *map(self.server, ("postgres", "rabbitmq", "valkey", "sandbox"))]
