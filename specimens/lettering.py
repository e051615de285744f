"""Drawing text with the accents that the bundled fonts lack."""

from __future__ import annotations

import unicodedata

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Point = tuple[float, float]

# Strokes of each combining mark, in units of the letter's box: x from 0 (left) to 1, y from the top of
# a capital (0, negative above it) to the base line (1).
_MARKS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "\u0301": (((0.42, -0.12), (0.68, -0.3)),),  # acute
    "\u0300": (((0.58, -0.12), (0.32, -0.3)),),  # grave
    "\u0302": (((0.3, -0.12), (0.5, -0.3), (0.7, -0.12)),),  # circumflex
    "\u0308": (((0.3, -0.2), (0.36, -0.2)), ((0.64, -0.2), (0.7, -0.2))),  # diaeresis
    "\u0327": (((0.5, 1.02), (0.56, 1.14), (0.42, 1.22)),),  # cedilla
    "\u0303": (((0.25, -0.16), (0.42, -0.24), (0.58, -0.16), (0.75, -0.24)),),  # tilde
}


def write(draw: ImageDraw.ImageDraw, at: Point, text: str, font: Font, fill: str) -> None:
    """Draw the text with its top left corner at `at`, in pixels; marks are strokes over the letters."""
    x, y = at
    letter = " "
    for character in unicodedata.normalize("NFD", text.replace("Œ", "OE").replace("œ", "oe")):
        if character in _MARKS:
            _mark(draw, (x - font.getlength(letter), y), letter, character, font, fill)
        elif not unicodedata.combining(character):
            letter = character
            draw.text((x, y), letter, font=font, fill=fill)
            x += font.getlength(letter)


def _mark(draw: ImageDraw.ImageDraw, at: Point, letter: str, mark: str, font: Font, fill: str) -> None:
    left, top, right, bottom = draw.textbbox(at, letter, font=font)
    width, height = right - left, bottom - top
    thickness = max(2, round(height * 0.09))
    for stroke in _MARKS[mark]:
        draw.line([(left + u * width, top + v * height) for u, v in stroke], fill=fill, width=thickness)
