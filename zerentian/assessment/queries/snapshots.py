"""What snapshots say: figures as they stood on any day, and what came, went and changed between two of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zerentian.assessment.queries.measures import bound_measure
from zerentian.assessment.rules import value_of
from zerentian.exchange import queries as exchange
from zerentian.kernel import snapshots
from zerentian.kernel.actor import Actor
from zerentian.kernel.models import Snapshot
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Level, level_of, range_of
from zerentian.kernel.snapshots import Change, Manifest
from zerentian.registry.models import Household, Person
from zerentian.registry.rules import columns
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.measures import Measure
from zerentian.territory import queries as territory

VIEWS = {
    "household": _("在册户"), "person": _("家庭成员"), "household_income": _("家庭收入"), "village": _("村登记"),
    "county": _("县登记"), "body": _("机构"), "post": _("岗位"), "appointment": _("任职"), "assignment": _("包片包村和定点帮扶"),
    "grid": _("网格"), "division": _("行政区划"), "notice": _("公示公告"), "objection": _("公示异议"), "delivery": _("部门交付"),
    "delivery_term": _("应交期"), "clue": _("比对线索"), "reply": _("退回部门的数据"), "match": _("比对"),
    "household_check": _("抽样核查"), "case_file": _("案卷"), "case_record": _("办理记录"), "case_step": _("办理步骤"),
    "case_conflict": _("回避提示"), "quality": _("档案质量"), "quality_finding": _("档案疑点"), "overlay": _("配套措施"),
    "full_table": _("整表交付"), "interpretation": _("细则解释"), "parameter": _("政策参数"),
}  # fmt: skip
# Rows of these views are about single households.
ABOUT_HOUSEHOLDS = ("household", "person")


def view_title(view: str) -> str:
    """What a view of the facts is called."""
    return str(VIEWS.get(view, view))


_SHEETS = {
    "household": columns.HOUSEHOLDS, "person": columns.PERSONS, "household_income": columns.INCOMES,
    "village": columns.VILLAGES, "county": columns.COUNTIES,
}  # fmt: skip


def column_title(view: str, name: str) -> str:
    """What a column is called, where the register's own sheets have it; else the name."""
    sheet = _SHEETS.get(view)
    found = next((one for one in sheet.columns if one.key == name), None) if sheet else None
    return rulebook.spoken(found, "label") if found else name


def numbers_of(view: str, keys: Iterable[dict[str, Any]]) -> dict[int, str]:
    """The register's numbers of the households or persons that rows of a view are about, as far as the reader sees them."""
    model, name = (Person, "person") if view == "person" else (Household, "household")
    ids = {key[name] for key in keys if name in key}
    return dict(model.objects.filter(pk__in=ids).values_list("pk", "number")) if ids else {}


def recorded() -> QuerySet[Snapshot]:
    """Every snapshot that was ever taken, the newest first."""
    rows: QuerySet[Snapshot] = Snapshot.objects.order_by("-as_of", "-id")
    return rows


@dataclass(frozen=True, slots=True)
class PartFigure:
    """A measure in one part of an area."""

    division: int
    name: str
    numerator: Decimal
    denominator: Decimal
    value: Decimal | None


def below(code: int) -> Level:
    """The level of the parts of an area; a village is its own part."""
    return Level(min(int(level_of(code)) + 1, int(Level.VILLAGE)))


def figures_in(manifest: Manifest, code: int, measure: Measure, on: date | None = None) -> list[PartFigure]:
    """A measure by the parts of an area, counted on the snapshot with the numbers of policy of its day.

    What was counted at the area itself stands under its own code.
    """
    bound, area, span = bound_measure(measure, on or manifest.as_of), range_of(code), below(code).span
    with snapshots.session(manifest.folder, area) as duck:
        rows = duck.execute(
            f"select q.division - q.division % {span} as part, sum(q.numerator), sum(q.denominator) from ({bound.sql}) q"  # noqa: S608
            f" where q.denominator <> 0 and q.division >= {area.lo} and q.division < {area.hi} group by 1 order by 1"
        ).fetchall()
    names = territory.names([part for part, _top, _bottom in rows])
    return [
        PartFigure(part, names.get(part, str(part)), Decimal(top), Decimal(bottom), value_of(measure.unit, Decimal(top), Decimal(bottom)))
        for part, top, bottom in rows
    ]  # fmt: skip


def total_of(found: Sequence[PartFigure], measure: Measure) -> PartFigure:
    """The parts together."""
    top, bottom = (sum((getattr(one, n) for one in found), Decimal(0)) for n in ("numerator", "denominator"))
    return PartFigure(0, "", top, bottom, value_of(measure.unit, top, bottom))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows came, went and changed: of a view, or in a place."""

    key: Any
    name: str
    came: int
    went: int
    changed: int


@dataclass(frozen=True, slots=True)
class Differences:
    """Two snapshots in an area: by view; and for one view by place, with its rows."""

    views: tuple[Tally, ...]
    places: tuple[Tally, ...]
    rows: tuple[Change, ...]
    total: int
    apart: tuple[str, ...]


def differences(
    before: Manifest, after: Manifest, code: int, *, view: str = "", kind: str = "", start: int = 0, limit: int | None = 0,
    hidden: frozenset[str] = frozenset(),
) -> Differences:  # fmt: skip
    """What differs in an area; with `view` by place and the rows from `start` on (limit None: all of them).

    Of `hidden` views nothing is told.
    """
    area = range_of(code)
    with snapshots.comparison(before, after) as found:
        counts = [one for one in found.counts(area, below(code).span, view) if one.view not in hidden]
        rows = tuple(found.rows(view, area, kind=kind, after=start, limit=limit)) if view and limit != 0 else ()
        apart = tuple(one for one in found.apart if one not in hidden)
    views = tuple(
        Tally(one, view_title(one), kinds["came"], kinds["went"], kinds["changed"])
        for one, kinds in snapshots.summed(counts).items()
    )
    by_place: dict[int, dict[str, int]] = {}
    for one in counts if view else []:
        by_place.setdefault(one.division, dict.fromkeys(snapshots.KINDS, 0))[one.kind] += one.rows
    names = territory.names(by_place)
    places = tuple(
        Tally(place, names.get(place, str(place)), kinds["came"], kinds["went"], kinds["changed"])
        for place, kinds in sorted(by_place.items())
    )
    total = sum(one.rows for one in counts if not kind or one.kind == kind) if view else 0
    return Differences(views, places, rows, total, apart)


def kept_from(by: Actor) -> frozenset[str]:
    """The views of which the reader is shown nothing, not even counts: clues, where he may not read each of them."""
    reads = by.may(Permission.CLUE_VIEW) and exchange.reads_every_clue(by.scope)
    return frozenset() if reads else frozenset({"clue"})


def measure_choices(hidden: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Every measure by id, with its title, but those that count rows of the hidden views."""
    found = sorted(rulebook.measures().values(), key=lambda m: m.id)
    return [(one.id, rulebook.spoken(one, "title")) for one in found if not hidden & set(one.facts)]
