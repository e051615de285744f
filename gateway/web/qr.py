"""QR codes as SVG: drawn here, nothing from elsewhere."""

from __future__ import annotations

import io

import segno


def svg(text: str) -> str:
    """A QR with its quiet zone, sized by its place; decorative: what it holds is written beside it."""
    drawn = io.BytesIO()
    segno.make(text, micro=False, boost_error=False).save(
        drawn, kind="svg", xmldecl=False, nl=False, omitsize=True, border=4, dark="#000", light="#fff"
    )
    return drawn.getvalue().decode()
