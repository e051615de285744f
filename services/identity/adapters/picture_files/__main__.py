"""The child process that opens one file: reads it from standard input, answers on standard output, ends.

The first line of the answer is a JSON object: `sizes`, the bytes of each JPEG file that follows, or `reason`.
"""

from __future__ import annotations

import json
import resource
import sys

from services.identity.adapters.picture_files.defects import FileUnfitError
from services.identity.adapters.picture_files.limits import CPU_S, MEMORY_BYTES


def main() -> int:
    _bound()
    from services.identity.adapters.picture_files.decoding import jpegs_of  # the decoders load within the bounds

    try:
        files = jpegs_of(sys.stdin.buffer.read())
    except FileUnfitError as unfit:
        _answer({"reason": unfit.defect.value})
        return 0
    _answer({"sizes": [len(file) for file in files]}, *files)
    return 0


def _bound() -> None:
    """Memory, time, no file written, no core dump with a stranger's picture in it."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _answer(head: dict[str, object], *files: bytes) -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(files))


if __name__ == "__main__":
    sys.exit(main())
