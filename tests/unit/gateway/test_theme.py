"""Every authority's colours can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.web import theme
from rulebooks import Catalogue
from rulebooks.authorities import Authority

_AUTHORITIES = Catalogue.load().authorities()


@pytest.mark.parametrize("authority", _AUTHORITIES, ids=lambda one: one.id)
def test_text_stands_out_from_what_lies_behind_it(authority: Authority) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 at least, for every pair that pages draw."""
    assert theme.too_faint(authority) == []


def test_a_faint_theme_is_named_pair_by_pair() -> None:
    faint = replace(_AUTHORITIES[0], theme={**_AUTHORITIES[0].theme, "text": "#999999"})
    assert [one.partition(":")[0] for one in theme.too_faint(faint)] == [
        "text on surface", "text on white", "text on accent",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1.0)],
)
def test_contrast_is_the_standard_s(first: str, second: str, ratio: float) -> None:
    """Known values, and the same in both orders."""
    assert theme.contrast(first, second) == pytest.approx(ratio, abs=0.01)
    assert theme.contrast(second, first) == theme.contrast(first, second)
