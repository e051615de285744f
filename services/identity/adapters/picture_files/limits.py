"""What a file, and the process that opens it, may take."""

from __future__ import annotations

from chassis.sizes import MB, PICTURE_MB

MAX_BYTES = PICTURE_MB * MB
MAX_PIXELS = 40_000_000
LONGEST_SIDE_PX = 3000
MOST_SIDES = 2
"""A card has a front and a back."""

MEMORY_BYTES = 800_000_000
"""Address space of the child: 40 million pixels with transparency take 415 MB resident, measured."""
CPU_S = 10
PATIENCE_S = 30.0
"""Until the child is ended, waiting for a core included."""
AT_ONCE = 2
"""Files that one process opens at a time; the others wait."""
