"""What the register answers to procedures about villages and counties: whom, whether they may leave, what an exit changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from zerentian.kernel.actor import Actor
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Level, Scope, level_of, range_of
from zerentian.procedures.rules.plugs import (
    CaseSummary,
    Count,
    Figure,
    SubjectFacts,
    Verdict,
    carries,
    conditions,
    figures,
    subjects,
)
from zerentian.registry.models import County, Person, Village
from zerentian.registry.queries import STILL_POOR
from zerentian.registry.rules import standards
from zerentian.registry.rules.standards import CountyBar, CountyFacts
from zerentian.registry.services.standing import village_facts
from zerentian.territory import queries as territory

POOR_VILLAGES = ("poor", "deep_poor")
POOR_COUNTIES = ("national", "provincial")
_COUNTS = (
    "estimated_wrong", "estimated_missed", "exited_sample", "wrong_found", "unregistered_sample", "missed_found",
    "surveyed", "approving",
)  # fmt: skip


@subjects("village")
def villages_of(*, subject_ids: Sequence[int], scope: Scope) -> dict[int, SubjectFacts]:
    """The villages within the scope, by code; a notice says their name and population."""
    found = _places(subject_ids, scope, Level.VILLAGE, "registry:village")
    forms = Village.objects.filter(division__in=list(found)).exclude(population=None).order_by("year")
    sizes = dict(forms.values_list("division", "population"))
    return {
        code: replace(facts, line={**facts.line, "size": sizes[code]}) if code in sizes else facts
        for code, facts in found.items()
    }


@subjects("county")
def counties_of(*, subject_ids: Sequence[int], scope: Scope) -> dict[int, SubjectFacts]:
    """The counties within the scope, by code; a notice says their name."""
    return _places(subject_ids, scope, Level.COUNTY, "registry:county")


def _places(codes: Sequence[int], scope: Scope, level: Level, page: str) -> dict[int, SubjectFacts]:
    found = {}
    for code in codes:
        if not scope.covers(code) or territory.current_code(code) != code or level_of(code) is not level:
            continue
        name = territory.name_of(code)
        found[code] = SubjectFacts(name, code, reverse(page, args=[code]), {"name": name})
    return found


@conditions("village.is_poor")
def village_is_poor(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """The village stands on the list and has not left it."""
    return {case.id: _on_list(_village(case, on), POOR_VILLAGES, "贫困村") for case in cases}


@conditions("village.exit_standard")
def village_meets(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """Incidence below the limit, and no household without safe water or in a dangerous house."""
    limit = Decimal(str(parameters["limit"]))
    found = {}
    for case in cases:
        facts = village_facts(case.division, on)
        lacking = [Reason("还没有近一年的村级采集表，不能判断", "村级采集表", standards.EXIT_GROUND)]
        found[case.id] = _verdict(standards.village_may_exit(facts, limit) if facts else lacking)
    return found


@conditions("county.is_poor")
def county_is_poor(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """The county stands on the list and has not left it."""
    return {case.id: _on_list(_county(case, on), POOR_COUNTIES, "贫困县") for case in cases}


@conditions("county.exit_standard")
def county_meets(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """The four rates: the poor counted in the register, the rest as the evaluation found it."""
    bar = _bar(parameters)
    return {case.id: _verdict(_county_reasons(case, bar, on)) for case in cases}


@carries("village.exited")
def village_exited(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The village has left the list on that day."""
    for case in cases:
        _left(_village(case, on, lock=True), on, "贫困村")


@carries("county.exited")
def county_exited(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The county has left the list on that day."""
    for case in cases:
        _left(_county(case, on, lock=True), on, "贫困县")


def put_back_village(division: int, exited_on: date | None) -> None:
    """The village's exit of that day was set aside: it stands on the list again."""
    _put_back(Village.objects.filter(division=division), exited_on, "贫困村")


def put_back_county(division: int, exited_on: date | None) -> None:
    """The county's exit of that day was set aside: it stands on the list again."""
    _put_back(County.objects.filter(division=division), exited_on, "贫困县")


def _put_back(rows: "QuerySet[Any]", exited_on: date | None, what: str) -> None:
    """Every yearly form that carries this exit, those of later years as well."""
    forms = list(rows.select_for_update().filter(status="exited", exited_on=exited_on).order_by("year"))
    if not forms:
        raise Refused(Reason(f"这个{what}的采集表上没有这次退出，请先核对", "退出状态"))
    for form in forms:
        form.status, form.exited_on = "not_exited", None
        form.save()


@figures("village.exit_standard")
def village_figures(*, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> list[Figure]:
    """The incidence that a village's exit is decided by."""
    facts = village_facts(case.division, on)
    rates = standards.village_rates(facts, Decimal(str(parameters["limit"]))) if facts else []
    form = reverse("registry:village", args=[case.division])
    return _figures(rates, case.division, {"population": form})


@figures("county.exit_standard")
def county_figures(*, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> list[Figure]:
    """The four rates that a county's exit is decided by."""
    facts = _county_facts(case, on)
    rates = standards.county_rates(facts, _bar(parameters)) if isinstance(facts, CountyFacts) else []
    form = reverse("registry:county", args=[case.division])
    evaluated = reverse("procedures:case", args=[case.id])
    return _figures(rates, case.division, {"rural_population": form, **dict.fromkeys(_COUNTS, f"{evaluated}#facts")})


def _figures(rates: Sequence[standards.Rate], division: int, pages: Mapping[str, str]) -> list[Figure]:
    poor = f"{reverse('registry:households')}?area={territory.division(division).text}&status={STILL_POOR}"
    urls = {"registered_poor": poor, **pages}
    return [
        Figure(
            rate.id, tuple(Count(name, n, urls.get(name, "")) for name, n in rate.over),
            Count(*rate.under, urls.get(rate.under[0], "")), standards.spoken(rate.share), rate.bar,
            f"{rate.limit.normalize():f}%", rate.holds,
        )
        for rate in rates
    ]  # fmt: skip


def _bar(parameters: Mapping[str, Any]) -> CountyBar:
    return CountyBar(*(Decimal(str(parameters[name])) for name in ("incidence", "wrong", "missed", "approval")))


def _county_reasons(case: CaseSummary, bar: CountyBar, on: date) -> list[Reason]:
    facts = _county_facts(case, on)
    return standards.county_may_exit(facts, bar) if isinstance(facts, CountyFacts) else facts


def _county_facts(case: CaseSummary, on: date) -> CountyFacts | list[Reason]:
    """What the rates are worked out of, or why they can't be."""
    form = _county(case, on)
    given = {name: _whole(case.data.get(name)) for name in _COUNTS}
    if form is None or not form.rural_population:
        return [Reason("没有登记农业户籍人口，不能计算贫困发生率", "县级采集表", standards.COUNTY_GROUND)]
    if missing := [name for name, value in given.items() if value is None]:
        return [Reason(f"评估结果缺 {len(missing)} 项，请在评估一步填写整数", "四项指标", standards.COUNTY_GROUND)]
    within = range_of(case.division)
    poor = Person.objects.filter(
        division__gte=within.lo, division__lt=within.hi, household__status__in=tuple(standards.STANDING_POOR),
        left_on__isnull=True,
    ).count()  # fmt: skip
    counts: dict[str, int] = {name: value for name, value in given.items() if value is not None}
    return CountyFacts(form.rural_population, poor, **counts)


def _whole(value: Any) -> int | None:
    """A count as the form keeps it; None for what is none."""
    text = str(value if value is not None else "").removesuffix(".00").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _village(case: CaseSummary, on: date, *, lock: bool = False) -> Village | None:
    rows = Village.objects.filter(division=case.division, year__lte=on.year).order_by("-year")
    found: Village | None = (rows.select_for_update() if lock else rows).first()
    return found


def _county(case: CaseSummary, on: date, *, lock: bool = False) -> County | None:
    rows = County.objects.filter(division=case.division, year__lte=on.year).order_by("-year")
    found: County | None = (rows.select_for_update() if lock else rows).first()
    return found


def _on_list(form: Village | County | None, kinds: Sequence[str], what: str) -> Verdict:
    if form is None:
        return _verdict([Reason("还没有采集表，不知道是否在名单上", "采集表", standards.EXIT_GROUND)])
    if form.kind not in kinds:
        return _verdict([Reason(f"不是{what}", "类型", standards.EXIT_GROUND)])
    if form.status == "exited":
        return _verdict([Reason(f"{form.exited_on or ''} 已经退出".strip(), "退出状态", standards.EXIT_GROUND)])
    return Verdict(True)


def _left(form: Village | County | None, on: date, what: str) -> None:
    if form is None or form.status == "exited":
        raise Refused(Reason(f"这个{what}没有采集表或已经退出，请先核对", "退出状态"))
    form.status, form.exited_on = "exited", on
    form.save()


def _verdict(reasons: list[Reason]) -> Verdict:
    return Verdict(not reasons, tuple(reasons))
