"""A department delivers a file: it is taken once, answered with a receipt, and may be taken back."""

import hashlib
import io
import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zerentian.exchange import queries
from zerentian.exchange.models import Delivery, TableVersion
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.services import storing
from zerentian.exchange.services.room import with_room
from zerentian.exchange.services.taking import BLOCK, TAKE_IN, incoming, says_nothing
from zerentian.exchange.services.versions import LOCK_SPACE, newest
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update
from zerentian.kernel.effects import announce
from zerentian.kernel.files import place
from zerentian.kernel.jobs import perform, start
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied, Reason, Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.rulebook.queries import parameter

State, Kind, Way = Delivery.State, Delivery.Kind, Delivery.Way
_LEVELS = {"province": Level.PROVINCE, "city": Level.CITY, "county": Level.COUNTY}
_OVER = (Run.Status.DONE, Run.Status.FAILED, Run.Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is delivered: which source and area, what period, full or not, by which way, in the place of which one.

    `mark` names a file that is offered more than once without anybody knowing, as one in a folder may be.
    """

    source: str
    period: str
    kind: str = Kind.FULL.value
    way: str = Way.PAGE.value
    division: int | None = None
    replaces: int | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has come whole: where it lies, how long it is, its digest."""

    path: Path
    size: int
    sha256: str


@act("exchange.deliver", gettext_lazy("交付部门数据"), needs=Permission.EXCHANGE_DELIVER)
def deliver(*, offer: Offer, content: Path | BinaryIO | Received, name: str, by: Actor, here: bool = False) -> Delivery:
    """Take a file for a source and start checking it; the delivery with its receipt.

    The same file again for the same period is no new delivery: the first one comes back, and is checked again if that
    was broken off.
    Refused when the department is another one. What is Received already is not copied.
    """
    source, division = allowed(offer, by)
    if offer.mark and (marked := Delivery.objects.filter(mark=offer.mark).first()):
        return _begun(marked, by, here)
    if isinstance(content, Received):
        return _taken(offer, source, division, content, name, by, here)
    draft = place("exchange", "incoming") / f"draft-{secrets.token_hex(8)}"
    try:
        with with_room():
            size, sha256 = _keep(content, draft)
        return _taken(offer, source, division, Received(draft, size, sha256), name, by, here)
    finally:
        draft.unlink(missing_ok=True)


def _taken(
    offer: Offer, source: Source, division: int, file: Received, name: str, by: Actor, here: bool
) -> Delivery:  # fmt: skip
    one_at_a_time(file.sha256)
    if known := known_file(source, division, file.sha256, offer.period):
        return _begun(known, by, here)
    nothing_in = offer.period if offer.kind == Kind.INCREMENT.value and says_nothing(file.path, source) else ""
    made = _made(
        offer, source, division, by, name=name[-255:], size=file.size, sha256=file.sha256, mark=offer.mark,
        nothing_in=nothing_in,
    )  # fmt: skip
    target = incoming(made)
    target.unlink(missing_ok=True)
    os.link(file.path, target)
    return _begun(made, by, here)


def _begun(delivery: Delivery, by: Actor, here: bool) -> Delivery:
    """The delivery with a run that checks it, where it waits for one."""
    if not here and delivery.state == State.CHECKING and is_left(delivery):
        title, once = f"检查交付 {delivery.receipt}", f"delivery:{delivery.pk}"
        run = start(
            TAKE_IN, title=title, by=by, division=delivery.division, once=once, delivery_id=delivery.pk
        )  # fmt: skip
        Delivery.objects.filter(pk=delivery.pk).update(run_id=run.pk)
        delivery.refresh_from_db()
    return delivery


def is_left(delivery: Delivery) -> bool:
    """Whether a delivery that is not decided has no run any more that decides it."""
    return not Run.objects.filter(pk=delivery.run_id or 0).exclude(status__in=_OVER).exists()


def broken_off(delivery: Delivery) -> str:
    """Why the check of a delivery stands still; empty while it goes on or is over."""
    if delivery.state != State.CHECKING or not is_left(delivery):
        return ""
    last = Run.objects.filter(kind=TAKE_IN, arguments__delivery_id=delivery.pk).order_by("-id").first()
    return _(last.error) if last and last.error else _("检查被中断，还没有结果")


@act("exchange.check_again", gettext_lazy("重新检查交付"), needs=Permission.EXCHANGE_DELIVER)
def check_again(*, delivery_id: int, by: Actor) -> Delivery:
    """Check a delivery whose check was broken off, by a full disk or a fault of the program."""
    delivery: Delivery = Delivery.objects.within(by.scope).select_for_update().get(pk=delivery_id)
    allowed(Offer(delivery.source, delivery.period, division=delivery.division), by)
    if delivery.state != State.CHECKING:
        raise Refused(Reason(_("这次交付已经检查完"), delivery.receipt))
    return _begun(delivery, by, here=False)


def header_of(source: Source) -> BinaryIO:
    """The file that says that nothing happened: the contracted columns, and no row."""
    return io.BytesIO((",".join(source.contract.names) + "\n").encode())


def take_in_here(*, delivery_id: int, by: Actor) -> Run:
    """Check and store in this process (commands, tests); the finished run."""
    return perform(TAKE_IN, title=f"检查交付 #{delivery_id}", by=by, delivery_id=delivery_id)


def allowed(offer: Offer, by: Actor) -> tuple[Source, int]:
    """The source and the area of the department, when the actor may deliver there."""
    if offer.source not in queries.sources():
        raise Refused(Reason(_("没有这个数据来源"), "source"))
    source = queries.source(offer.source)
    division, title = offer.division or by.division or 0, source.file.title.zh
    if not by.scope.covers(division):
        raise Denied(_("这个地区不在您的管辖范围内"))
    if level_of(division) is not _LEVELS[source.file.level]:
        raise Refused(Reason(_LEVEL_WORDS[source.file.level] % {"title": title}, "division"))
    if not queries.delivers(by, source):
        raise Denied(_("“%(title)s”由别的部门交付，您的单位不能代交") % {"title": title})
    if not queries.is_period(source, offer.period):
        raise Refused(
            Reason(
                _("所属期不对；“%(title)s”的所属期应写作 %(like)s")
                % {"title": title, "like": _LIKE[source.file.cadence]},
                "period",
            )
        )
    return source, division


_LEVEL_WORDS = {
    "province": gettext_lazy("“%(title)s”由省级部门交付"),
    "city": gettext_lazy("“%(title)s”由市级部门交付"),
    "county": gettext_lazy("“%(title)s”由县级部门交付"),
}
_LIKE = {"monthly": "2016-05", "quarterly": "2016-Q2", "half_yearly": "2016-H1", "yearly": "2016"}


def check_offer(offer: Offer, source: Source, division: int, by: Actor) -> Delivery | None:
    """Refused when the kind doesn't fit the source; the delivery that a correction goes over."""
    if offer.kind == Kind.CORRECTION.value:
        rows = Delivery.objects.within(by.scope).filter(source=source.id, division=division, state=State.STORED)
        replaced: Delivery | None = rows.filter(pk=offer.replaces).first()
        if replaced is None:
            raise Refused(Reason(_("请选择要更正的那一次交付（只能更正已收妥的）"), "replaces"))
        return replaced
    if offer.kind == Kind.INCREMENT.value and source.file.mode != "incremental":
        raise Refused(Reason(_("这个来源约定全量交付，不接收增量"), "kind"))
    return None


def one_at_a_time(sha256: str) -> None:
    """Until the transaction ends nobody else takes in the same content."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE + 1, sha256])


def _keep(content: Path | BinaryIO, draft: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    limit = settings.ZERENTIAN_DELIVERY_LIMIT
    stream = content.open("rb") if isinstance(content, Path) else content
    try:
        with draft.open("wb") as out:
            while block := stream.read(BLOCK):
                size += len(block)
                if size > limit:
                    raise Refused(_("文件超过 %(limit)s MB，请按市县或时间分开交付") % {"limit": limit >> 20})
                digest.update(block)
                out.write(block)
    finally:
        if isinstance(content, Path):
            stream.close()
    if not size:
        raise Refused(Reason(_("文件是空的，请检查是否选错了文件"), "content"))
    return size, digest.hexdigest()


def known_file(source: Source, division: int, sha256: str, period: str) -> Delivery | None:
    """The delivery that brought the same content for the period before, unless it was refused or taken back since."""
    rows = Delivery.objects.filter(
        source=source.id, division=division, sha256=sha256, period=period, state__in=(State.CHECKING, State.STORED)
    )
    found: Delivery | None = rows.first()
    return found


def _made(offer: Offer, source: Source, division: int, by: Actor, **file: Any) -> Delivery:
    replaced = check_offer(offer, source, division, by)
    today = timezone.localdate()
    keep = queries.database_day() + timedelta(days=int(parameter("exchange.file.keep_days", division, today)))
    made: Delivery = Delivery.objects.create(
        source=source.id, division=division, body_id=by.body_id, kind=offer.kind, way=offer.way, period=offer.period,
        receipt=f"{today:%Y%m%d}-{secrets.token_hex(4).upper()}", replaces=replaced, contract=contract_version(source),
        user_id=by.user_id, who=f"{by.name} {by.post_title}".strip(), keep_until=keep, **file,
    )  # fmt: skip
    return made


def contract_version(source: Source) -> str:
    """Changes whenever the contract does."""
    return hashlib.sha256(source.contract.model_dump_json().encode()).hexdigest()[:16]


@act("exchange.withdraw", gettext_lazy("撤回交付"), needs=Permission.EXCHANGE_DELIVER, reason_required=True)
def withdraw(*, delivery_id: int, by: Actor, reason: str) -> Delivery:
    """Take a stored delivery back: a new table without its rows; clues that rest on it alone lose their evidence."""
    delivery: Delivery = Delivery.objects.within(by.scope).select_for_update().get(pk=delivery_id)
    allowed(Offer(delivery.source, delivery.period, division=delivery.division), by)
    if delivery.state != State.STORED:
        raise Refused(Reason(_("只有已收妥的交付可以撤回"), delivery.receipt))
    if later := list(delivery.said_again.filter(state=State.STORED).order_by("id").values_list("receipt", flat=True)):
        raise Refused(
            Reason(_("后来的交付说明数据自这一次以来没有变化：%(later)s；请先撤回它们") % {"later": "、".join(later)}, delivery.receipt)
        )  # fmt: skip
    before = newest(delivery)
    restored = _corrected_by(delivery)
    if before is not None and delivery.pk in before.of:
        _take_out(delivery, before, restored)
    guarded_update(Delivery.objects.filter(pk=delivery_id, state=State.STORED), state=State.WITHDRAWN)
    if restored:
        guarded_update(Delivery.objects.filter(pk=restored.pk, state=State.REPLACED), state=State.STORED)
    announce("records.changed", division=delivery.division, by=by)
    delivery.refresh_from_db()
    return delivery


def _corrected_by(delivery: Delivery) -> Delivery | None:
    """The delivery that comes back when its correction is taken back."""
    found: Delivery | None = Delivery.objects.filter(pk=delivery.replaces_id or 0, state=State.REPLACED).first()
    if found and known_file(queries.source(found.source), found.division, found.sha256, found.period):
        return None
    return found


def _take_out(delivery: Delivery, before: TableVersion, restored: Delivery | None) -> None:
    """A new table as if the delivery had never come: without its rows, and with those that it had gone over."""
    name = f"tables/{delivery.source}/{delivery.division}/v{before.number + 1}"
    target, rest = place("exchange") / name, place("exchange", "drafts") / f"withdrawn-{delivery.pk}"
    for folder in (target, rest):
        shutil.rmtree(folder, ignore_errors=True)
    of = [d for d in before.of if d != delivery.pk]
    base = _stood_before(delivery, restored)
    try:
        storing.merge(queries.table_folder(before), None, rest, without=delivery.pk)
        if base is None:
            rest.rename(target)
        else:
            storing.merge(queries.table_folder(base), rest, target, without=None)
            of = sorted({*of, *base.of})
    finally:
        shutil.rmtree(rest, ignore_errors=True)
    TableVersion.objects.create(
        source=delivery.source, division=delivery.division, number=before.number + 1, delivery=delivery, of=of,
        folder=name, row_count=storing.rows_of(target), digest=storing.digest_of(target),
    )  # fmt: skip


def _stood_before(delivery: Delivery, restored: Delivery | None) -> TableVersion | None:
    """The table that the delivery changed, or an older one, of which every delivery still holds and that is still kept."""
    versions = TableVersion.objects.filter(source=delivery.source, division=delivery.division)
    own = versions.filter(delivery=delivery).order_by("number").first()
    if own is None:
        return None
    holds = set(
        Delivery.objects.filter(source=delivery.source, division=delivery.division, state=State.STORED).values_list(
            "pk", flat=True
        )
    ) | ({restored.pk} if restored else set())
    for one in versions.filter(number__lt=own.number).order_by("-number"):
        if one.of and set(one.of) <= holds - {delivery.pk} and queries.table_folder(one).exists():
            found: TableVersion = one
            return found
    return None
