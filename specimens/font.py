"""Finding the OCR-B font that machine readable zones are printed in.

It comes from the distribution's package `fonts-ocr-b`; when that is not installed, the package is
unpacked in `.run/fonts` without touching the system.
"""

from __future__ import annotations

import fcntl
import logging
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

_FILE_NAME = "OCRB.otf"
_PACKAGE = "fonts-ocr-b"
_SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
)
_PRIVATE_FOLDER = Path(__file__).resolve().parent.parent / ".run" / "fonts"
_DOWNLOAD_TIMEOUT_S = 120

_log = logging.getLogger(__name__)


class FontMissingError(RuntimeError):
    """The OCR-B font is neither installed nor to be had; the message says what to do."""


def locate(private_folder: Path = _PRIVATE_FOLDER) -> Path:
    """Return the path of OCR-B, fetching its package into `private_folder` when it is not installed.

    Raises FontMissingError when there is no font and the package cannot be fetched.
    """
    found = _installed((*_SYSTEM_FOLDERS, private_folder))
    return found if found is not None else _fetched(private_folder)


def _installed(folders: tuple[Path, ...]) -> Path | None:
    return next((path for folder in folders for path in sorted(folder.glob(f"**/{_FILE_NAME}"))), None)


def _fetched(folder: Path) -> Path:
    try:
        _unpack_once(folder)
    except (OSError, subprocess.SubprocessError) as error:
        raise FontMissingError(
            f"The OCR-B font is missing and its package could not be fetched ({error}). "
            f"Install it with `apt-get install {_PACKAGE}`, or put {_FILE_NAME} in {folder}."
        ) from error
    found = _installed((folder,))
    if found is None:
        raise FontMissingError(f"The package {_PACKAGE} holds no {_FILE_NAME}: put this file in {folder}.")
    return found


def _unpack_once(folder: Path) -> None:
    """Cards are drawn by several threads or processes at once: the first unpacks, the others wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _installed((folder,)) is None:
            _log.warning("The OCR-B font is missing: unpacking the package %s into %s", _PACKAGE, folder)
            _unpack(folder)


def _unpack(folder: Path) -> None:
    try:
        _run(["apt-get", "download", "-qq", _PACKAGE], folder)
    except subprocess.CalledProcessError:
        _download_with_own_lists(folder)
    for package in folder.glob(f"{_PACKAGE}_*.deb"):
        _run(["dpkg", "-x", package.name, "."], folder)
        package.unlink()


def _download_with_own_lists(folder: Path) -> None:
    """The machine's package lists are empty or old: fetch lists of our own, which needs no root."""
    with TemporaryDirectory(dir=folder) as kept:
        options = ["-o", f"Dir::State::lists={kept}/lists", "-o", f"Dir::Cache={kept}/cache"]
        for name in ("lists/partial", "cache"):
            (Path(kept) / name).mkdir(parents=True)
        _run(["apt-get", *options, "-qq", "update"], folder)
        _run(["apt-get", *options, "-qq", "download", _PACKAGE], folder)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_DOWNLOAD_TIMEOUT_S)
