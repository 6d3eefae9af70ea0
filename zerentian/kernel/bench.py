"""Benchmarks: each is measured beside its raw baseline in the same run, and reported as a ratio to it."""

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")
SAMPLE = 0.05  # seconds between two looks at the memory


@dataclass
class Measured:
    """One measurement: seconds (a median when repeated), rows, the highest memory, and what it is compared with."""

    name: str
    seconds: float = 0.0
    slowest: float = 0.0
    rows: int = 0
    megabytes: float = 0.0
    baseline: str = ""
    ratio: float | None = None
    goal: float | None = None

    @property
    def rate(self) -> float | None:
        """Rows a second, where rows were counted."""
        return self.rows / self.seconds if self.rows and self.seconds else None

    @property
    def is_met(self) -> bool | None:
        """Whether the ratio reaches its goal; None without one."""
        return None if self.goal is None or self.ratio is None else self.ratio <= self.goal


@dataclass
class Report:
    """What a benchmark fills: `with report.measure("import", rows=n): …`, then `report.compare("import", "copy")`."""

    title: str
    scale: str
    measured: list[Measured] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @contextmanager
    def measure(self, name: str, *, rows: int = 0) -> Iterator[Measured]:
        """Time one stretch of work and watch the memory of this process; set `.rows` inside if known only then."""
        found = Measured(name, rows=rows)
        began = time.perf_counter()
        with Peak() as peak:
            try:
                yield found
            finally:
                found.seconds = found.slowest = time.perf_counter() - began
                found.megabytes = peak.whole
                self.measured.append(found)

    def repeat(self, name: str, function: Callable[[], Any], *, times: int = 20) -> Measured:
        """Call many times; seconds is the median, slowest the 95th percentile."""
        return self.alternate({name: function}, times=times)[0]

    def alternate(self, functions: Mapping[str, Callable[[], Any]], *, times: int = 20) -> list[Measured]:
        """The same for several, called in turns: what else the machine does slows all of them alike."""
        spans: dict[str, list[float]] = {name: [] for name in functions}
        for _ in range(times):
            for name, function in functions.items():
                began = time.perf_counter()
                function()
                spans[name].append(time.perf_counter() - began)
        found = [
            Measured(name, statistics.median(each), sorted(each)[min(times - 1, int(times * 0.95))])
            for name, each in spans.items()
        ]
        self.measured += found
        return found

    def compare(self, name: str, baseline: str, *, goal: float | None = None) -> float:
        """The time of one over the time of the other (per row, where both counted rows); `goal` is the most wanted."""
        one, other = self._find(name), self._find(baseline)
        counted = one.rows and other.rows
        ratio = one.seconds / other.seconds * (other.rows / one.rows if counted else 1)
        one.baseline, one.ratio, one.goal = baseline, ratio, goal
        return ratio

    def note(self, text: str) -> None:
        """A line below the table."""
        self.notes.append(text)

    def require(self, text: str, *, met: bool) -> None:
        """A goal that is no ratio of times: a line below the table, and counted as missed when it is not met."""
        self.note(f"{text}: {'met' if met else 'MISSED'}")
        if not met:
            self.missed.append(text)

    def _find(self, name: str) -> Measured:
        return next(m for m in self.measured if m.name == name)

    def as_json(self) -> str:
        """Everything measured."""
        rows = [{**asdict(m), "rate": m.rate, "is_met": m.is_met} for m in self.measured]
        return json.dumps(
            {"benchmark": self.title, "scale": self.scale, "measured": rows, "notes": self.notes},
            ensure_ascii=False,
            indent=1,
        )

    def as_text(self) -> str:
        """A table for people, ratios last."""
        lines = [f"{self.title} · {self.scale}", f"{'':32}{'s':>10}{'p95 s':>10}{'rows/s':>12}{'MB':>8}  ratio"]
        for m in self.measured:
            rate = f"{m.rate:,.0f}" if m.rate else ""
            memory = f"{m.megabytes:,.0f}" if m.megabytes else ""
            ratio = f"{m.ratio:.2f} × {m.baseline}" if m.ratio is not None else ""
            if m.is_met is not None:
                ratio += f"  (goal {m.goal:g}: {'met' if m.is_met else 'MISSED'})"
            lines.append(f"{m.name:32}{m.seconds:>10.3f}{m.slowest:>10.3f}{rate:>12}{memory:>8}  {ratio}")
        return "\n".join([*lines, *self.notes])


class Peak:
    """The highest memory of this process while it is entered: of the whole time, and since it was last taken."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._whole = self._since = 0.0
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Peak":
        self._look()
        self._watcher.start()
        return self

    def __exit__(self, *_rest: object) -> None:
        self._stop.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._stop.wait(SAMPLE):
            self._look()

    def _look(self) -> None:
        now = resident()
        self._whole, self._since = max(self._whole, now), max(self._since, now)

    @property
    def whole(self) -> float:
        """MB, of the whole time."""
        self._look()
        return self._whole

    def take(self) -> float:
        """MB, since this was last asked."""
        self._look()
        found, self._since = self._since, 0.0
        return found


def resident() -> float:
    """Memory of this process in MB, 0 where the system doesn't say."""
    try:
        text = _STATUS.read_text("ascii")
    except OSError:
        return 0.0
    line = next((line for line in text.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1024
