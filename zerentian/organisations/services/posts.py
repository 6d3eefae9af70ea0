"""Create posts, appoint, end appointments, record approvals, reveal a phone number."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update, narrowed
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import token
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import parent_of
from zerentian.organisations.models import Appointment, Body, BodyKind, Department, Post
from zerentian.organisations.queries import reach
from zerentian.organisations.rules.chiefs import CHIEF_KINDS
from zerentian.organisations.services.bodies import body_within


def post_within(post_id: int, by: Actor) -> Post:
    """The post, if it lies in the actor's scope, locked; Refused otherwise."""
    rows = Post.objects.within(by.scope).select_related("body").select_for_update(of=("self",))
    found: Post | None = rows.filter(pk=post_id).first()
    if found is None:
        raise Refused("找不到这个岗位，或它不在您的管辖范围内")
    return found


def appointment_within(appointment_id: int, by: Actor) -> Appointment:
    """The appointment, if it lies in the actor's scope; Refused otherwise."""
    rows = Appointment.objects.within(by.scope).select_related("post__body")
    found: Appointment | None = rows.filter(pk=appointment_id).first()
    if found is None:
        raise Refused("找不到这条任职记录，或它不在您的管辖范围内")
    return found


@act("organisations.post.create", _("设立岗位"), needs=Permission.BODY_CHANGE)
def create_post(
    *,
    body_id: int,
    kind: str,
    title: str,
    by: Actor,
    is_first_answerable: bool = False,
    order: int = 0,
    code: str = "",
    reason: str = "",
) -> Post:
    """Create a seat in a body; without a code one is made from the body's."""
    body = body_within(body_id, by)
    if body.ended_on is not None:
        raise Refused(f"“{body.name}”已撤销，不能再设岗位")
    if not title.strip():
        raise Refused(Reason("请填写职务名称", where="职务名称"))
    post = Post(
        body=body,
        division=body.division,
        kind=kind,
        title=title.strip(),
        is_first_answerable=is_first_answerable,
        order=order,
        code=code.strip() or _free_code(body, kind),
    )
    try:
        with transaction.atomic():
            post.save()
    except IntegrityError as error:
        raise Refused(Reason(f"岗位编号 {post.code} 已被使用", where="岗位编号")) from error
    announce("records.changed", division=body.division, by=by)
    return post


@act("organisations.appointment.begin", _("任命"), needs=Permission.APPOINTMENT_CHANGE)
def appoint(
    *,
    post_id: int,
    person_name: str,
    starts_on: date,
    by: Actor,
    phone: str = "",
    approval_reference: str = "",
    approved_on: date | None = None,
    approved_by: str = "",
    reason: str = "",
) -> Appointment:
    """Appoint a person to a post from a day on; the one before must have left (articles 3, 9, 19)."""
    post = post_within(post_id, by)
    _check_free(post, starts_on)
    reasons = []
    if not person_name.strip():
        reasons.append(Reason("请填写姓名", where="姓名"))
    if approved_on and not approval_reference.strip():
        reasons.append(Reason("填了批准日期就要填批准文号", where="批准文号"))
    if reasons:
        raise Refused(*reasons)
    made: Appointment = Appointment.objects.create(
        post=post,
        division=post.division,
        person_name=person_name.strip(),
        phone=phone.strip(),
        phone_token=token(phone.strip(), "phone"),
        starts_on=starts_on,
        approval_reference=approval_reference.strip(),
        approved_on=approved_on,
        approved_by=approved_by.strip(),
    )
    announce("records.changed", division=post.division, by=by)
    return made


@act("organisations.appointment.end", _("免职"), needs=Permission.APPOINTMENT_CHANGE, reason_required=True)
def end_appointment(*, appointment_id: int, on: date, by: Actor, reason: str, is_exempt: bool = False) -> None:
    """End an appointment; `on` is the last day in post, `is_exempt` that this end needs no approval."""
    held = appointment_within(appointment_id, by)
    if on < held.starts_on:
        raise Refused(Reason(f"免职日期早于任职日期 {held.starts_on}", where="免职日期"))
    guarded_update(
        Appointment.objects.filter(pk=held.pk, ends_on__isnull=True), ends_on=on, is_exempt=is_exempt
    )  # fmt: skip
    announce("records.changed", division=held.division, by=by)


@act("organisations.appointment.approve", _("补录批准"), needs=Permission.APPOINTMENT_APPROVE)
def approve_change(
    *, appointment_id: int, reference: str, approved_on: date, approved_by: str, by: Actor, ground: str = ""
) -> None:
    """Record the approval of the change that brought this person (article 9)."""
    held = appointment_within(appointment_id, by)
    # The county cannot approve the change of its own chief; whoever stands above records it.
    above = parent_of(held.division)
    if held.post.kind in CHIEF_KINDS and above is not None and not by.scope.covers(above):
        raise Refused(Reason("党政正职变动的批准由上一级登记", article="第九条"))
    # The right is that of every department's officer; of departments the organisation department has the matter.
    others = Body.objects.filter(kind=BodyKind.DEPARTMENT).exclude(department=Department.ORGANISATION)
    if by.body_id and others.filter(pk=by.body_id).exists():
        raise Refused(Reason("职务变动的批准由组织部登记，其他部门不登记", article="第九条"))
    if not reference.strip():
        raise Refused(Reason("请填写批准文号", where="批准文号", article="第九条"))
    guarded_update(
        Appointment.objects.filter(pk=held.pk, approval_reference=""),
        approval_reference=reference.strip(),
        approved_on=approved_on,
        approved_by=approved_by.strip(),
    )
    announce("records.changed", division=held.division, by=by)


@act("organisations.phone.reveal", _("查看完整电话"), needs=Permission.PHONE_VIEW, reason_required=True)
def reveal_phone(*, appointment_id: int, by: Actor, reason: str) -> str:
    """The phone number of a person in post, in full; who asked and why is recorded. Works up the chain too."""
    with narrowed(reach(by.scope)):
        held = Appointment.objects.within(reach(by.scope)).filter(pk=appointment_id).first()
    if held is None:
        raise Refused("找不到这条任职记录")
    # A reading is kept where the reader works; who stands above the scope has no division there.
    inside = held.division if held.division in by.scope else None
    note_reading(page="organisations.phone", division=inside, in_full="phone", reason=reason)
    return str(held.phone)


def _check_free(post: Post, starts_on: date) -> None:
    if post.body.ended_on is not None:
        raise Refused(f"“{post.body.name}”已撤销，不能再任命")
    overlapping = post.appointments.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
    held = overlapping.order_by("-starts_on").first()
    if held is None:
        return
    if held.ends_on is None and held.starts_on < starts_on:
        raise Refused(f"“{post.title}”现由{held.person_name}担任，请先办理免职（最后在任日应早于 {starts_on}）")
    until = held.ends_on or "今"
    raise Refused(Reason(f"与{held.person_name}的任期（{held.starts_on} 至 {until}）重叠", where="任职日期"))


def _free_code(body: Body, kind: str) -> str:
    stem = f"{body.code}-{kind}"[:44]
    taken = set(Post.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 1
    while (code := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return code
