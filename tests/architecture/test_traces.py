"""What is published holds for any machine."""

import pytest

from embedded.rundir import ROOT
from tests.architecture.sources import tracked_files

# Written in halves, so that this file passes its own test.
_MACHINE = ("/wo" + "rk/", "/tm" + "p/", "/ro" + "ot/", "/ho" + "me/", "/o" + "pt/")
_INDEXES = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "--extra-" + "index-url",
    "--find-" + "links",
)


@pytest.mark.parametrize("trace", [*_MACHINE, *_INDEXES])
def test_no_file_names_a_machine_or_a_package_index(trace: str) -> None:
    """A path of one machine fails on the next; where packages come from is the installer's choice."""
    holding = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if trace.encode() in line
    ]
    assert holding == []
