"""How large a file may be is one figure: where it is read, where it is refused, and in what people are told."""

from __future__ import annotations

import re

import pytest

from chassis.sizes import CLASS_LIST_MB, DOCUMENT_MB, MB, PICTURE_MB
from embedded.rundir import ROOT
from services.identity.domain import class_list
from services.partner.domain import documents

_SAID = re.compile(r"(\d+)\s(?:Mo|MB)\b")
_TOLD = {
    "services/identity/domain/documents/reasons.py": PICTURE_MB,
    "services/notification/domain/card_reasons.py": PICTURE_MB,
    "services/identity/domain/class_list.py": CLASS_LIST_MB,
    "docs/guides/young-person.md": PICTURE_MB,
    "docs/guides/partner.md": DOCUMENT_MB,
    "docs/guides/staff.md": CLASS_LIST_MB,
}


def test_a_domain_refuses_what_the_gateway_reads_no_further() -> None:
    """A domain stands on nothing: what it states again is what the others stand on."""
    assert documents.MOST_BYTES == DOCUMENT_MB * MB
    assert class_list.LARGEST_BYTES == CLASS_LIST_MB * MB


@pytest.mark.parametrize("path", _TOLD)
def test_people_are_told_the_figure_that_is_refused(path: str) -> None:
    """A sentence or a guide that names a size names the one that counts."""
    said = {int(figure) for figure in _SAID.findall((ROOT / path).read_text(encoding="utf-8"))}
    assert said == {_TOLD[path]}
