"""Reads of bodies, the chain above a village, and what is wrong with posts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, models
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from zerentian.kernel.db import narrowed
from zerentian.kernel.effects import announce
from zerentian.kernel.models import Act, History
from zerentian.kernel.scope import Level, Range, Scope, chain_of, level_of
from zerentian.organisations.models import (
    Appointment,
    Assignment,
    AssignmentKind,
    Body,
    BodyKind,
    Department,
    Grid,
    Post,
    PostKind,
)
from zerentian.organisations.rules import Change, Gap, Node, Protection, Tenure, changes, superior_problem
from zerentian.organisations.rules.chiefs import CHIEF_KINDS
from zerentian.territory import queries as territory

# The bodies that make the chain from the village up, in the order in which they are shown at one level.
CHAIN_KINDS = (
    BodyKind.PARTY_GOVERNMENT,
    BodyKind.LEADING_GROUP,
    BodyKind.POVERTY_OFFICE,
    BodyKind.TOWNSHIP_STATION,
    BodyKind.VILLAGE_COMMITTEE,
    BodyKind.VILLAGE_WORKROOM,
)


def reach(scope: Scope) -> Scope:
    """The scope and, one by one, the divisions above it: so far up an actor may see who answers."""
    above = {
        code
        for found in scope.ranges
        for end in (found.lo, found.hi - 1)
        for code in chain_of(end)
        if code not in scope and code > 0
    }
    return Scope(tuple(sorted((*scope.ranges, *(Range(code, code + 1) for code in above)))), None)


def is_in_reach(appointment_id: int, scope: Scope) -> bool:
    """Whether an appointment lies in the scope or above it."""
    with narrowed(reach(scope)):
        return bool(Appointment.objects.within(reach(scope)).filter(pk=appointment_id).exists())


def in_office(on: date) -> Q:
    """Appointments (or assignments) that hold on the day."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


@dataclass(frozen=True, slots=True)
class Seat:
    """A post with who holds it on the day."""

    post: Post
    holder: Appointment | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A body with its seats on the day, and what is wrong with its chain."""

    body: Body
    seats: tuple[Seat, ...]
    superior: Body | None = None
    problem: Gap | None = None

    @property
    def first(self) -> tuple[Seat, ...]:
        """The seats first answerable."""
        return tuple(s for s in self.seats if s.post.is_first_answerable)


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of the chain: the division and its bodies."""

    division: int
    name: str
    level: Level
    standings: tuple[Standing, ...]
    assignments: tuple[Assignment, ...] = ()
    grids: tuple[tuple[Grid, Appointment | None], ...] = ()


def bodies(
    scope: Scope,
    *,
    text: str = "",
    kind: str = "",
    level: int | None = None,
    area: int | None = None,
    department: str = "",
    ended: bool = False,
) -> QuerySet[Body]:
    """Bodies in the scope by name, code or first answerable person, kind, level, area and department."""
    rows: QuerySet[Body] = Body.objects.within(scope)
    if area is not None:
        rows = rows.inside(area)  # type: ignore[attr-defined]
    if not ended:
        rows = rows.filter(ended_on__isnull=True)
    if kind:
        rows = rows.filter(kind=kind)
    if level:
        rows = rows.filter(level=level)
    if department:
        rows = rows.filter(department=department)
    for word in text.split():
        held = Appointment.objects.filter(post__body=OuterRef("pk"), person_name=word, ends_on__isnull=True)
        rows = rows.filter(Q(name__contains=word) | Q(code__startswith=word) | Exists(held))
    return rows.order_by("division", "id")


def with_seats(rows: Iterable[Body], scope: Scope, on: date) -> list[Standing]:
    """Bodies with their superiors (in reach of the scope) and seats on the day, three queries for any number."""
    found = list(rows)
    with narrowed(reach(scope)):
        seats = seats_of([b.pk for b in found], on)
        above = {b.pk: b for b in Body.objects.filter(pk__in={b.superior_id for b in found if b.superior_id})}
    return [_standing(b, seats[b.pk], above.get(b.superior_id or 0), on) for b in found]


def _standing(body: Body, seats: Sequence[Seat], superior: Body | None, on: date) -> Standing:
    above = Node(superior.division, superior.kind, superior.name, superior.ended_on) if superior else None
    problem = superior_problem(Node(body.division, body.kind, body.name), above, on)
    return Standing(body, tuple(seats), superior, problem)


def seats_of(body_ids: Sequence[int], on: date) -> dict[int, list[Seat]]:
    """The seats of many bodies with their holders on the day."""
    holding = Prefetch("appointments", Appointment.objects.filter(in_office(on)), to_attr="holding")
    posts = Post.objects.filter(body_id__in=body_ids).prefetch_related(holding).order_by("order", "id")
    found: dict[int, list[Seat]] = defaultdict(list)
    for post in posts:
        found[post.body_id].append(Seat(post, post.holding[0] if post.holding else None))
    return found


def chain(code: int, scope: Scope, on: date) -> list[Rung]:
    """From the division up to the province: each level's bodies, who is first answerable, who takes the village."""
    codes = chain_of(code)[::-1]
    with narrowed(reach(scope)):
        rows = Body.objects.within(reach(scope)).filter(division__in=codes, kind__in=CHAIN_KINDS, ended_on__isnull=True)
        by_division = defaultdict(list)
        for standing in with_seats(rows, scope, on):
            by_division[standing.body.division].append(standing)
        taken = _assignments(code, on)
        grids = grids_of(code, on)
    order = {str(kind): place for place, kind in enumerate(CHAIN_KINDS)}
    return [
        Rung(
            c,
            territory.name_of(c),
            level_of(c),
            tuple(sorted(by_division[c], key=lambda s: (order[s.body.kind], s.body.pk))),
            tuple(taken) if c == code else (),
            tuple(grids) if c == code else (),
        )
        for c in codes
    ]


def _assignments(code: int, on: date) -> list[Assignment]:
    """Who takes exactly this division, or (包片) the township it lies in."""
    holding = Prefetch("post__appointments", Appointment.objects.filter(in_office(on)), to_attr="holding")
    rows = Assignment.objects.filter(in_office(on), division__in=chain_of(code)[3:])
    return list(rows.select_related("body", "post__body").prefetch_related(holding).order_by("kind", "id"))


def grids_of(code: int, on: date) -> list[tuple[Grid, Appointment | None]]:
    """The grids of a village with their keepers on the day."""
    holding = Prefetch("keeper_post__appointments", Appointment.objects.filter(in_office(on)), to_attr="holding")
    rows = Grid.objects.filter(division=code).select_related("keeper_post").prefetch_related(holding).order_by("id")
    return [(g, g.keeper_post.holding[0] if g.keeper_post and g.keeper_post.holding else None) for g in rows]


@dataclass(frozen=True, slots=True)
class BodyPage:
    """Everything one body's page shows."""

    standing: Standing
    past: tuple[Appointment, ...]
    coming: tuple[Appointment, ...]
    below: int
    assignments: tuple[Assignment, ...]


def body_page(body_id: int, scope: Scope, on: date) -> BodyPage | None:
    """One body in the scope or above it; None when there is none there."""
    with narrowed(reach(scope)):
        body = Body.objects.within(reach(scope)).filter(pk=body_id).first()
        if body is None:
            return None
        (standing,) = with_seats([body], scope, on)
        others = Appointment.objects.filter(post__body=body).exclude(in_office(on)).select_related("post")
        taken = Assignment.objects.filter(Q(body=body) | Q(post__body=body)).select_related("post", "body")
        return BodyPage(
            standing,
            tuple(others.filter(starts_on__lte=on).order_by("-starts_on", "-id")[:200]),
            tuple(others.filter(starts_on__gt=on).order_by("starts_on", "id")),
            body.subordinates.filter(ended_on__isnull=True).count(),
            tuple(taken.order_by("-starts_on", "-id")[:200]),
        )


def chief_changes(scope: Scope, on: date) -> list[Change]:
    """Changes of chiefs of counties and townships in the scope, judged; the newest first.

    Apps above answer who must stay: poverty counties, and which of the townships where a chief left are burdened.
    """
    rows = Appointment.objects.within(scope).filter(
        post__kind__in=CHIEF_KINDS,
        post__body__kind=BodyKind.PARTY_GOVERNMENT,
        post__body__level__in=(Level.COUNTY, Level.TOWNSHIP),
        post__in=Post.objects.filter(kind__in=CHIEF_KINDS, appointments__ends_on__lte=on),
    )
    fields = (
        "post_id",
        "division",
        "person_name",
        "starts_on",
        "ends_on",
        "approval_reference",
        "approved_on",
        "is_exempt",
    )
    tenures = [
        Tenure(row[0], row[1], level_of(row[1]), *row[2:]) for row in rows.order_by("post_id").values_list(*fields)
    ]
    townships = sorted({t.division for t in tenures if t.level is Level.TOWNSHIP})
    if not tenures:
        return []
    ruled = Protection.joined(announce("organisations.protection", on=on, townships=townships))
    return changes(tenures, ruled, on)


def unapproved_count(scope: Scope, on: date) -> int:
    """How many changes of chief in the scope somebody has to put right."""
    return sum(change.verdict.is_wrong for change in chief_changes(scope, on))


@dataclass(frozen=True, slots=True)
class Lack:
    """A body that answers for duties and lacks something."""

    body: int
    division: int
    name: str
    text: str


# Bodies with tasks that have no seat first answerable, or none that is held on the day; the scope is RLS's.
# The held ones are gathered first: as a correlated test the planner may run it once a body, for a minute.
_UNNAMED = """
with first as materialized (
  select p.id, p.body_id from organisations_post p
  where p.is_first_answerable and p.division >= %(lo)s and p.division < %(hi)s
), held as materialized (
  select distinct f.body_id from first f join organisations_appointment a on a.post_id = f.id
  where a.starts_on <= %(on)s and (a.ends_on is null or a.ends_on >= %(on)s)
), seated as materialized (select distinct body_id from first)
select b.id, b.division, b.name, s.body_id is not null as seated
from organisations_body b left join held h on h.body_id = b.id left join seated s on s.body_id = b.id
where b.ended_on is null and b.has_tasks and b.kind = any(%(kinds)s) and b.division >= %(lo)s and b.division < %(hi)s
  and h.body_id is null
order by b.division, b.id limit %(limit)s
"""
_UNCHAINED = """
select b.id, b.division, b.name from organisations_body b
where b.ended_on is null and b.superior_id is null and b.level > 1
  and b.division >= %(lo)s and b.division < %(hi)s
order by b.division, b.id limit %(limit)s
"""
ANSWERABLE_KINDS = [str(kind) for kind in CHAIN_KINDS]


def unnamed(scope: Scope, on: date, limit: int = 200) -> list[Lack]:
    """Answerable bodies without a person first answerable in post."""
    texts = {True: _("第一责任人岗位空缺"), False: _("没有设第一责任人岗位")}
    return [Lack(body, at, name, texts[seated]) for body, at, name, seated in _lacking(_UNNAMED, scope, on, limit)]


def unchained(scope: Scope, on: date, limit: int = 200) -> list[Lack]:
    """Bodies below the province without a superior."""
    return [Lack(body, at, name, _("没有上级机构")) for body, at, name in _lacking(_UNCHAINED, scope, on, limit)]


def _lacking(sql: str, scope: Scope, on: date, limit: int) -> list[Any]:
    hull = scope.hull
    with connection.cursor() as cursor:
        cursor.execute(sql, {"kinds": ANSWERABLE_KINDS, "lo": hull.lo, "hi": hull.hi, "on": on, "limit": limit})
        return list(cursor.fetchall())


def counts_by_division(codes: Sequence[int]) -> dict[int, int]:
    """How many present bodies stand at the divisions or below them; divisions outside the scope count 0."""
    if not codes:
        return {}
    sql = """
    select c.code, count(b.id) from unnest(%s::bigint[], %s::bigint[]) as c(code, hi)
    left join organisations_body b on b.division >= c.code and b.division < c.hi and b.ended_on is null
    group by c.code
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(codes), [c + level_of(c).span for c in codes]])
        return dict(cursor.fetchall())


_LISTS: dict[str, type[models.TextChoices]] = {
    "body_kind": BodyKind,
    "department": Department,
    "post_kind": PostKind,
    "assignment_kind": AssignmentKind,
}


def choices() -> dict[str, list[tuple[str, ...]]]:
    """Code list → (key, Chinese name, English name), as an import understands them."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for name, kinds in _LISTS.items():
        labels = []
        for language in ("zh-hans", "en"):
            with translation.override(language):
                labels.append([str(kind.label) for kind in kinds])
        found[name] = list(zip(kinds.values, *labels, strict=True))
    return found


def superior_candidates(division: int, scope: Scope, on: date, without: int | None = None) -> list[tuple[int, str]]:
    """(id, name) of bodies that may be the superior of one at the division: there or above it, in reach."""
    with narrowed(reach(scope)):
        rows = Body.objects.within(reach(scope)).filter(division__in=chain_of(division), ended_on__isnull=True)
        if without is not None:
            rows = rows.exclude(pk=without).exclude(superior_id=without)
        found = list(rows.order_by("-division", "kind", "id").values_list("pk", "name", "division")[:300])
    return [(pk, f"{name} · {territory.name_of(code)}") for pk, name, code in found]


def keeper_posts(division: int) -> list[tuple[int, str]]:
    """(id, title and holder) of the grid keepers' posts of a village."""
    rows = Post.objects.filter(division=division, kind=PostKind.GRID_KEEPER).prefetch_related(
        Prefetch("appointments", Appointment.objects.filter(ends_on__isnull=True), to_attr="holding")
    )
    return [(p.pk, f"{p.title} {p.holding[0].person_name if p.holding else ''}".strip()) for p in rows.order_by("id")]


@dataclass(frozen=True, slots=True)
class Changed:
    """One act that changed a body, a post or an appointment of it."""

    at: datetime
    act: str
    who: str
    reason: str


def history_of(body_id: int) -> list[Changed]:
    """The acts that changed the body, its posts or its appointments; the newest first."""
    posts = Post.objects.filter(body_id=body_id)
    held = Appointment.objects.filter(post__body_id=body_id)
    touched = (
        Q(model=Body._meta.db_table, row_id=body_id)
        | Q(model=Post._meta.db_table, row_id__in=posts.values("pk"))
        | Q(model=Appointment._meta.db_table, row_id__in=held.values("pk"))
    )
    acts = Act.objects.filter(pk__in=History.objects.filter(touched).values("act_id")).order_by("-pk")[:50]
    return [Changed(a.at, a.name, a.who, a.reason or a.ground) for a in acts]
