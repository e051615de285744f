"""How large a file of people may be: the gateway reads no further, the service refuses more, pages say it.

A domain that decides on a size states it again, since it stands on nothing: `tests/architecture/test_sizes.py` holds
the two together.
"""

from __future__ import annotations

MB = 1_000_000
PICTURE_MB = 10
"""One side of an identity card, a PDF of both, or the photo of a face."""
DOCUMENT_MB = 10
"""What a partner sends to prove who it is."""
CLASS_LIST_MB = 20
