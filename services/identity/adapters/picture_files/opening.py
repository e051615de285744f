"""Opening a stranger's file at arm's length: a child process of its own, bounded, without our environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

from services.identity.adapters.picture_files.limits import AT_ONCE, MAX_BYTES, PATIENCE_S
from services.identity.adapters.picture_files.safe_picture import SafePicture
from services.identity.domain.documents.reasons import Reason

_CHILD = (sys.executable, "-m", "services.identity.adapters.picture_files")
_TURNS = threading.BoundedSemaphore(AT_ONCE)


class PictureRefusedError(Exception):
    """The file is not a picture that we read; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def open_file(content: bytes) -> tuple[SafePicture, ...]:
    """Open a JPEG, PNG, HEIC or PDF file: a picture, or one a page.

    A child that dies, or passes its memory or its time, opened a file that is damaged, by accident or on
    purpose: the caller lives on. Raises PictureRefusedError.
    """
    if len(content) > MAX_BYTES:
        raise PictureRefusedError(Reason.TOO_HEAVY)
    with _TURNS:
        answer = _answer_of(content)
    if not answer:
        raise PictureRefusedError(Reason.DAMAGED_FILE)
    head, _, body = answer.partition(b"\n")
    told = json.loads(head)
    if "reason" in told:
        raise PictureRefusedError(Reason(told["reason"]))
    return tuple(SafePicture(file) for file in _cut(body, told["sizes"]))


def _answer_of(content: bytes) -> bytes:
    """What the child says, nothing when it died or was ended."""
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            _CHILD, input=content, capture_output=True, timeout=PATIENCE_S, env=environment, check=True
        ).stdout
    except subprocess.SubprocessError:
        return b""


def _cut(body: bytes, sizes: list[int]) -> Iterator[bytes]:
    start = 0
    for size in sizes:
        yield body[start : start + size]
        start += size
