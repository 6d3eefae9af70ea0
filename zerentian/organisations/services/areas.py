"""Give posts and bodies their areas, and grids their keepers (articles 12 and 21)."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.organisations.models import Assignment, Grid, Post, PostKind
from zerentian.organisations.rules.areas import assignment_problem
from zerentian.organisations.services.bodies import body_within_reach
from zerentian.territory.queries import exists, name_of


@act("organisations.assignment.begin", _("安排包片包村"), needs=Permission.APPOINTMENT_CHANGE)
def assign(
    *,
    kind: str,
    division: int,
    starts_on: date,
    by: Actor,
    body_id: int | None = None,
    post_id: int | None = None,
    reference: str = "",
) -> Assignment:
    """Give a post (包片, 包村, first secretary) or a body (assigned unit, team) an area from a day on."""
    if division not in by.scope or not exists(division):
        raise Refused(Reason(f"{name_of(division)}不在您的管辖范围内", where="对象区划"))
    body = body_within_reach(body_id, by) if body_id else None
    post = Post.objects.within(by.scope).filter(pk=post_id).select_related("body").first() if post_id else None
    holder = body or post
    problem = assignment_problem(
        kind, division, "body" if body else "post" if post else "", holder.division if holder else 0
    )
    if problem:
        raise Refused(Reason(problem, where="包片包村"))
    if Assignment.objects.filter(kind=kind, body=body, post=post, division=division, ends_on__isnull=True).exists():
        raise Refused(f"{name_of(division)}已经由其负责，不必重复安排")
    made: Assignment = Assignment.objects.create(
        kind=kind, body=body, post=post, division=division, starts_on=starts_on, reference=reference.strip()
    )
    announce("records.changed", division=division, by=by)
    return made


@act("organisations.assignment.end", _("结束包片包村"), needs=Permission.APPOINTMENT_CHANGE, reason_required=True)
def end_assignment(*, assignment_id: int, on: date, by: Actor, reason: str) -> None:
    """End an assignment; `on` is its last day."""
    found = Assignment.objects.within(by.scope).filter(pk=assignment_id).first()
    if found is None:
        raise Refused("找不到这条安排，或它不在您的管辖范围内")
    if on < found.starts_on:
        raise Refused(Reason(f"结束日期早于开始日期 {found.starts_on}", where="结束日期"))
    guarded_update(Assignment.objects.filter(pk=found.pk, ends_on__isnull=True), ends_on=on)
    announce("records.changed", division=found.division, by=by)


@act("organisations.grid.set_up", _("设立网格"), needs=Permission.BODY_CHANGE)
def set_up_grid(*, division: int, name: str, by: Actor, keeper_post_id: int | None = None) -> Grid:
    """Set up a grid in a village, with its keeper's post if there is one."""
    if division not in by.scope or level_of(division) is not Level.VILLAGE or not exists(division):
        raise Refused(Reason("网格只能设在您管辖的村", where="村"))
    keeper = _keeper(keeper_post_id, division, by)
    try:
        with transaction.atomic():
            made: Grid = Grid.objects.create(division=division, name=name.strip(), keeper_post=keeper)
    except IntegrityError as error:
        raise Refused(Reason(f"这个村已有“{name}”", where="网格名称")) from error
    announce("records.changed", division=division, by=by)
    return made


@act("organisations.grid.keep", _("安排网格员"), needs=Permission.BODY_CHANGE)
def keep_grid(*, grid_id: int, keeper_post_id: int | None, by: Actor, reason: str = "") -> None:
    """Give a grid another keeper's post, or none."""
    grid = Grid.objects.within(by.scope).filter(pk=grid_id).first()
    if grid is None:
        raise Refused("找不到这个网格，或它不在您的管辖范围内")
    grid.keeper_post = _keeper(keeper_post_id, grid.division, by)
    grid.save(update_fields=["keeper_post"])
    announce("records.changed", division=grid.division, by=by)


def _keeper(post_id: int | None, division: int, by: Actor) -> Post | None:
    if post_id is None:
        return None
    post: Post | None = Post.objects.within(by.scope).filter(pk=post_id, division=division).first()
    if post is None or post.kind != PostKind.GRID_KEEPER:
        raise Refused(Reason("网格员应是本村的网格员岗位", where="网格员", article="第十二条"))
    return post
