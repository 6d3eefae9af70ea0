"""Composing, reviewing, publishing, proving, ending and taking down a notice."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.disclosure import queries
from zerentian.disclosure.models import Notice, Posting
from zerentian.disclosure.rules.kinds import Kind
from zerentian.disclosure.rules.lines import Channel, Line
from zerentian.disclosure.rules.states import composing_faults, days_fault, line_faults, review_faults
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update
from zerentian.kernel.effects import announce
from zerentian.kernel.files import PHOTOS, store, suffix_of
from zerentian.kernel.permissions import Permission
from zerentian.kernel.receipts import ALPHABET
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.rulebook.queries import calendar, parameter
from zerentian.rulebook.rules.days import last_day

CODE_LENGTH = 8
LARGEST_PHOTO = 10 << 20  # bytes


def level_at(by: Actor) -> Level | None:
    """The level at which somebody works; None for the platform itself."""
    return level_of(by.division) if by.division is not None else None


def who(by: Actor) -> str:
    """Name and post, as records keep them."""
    return f"{by.name} {by.post_title}".strip()


def _refuse(faults: Sequence[Reason]) -> None:
    if faults:
        raise Refused(*faults)


@act("disclosure.notice.compose", _("拟公示"), needs=Permission.NOTICE_COMPOSE)
def compose_notice(
    *,
    kind: str,
    division: int,
    lines: Sequence[Line],
    channel: Channel,
    by: Actor,
    subject: str = "",
    days: int | None = None,
) -> Notice:
    """Draft a notice of publishable lines; another person reviews it before it is published.

    `subject` is what it is for, as the app above names it; a subject has one notice of a kind in a division. Refused
    outside the scope, at a level that may not post or compose the kind, or with lines that the kind does not declare.
    """
    found, today = queries.kind_of(kind), timezone.localdate()
    if not by.scope.covers(division):
        raise Refused(Reason("不在您的工作范围之内", "地区"))
    least = queries.least_days(found, division, today)
    wanted = least if days is None else days
    faults = composing_faults(found, division, level_at(by), today) + line_faults(found, lines)
    _refuse(faults + days_fault(wanted, least))
    due_on = today + timedelta(days=int(parameter("disclosure.publish.days", division, today)))
    notice = Notice(
        division=division, kind=kind, subject=subject, repeats=not found.entry.once,
        lines=[line.kept() for line in lines], channel=channel.kept(), days=wanted, composed_on=today,
        composed_by=by.user_id, composed_who=who(by), due_on=due_on,
    )  # fmt: skip
    return _stored(notice)


def _stored(notice: Notice) -> Notice:
    """The notice with a public code that no other has; Refused when its subject has one already."""
    notice.code = "".join(secrets.choice(ALPHABET) for _n in range(CODE_LENGTH))
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError as error:
        if "notice_that_is_posted_once_stands_once" in str(error):
            raise Refused(Reason("这类公示同一事项只公示一次，已经公示过", "公示")) from error
        if "notice_of_a_subject_is_one_at_a_time" in str(error):
            raise Refused(Reason("这件事项已有同类公示，结束或撤下以后才能另拟", "公示")) from error
        raise
    return notice


@act("disclosure.notice.revise", _("修改公示"), needs=Permission.NOTICE_COMPOSE)
def revise_notice(
    *, notice_id: int, lines: Sequence[Line], channel: Channel, by: Actor, days: int | None = None
) -> Notice:
    """Change a draft; whoever does so is its composer from now on. Refused once it was reviewed."""
    notice = _locked(notice_id, by)
    if not notice.is_draft:
        raise Refused(Reason("公示已经复核，不能再改；需要改动请撤下后另拟"))
    kind = queries.kind_of(notice.kind)
    least = queries.least_days(kind, notice.division, timezone.localdate())
    faults = composing_faults(kind, notice.division, level_at(by), notice.composed_on) + line_faults(kind, lines)
    _refuse(faults + days_fault(days or notice.days, least))
    notice.lines, notice.channel = [line.kept() for line in lines], channel.kept()
    notice.days, notice.returned_note = days or notice.days, ""
    notice.composed_by, notice.composed_who = by.user_id, who(by)
    notice.save()
    return notice


def may_review(notice: Notice, by: Actor) -> bool:
    """Whether somebody is the second person that a draft waits for."""
    return not _against_reviewing(notice, by)


def _against_reviewing(notice: Notice, by: Actor) -> list[Reason]:
    hands = {"composed_by": notice.composed_by, "reviewer": by.user_id}
    is_namesake = by.user_id is not None and notice.composed_who.split(" ")[0] == by.name
    kind = queries.kind_of(notice.kind)
    return review_faults(kind, state=notice.state, level=level_at(by), is_namesake=is_namesake, **hands)


@act("disclosure.notice.review", _("复核公示"), needs=Permission.NOTICE_REVIEW)
def review_notice(*, notice_id: int, passes: bool, by: Actor, note: str = "") -> Notice:
    """Pass a draft, or send it back with a note. Refused to whoever composed it and below the level that reviews."""
    notice = _locked(notice_id, by)
    _refuse(_against_reviewing(notice, by))
    if not passes:
        if len(note.strip()) < 2:
            raise Refused(Reason("请写明退回的原因", "意见"))
        notice.returned_note = note.strip()[:300]
    else:
        notice.state, notice.returned_note = Notice.State.REVIEWED, ""
        notice.reviewed_on, notice.reviewed_by, notice.reviewed_who = timezone.localdate(), by.user_id, who(by)
    notice.save()
    return notice


@act("disclosure.notice.publish", _("发布公示"), needs=Permission.NOTICE_COMPOSE)
def publish_notice(*, notice_id: int, by: Actor) -> Notice:
    """Open a reviewed notice to the public from today; its days start with the next. Announces `notice.published`."""
    notice = _locked(notice_id, by)
    if notice.state != Notice.State.REVIEWED:
        raise Refused(Reason("只有复核通过的公示可以发布"))
    kind, today = queries.kind_of(notice.kind), timezone.localdate()
    notice.state, notice.published_on, notice.published_who = Notice.State.PUBLISHED, today, who(by)
    notice.period_to = end_of(kind, today, notice.days)
    notice.proof_due_on = today + timedelta(days=int(parameter("notice.proof.days", notice.division, today)))
    notice.save()
    announce("notice.published", **facts_of(notice), by=by)
    announce("records.changed", division=notice.division, by=by)
    return notice


def end_of(kind: Kind, posted_on: date, days: int) -> date:
    """The last day of a notice of the kind."""
    return last_day(posted_on, days, working=kind.entry.period.working, calendar=calendar())


def facts_of(notice: Notice) -> dict[str, Any]:
    """What effects are told of a notice."""
    return {"notice_id": notice.pk, "kind": notice.kind, "subject": notice.subject, "division": notice.division}


@act("disclosure.notice.prove", _("上传张贴照片"), needs=Permission.NOTICE_COMPOSE)
def prove_posting(
    *,
    notice_id: int,
    photo: BinaryIO,
    place: str,
    posted_at: datetime,
    by: Actor,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
) -> Posting:
    """Keep a photo that shows the notice on its board, with place and time. Refused before the notice is published."""
    notice = _locked(notice_id, by)
    if notice.published_on is None:
        raise Refused(Reason("公示发布以后才能上传张贴照片"))
    if posted_at > timezone.now() or timezone.localdate(posted_at) < notice.published_on:
        raise Refused(Reason("拍照时间应在发布之后、现在之前", "拍照时间"))
    if not place.strip():
        raise Refused(Reason("请写明张贴在哪里", "张贴地点"))
    name = f"notice-{notice.code}{_suffix(photo)}"
    file = store(
        photo, name=name, purpose="公示张贴照片", by=by, division=notice.division, needs=Permission.NOTICE_VIEW
    )
    posting: Posting = Posting.objects.create(
        notice=notice, division=notice.division, file_id=file.pk, place=place.strip()[:120], posted_at=posted_at,
        latitude=latitude, longitude=longitude, uploaded_who=who(by),
    )  # fmt: skip
    if notice.proved_on is None:
        notice.proved_on = timezone.localdate(posted_at)
        notice.save(update_fields=["proved_on"])
        announce("records.changed", division=notice.division, by=by)
    return posting


def _suffix(photo: BinaryIO) -> str:
    """The ending that fits the photo; Refused when it is none, or too large."""
    too_large = Reason(f"照片不能超过 {LARGEST_PHOTO >> 20} MB，请调低分辨率再传", "照片")
    strange = Reason("请上传 JPG 或 PNG 照片", "照片")
    return suffix_of(photo, PHOTOS, most=LARGEST_PHOTO, too_large=too_large, strange=strange)


@act("disclosure.notice.take_down", _("撤下公示"), needs=Permission.NOTICE_REVIEW, reason_required=True)
def take_down_notice(*, notice_id: int, reason: str, by: Actor) -> Notice:
    """Take a notice down, or give a draft up, with the reason; its record stays. Announces `notice.taken_down`."""
    notice = _locked(notice_id, by)
    if notice.state == Notice.State.TAKEN_DOWN:
        raise Refused(Reason("这份公示已经撤下"))
    if level_at(by) is not None and level_at(by) is Level.VILLAGE:
        raise Refused(Reason("撤下公示由乡镇或以上办理"))
    notice.state, notice.taken_down_on = Notice.State.TAKEN_DOWN, timezone.localdate()
    notice.taken_down_who, notice.taken_down_reason = who(by), reason.strip()[:300]
    notice.save()
    announce("notice.taken_down", **facts_of(notice), reason=notice.taken_down_reason, by=by)
    announce("records.changed", division=notice.division, by=by)
    return notice


@act("disclosure.notice.end", _("公示期满"), needs=Permission.NOTICE_COMPOSE)
def end_notice(*, notice_id: int, by: Actor) -> None:
    """Close a notice whose last day has passed; names leave the public page. Announces `notice.ended`.

    `open_objections` tells those who wait for the notice how many objections are still without an answer.
    """
    today = timezone.localdate()
    rows = Notice.objects.within(by.scope).filter(pk=notice_id, state=Notice.State.PUBLISHED, period_to__lt=today)
    guarded_update(rows, state=Notice.State.ENDED, ended_on=today)
    notice = Notice.objects.get(pk=notice_id)
    waiting = notice.objections.filter(state="open").count()
    announce("notice.ended", **facts_of(notice), open_objections=waiting, by=by)
    announce("records.changed", division=notice.division, by=by)


def end_due_notices(by: Actor | None = None) -> int:
    """End every notice whose last day has passed, each in a transaction of its own; how many. The worker's daily job."""
    actor, ended = by or system(), 0
    for pk in queries.past_their_days(actor.scope, timezone.localdate()):
        try:
            end_notice(notice_id=pk, by=actor)
        except Refused:
            continue  # somebody took it down meanwhile, or the app above refused; the due list shows it
        ended += 1
    return ended


def _locked(notice_id: int, by: Actor) -> Notice:
    """The notice, held until the act is done; 404 outside the scope."""
    found: Notice | None = Notice.objects.within(by.scope).select_for_update().filter(pk=notice_id).first()
    if found is None:
        raise Http404
    return found
