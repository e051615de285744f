"""A rulebook's file as PDF/UA-1, written by Typst: the same file always gives the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rulebooks.authoring.conditions import Words
from rulebooks.authoring.page import outline
from rulebooks.documents import Document
from rulebooks.errors import RulebookError

_TYPESETTING = Path(__file__).with_name("typesetting.py")
_LONGEST_S = 60.0


class NotPrinted(RulebookError):
    """Typst is not installed, or refused the page."""


def pdf(document: Document, content_hash: str) -> bytes:
    """Raises NotPrinted."""
    stated = document.content
    starts_on = datetime.fromisoformat(stated["season"]["starts_on"]).replace(tzinfo=UTC)
    asked = {"dated_s": int(starts_on.timestamp()), "rulebook": _content(document, content_hash)}
    command = [sys.executable, "-I", str(_TYPESETTING)]
    try:
        done = subprocess.run(
            command, input=json.dumps(asked).encode(), capture_output=True, timeout=_LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotPrinted("the page took too long to print") from None
    if done.returncode:
        raise NotPrinted(done.stderr.decode(errors="replace").strip()[-500:])
    return done.stdout


def _content(document: Document, content_hash: str) -> dict[str, Any]:
    return {
        "title": document.content["title"],
        "document": document.content["document"],
        "hash": content_hash,
        "parts": [
            {
                "title": part.title,
                "groups": [
                    {"title": title, "rows": [[each.label, _tree(each.words), each.source] for each in told]}
                    for title, told in part.groups
                ],
            }
            for part in outline(document)
        ],
    }


def _tree(words: Words) -> dict[str, Any]:
    return {"text": words.text, "parts": [_tree(part) for part in words.parts]}
