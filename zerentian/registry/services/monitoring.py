"""Watching over households at risk: who may be watched, when the risk is gone, and the marks on the register."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from zerentian.kernel.actor import Actor
from zerentian.kernel.periods import months_after
from zerentian.kernel.refusal import Reason, Refused
from zerentian.procedures.rules.plugs import CaseSummary, Verdict, carries, conditions
from zerentian.registry.models import Household
from zerentian.registry.rules import standards
from zerentian.registry.rules.income import rolling_window
from zerentian.registry.rules.standards import Living
from zerentian.registry.services.standing import livings_of, rolling_of

Judge = Callable[[CaseSummary, Household, Living], list[Reason]]


@conditions("household.not_watched")
def not_watched(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """The household is on file and not watched over, or its risk was removed."""
    return _by_mark(cases, "该户已是监测对象", watched=False)


@conditions("household.is_watched")
def is_watched(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """The household is watched over, and its risk not yet removed."""
    return _by_mark(cases, "该户不是监测对象，或风险已经消除", watched=True)


def _by_mark(cases: Sequence[CaseSummary], text: str, *, watched: bool) -> dict[int, Verdict]:
    marked = Household.objects.filter(pk__in=[case.subject_id for case in cases], risk_removed_on__isnull=True)
    found = set(marked.exclude(monitoring_kind="").values_list("pk", flat=True))
    against = Verdict(False, (Reason(text, "监测对象类型"),))
    return {case.id: Verdict(True) if (case.subject_id in found) == watched else against for case in cases}


@conditions("household.may_be_monitored")
def may_be_monitored(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """Not poor, and below the monitoring line or struck by sudden hardship."""
    return _entries(cases, Decimal(str(parameters["line"])), parameters, on)


@conditions("household.near_the_line")
def near_the_line(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """The same by a multiple of the poverty line."""
    return _entries(cases, Decimal(str(parameters["line"])) * Decimal(str(parameters["factor"])), parameters, on)


@conditions("household.risk_gone")
def risk_gone(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """Watched long enough, income above the line, no guarantee lacking."""
    line, months = Decimal(str(parameters["line"])), int(parameters["months"])

    def judge(case: CaseSummary, home: Household, living: Living) -> list[Reason]:
        return standards.risk_is_gone(living, _firm_from(home, months), line, on)

    return _judged(cases, judge, on)


@carries("household.monitored")
def monitored(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The household is watched over from that day, of the kind that its standing and the clue make it."""
    homes = _homes(cases, lock=True)
    for case in cases:
        home = homes[case.subject_id]
        if home.monitoring_kind and home.risk_removed_on is None:
            raise Refused(Reason(f"{home.head_name}户已是监测对象", "监测对象类型"))
        home.monitoring_kind = _kind(home, sudden=bool(case.data.get("sudden")))
        home.risk_kind = str(case.data.get("risk") or "other")
        home.risk_found_on, home.risk_removed_on, home.risk_removal = on, None, ""
        home.save()


@carries("household.risk_removed")
def risk_removed(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The risk is gone; that it was watched stays on file."""
    homes = _homes(cases, lock=True)
    for case in cases:
        home = homes[case.subject_id]
        if not home.monitoring_kind or home.risk_removed_on is not None:
            raise Refused(Reason(f"{home.head_name}户不是监测对象", "监测对象类型"))
        home.risk_removed_on, home.risk_removal = on, str(case.data.get("way") or "by_help")
        home.save()


def end_watching(homes: Sequence[Household]) -> None:
    """The decision to watch was set aside: the marks go; the history keeps that they were there."""
    for home in homes:
        home.monitoring_kind = home.risk_kind = home.risk_removal = ""
        home.risk_found_on = home.risk_removed_on = None
        home.save()


def watch_again(homes: Sequence[Household]) -> None:
    """That the risk is gone was set aside: watched over on, since the day on which it was found."""
    for home in homes:
        home.risk_removed_on, home.risk_removal = None, ""
        home.save()


def _entries(
    cases: Sequence[CaseSummary], line: Decimal, parameters: Mapping[str, Any], on: date
) -> dict[int, Verdict]:  # fmt: skip
    """By the rolling months before the clue or before the decision; a case begun under rules without them goes by the year."""
    months = parameters.get("months")
    windows = {
        case.id: [rolling_window(day, int(months)) for day in (case.opened_on, on)] if months else [] for case in cases
    }
    ends: dict[int, set[date]] = {case.subject_id: {until for _since, until in windows[case.id]} for case in cases}
    rolling = rolling_of(ends) if months else {}

    def judge(case: CaseSummary, home: Household, living: Living) -> list[Reason]:
        words = " {:%Y-%m-%d} 至 {:%Y-%m-%d} ".format(*windows[case.id][-1]) if months else ""
        sudden = bool(case.data.get("sudden"))
        return standards.may_be_monitored(living, line, sudden, on, rolling.get(home.pk), words)

    return _judged(cases, judge, on)


def _judged(cases: Sequence[CaseSummary], judge: Judge, on: date) -> dict[int, Verdict]:
    homes = _homes(cases)
    livings = livings_of(list(homes.values()), on)
    found = {}
    for case in cases:
        reasons = judge(case, homes[case.subject_id], livings[case.subject_id])
        found[case.id] = Verdict(not reasons, tuple(reasons))
    return found


def _kind(home: Household, *, sudden: bool) -> str:
    if sudden:
        return "sudden_hardship"
    return "unstable_exited" if home.status in standards.STANDING_EXITED else "edge"


def _firm_from(home: Household, months: int) -> date | None:
    """The day from which the household was watched long enough; None when it isn't watched."""
    if home.risk_found_on is None or home.risk_removed_on is not None:
        return None
    return months_after(home.risk_found_on, months)


def _homes(cases: Sequence[CaseSummary], *, lock: bool = False) -> dict[int, Household]:
    rows = Household.objects.filter(pk__in=[case.subject_id for case in cases]).order_by("id")
    homes = {home.pk: home for home in (rows.select_for_update() if lock else rows)}
    if any(case.subject_id not in homes for case in cases):
        raise Refused("没有这一户，或它不在您的管辖范围内")
    return homes
