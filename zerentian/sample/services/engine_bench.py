"""The computation of a match on another engine beside DuckDB: of half of the tables and of all, the register the same."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from zerentian.exchange import services as exchange
from zerentian.exchange.services import engines
from zerentian.exchange.services.computing import Inputs, compute, register
from zerentian.exchange.services.engines import MEMORY, WORKERS
from zerentian.exchange.services.hits import digest_of_hits
from zerentian.exchange.services.matching import inputs_of
from zerentian.exchange.services.stages import Log, take_over
from zerentian.kernel.actor import system
from zerentian.kernel.bench import Measured, Report
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.refusal import Refused

FIRST = "the first round"
SIZES = {"half of the tables": 2, "all of the tables": 1}


@dataclass(frozen=True, slots=True)
class _Part(Inputs):
    """Of every table one of so many rows, in files of their own below `folder`."""

    folder: Path = Path()
    of: int = 1

    def paths(self, source: str) -> list[Path]:
        """See Inputs."""
        found = Inputs.paths(self, source)
        if self.of == 1:
            return found
        target = self.folder / f"{source}-{self.of}.parquet"
        if not target.exists():
            listed = ", ".join(f"'{path}'" for path in found)
            with duckdb.connect(config={"threads": WORKERS, "memory_limit": MEMORY}) as duck:
                duck.execute(
                    f"copy (select * from read_parquet([{listed}], union_by_name = true) where row % {self.of} = 0)"  # noqa: S608
                    f" to '{target}' (format parquet, compression zstd)"
                )
        return [target]


def compare_engines(report: Report, snapshot: str, engine: str) -> None:
    """Seconds of both at both sizes, how the cost of each grows, and whether they come to the same.

    Each begins with a round on half of the tables that counts for no size: an engine's first work is slower than any later.
    """
    with unit(system()):
        made = exchange.begin_match(by=system(), here=True, snapshot=snapshot)
    whole = inputs_of(made)
    names = (engines.Duck.name, engine)
    results: dict[str, list[str]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(dir=place("exchange", "matches"), prefix=".bench-") as name:
        root = Path(name)
        register(Log(root), ())
        for size, of in {FIRST: max(SIZES.values()), **SIZES}.items():
            part = _Part(**{f: getattr(whole, f) for f in Inputs.__slots__}, folder=root, of=of)
            rows = sum(pq.read_metadata(path).num_rows for source in part.tables for path in part.paths(source))
            for one in names:
                folder = root / f"{one.partition(':')[0].partition('[')[0]}-{size.replace(' ', '-')}"
                take_over(root / "register", folder / "register")
                with report.measure(f"{one}, {size}", rows=rows):
                    compute(replace(part, engine=one), folder)
                results[one].append(digest_of_hits(part.hits(folder), part.rules))
    if results[names[0]] != results[names[1]]:
        raise Refused(f"{names[1]} 和 {names[0]} 比对的结果不同：{results}")
    report.note("both engines came to the same hits, of half and of all")
    _growth(report, names)


def _growth(report: Report, names: tuple[str, str]) -> None:
    """What a row costs at each size, and how much longer all of them take than half."""
    found = {one: [_of(report, one, size) for size in SIZES] for one in names}
    for one, (half, whole) in found.items():
        each = [1e6 * m.seconds / m.rows for m in (half, whole)]
        report.note(
            f"{one}: {each[0]:.2f} µs a row of {half.rows:,}, {each[1]:.2f} µs a row of {whole.rows:,};"
            f" {whole.rows / half.rows:.2f} times the rows cost {whole.seconds / half.seconds:.2f} times the seconds,"
            f" and each further row {1e6 * (whole.seconds - half.seconds) / (whole.rows - half.rows):.2f} µs"
        )
    for at, size in enumerate(SIZES):
        duck, other = (found[one][at].seconds for one in names)
        report.note(f"{size}: {names[1]} takes {other / duck:.1f} times as long as {names[0]}")


def _of(report: Report, engine: str, size: str) -> Measured:
    return next(m for m in report.measured if m.name == f"{engine}, {size}")
