"""What a young person's telephone does to a card: turned, shaded, blurred, noisy, compressed."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

_TABLE = (96, 84, 72)


@dataclass(frozen=True)
class Wear:
    """How much a picture suffers: degrees, pixels, grey levels (of 255), share of light, JPEG quality."""

    most_turn_deg: float
    blur_px: float
    noise_levels: float
    shade: float
    margin_px: int
    jpeg_quality: int


LEVELS = {
    2: Wear(most_turn_deg=2.0, blur_px=0.6, noise_levels=4.0, shade=0.18, margin_px=20, jpeg_quality=75),
    3: Wear(most_turn_deg=4.0, blur_px=1.0, noise_levels=8.0, shade=0.4, margin_px=40, jpeg_quality=60),
}


def photographed(picture: Image.Image, difficulty: int, seed: int) -> bytes:
    """Return the file: PNG as drawn at difficulty 1 (a clean scan), JPEG with wear at 2 and 3.

    Raises ValueError for another difficulty.
    """
    if difficulty == 1:
        return _saved(picture, "PNG")
    if difficulty not in LEVELS:
        raise ValueError(f"unknown difficulty {difficulty}: 1, 2 or 3")
    wear, draw = LEVELS[difficulty], np.random.default_rng([seed, difficulty])
    turned = _on_a_table(picture, wear, draw).filter(ImageFilter.GaussianBlur(wear.blur_px))
    lit = _shaded(np.asarray(turned, dtype=np.float32), wear.shade, draw)
    noisy = lit + draw.normal(0, wear.noise_levels, lit.shape)
    return _saved(Image.fromarray(noisy.clip(0, 255).astype(np.uint8)), "JPEG", quality=wear.jpeg_quality)


def _on_a_table(picture: Image.Image, wear: Wear, draw: np.random.Generator) -> Image.Image:
    size = (picture.width + 2 * wear.margin_px, picture.height + 2 * wear.margin_px)
    table = Image.new("RGB", size, _TABLE)
    table.paste(picture, (wear.margin_px, wear.margin_px))
    turn = float(draw.uniform(-wear.most_turn_deg, wear.most_turn_deg))
    return table.rotate(turn, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=_TABLE)


def _shaded(pixels: np.ndarray, shade: float, draw: np.random.Generator) -> np.ndarray:
    """A shadow that falls across the picture in a direction drawn."""
    height, width = pixels.shape[:2]
    angle = draw.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = np.cos(angle) * columns / width + np.sin(angle) * rows / height
    light = 1 - shade * (slope - slope.min()) / np.ptp(slope)
    return np.asarray(pixels * light[:, :, None])


def _saved(picture: Image.Image, file_format: str, **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()
