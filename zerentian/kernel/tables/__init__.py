"""Tables in and out of the house: declared columns, templates, reading, exports, workbooks of errors."""

from zerentian.kernel.tables.columns import Column, Problem, Sheet
from zerentian.kernel.tables.reading import as_read, read_batches, read_rows, schema_of, sheets_in, unknown_file
from zerentian.kernel.tables.template import Choices, write_template
from zerentian.kernel.tables.typing import typed
from zerentian.kernel.tables.workbook import facts_of
from zerentian.kernel.tables.worklist import WorkList, write_worklist
from zerentian.kernel.tables.writing import (
    MEDIA_TYPES,
    Percent,
    write_error_workbook,
    write_table,
)

__all__ = [
    "MEDIA_TYPES",
    "Choices",
    "Column",
    "Percent",
    "Problem",
    "Sheet",
    "WorkList",
    "as_read",
    "facts_of",
    "read_batches",
    "read_rows",
    "schema_of",
    "sheets_in",
    "typed",
    "unknown_file",
    "write_error_workbook",
    "write_table",
    "write_template",
    "write_worklist",
]
