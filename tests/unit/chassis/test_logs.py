"""Nothing personal reaches a log line."""

from __future__ import annotations

import pytest

from chassis import logs


@pytest.mark.parametrize("key", ["email", "iban", "password", "birth_date", "authorization", "code"])
def test_a_value_under_a_personal_key_is_redacted_at_any_depth(key: str) -> None:
    event = logs.redact(None, "info", {"event": "x", "account_id": "a", "inner": {key: "MARKED"}, key: "MARKED"})
    assert "MARKED" not in str(event)
    assert event["account_id"] == "a"
