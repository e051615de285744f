"""Is this picture what a telephone's screen showed, rather than what its camera saw?"""

from __future__ import annotations

from PIL import Image

_LEAST_ELONGATED = 1.7  # screens are 16:9 and longer; cards, passports, sheets and cameras' pictures shorter
_EDGE_SHARE = 0.005


def is_screenshot(image: Image.Image) -> bool:
    """Tell whether a picture kept without loss is as long as a screen, with ends of one exact colour.

    A camera's noise leaves no row of one colour; screens draw whole bars of it.
    """
    if max(image.size) < _LEAST_ELONGATED * min(image.size):
        return False
    return all(_is_one_colour(image.crop(end)) for end in _ends(image.size))


def _ends(size: tuple[int, int]) -> tuple[tuple[int, int, int, int], ...]:
    """The two strips across the picture's short side, at the ends of its long one."""
    width, height = size
    depth = max(1, round(max(size) * _EDGE_SHARE))
    if height > width:
        return (0, 0, width, depth), (0, height - depth, width, height)
    return (0, 0, depth, height), (width - depth, 0, width, height)


def _is_one_colour(strip: Image.Image) -> bool:
    return strip.getcolors(1) is not None
