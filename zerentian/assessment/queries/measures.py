"""Measures with the values of a day written into their SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zerentian.assessment.rules import bind, looks_above
from zerentian.assessment.rules.binding import Value
from zerentian.kernel.periods import Cycle, period_of
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.measures import Measure


@dataclass(frozen=True, slots=True)
class Bound:
    """A measure ready to run on a day."""

    measure: Measure
    sql: str
    evidence: str
    looks_above: bool


def values_for(measure: Measure, on: date) -> dict[str, Value]:
    """The named values of a measure's SQL on the day; KeyError with a sentence when a parameter has no value."""
    year = period_of(Cycle.YEARLY, on)
    values: dict[str, Value] = {"on": on, "period_start": year.start, "period_end": year.end}
    for name, parameter in measure.parameters:
        values[name] = rulebook.parameter(parameter, rulebook.law_area(), on)
    return values


def bound_measure(measure: Measure, on: date) -> Bound:
    """The measure bound to the day; KeyError when a parameter has no value then."""
    values = values_for(measure, on)
    return Bound(measure, bind(measure.sql, values), bind(measure.evidence_sql, values), looks_above(measure.sql))


def bound_measures(on: date, only: str | None = None) -> tuple[Mapping[str, Bound], list[str]]:
    """Every measure that can run on the day, by id, and a sentence for each that can't."""
    found, faults = {}, []
    for measure in rulebook.measures().values():
        if only is not None and measure.id != only:
            continue
        try:
            found[measure.id] = bound_measure(measure, on)
        except KeyError as error:
            faults.append(f"指标 {measure.id} 不能测算：{error.args[0]}")
    return found, faults
