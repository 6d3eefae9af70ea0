"""A department delivers a file: it is taken once, checked, stored as a table, answered with a receipt."""

import gzip
import hashlib
import secrets
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Delivery, TableVersion
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.services import storing
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act, acting
from zerentian.kernel.db import guarded_update, joined, unit
from zerentian.kernel.effects import announce
from zerentian.kernel.files import place, store
from zerentian.kernel.jobs import Work, job, perform, start
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied, Reason, Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.kernel.tables import Problem
from zerentian.kernel.tables.guards import inflate
from zerentian.rulebook.queries import parameter

TAKE_IN = "exchange.take_in"
BLOCK = 1 << 20
LOCK_SPACE = 0x5A45  # first key of the advisory locks under which tables are numbered
MOST_TIMES = 50  # a file in an archive may unpack to so many times its size
MOST_WRITTEN = 200_000  # faults that the error file names one by one
State, Kind, Way = Delivery.State, Delivery.Kind, Delivery.Way
_LEVELS = {"province": Level.PROVINCE, "city": Level.CITY, "county": Level.COUNTY}


@dataclass(frozen=True, slots=True)
class Offer:
    """What is delivered: which source and area, what period, full or not, by which way, in the place of which one."""

    source: str
    period: str
    kind: str = Kind.FULL.value
    way: str = Way.PAGE.value
    division: int | None = None
    replaces: int | None = None


@act("exchange.deliver", _("交付部门数据"), needs=Permission.EXCHANGE_DELIVER)
def deliver(*, offer: Offer, content: Path | BinaryIO, name: str, by: Actor, here: bool = False) -> Delivery:
    """Take a file for a source and start checking it; the delivery with its receipt.

    The same file again is no new delivery: the first one comes back. Refused when the department is another one.
    """
    source, division = _allowed(offer, by)
    draft = place("exchange", "incoming") / f"draft-{secrets.token_hex(8)}"
    try:
        size, sha256 = _keep(content, draft)
        if known := _known(source, division, sha256):
            return known
        made = _made(offer, source, division, by, name=name, size=size, sha256=sha256)
        draft.rename(incoming(made))
    finally:
        draft.unlink(missing_ok=True)
    if not here:
        title = f"检查交付 {made.receipt}"
        run = start(TAKE_IN, title=title, by=by, division=division, once=f"delivery:{made.pk}", delivery_id=made.pk)
        Delivery.objects.filter(pk=made.pk).update(run_id=run.pk)
        made.refresh_from_db()
    return made


def take_in_here(*, delivery_id: int, by: Actor) -> Run:
    """Check and store in this process (commands, tests); the finished run."""
    return perform(TAKE_IN, title=f"检查交付 #{delivery_id}", by=by, delivery_id=delivery_id)


def incoming(delivery: Delivery) -> Path:
    """Where the delivered file waits until it is stored."""
    return place("exchange", "incoming") / f"{delivery.pk}"


def _allowed(offer: Offer, by: Actor) -> tuple[Source, int]:
    """The source and the area of the department, when the actor may deliver there."""
    if offer.source not in queries.sources():
        raise Refused(Reason("没有这个数据来源", "来源"))
    source = queries.source(offer.source)
    division = offer.division or by.division or 0
    if not by.scope.covers(division):
        raise Denied("这个地区不在您的管辖范围内")
    if level_of(division) is not _LEVELS[source.file.level]:
        raise Refused(Reason(f"“{source.file.title.zh}”由{_LEVEL_WORDS[source.file.level]}部门交付", "地区"))
    if not queries.delivers(by, source):
        raise Denied(f"“{source.file.title.zh}”由别的部门交付，您的单位不能代交")
    if not queries.is_period(source, offer.period):
        raise Refused(Reason("请从列表中选择所属期", "所属期"))
    return source, division


_LEVEL_WORDS = {"province": "省级", "city": "市级", "county": "县级"}


def _keep(content: Path | BinaryIO, draft: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    limit = settings.ZERENTIAN_DELIVERY_LIMIT
    stream = content.open("rb") if isinstance(content, Path) else content
    try:
        with draft.open("wb") as out:
            while block := stream.read(BLOCK):
                size += len(block)
                if size > limit:
                    raise Refused(f"文件超过 {limit >> 20} MB，请按市县或时间分开交付，或改用接口分段上传")
                digest.update(block)
                out.write(block)
    finally:
        if isinstance(content, Path):
            stream.close()
    if not size:
        raise Refused(Reason("文件是空的，请检查是否选错了文件", "文件"))
    return size, digest.hexdigest()


def _known(source: Source, division: int, sha256: str) -> Delivery | None:
    states = (State.CHECKING, State.STORED)
    found: Delivery | None = Delivery.objects.filter(
        source=source.id, division=division, sha256=sha256, state__in=states
    ).first()
    return found


def _made(offer: Offer, source: Source, division: int, by: Actor, **file: Any) -> Delivery:
    replaced = None
    if offer.kind == Kind.CORRECTION.value:
        rows = Delivery.objects.within(by.scope).filter(source=source.id, division=division, state=State.STORED)
        replaced = rows.filter(pk=offer.replaces).first()
        if replaced is None:
            raise Refused(Reason("请选择要更正的那一次交付（只能更正已收妥的）", "更正"))
    elif offer.kind == Kind.INCREMENT.value and source.file.mode != "incremental":
        raise Refused(Reason("这个来源约定全量交付，不接收增量", "方式"))
    today = timezone.localdate()
    keep = today + timedelta(days=int(parameter("exchange.file.keep_days", division, today)))
    made: Delivery = Delivery.objects.create(
        source=source.id, division=division, body_id=by.body_id, kind=offer.kind, way=offer.way, period=offer.period,
        receipt=f"{today:%Y%m%d}-{secrets.token_hex(4).upper()}", replaces=replaced, contract=contract_version(source),
        user_id=by.user_id, who=f"{by.name} {by.post_title}".strip(), keep_until=keep, **file,
    )  # fmt: skip
    return made


def contract_version(source: Source) -> str:
    """Changes whenever the contract does."""
    return hashlib.sha256(source.contract.model_dump_json().encode()).hexdigest()[:16]


@job(TAKE_IN)
def take_in(*, run: Work, by: Actor, delivery_id: int) -> None:
    """Check a delivery and make a table of it. Killed anywhere, it begins again from the file and leaves nothing half."""
    with unit(by, writes=False):
        delivery = Delivery.objects.select_related("replaces").get(pk=delivery_id)
        source = queries.source(delivery.source)
    if delivery.state != State.CHECKING:
        return
    run.start_over()
    draft = place("exchange", "drafts", str(delivery_id))
    faults = _Faults(draft / "faults.csv", source)
    for folder in (draft, place("exchange", "sealed", str(delivery_id))):
        shutil.rmtree(folder, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        path = unpacked(incoming(delivery), draft)
        limits = storing.Limits(int(parameter("quality.id.minimum_year", delivery.division)), timezone.localdate())
        stored = storing.store_rows(path, source, delivery_id, draft / "rows", _progress(run, faults), limits)
        _drop_doubles(source, draft / "rows", stored, faults)
        _refuse_bad(stored, delivery)
        _accept(delivery, source, stored, draft, faults, by)
        run.count(rows=stored.rows, good=stored.good, refused=stored.refused)
    except Refused as refused:
        _send_back(delivery, refused.reasons, faults, by)
        run.refuse_all(refused.reasons)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


class _Faults:
    """The error file: row, column, what is wrong; no value of anybody stands in it."""

    def __init__(self, path: Path, source: Source) -> None:
        self.path, self.count = path, 0
        self.by_column: dict[str, int] = {}
        self._titles = {field.name: field.title for field in source.contract.fields}

    def tell(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            title = self._titles.get(problem.key, problem.key)
            self.by_column[title] = self.by_column.get(title, 0) + 1
        with self.path.open("a", encoding="utf-8") as out:
            if not self.count:
                out.write("\ufeff行,列,问题\n")
            for problem in problems[: max(0, MOST_WRITTEN - self.count)]:
                out.write(f"{problem.row},{self._titles.get(problem.key, '')},{problem.text}{problem.todo}\n")
        self.count += len(problems)


def _progress(run: Work, faults: _Faults) -> Any:
    def tell(problems: Sequence[Problem], rows: int) -> None:
        if problems:
            faults.tell(problems)
        run.advance(rows, note="已检查 %s 行", words=[run.run.done + rows])
        run.check()

    return tell


def unpacked(path: Path, folder: Path) -> Path:
    """The table file itself: out of a gzip or a zip with one member, or the file as it is."""
    with path.open("rb") as stream:
        head = stream.read(4)
    most = MOST_TIMES * max(path.stat().st_size, BLOCK)
    target = folder / "content"
    if head.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(path) as inner:
                _copy(iter(lambda: inner.read(BLOCK), b""), target, most)
        except (OSError, EOFError) as error:
            raise Refused("gzip 文件不完整或已损坏，请重新压缩后再交付") from error
        return target
    if head.startswith(b"PK"):
        archive = _archive(path)
        if "xl/workbook.xml" in archive.namelist():
            return path
        members = [m for m in archive.infolist() if not m.is_dir()]
        if len(members) != 1:
            raise Refused(f"压缩包里有 {len(members)} 个文件；请每次只交付一个数据文件")
        _copy(inflate(archive, members[0]), target, most)
        return target
    return path


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise Refused("压缩包不完整或已损坏，请重新打包后再交付") from error


def _copy(blocks: Any, target: Path, most: int) -> None:
    written = 0
    with target.open("wb") as out:
        for block in blocks:
            written += len(block)
            if written > most:
                raise Refused("压缩包解开后过大，可能是恶意文件，已退回")
            out.write(block)


def _drop_doubles(source: Source, folder: Path, stored: storing.Stored, faults: _Faults) -> None:
    """Rows whose primary key stood in an earlier row of the file are refused."""
    if not source.contract.primary_key:
        return
    again = storing.twice(folder)
    if not again:
        return
    titles = "、".join(source.contract.field(name).title for name in source.contract.primary_key)
    faults.tell([Problem(row, source.contract.primary_key[0], f"与前面某一行的{titles}相同，未采用") for row in again])
    storing.without(folder, again)
    stored.good -= len(again)
    stored.refused += len(again)


def _refuse_bad(stored: storing.Stored, delivery: Delivery) -> None:
    limit = float(parameter("exchange.refused.limit", delivery.division))
    share = 100 * stored.refused / max(1, stored.rows + 0)
    if stored.rows == 0 or share > limit:
        raise Refused(
            f"{stored.rows:,} 行中有 {stored.refused:,} 行不合格（{share:.1f}%，上限 {limit:g}%），整批退回；"
            "请按错误清单更正后重新交付"
        )


def _accept(
    delivery: Delivery, source: Source, stored: storing.Stored, draft: Path, faults: _Faults, by: Actor
) -> None:
    """Make the new table and say so, in one transaction; only then the files of the table are in their place."""
    with joined(by), acting("exchange.take_in", by=by, subject=delivery.receipt, division=delivery.division):
        before = _newest(delivery)
        number = before.number + 1 if before else 1
        name = f"tables/{delivery.source}/{delivery.division}/v{number}"
        target = place("exchange") / name
        shutil.rmtree(target, ignore_errors=True)
        of = _assemble(delivery, before, draft, target)
        TableVersion.objects.create(
            source=delivery.source, division=delivery.division, number=number, delivery=delivery, of=of, folder=name,
            row_count=storing.rows_of(target), digest=storing.digest_of(target),
        )  # fmt: skip
        _finish(delivery, State.STORED, faults, by, stored=stored)
        if delivery.replaces_id:
            Delivery.objects.filter(pk=delivery.replaces_id).update(state=State.REPLACED)
        announce("exchange.stored", division=delivery.division, source=source.id, by=by)
        announce("records.changed", division=delivery.division, by=by)
    storing.seal_file(incoming(delivery), delivery.pk)


def _newest(delivery: Delivery) -> TableVersion | None:
    """The newest table of the delivery's source and area; until the transaction ends nobody else makes the next one."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, delivery.source])
    rows = TableVersion.objects.filter(source=delivery.source, division=delivery.division)
    found: TableVersion | None = rows.order_by("-number").first()
    return found


def _assemble(delivery: Delivery, before: TableVersion | None, draft: Path, target: Path) -> list[int]:
    """Put the files of the new table in place; which deliveries are in it.

    A full delivery is the table. An increment and a correction go over what was there, by primary key; a correction
    first takes out every row of the delivery that it corrects.
    """
    fresh = draft / "rows"
    target.parent.mkdir(parents=True, exist_ok=True)
    corrects = delivery.replaces_id if delivery.kind == Kind.CORRECTION else None
    kept = [d for d in (before.of if before else []) if d != corrects]
    if delivery.kind == Kind.FULL or not kept or before is None:
        fresh.rename(target)
        return [delivery.pk]
    storing.merge(queries.table_folder(before), fresh, target, without=corrects)
    return [*kept, delivery.pk]


def _finish(
    delivery: Delivery, state: str, faults: _Faults, by: Actor, *, stored: storing.Stored | None = None,
    reasons: Sequence[Reason] = (),
) -> None:  # fmt: skip
    changes: dict[str, Any] = {"state": state, "reasons": [reason.text for reason in reasons][:50]}
    if faults.count:
        file = store(
            faults.path, name=f"错误清单-{delivery.receipt}.csv", purpose="交付错误清单", by=by,
            division=delivery.division, needs=Permission.EXCHANGE_DELIVER,
        )  # fmt: skip
        changes |= {"errors_file_id": file.pk, "counts": {"by_column": faults.by_column}}
    if stored:
        changes |= {
            "row_count": stored.rows,
            "good": stored.good,
            "refused": stored.refused,
            "stored_at": timezone.now(),
        }
        changes["counts"] = {**changes.get("counts", {}), "without_number": stored.unknown_numbers}
    guarded_update(Delivery.objects.filter(pk=delivery.pk, state=State.CHECKING), **changes)


def _send_back(delivery: Delivery, reasons: Sequence[Reason], faults: _Faults, by: Actor) -> None:
    with joined(by), acting("exchange.send_back", by=by, subject=delivery.receipt, division=delivery.division):
        _finish(delivery, State.REFUSED, faults, by, reasons=reasons)
    incoming(delivery).unlink(missing_ok=True)
    shutil.rmtree(place("exchange", "sealed", str(delivery.pk)), ignore_errors=True)


@act("exchange.withdraw", _("撤回交付"), needs=Permission.EXCHANGE_DELIVER, reason_required=True)
def withdraw(*, delivery_id: int, by: Actor, reason: str) -> Delivery:
    """Take a stored delivery back: a new table without its rows; clues that rest on it alone lose their evidence."""
    delivery: Delivery = Delivery.objects.within(by.scope).select_for_update().get(pk=delivery_id)
    _allowed(Offer(delivery.source, delivery.period, division=delivery.division), by)
    if delivery.state != State.STORED:
        raise Refused(Reason("只有已收妥的交付可以撤回", delivery.receipt))
    before = _newest(delivery)
    if before is not None and delivery.pk in before.of:
        name = f"tables/{delivery.source}/{delivery.division}/v{before.number + 1}"
        target = place("exchange") / name
        shutil.rmtree(target, ignore_errors=True)
        storing.merge(queries.table_folder(before), None, target, without=delivery.pk)
        of = [d for d in before.of if d != delivery.pk]
        TableVersion.objects.create(
            source=delivery.source, division=delivery.division, number=before.number + 1, delivery=delivery, of=of,
            folder=name, row_count=storing.rows_of(target), digest=storing.digest_of(target),
        )  # fmt: skip
    guarded_update(Delivery.objects.filter(pk=delivery_id, state=State.STORED), state=State.WITHDRAWN)
    announce("records.changed", division=delivery.division, by=by)
    delivery.refresh_from_db()
    return delivery
