"""The register's side of a match: who is in it today, as tokens only."""

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from django.db import connection

_KEYS = """
copy (
  select id, household_id, division,
    ('x' || encode(substr(id_token, 1, 8), 'hex'))::bit(64)::bigint,
    ('x' || encode(substr(id_token, 9, 8), 'hex'))::bit(64)::bigint
  from registry_person where left_on is null and id_token is not null
) to stdout (format csv)
"""
_SCHEMA = pa.schema([(name, pa.int64()) for name in ("person", "household", "division", "t", "u")])
_BLOCK = 8 << 20


def write_keys(target: Path) -> int:
    """Write person, household, division and the two halves of the identity token of everybody present; how many."""
    held, rows = io.BytesIO(), 0
    with pq.ParquetWriter(target, _SCHEMA, compression="zstd") as writer:
        with connection.cursor() as cursor, cursor.copy(_KEYS) as copy:
            for data in copy:
                held.write(data)
                if held.tell() >= _BLOCK:
                    rows += _write(writer, held)
                    held = io.BytesIO()
        rows += _write(writer, held)
    return rows


def _write(writer: pq.ParquetWriter, held: io.BytesIO) -> int:
    if not held.tell():
        return 0
    table = pc.read_csv(
        pa.py_buffer(held.getvalue()),
        read_options=pc.ReadOptions(column_names=_SCHEMA.names, block_size=_BLOCK * 2),
        convert_options=pc.ConvertOptions(column_types=_SCHEMA),
    )
    writer.write_table(table)
    return int(table.num_rows)
