"""The Dockerfile: sources that exist, a stage a part, nothing that runs as root, nothing unpinned."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatch

from embedded.platform import PLATFORM
from embedded.rundir import ROOT

_PARTS = {process.service for process in PLATFORM.processes} | {"provision"}


@dataclass(frozen=True)
class Instruction:
    """One instruction, continuation lines joined, in the stage that it belongs to."""

    stage: str
    word: str
    rest: str


def instructions() -> list[Instruction]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    found, stage = [], ""
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            stage = rest.rpartition(" AS ")[2]
        found.append(Instruction(stage, word, rest))
    return found


def copies(stage: str | None = None) -> list[tuple[list[str], str]]:
    """(sources, target) of each COPY from the checkout."""
    return [
        (parts[:-1], parts[-1])
        for one in instructions()
        if one.word == "COPY" and not one.rest.startswith("--from") and stage in (None, one.stage)
        for parts in [one.rest.split()]
    ]


def sources_of(part: str) -> set[str]:
    """What of the checkout an image holds: its own code and what every image has."""
    own = {source for sources, _ in copies(f"code-{part}") for source in sources}
    return own | {source for sources, _ in copies("image") for source in sources} | {"contracts"}


def test_every_source_exists_and_is_in_the_context() -> None:
    """A COPY of what is not there, or of what .dockerignore keeps out, ends a build."""
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for sources, _ in copies():
        for source in sources:
            assert (ROOT / source).exists(), source
            assert any(source == one or source.startswith(f"{one}/") or fnmatch(source, one) for one in allowed), source


def test_each_part_has_its_stage() -> None:
    """`--build-arg SERVICE=<part>` finds `code-<part>` for each part that runs, and no other exists."""
    stages = {one.stage for one in instructions()}
    assert {stage.removeprefix("code-") for stage in stages if stage.startswith("code-")} == _PARTS
    assert any(one.rest == "code-${SERVICE} AS code" for one in instructions())


def test_an_image_holds_one_part() -> None:
    """Beside chassis, contracts and rulebooks: its own folder, and the file that makes `services` a package."""
    shared = {"chassis", "contracts", "rulebooks"}
    for part in _PARTS:
        own = sources_of(part) - shared - {"services/__init__.py"}
        folder = {"gateway": "gateway", "sandbox": "sandbox", "provision": "embedded"}.get(part, f"services/{part}")
        assert own == {folder}


def test_it_runs_as_nobody_and_stops_by_sigterm() -> None:
    """A numeric user, so that `runAsNonRoot` can be checked; no health check, no secret, no default service."""
    last = [one for one in instructions() if one.stage == "image"]
    words = {one.word: one.rest for one in last}
    assert words["USER"] == "10001:10001"
    assert words["STOPSIGNAL"] == "SIGTERM"
    assert words["ENTRYPOINT"] == '["python", "-m"]'
    assert not {"HEALTHCHECK", "ADD", "EXPOSE"} & {one.word for one in instructions()}
    arguments = [one.rest for one in instructions() if one.word == "ARG"]
    assert not any(re.search(r"(?i)password|secret|token", rest) for rest in arguments)
    assert instructions()[-1].stage == "image"


def test_bases_are_pinned_and_packages_are_hashed() -> None:
    """Each base names a version; pip takes nothing without a hash, npm nothing outside its lock."""
    bases = {one.rest.partition("=")[2] for one in instructions() if one.word == "ARG" and "=" in one.rest}
    assert all(re.fullmatch(r"[a-z]+:\d[\w.-]+", base) for base in bases)
    text = "\n".join(one.rest for one in instructions() if one.word == "RUN")
    assert text.count("pip install") == text.count("--no-deps --require-hashes")
    assert "npm ci --ignore-scripts" in text
    assert "apt-get" not in text


def test_the_reader_of_codes_is_the_one_that_setup_takes() -> None:
    """The image serves the same files of the same package as a checkout."""
    setup = (ROOT / "bin" / "setup").read_text(encoding="utf-8")
    (run,) = (one.rest for one in instructions() if one.stage == "qr-reader" and "/vendor" in one.rest)
    for file in ("dist/es/share.js", "dist/es/reader/index.js", "dist/reader/zxing_reader.wasm", "LICENSE"):
        assert file in run
        assert file in setup
