"""A QR drawn as SVG, as the pixels that a camera would see."""

from __future__ import annotations

import re

from PIL import Image, ImageDraw

_SCALE = 6


def picture_of(svg: str) -> Image.Image:
    """segno's own path: rows of horizontal strokes, one module high."""
    width = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    path = re.findall(r' d="(M[^"]+)"', svg)[-1]
    picture = Image.new("L", (width * _SCALE, width * _SCALE), 255)
    pen = ImageDraw.Draw(picture)
    x = y = 0.0
    for command, numbers in re.findall(r"([MmhH])([^MmhH]*)", path):
        values = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        match command:
            case "M":
                x, y = values
            case "m":
                x, y = x + values[0], y + values[1]
            case "h":
                top = (y - 0.5) * _SCALE
                pen.rectangle((x * _SCALE, top, (x + values[0]) * _SCALE - 1, top + _SCALE - 1), fill=0)
                x += values[0]
    return picture
