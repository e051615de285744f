"""Drawing the face of a specimen: background, silhouette, printed fields, zone, overprint."""

from __future__ import annotations

import math
import random
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from specimens.font import locate
from specimens.holder import Holder
from specimens.lettering import Font, write

_WIDTH = 1300
_HEIGHTS = {"td1": 820, "td3": 914, "fr_card_2x36": 916}
_TITLES = {
    "td1": "CARTE NATIONALE D'IDENTITÉ",
    "td3": "PASSEPORT",
    "fr_card_2x36": "CARTE NATIONALE D'IDENTITÉ",
}
_ZONE_WIDTH = 1157
_ZONE_LEFT = (_WIDTH - _ZONE_WIDTH) // 2
_ADVANCE = 0.723  # width of every OCR-B character, in ems
_LEADING = 64
_INK = "#14141c"
_LABEL_INK = "#5b6478"
_OVERPRINT = (190, 40, 60, 70)


def face(holder: Holder, lines: tuple[str, ...], document_format: str, seed: int) -> Image.Image:
    """Return a clean RGB picture, 1300 px wide, of a card (or passport page) with its zone."""
    picture = _background(_HEIGHTS[document_format], seed)
    draw = ImageDraw.Draw(picture)
    write(draw, (60, 36), _TITLES[document_format], _print_font(40), "#23356b")
    _silhouette(draw)
    _printed_fields(draw, holder, lines, document_format)
    picture = _overprinted(picture)
    _zone(picture, lines)
    return picture


@cache
def _zone_font(size: float) -> Font:
    return ImageFont.truetype(str(locate()), size)


@cache
def _print_font(size: int) -> Font:
    return ImageFont.load_default(size)


def _background(height: int, seed: int) -> Image.Image:
    """Pale paper with the fine waves that security printing has."""
    draw_of_waves = random.Random(f"waves {seed}")  # noqa: S311 - decoration
    picture = Image.new("RGB", (_WIDTH, height), "#e9eef4")
    draw = ImageDraw.Draw(picture)
    for top in range(-40, height + 40, 14):
        phase, swing = draw_of_waves.uniform(0, math.tau), draw_of_waves.uniform(6, 18)
        wave = [(x, top + swing * math.sin(x / 90 + phase)) for x in range(0, _WIDTH + 20, 20)]
        draw.line(wave, fill=draw_of_waves.choice(("#dbe6ef", "#e6dfee", "#dfeae2")), width=2)
    return picture


def _silhouette(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((60, 110, 370, 520), fill="#c9d2dc", outline="#9aa7b5", width=2)
    draw.ellipse((145, 170, 285, 340), fill="#8494a6")
    draw.pieslice((85, 350, 345, 690), 180, 360, fill="#8494a6")


def _printed_fields(draw: ImageDraw.ImageDraw, holder: Holder, lines: tuple[str, ...], form: str) -> None:
    fields = [
        ("Nom", holder.surname.upper()),
        ("Prénoms", ", ".join(holder.given_names.split())),
        ("Sexe / Né(e) le", f"{holder.sex}   {holder.birth_date:%d %m %Y}"),
        ("N° du document", _printed_number(lines, form)),
    ]
    if form != "fr_card_2x36":
        fields.append(("Expire le", f"{holder.last_day:%d %m %Y}"))
    for row, (label, value) in enumerate(fields):
        top = 112 + row * 88
        draw_label = _print_font(22)
        write(draw, (420, top), label, draw_label, _LABEL_INK)
        write(draw, (420, top + 32), value, _print_font(38), _INK)


def _printed_number(lines: tuple[str, ...], form: str) -> str:
    return lines[0][5:14] if form == "td1" else lines[1][: 9 if form == "td3" else 12]


def _zone(picture: Image.Image, lines: tuple[str, ...]) -> None:
    """The white band at the foot, its lines in OCR-B at the pitch that fills the width."""
    pitch = _ZONE_WIDTH / len(lines[0])
    top = picture.height - len(lines) * _LEADING - 34
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, top - 22, _WIDTH, picture.height), fill="#f6f7f8")
    for row, line in enumerate(lines):
        draw.text((_ZONE_LEFT, top + row * _LEADING), line, font=_zone_font(pitch / _ADVANCE), fill=_INK)


def _overprinted(picture: Image.Image) -> Image.Image:
    """SPECIMEN across the face, so that nobody takes it for a document."""
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    font = _print_font(170)
    ImageDraw.Draw(layer).text((430, 230), "SPECIMEN", font=font, fill=_OVERPRINT)
    return Image.alpha_composite(picture.convert("RGBA"), layer.rotate(14, center=(650, 330))).convert("RGB")
