"""Local measures of a city or county: filed when they only add and tighten, withdrawn with a reason."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied, Reason, Refused
from zerentian.rulebook import queries
from zerentian.rulebook.models import Overlay
from zerentian.rulebook.rules.overlay import overlay_faults
from zerentian.rulebook.rules.pack import OverlayFile
from zerentian.rulebook.services.packs import restamp


def faults_of(content: OverlayFile) -> list[Reason]:
    """Why the overlay can't be filed as the law stands on its first day; empty when it can."""
    known = {duty.id: duty for duty in queries.duties(content.area, content.valid_from)}
    days = {}
    for duty in known.values():
        if duty.due and duty.due.parameter:
            value = queries.parameter(duty.due.parameter, content.area, content.valid_from)
            days[duty.due.parameter] = int(value)
    faults = overlay_faults(content, known, queries.measures(), days)
    same = Overlay.objects.filter(division=content.area, title=content.title).exclude(
        valid_to__isnull=False, valid_to__lte=content.valid_from
    )
    if content.valid_to is not None:
        same = same.filter(valid_from__lt=content.valid_to)
    if same.exists():
        faults.append(Reason("本地已有同名且同时有效的配套措施，请换一个名称或先废止旧的", "文件名称"))
    return faults


@act("rulebook.overlay.file", _("提交地方规定"), needs=Permission.OVERLAY_CHANGE)
def file_overlay(*, content: OverlayFile, by: Actor) -> Overlay:
    """File a city's or county's measures (Article 34); the ledger obeys from its first day.

    Denied outside the actor's scope. Refused with a reason for each item that loosens, changes nothing, names
    an unknown duty or measure, or touches bodies outside the area.
    """
    if not by.scope.covers(content.area):
        raise Denied("只能为自己管辖的市、县制定配套措施")
    if faults := faults_of(content):
        raise Refused(*faults)
    overlay: Overlay = Overlay.objects.create(
        division=content.area,
        title=content.title,
        document_number=content.document_number,
        valid_from=content.valid_from,
        valid_to=content.valid_to,
        submitted_on=timezone.localdate(),
        submitted_by=f"{by.name} {by.post_title}".strip(),
        content=content.model_dump(mode="json", exclude_defaults=True),
    )
    restamp()
    announce("rules.changed", division=content.area, by=by)
    return overlay


@act("rulebook.overlay.withdraw", _("撤回地方规定"), needs=Permission.OVERLAY_CHANGE, reason_required=True)
def withdraw_overlay(*, overlay_id: int, on: date, reason: str, by: Actor) -> None:
    """End a local measure from the day on; what it asked for before that day stays as it was."""
    overlay = Overlay.objects.within(by.scope).filter(pk=overlay_id).first()
    if overlay is None:
        raise Denied("只能废止自己管辖范围内的配套措施")
    if overlay.valid_to is not None and overlay.valid_to <= on:
        raise Refused(Reason(f"它已经在 {overlay.valid_to} 失效", overlay.title))
    guarded_update(
        Overlay.objects.filter(pk=overlay_id, valid_to=overlay.valid_to), valid_to=max(on, overlay.valid_from)
    )
    restamp()
    announce("rules.changed", division=overlay.division, by=by)
