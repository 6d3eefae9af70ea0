"""The quality of the register, checked ahead of every page: what changed is asked again, and the result kept."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from zerentian.kernel import jobs
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import refresh_statistics, unit
from zerentian.kernel.effects import effect
from zerentian.kernel.jobs import Work, every, job
from zerentian.kernel.models import Run
from zerentian.kernel.scope import EVERYWHERE, Level, Range, ancestor, level_of, range_of
from zerentian.registry.models import UNCOUNTED, Household, QualityChange, QualityFinding, QualityScore, QualityTally
from zerentian.registry.services.quality.statements import ASIDE, STEPS
from zerentian.rulebook import queries as rulebook

KIND = "registry.quality"
# Two checks of the same villages at once would wait for each other's rows.
_LOCK = "select pg_advisory_xact_lock(23130, 2)"
MANY = 8  # changed villages of a county from which on the county is asked as a whole


def refresh(area: int | None = None, on: date | None = None, run: Work | None = None) -> int:
    """Ask the rules again wherever records changed, or the day did, since the last time; how many villages.

    The result is written county by county, each in its own transaction.
    """
    day = on or timezone.localdate()
    with unit(system()):
        within = range_of(area) if area else EVERYWHERE
        noted = dict(QualityChange.objects.filter(**_inside(within)).values_list("pk", "division"))
        waiting = _waiting(within, set(noted.values()), day)
    if run:
        run.begin(len(waiting))
    for county, villages in sorted(waiting.items()):
        with unit(system()):
            for place in [county] if len(villages) > MANY else sorted(villages):
                check(place, day)
            if run:
                run.check()
                run.count(村=len(villages))
                run.advance(1)
    with unit(system()):
        # What was noted meanwhile may have changed after its village was read, and stays noted.
        QualityChange.objects.filter(pk__in=list(noted)).delete()
        if len(waiting) > MANY:
            refresh_statistics(*(model._meta.db_table for model in (QualityFinding, QualityTally, QualityScore)))
    return sum(map(len, waiting.values()))


def check(area: int, on: date) -> None:
    """Ask every rule of the records of a county or village and keep what was found; within the open unit of work."""
    span = range_of(area)
    known = {
        **{key.replace(".", "__"): value for key, value in rulebook.parameters("quality", area, on).items()},
        "line": rulebook.parameter("poverty.line", area, on),
        "today": on, "lo": span.lo, "hi": span.hi, "uncounted": list(UNCOUNTED),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        for statement in STEPS:
            cursor.execute(statement, known if "%(" in statement else None)
        for name in ASIDE:
            cursor.execute(f"drop table {name}")


def _inside(within: Range) -> dict[str, int]:
    return {"division__gte": within.lo, "division__lt": within.hi}


def _waiting(within: Range, noted: set[int], on: date) -> dict[int, set[int]]:
    """County → its villages with changed records, without a score, or checked on an earlier day."""
    homes = Household.objects.filter(**_inside(within)).exclude(status__in=UNCOUNTED)
    scores = QualityScore.objects.filter(**_inside(within))
    known = set(homes.order_by().values_list("division", flat=True).distinct())
    known |= set(scores.values_list("division", flat=True))
    found = known - set(scores.filter(checked_on__gte=on).values_list("division", flat=True))
    for span in map(range_of, noted):
        found |= {village for village in known if span.lo <= village < span.hi}
    by_county: dict[int, set[int]] = defaultdict(set)
    for village in found:
        by_county[ancestor(village, Level.COUNTY)].add(village)
    return by_county


@job(KIND, queue="quick")
def check_job(*, run: Work, by: Actor, area: int | None = None) -> None:
    """The check as work beside the pages; begun again it finds what is still waiting."""
    refresh(area, run=run)


def start(division: int | None) -> Run:
    """Ask for the check of the division's county, or of everything; joined with the one that waits already."""
    county = None if division is None else _county(division)
    return jobs.start(
        KIND, title="检查档案质量", by=system(), division=county, once=f"{KIND}:{county or 'all'}", area=county
    )


def _county(division: int) -> int | None:
    return None if level_of(division) <= Level.CITY else ancestor(division, Level.COUNTY)


@effect("records.changed")
def records_changed(*, division: int | None, by: Actor, **facts: Any) -> None:
    """Records of an area changed: its villages are asked again soon, once however many changes come."""
    if division is not None:
        records_changed_in(divisions=[division], by=by)


@effect("records.changed.many")
def records_changed_in(*, divisions: Sequence[int], by: Actor) -> None:
    """The same for the places of a list; each county's check is asked for once."""
    QualityChange.objects.bulk_create(QualityChange(division=division) for division in divisions)
    for county in {_county(division) for division in divisions}:
        start(county)


@every("30 17 * * *")
def nightly() -> None:
    """A new day changes ages and terms: everything is asked again at half past one in China."""
    with unit(system()):
        start(None)
