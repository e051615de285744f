"""Drawing the sides of a specimen: background, silhouette, printed fields, zone, overprint."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from specimens.font import locate
from specimens.holder import Holder
from specimens.lettering import Font, write

_WIDTH = 1300
_ZONE_WIDTH = 1157
_ZONE_LEFT = (_WIDTH - _ZONE_WIDTH) // 2
_ADVANCE = 0.723  # width of every OCR-B character, in ems
_LEADING = 64
_INK = "#14141c"
_LABEL_INK = "#5b6478"
_OVERPRINT = (190, 40, 60, 70)
_SEAL_PX = 230


@dataclass(frozen=True)
class _Look:
    """What a format prints: its height, its title, its labels of surname and given names."""

    height: int
    title: str
    surname: str
    given_names: str
    is_inline: bool = False  # the value stands beside its label
    has_expiry: bool = True


_LOOKS: Mapping[str, _Look] = {
    "td1": _Look(820, "CARTE NATIONALE D'IDENTITÉ", "NOM / Surname", "Prénoms / Given names"),
    "td3": _Look(914, "PASSEPORT", "Nom / Surname (1)", "Prénoms / Given names (2)"),
    "fr_card_2x36": _Look(916, "CARTE NATIONALE D'IDENTITÉ", "Nom :", "Prénom(s) :", is_inline=True, has_expiry=False),
    "residence_permit": _Look(820, "TITRE DE SÉJOUR", "NOM / SURNAME", "Prénoms / FORENAMES"),
}
TWO_SIDED = ("td1", "residence_permit")
"""Formats that print the names on one side and the zone on the other."""


def face(holder: Holder, lines: tuple[str, ...], document_format: str, seed: int) -> Image.Image:
    """Return a clean RGB picture, 1300 px wide: printed fields and zone together (a card in two sides is drawn
    as a copy that shows both)."""
    picture = front(holder, lines, document_format, seed)
    _zone(picture, lines)
    return picture


def front(holder: Holder, lines: tuple[str, ...], document_format: str, seed: int) -> Image.Image:
    """Return the printed fields without any zone."""
    look = _LOOKS[document_format]
    picture = _background(look.height, seed)
    draw = ImageDraw.Draw(picture)
    write(draw, (60, 36), look.title, _print_font(40), "#23356b")
    _silhouette(draw)
    _printed_fields(draw, holder, lines, document_format)
    return _overprinted(picture)


def back(
    holder: Holder, lines: tuple[str, ...], document_format: str, seed: int, seal: Image.Image | None
) -> Image.Image:
    """Return the side that has the zone and no name; a seal is printed on it when there is one."""
    picture = _background(_LOOKS[document_format].height, seed + 1)
    draw = ImageDraw.Draw(picture)
    for row, text in enumerate(("Adresse", "1 RUE DES SPECIMENS", "00000 FICTIVILLE", f"{holder.issued_on:%d %m %Y}")):
        write(draw, (60, 60 + row * 62), text, _print_font(22 if row == 0 else 34), _LABEL_INK if row == 0 else _INK)
    if seal is not None:
        picture.paste(seal.resize((_SEAL_PX, _SEAL_PX), Image.Resampling.NEAREST), (_WIDTH - _SEAL_PX - 90, 90))
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
    look = _LOOKS[form]
    names = [(look.surname, holder.surname.upper()), (look.given_names, ", ".join(holder.given_names.split()))]
    others = [
        ("Sexe / Né(e) le", f"{holder.sex}   {holder.birth_date:%d %m %Y}"),
        ("N° du document", _printed_number(lines, form)),
    ]
    if look.has_expiry:
        others.append(("Expire le", f"{holder.last_day:%d %m %Y}"))
    for row, (label, value) in enumerate((*names, *others)):
        _printed_field(draw, 112 + row * 88, label, value, is_inline=look.is_inline and row < len(names))


def _printed_field(draw: ImageDraw.ImageDraw, top: int, label: str, value: str, *, is_inline: bool) -> None:
    if is_inline:
        write(draw, (420, top + 24), f"{label} {value}", _print_font(38), _INK)
        return
    write(draw, (420, top), label, _print_font(22), _LABEL_INK)
    write(draw, (420, top + 32), value, _print_font(38), _INK)


def _printed_number(lines: tuple[str, ...], form: str) -> str:
    return lines[0][5:14] if form in TWO_SIDED else lines[1][: 9 if form == "td3" else 12]


def _zone(picture: Image.Image, lines: tuple[str, ...]) -> None:
    """The white band at the foot, its lines in OCR-B at the pitch that fills the width."""
    pitch = _ZONE_WIDTH / len(lines[0])
    top = picture.height - len(lines) * _LEADING - 34
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, top - 22, _WIDTH, picture.height), fill="#f6f7f8")
    for row, line in enumerate(lines):
        draw.text((_ZONE_LEFT, top + row * _LEADING), line, font=_zone_font(pitch / _ADVANCE), fill=_INK)


def _overprinted(picture: Image.Image) -> Image.Image:
    """SPECIMEN across the portrait and below the names, so that nobody takes it for a document."""
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    font = _print_font(150)
    ImageDraw.Draw(layer).text((480, 330), "SPECIMEN", font=font, fill=_OVERPRINT)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")
