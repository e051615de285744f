"""The schemas that rulebooks are checked by."""

import pytest
from jsonschema import Draft202012Validator

from rulebooks.structure import schema_named


@pytest.mark.parametrize("schema", ["rulebook", "authority", "cases"])
def test_each_is_a_json_schema(schema: str) -> None:
    """Processes take it for one as they start."""
    Draft202012Validator.check_schema(schema_named(schema))
