"""Typst in a process of its own: JSON on standard input, the PDF on standard output.

Run by path and isolated (`python -I`), so it imports nothing of the project. The rulebook reaches the template as one
JSON text, never as markup.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

TEMPLATE = Path(__file__).with_name("rulebook.typ")


def main() -> int:
    try:
        import typst
    except ImportError:
        sys.stderr.write("typst is not installed: pip install typst")
        return 1
    asked = json.load(sys.stdin)
    try:
        content = typst.compile(
            TEMPLATE,
            root=TEMPLATE.parent,
            ignore_system_fonts=True,  # the wheel's own: the same paper on each machine
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=asked["dated_s"],
            sys_inputs={"rulebook": json.dumps(asked["rulebook"])},
        )
    except typst.TypstError as error:
        sys.stderr.write(str(error))
        return 1
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
