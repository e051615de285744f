"""What the child process finds wrong with a file."""

from __future__ import annotations

from enum import Enum


class Defect(Enum):
    """Each value is the code of a `Reason`."""

    UNSUPPORTED_FORMAT = "unsupported_format"
    DAMAGED_FILE = "damaged_file"
    TOO_HEAVY = "too_heavy"
    TOO_LARGE = "too_large"
    SCREENSHOT = "screenshot"
    PDF_TOO_LONG = "pdf_too_long"
    PDF_WITH_SCRIPT = "pdf_with_script"


class FileUnfitError(Exception):
    """The file is no picture that we keep; `defect` says why."""

    def __init__(self, defect: Defect) -> None:
        super().__init__(defect.value)
        self.defect = defect
