"""Every draw of the demo: the same seed and subject give the same draw, in whatever order they are asked."""

from __future__ import annotations

import random


def draw(seed: int, *subject: object) -> random.Random:
    """A generator of its own for one subject, so that parallel steps cannot disturb one another."""
    return random.Random(f"{seed}/" + "/".join(map(str, subject)))  # noqa: S311 - repeatable, not secret
