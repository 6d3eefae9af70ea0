"""The day between two nights of the benchmark: a hundredth of the register changes, a few departments deliver anew."""

import shutil

import duckdb
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Mod
from django.utils import timezone

from zerentian.exchange import queries
from zerentian.exchange import services as exchange
from zerentian.exchange.services.engines import WORKERS, files_below
from zerentian.exchange.services.storing import SHIFT
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting, titles
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.registry.models import Person
from zerentian.rulebook.queries import law_area

titles["bench.day"] = "Benchmark: a day of matching"
DELIVERED = ("vehicles", "low_income", "employment")  # a large, a small and a middling one
CHANGED, LEFT = 100, 1_000  # one person of so many has other months of work, one of so many leaves


def a_day_passes() -> tuple[int, int]:
    """Change the register and deliver; how many persons changed, how many rows were delivered."""
    return _change(), sum(_deliver(source) for source in DELIVERED)


def _change() -> int:
    by = system()
    with unit(by), acting("bench.day", by=by, division=law_area()):
        present = Person.objects.filter(left_on__isnull=True)
        left = present.annotate(part=Mod(F("pk"), LEFT)).filter(part=7).update(left_on=timezone.localdate())
        worked = present.annotate(part=Mod(F("pk"), CHANGED)).filter(part=7)
        return left + worked.update(work_months=Coalesce(F("work_months"), Value(0)) + 1)


def _deliver(source: str) -> int:
    """The source's rows once more as a delivery of its own, one of a hundred left out: a department sends its whole list."""
    by = system()
    with unit(by):
        before = next(v for v in queries.current_versions() if v.source == source)
        period = before.delivery.period
        offer = exchange.Offer(source, period, division=before.division)
        made = exchange.begin_table(offer, by=by)
    draft = place("exchange", "drafts", "made") / source
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    with duckdb.connect(config={"threads": WORKERS, "preserve_insertion_order": False}) as duck:
        for number, path in enumerate(files_below(queries.table_folder(before))):
            duck.execute(
                f"copy (select row % {SHIFT} + {made.pk * SHIFT} as row, * exclude (row) from read_parquet('{path}')"  # noqa: S608
                f" where row % 100 <> 3) to '{draft}/part-{number:03d}.parquet' (format parquet, compression zstd)"
            )
    with unit(by):
        return int(exchange.keep_table(made, draft, by=by).row_count)
