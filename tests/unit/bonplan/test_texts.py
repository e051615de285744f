"""What people read must be what was meant: no markup, no formula, nothing that hides."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.bonplan.domain.errors import BonplanRefused, TextLikeFormula, TextRefused, TextWithMarkup
from services.bonplan.domain.texts import line, paragraphs


@pytest.mark.parametrize(
    "text", ["<b>Gratuit</b>", "a </p>", "<!-- x", "< script>", "<?php", "x<img src=y>", "＜b＞gras"]
)
def test_what_a_browser_could_take_for_a_tag_is_refused(text: str) -> None:
    """In a line and in paragraphs, written in full-width signs too."""
    for check in (line, paragraphs):
        with pytest.raises(TextWithMarkup) as refused:
            check(text, "text.title", 120)
        assert refused.value.field == "text.title"


@pytest.mark.parametrize("text", ["=1+1", "+33", "-1 place", "@SUM(A1)", "  =1", "＝1+1", "－1", "＠a"])
def test_a_line_that_begins_like_a_formula_is_refused(text: str) -> None:
    """After the blanks that are trimmed, too; a description may begin with a dash."""
    with pytest.raises(TextLikeFormula):
        line(text, "text.prize", 200)
    assert paragraphs(text, "text.description", 4_000) == text.strip()


@pytest.mark.parametrize(
    "text", ["", "  ", "!!!", "a\tb", "\ta", "a\nb", "a\0", "a\u202eb", "a\u200bb", "a\ud800", "é" * 121]
)
def test_what_is_empty_too_long_or_hides_is_refused(text: str) -> None:
    with pytest.raises(TextRefused) as refused:
        line(text, "text.title", 120)
    assert refused.value.most == 120


@pytest.mark.parametrize(
    "text", ["Moins de < 10 €", "1 < 2", "L’Œuvre d’été – 2 places", "A=B", "Prix : -20 %", "x" * 120]
)
def test_plain_words_are_kept_as_written(text: str) -> None:
    assert line(f" {text} ", "text.title", 200) == text


def test_accents_are_composed() -> None:
    """Two ways to write é are one text."""
    assert line("e\u0301te\u0301", "text.title", 120) == "\u00e9t\u00e9"


def test_paragraphs_keep_line_breaks_and_lose_the_rest() -> None:
    """One kind of line end, no blanks at the ends."""
    assert paragraphs("\r\nUn \r\n\r\n- deux\n", "text.description", 100) == "Un\n\n- deux"
    for hidden in ("a\rb", "a\u2028b", "a\vb"):
        with pytest.raises(TextRefused):
            paragraphs(hidden, "text.description", 100)


@given(st.text(max_size=150))
def test_a_text_that_is_kept_is_safe_wherever_it_is_shown(text: str) -> None:
    """And keeping it again changes nothing."""
    try:
        kept = line(text, "text.title", 120)
    except BonplanRefused:
        return
    assert not {unicodedata.category(character) for character in kept} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert 1 <= len(kept) <= 120
    assert kept[0] not in "=+-@\t\r"
    assert "</" not in kept
    assert line(kept, "text.title", 120) == kept
