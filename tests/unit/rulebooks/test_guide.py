"""The guide for authors: what it quotes is what its example says, and its commands print what it prints."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from rulebooks import Catalogue
from rulebooks.__main__ import main

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "guides" / "example"
GUIDE = (ROOT / "docs" / "guides" / "write-a-rulebook.md").read_text(encoding="utf-8")
_LEFT_OUT = "[…]"
_PROGRAMS = (["bin/atouts", "rulebook"], ["bin/atouts"])


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def plain_spaces(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def arguments(command: str) -> list[str]:
    words = shlex.split(command)
    program = next(program for program in _PROGRAMS if words[: len(program)] == program)
    return words[len(program) :]


@pytest.mark.parametrize("quoted", blocks("yaml"))
def test_each_quoted_rule_is_a_part_of_the_example(quoted: str) -> None:
    """What the guide quotes stands in one of the example's files, letter for letter."""
    files = [path.read_text(encoding="utf-8") for path in EXAMPLE.rglob("*.yaml")]
    assert any(quoted in content for content in files)


@pytest.mark.parametrize("shown", blocks("console"))
def test_each_command_prints_what_the_guide_prints(
    shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reader who types a command of the guide sees what it shows."""
    command, _, printed = shown.partition("\n")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    assert main(arguments(command.removeprefix("$ "))) == 0
    output, at = plain_spaces(capsys.readouterr().out), 0
    for part in printed.split(f"{_LEFT_OUT}\n"):
        assert part in output[at:]
        at = output.index(part, at) + len(part)


def test_the_guide_shows_every_command() -> None:
    """A guide whose blocks no test finds would prove nothing."""
    shown = {arguments(block.partition("\n")[0].removeprefix("$ "))[0] for block in blocks("console")}
    assert shown == {"check", "test", "simulate", "render", "forecast", "diff"}
    assert len(blocks("yaml")) > 8


def test_a_mistake_is_told_as_the_guide_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence that the guide gives for a wrong name is the one that `check` prints."""
    shutil.copytree(EXAMPLE, tmp_path / "example")
    path = tmp_path / "example" / "exemple" / "carte-jeunes" / "2025-2026.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("when: age >= 12", "when: agee >= 12"), encoding="utf-8")
    assert main(["check", str(tmp_path / "example")]) == 1
    told = re.search(r"« (exemple/[^…]*?age), … »", " ".join(GUIDE.split()))
    assert told is not None
    assert told[1].rpartition(" : ")[0] in capsys.readouterr().err


def test_the_example_is_a_whole_catalogue_beside_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example's directory can be put in force as it is, next to the package's authorities."""
    monkeypatch.setenv("RULEBOOKS", str(EXAMPLE))
    catalogue = Catalogue.load()
    assert len({authority.host for authority in catalogue.authorities()}) == len(catalogue.authorities())
    assert catalogue.authority("exemple").host == "exemple.localhost"
    assert [each.edition for each in catalogue.versions("exemple", "carte-jeunes", "2025-2026")] == [
        "2025-2026",
        "2025-2026@2026-01-01",
    ]


def test_the_example_s_cases_hold_it() -> None:
    """An author who imitates the example imitates cases that hold nearly every value."""
    assert main(["test", "--mutations", "--directory", str(EXAMPLE)]) == 0
