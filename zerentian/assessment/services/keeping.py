"""How long snapshots are kept, by dated numbers of policy; what is over is destroyed and recorded, the rest proved whole."""

from datetime import date, timedelta

from django.utils import timezone

from zerentian.assessment.rules.keeping import Keeping, kept_names
from zerentian.kernel import snapshots
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import joined
from zerentian.kernel.effects import announce, effect
from zerentian.kernel.jobs import every
from zerentian.kernel.models import Snapshot
from zerentian.rulebook import queries as rulebook


def keeping_on(on: date) -> Keeping:
    """The numbers in force on a day."""
    area = rulebook.law_area()
    days, months, years = (
        int(rulebook.parameter(f"ledger.snapshot.{n}", area, on)) for n in ("days", "months", "years")
    )
    return Keeping(days, months, years)


@effect("snapshots.keep")
def keep_snapshots(*, by: Actor, on: date | None = None) -> list[str]:
    """Destroy the snapshots whose time is over, but none that another record still rests on; their names."""
    today = on or timezone.localdate()
    snapshots.sweep()
    with joined(by):
        keeping = keeping_on(today)
        rows = Snapshot.objects.filter(destroyed_at=None).order_by("taken_at", "id").values_list("name", "as_of")
        taken = {name: (day, number) for number, (name, day) in enumerate(rows)}
        needed = announce("snapshots.needed", since=today - timedelta(days=keeping.days))
        kept = kept_names(taken, keeping, today).union(*needed)
        over = [name for name in taken if name not in kept]
        ground = f"保存期已过：日末 {keeping.days} 天、月末 {keeping.months} 个月、年末 {keeping.years} 年"
        for name in over:
            snapshots.destroy(name=name, ground=ground, by=by)
    return over


@every("40 19 * * *", queue="long")
def nightly_snapshots() -> None:
    """At twenty to four in China: destroy what is over, prove some of the rest whole."""
    keep_snapshots(by=system())
    snapshots.check_due(by=system())
