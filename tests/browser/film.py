"""What the browser's camera sees: a QR code held before it, as a YUV4MPEG2 file of a few frames."""

from __future__ import annotations

import io
from pathlib import Path

import segno
from PIL import Image

_SIZE = (640, 480)
_FRAMES = 2
_MODULE_PX = 8


def of_code(path: Path, code: str) -> None:
    """Write a film of `code` as a QR."""
    qr = io.BytesIO()
    segno.make(code, micro=False, boost_error=False).save(qr, kind="png", scale=_MODULE_PX, border=4)
    picture = Image.new("RGB", _SIZE, "lightgrey")
    with Image.open(qr) as drawn:
        picture.paste(drawn.convert("RGB"), ((_SIZE[0] - drawn.width) // 2, (_SIZE[1] - drawn.height) // 2))
    _write(path, picture)


def of_nothing(path: Path) -> None:
    """Write a film of a bare table."""
    _write(path, Image.new("RGB", _SIZE, "lightgrey"))


def _write(path: Path, picture: Image.Image) -> None:
    """4:2:0: full brightness, colours at half size both ways."""
    width, height = picture.size
    brightness, blue, red = picture.convert("YCbCr").split()
    half = (width // 2, height // 2)
    frame = b"".join(
        (b"FRAME\n", brightness.tobytes(), blue.resize(half).tobytes(), red.resize(half).tobytes()),
    )
    header = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(header + frame * _FRAMES)
