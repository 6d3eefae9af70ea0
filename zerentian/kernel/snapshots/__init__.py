"""Snapshots: the facts of one moment as Parquet, one file per county and view, and a DuckDB session over them."""

from zerentian.kernel.snapshots.comparing import KINDS, Change, Comparison, Count, comparison, summed
from zerentian.kernel.snapshots.keeping import Manifest, Part, kept, load, session, sweep, verify
from zerentian.kernel.snapshots.records import check, check_due, destroy, find
from zerentian.kernel.snapshots.taking import fact_columns, take

__all__ = [
    "KINDS",
    "Change",
    "Comparison",
    "Count",
    "Manifest",
    "Part",
    "check",
    "check_due",
    "comparison",
    "destroy",
    "fact_columns",
    "find",
    "kept",
    "load",
    "session",
    "summed",
    "sweep",
    "take",
    "verify",
]
