"""`bin/atouts rulebook`, `simulate` and `forecast`: handed to the rulebooks' own commands, where the caller stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedded.rundir import ROOT
from operations.__main__ import main

_EXAMPLE = ROOT / "docs" / "guides" / "example"


@pytest.fixture
def standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the caller's own, with their rulebooks and facts in it."""
    (tmp_path / "mine").symlink_to(_EXAMPLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_paths_are_the_caller_s(standing: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A path is looked for from where the command is typed, not from the platform's folder."""
    assert main(["rulebook", "check", "mine"]) == 0
    assert "carte-jeunes 2025-2026" in capfd.readouterr().out
    assert main(["rulebook", "check", "elsewhere"]) == 1


def test_a_simulation_and_a_forecast_are_commands_of_their_own(
    standing: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither needs a platform that runs."""
    where = ["--directory", "mine", "--authority", "exemple", "--scheme", "carte-jeunes", "--season", "2025-2026"]
    assert main(["simulate", *where, "--on", "2025-09-10", "--facts", "mine/lea.yaml"]) == 0
    assert "a droit au dispositif" in capfd.readouterr().out
    assert main(["forecast", *where, "--on", "2025-09-10", "--sample", "5", "--output", "out.csv"]) == 0
    assert (standing / "out.csv").read_text(encoding="utf-8").count("\n") == 6
