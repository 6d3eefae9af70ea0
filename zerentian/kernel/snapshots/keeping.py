"""Finished snapshots: their manifests, whether they are whole, a DuckDB session over one."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from django.utils import timezone

from zerentian.kernel.files import place
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, Range

FORMAT = 1
WORKERS = 2
_COUNTY = Level.COUNTY.span

Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One file: the view, the county's first six digits (empty: all of the view), rows, bytes and SHA-256."""

    view: str
    county: str
    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds. `last_act`: every act up to this one is in it; `schema`: digest of the views' columns."""

    name: str
    as_of: date
    taken_at: datetime
    last_act: int
    schema: str
    columns: dict[str, Columns]
    parts: tuple[Part, ...]
    folder: Path
    counts: dict[str, int]
    digest: str

    def rows(self, view: str) -> int:
        """How many rows of a view."""
        return sum(part.rows for part in self.parts if part.view == view)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(part.bytes for part in self.parts)

    @property
    def total(self) -> int:
        """How many rows in all."""
        return sum(part.rows for part in self.parts)


def load(folder: Path) -> Manifest:
    """The manifest of a finished snapshot; Refused when there is none or it is of another format."""
    try:
        stored = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(f"“{folder.name}”不是完好的快照：没有可读的 manifest.json") from error
    if stored.get("format") != FORMAT:
        raise Refused(f"快照“{folder.name}”是第 {stored.get('format')} 版格式，本程序读第 {FORMAT} 版")
    return Manifest(
        folder.name,
        date.fromisoformat(stored["as_of"]),
        datetime.fromisoformat(stored["taken_at"]),
        stored["last_act"],
        stored["schema"],
        {view: tuple((name, kind) for name, kind in found) for view, found in stored["columns"].items()},
        tuple(Part(**part) for part in stored["parts"]),
        folder,
        stored["rows"],
        sha256_of(folder / "manifest.json"),
    )


def kept(root: Path | None = None) -> list[Manifest]:
    """The finished snapshots, the newest first."""
    home = root or place("snapshots")
    found = [load(path.parent) for path in home.glob("*/manifest.json") if not path.parent.name.startswith(".")]
    return sorted(found, key=lambda m: (m.taken_at, int(m.name.rpartition("-")[2])), reverse=True)


def verify(folder: Path, digest: str = "") -> list[str]:
    """What is wrong with a snapshot, in sentences; empty when it is whole.

    Compares every file with the manifest (digest, rows, columns), the counts by view, the version of the columns, what
    else lies in the folder; and the manifest with `digest`, what was recorded when it was taken.
    """
    manifest = load(folder)
    faults = []
    if digest and manifest.digest != digest:
        faults.append("清单 manifest.json 被改动过：摘要与取快照时的记录不符")
    if schema_of(manifest.columns) != manifest.schema:
        faults.append("清单里的列与它的版本摘要不符")
    faults += [f"视图 {v} 的行数与各文件之和不符" for v, rows in manifest.counts.items() if rows != manifest.rows(v)]
    faults += [f"视图 {v} 没有文件" for v in manifest.columns if all(part.view != v for part in manifest.parts)]
    for part in manifest.parts:
        faults += _part_faults(manifest, part)
    known = {folder / part.path for part in manifest.parts} | {folder / "manifest.json"}
    strange = sorted(path for path in folder.rglob("*") if path.is_file() and path not in known)
    return faults + [f"多出文件 {path.relative_to(folder)}" for path in strange]


def _part_faults(manifest: Manifest, part: Part) -> list[str]:
    path = manifest.folder / part.path
    if not path.is_file():
        return [f"缺少文件 {part.path}"]
    if sha256_of(path) != part.sha256:
        return [f"文件 {part.path} 被改动过：摘要与清单不符"]
    found = pq.read_metadata(path)
    if found.num_rows != part.rows:
        return [f"文件 {part.path} 的行数与清单不符"]
    if found.schema.to_arrow_schema().names != [name for name, _kind in manifest.columns.get(part.view, ())]:
        return [f"文件 {part.path} 的列与清单不符"]
    return []


def sweep(root: Path | None = None) -> None:
    """Remove drafts left behind by a killed process."""
    old = (timezone.now() - timedelta(hours=6)).timestamp()
    for draft in (root or place("snapshots")).glob(".draft-*"):
        if draft.stat().st_mtime < old:
            shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def session(folder: Path, area: Range | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB session in which `facts.<view>` reads the snapshot, with the columns that PostgreSQL has.

    With `area` only the files of its counties are read, and those of the single areas above it.
    """
    manifest = load(folder)
    with duckdb.connect(config={"threads": WORKERS, "memory_limit": "1GB"}) as duck:
        duck.execute("create schema facts")
        for view, columns in manifest.columns.items():
            every = [part for part in manifest.parts if part.view == view]
            parts = [part for part in every if area is None or _is_near(part, area)]
            names = ", ".join(f'"{name}"' for name, _ in columns)
            files = ", ".join("'" + str(folder / part.path).replace("'", "''") + "'" for part in parts or every[:1])
            none = "" if parts else " where false"
            duck.execute(f'create view facts."{view}" as select {names} from read_parquet([{files}]){none}')  # noqa: S608
        yield duck


def _is_near(part: Part, area: Range) -> bool:
    """Whether a file may hold rows of the area or of an area above it."""
    if not part.county:
        return True
    lo = int(part.county) * _COUNTY
    above = {area.lo - area.lo % level.span for level in (Level.PROVINCE, Level.CITY)}
    return area.lo < lo + _COUNTY and area.hi > lo or lo in above


def schema_of(columns: dict[str, Columns]) -> str:
    """The version of the views: a digest of their columns."""
    return hashlib.sha256(json.dumps(columns, sort_keys=True).encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """The digest of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
