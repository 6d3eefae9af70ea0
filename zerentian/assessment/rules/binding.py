"""The SQL of a measure with its named values written in, so that both engines get the same text."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

_NAME = re.compile(r"(?<![:\w]):([a-z_]+)")
# The only fact that points from a row to one of an area above is a body's superior.
_UPWARD = re.compile(r"\bsuperior\b")

Value = date | bool | int | Decimal | str


def literal(value: Value) -> str:
    """A value as PostgreSQL and DuckDB both read it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, int | Decimal):
        return f"{value}" if value >= 0 else f"({value})"
    return "'" + value.replace("'", "''") + "'"


def bind(sql: str, values: Mapping[str, Value]) -> str:
    """The statement with every `:name` replaced; KeyError when a value is missing."""
    return _NAME.sub(lambda match: literal(values[match[1]]), sql)


def looks_above(sql: str) -> bool:
    """Whether the statement needs rows of the divisions above an area to be right for the area."""
    return _UPWARD.search(sql) is not None
