"""Typst in a process of its own: JSON on standard input, the PDF on standard output.

Run by path and isolated (`python -I`), so it imports nothing of the project. Typst keeps what it laid out for later
documents, some 100 MB after 2,000 lines: that memory goes with the process.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typst


def main() -> int:
    """The document's data reach the template as one JSON text, never as markup."""
    asked = json.load(sys.stdin)
    template = Path(asked["template"])
    try:
        content = typst.compile(
            template,
            root=template.parent,
            ignore_system_fonts=True,  # the wheel's own: the same paper on each machine
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=asked["dated_s"],
            sys_inputs={"content": json.dumps(asked["content"])},
        )
    except typst.TypstError as error:
        sys.stderr.write(str(error))
        return 1
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
