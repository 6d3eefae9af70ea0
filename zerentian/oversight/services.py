"""Drawing households for checks, recording what was found, replacing one that can't be reached."""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce, effect
from zerentian.kernel.files import PHOTOS, open_file, store, suffix_of
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Outrun, Reason, Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.kernel.tables import Column, write_table
from zerentian.oversight import queries, rules
from zerentian.oversight.models import Check, CheckRound
from zerentian.rulebook.queries import parameter

LARGEST_FILE = 10 << 20  # bytes
_FILES = {**PHOTOS, b"%PDF-": ".pdf"}


def _who(by: Actor) -> str:
    return f"{by.name} {by.post_title}".strip()


@act("oversight.check.draw", _("抽取核查户"), needs=Permission.CHECK_DRAW)
def draw_checks(
    *,
    purpose: str,
    events_from: date,
    events_to: date,
    by: Actor,
    division: int | None = None,
    seed: str = "",
    note: str = "",
) -> CheckRound:
    """Draw households of a county, by village, from those that left or came in that time; the round.

    Share and minimum are the rulebook's of the day. Frame and seed are kept: the same two give the same households.
    """
    place, today = division or by.division, timezone.localdate()
    if place is None or level_of(place) is not Level.COUNTY or not by.scope.covers(place):
        raise Refused(Reason("抽查以县为单位，请以县级账号抽取", "地区", "第 16 条"))
    seed = seed.strip() or secrets.token_hex(8)
    faults = rules.draw_faults(events_from, events_to, seed, today)
    if purpose not in CheckRound.Purpose.values:
        faults.append(Reason("请选择核查内容", "内容"))
    if faults:
        raise Refused(*faults)
    frame = queries.frame(place, purpose, events_from, events_to)
    if not frame:
        raise Refused(Reason("这段时间没有可抽查的户，请放宽日期", "时间"))
    share = Decimal(str(parameter("checks.sample_share", place, today)))
    minimum = int(parameter("checks.sample_minimum", place, today))
    due_on = today + timedelta(days=int(parameter("checks.answer_days", place, today)))
    content = rules.frame_text(frame)
    file = store(
        content, name=f"frame-{place}-{today}.csv", purpose="抽查名单（抽样框）", by=by, division=place,
        needs=Permission.CHECK_VIEW,
    )  # fmt: skip
    sample = rules.drawn(frame, seed, share, minimum)
    made: CheckRound = CheckRound.objects.create(
        division=place, purpose=purpose, events_from=events_from, events_to=events_to, seed=seed, share=share,
        minimum=minimum, frame_file=file.pk, frame_sha256=rules.digest(content), frame_size=len(frame),
        villages=len({one.village for one in frame}), size=len(sample), drawn_on=today, due_on=due_on,
        drawn_by=by.user_id, drawn_who=_who(by), note=note.strip()[:300],
    )  # fmt: skip
    Check.objects.bulk_create([_check(made, one) for one in sample], batch_size=500)
    announce("records.changed", division=place, by=by)
    return made


def _check(made: CheckRound, one: rules.Framed) -> Check:
    return Check(
        round=made, division=one.village, household_id=one.household, number=one.number, purpose=made.purpose,
        drawn_on=made.drawn_on, due_on=made.due_on,
    )  # fmt: skip


def frame_of(found: CheckRound) -> list[rules.Framed]:
    """The frame as it was kept; Refused when the file is no longer what was drawn from."""
    content = Path(open_file(found.frame_file)).read_bytes()
    if rules.digest(content) != found.frame_sha256:
        raise Refused("抽样框文件与抽取时的摘要不符，请报告审计人员")
    return rules.read_frame(content)


def drawn_again(found: CheckRound) -> bool:
    """Whether frame and seed give the households that were drawn, replacements left out."""
    again = rules.drawn(frame_of(found), found.seed, found.share, found.minimum)
    kept = Check.objects.filter(round=found, replaces__isnull=True).values_list("household_id", flat=True)
    return {one.household for one in again} == set(kept)


def _waiting(check_id: int, by: Actor) -> Check:
    found: Check | None = (
        Check.objects.within(by.scope)
        .select_for_update(of=("self",))
        .select_related("round")
        .filter(pk=check_id)
        .first()
    )
    if found is None:
        raise Http404
    if found.state != Check.State.WAITING:
        raise Outrun("这一户已经核查或替换，请刷新后再看")
    return found


@act("oversight.check.record", _("填写核查结果"), needs=Permission.CHECK_RECORD)
def record_check(
    *,
    check_id: int,
    finding: str,
    visited_on: date,
    medium: str,
    file: BinaryIO,
    by: Actor,
    failings: Sequence[str] = (),
    note: str = "",
    help_continues: bool | None = None,
) -> Check:
    """Keep what was found at a household, with a photo or the scanned form as its proof."""
    found, today = _waiting(check_id, by), timezone.localdate()
    faults = rules.result_faults(finding, failings, note, visited_on, drawn_on=found.drawn_on, today=today)
    if finding not in Check.Finding.values:
        faults.append(Reason("请选择结论", "结论"))
    if medium not in Check.Medium.values:
        faults.append(Reason("请选择凭证", "凭证"))
    if faults:
        raise Refused(*faults)
    name = f"check-{found.pk}{_suffix(file)}"
    kept = store(file, name=name, purpose="核查凭证", by=by, division=found.division, needs=Permission.CHECK_VIEW)
    found.state, found.finding, found.medium, found.file_id = Check.State.DONE, finding, medium, kept.pk
    found.failings = [key for key in rules.FAILINGS if key in failings]
    found.note, found.help_continues, found.visited_on = note.strip(), help_continues, visited_on
    found.recorded_on, found.recorded_by, found.recorded_who = today, by.user_id, _who(by)
    found.save()
    announce("records.changed", division=found.division, by=by)
    return found


def _suffix(file: BinaryIO) -> str:
    """The ending that fits the file; Refused when it is neither photo nor scan, or too large."""
    where = "照片或扫描件"
    too_large = Reason(f"文件不能超过 {LARGEST_FILE >> 20} MB，请调低分辨率再传", where)
    strange = Reason("请上传 JPG、PNG 照片或 PDF 扫描件", where)
    return suffix_of(file, _FILES, most=LARGEST_FILE, too_large=too_large, strange=strange)


@act("oversight.check.replace", _("替换核查户"), needs=Permission.CHECK_DRAW, reason_required=True)
def replace_check(*, check_id: int, reason: str, by: Actor) -> Check:
    """Take the next household of the village, in the order of the draw, for one that can't be reached."""
    found = _waiting(check_id, by)
    taken = set(Check.objects.filter(round=found.round).values_list("household_id", flat=True))
    following = rules.replacement(frame_of(found.round), found.round.seed, found.division, taken)
    if following is None:
        raise Refused(Reason("这个村没有其他户可以替换，请在核查表写明情况", "替换"))
    made = _check(found.round, following)
    made.save()
    found.state, found.replaced_reason, found.replaced_by = Check.State.REPLACED, reason.strip()[:300], made
    found.save()
    return made


@effect("today.wanted")
def waiting_checks(*, by: Actor, on: date) -> list[tuple[str, str]]:
    """Households that the actor's office has to check, and findings in his area that nobody has taken up."""
    lines = []
    if by.may(Permission.CHECK_RECORD) and by.division is not None:
        waiting = Check.objects.within(by.scope).filter(state=Check.State.WAITING)
        late = waiting.filter(due_on__lt=on).count()
        if number := waiting.count():
            lines.append((gettext("待入户核查 %(n)s 户") % {"n": number}, reverse("oversight:rounds")))
        if late:
            lines.append((gettext("其中核查逾期 %(n)s 户") % {"n": late}, reverse("oversight:rounds")))
    if by.may(Permission.CASE_OPEN) and by.may(Permission.HOUSEHOLD_VIEW) and (number := queries.open_findings(by)):
        lines.append((gettext("核查不真实、尚未启动程序 %(n)s 户") % {"n": number}, reverse("oversight:findings")))
    return lines


COLUMNS = (
    Column("place", "地区", "Place", width=30),
    Column("number", "户编号", "Household", width=22),
    Column("name", "户主", "Head"),
    Column("purpose", "核查内容", "Checked"),
    Column("state_word", "状态", "State"),
    Column("finding_word", "结论", "Finding"),
    Column("failings", "问题", "What is wrong", width=40),
    Column("note", "情况说明", "Note", width=40),
    Column("medium_word", "凭证", "Proof"),
    Column("visited_on", "入户日期", "Visited", "date"),
    Column("recorded_who", "填写人", "Recorded by"),
)


def export_checks(path: Path, rows: Sequence[queries.Row], *, language: str) -> int:
    """Write a round's checks to a workbook; how many."""
    cells: list[tuple[Any, ...]] = [
        (
            row.place, row.number, row.name, row.purpose, row.state_word, row.finding_word, "；".join(row.failings),
            row.note, row.medium_word, row.visited_on, row.recorded_who,
        )
        for row in rows
    ]  # fmt: skip
    return write_table(path, COLUMNS, iter(cells), "xlsx", title="核查", language=language)
