"""Which households of a village may be put on the initial list of exits, and what stands against the others."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zerentian.kernel.refusal import Reason
from zerentian.kernel.scope import Scope
from zerentian.procedures.models import Case
from zerentian.procedures.rules.flow import LIVE
from zerentian.registry.models import Household
from zerentian.registry.rules import standards
from zerentian.registry.services.standing import bar_of, livings_of

PROCEDURE = "household.exit"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A poor household, its income a head, and every reason against its exit as things are recorded."""

    household: Household
    year: int | None
    per_capita: Decimal | None
    reasons: tuple[Reason, ...]


def candidates(village: int, scope: Scope, on: date) -> list[Candidate]:
    """The poor households of the village that no exit has in hand; those who meet the standard first."""
    busy = Case.objects.filter(kind=PROCEDURE, subject_kind="household", division=village, state__in=LIVE)
    rows = Household.objects.within(scope).filter(division=village, status__in=sorted(standards.STANDING_POOR))
    homes = list(rows.exclude(pk__in=busy.values("subject_id")).order_by("natural_village", "number"))
    livings = livings_of(homes, on)
    bars = {year: bar_of(village, "exit.household.line", year, on) for year in {one.year for one in livings.values()}}
    found = [_candidate(home, livings[home.pk], bars[livings[home.pk].year], on) for home in homes]
    return sorted(found, key=lambda one: bool(one.reasons))


def _candidate(home: Household, living: standards.Living, bar: standards.Bar, on: date) -> Candidate:
    return Candidate(home, living.year, living.per_capita, tuple(standards.may_exit(living, bar, on)))
