"""Rulebooks outside the package: the setting RULEBOOKS adds directories to those that every process reads."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rulebooks import Catalogue, RulebookProblems
from rulebooks.catalogue import PACKAGED
from tests.unit.rulebooks.conftest import AUTHORITY, SEASON

_SCHEME = "culture-sport"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A directory with one more scheme of an authority of the package, and no `authority.yaml`."""
    _copy_as("sixth", tmp_path)
    return tmp_path


def _copy_as(scheme: str, directory: Path) -> None:
    """Under its own title: two files of one content are refused."""
    shutil.copytree(PACKAGED / AUTHORITY / _SCHEME, directory / AUTHORITY / scheme)
    path = directory / AUTHORITY / scheme / f"{SEASON}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("\ntitle: ", f"\ntitle: {scheme} "), encoding="utf-8")


def test_a_scheme_outside_the_package_is_read_beside_it(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sixth scheme is in force once its directory is named, without a change to the package."""
    monkeypatch.setenv("RULEBOOKS", str(elsewhere))
    catalogue = Catalogue.load()
    assert catalogue.get(AUTHORITY, "sixth", SEASON).title.startswith("sixth ")
    assert catalogue.get(AUTHORITY, _SCHEME, SEASON).scheme == _SCHEME
    assert [rulebook.scheme for rulebook in catalogue.of_authority(AUTHORITY)][-1] == "sixth"


def test_several_directories_are_separated_as_in_path(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RULEBOOKS is a list, and an empty entry of it names nothing."""
    _copy_as("seventh", elsewhere / "second")
    monkeypatch.setenv("RULEBOOKS", os.pathsep.join([str(elsewhere), "", str(elsewhere / "second")]))
    schemes = {rulebook.scheme for rulebook in Catalogue.load().of_authority(AUTHORITY)}
    assert {"sixth", "seventh", _SCHEME} <= schemes


def test_the_same_file_in_two_directories_is_refused(copied: Path) -> None:
    """Nothing says which of two texts would count, so neither does."""
    with pytest.raises(RulebookProblems) as refused:
        Catalogue.load(PACKAGED, copied)
    files = {problem.file for problem in refused.value.problems}
    assert {f"{AUTHORITY}/authority.yaml", f"{AUTHORITY}/{_SCHEME}/{SEASON}.yaml"} <= files
