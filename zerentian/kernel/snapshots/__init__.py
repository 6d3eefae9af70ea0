"""Snapshots: the facts of one moment as Parquet, one file per county and view, and a DuckDB session over them."""

from zerentian.kernel.snapshots.keeping import Manifest, Part, kept, load, prune, session, verify
from zerentian.kernel.snapshots.taking import fact_columns, take

__all__ = ["Manifest", "Part", "fact_columns", "kept", "load", "prune", "session", "take", "verify"]
