"""A delivered file is checked and stored as a table, or sent back; killed anywhere, it begins again and leaves nothing half."""

import fcntl
import gzip
import logging
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Delivery, TableVersion
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.services import storing
from zerentian.exchange.services.room import NO_ROOM, is_full
from zerentian.exchange.services.versions import Becomes, becomes, later_period, new_version, newest
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import acting, titles
from zerentian.kernel.db import guarded_update, joined, unit
from zerentian.kernel.effects import announce
from zerentian.kernel.files import place, store
from zerentian.kernel.jobs import Work, job
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.tables import Problem
from zerentian.kernel.tables.guards import inflate
from zerentian.rulebook.queries import parameter

log = logging.getLogger(__name__)

TAKE_IN = "exchange.take_in"
SEND_BACK = "exchange.send_back"
titles[TAKE_IN], titles[SEND_BACK] = _("接收部门数据"), _("退回部门数据")
BLOCK = 1 << 20
MOST_TIMES = 50  # a file in an archive may unpack to so many times its size
MOST_WRITTEN = 200_000  # faults that the error file names one by one
MOST_OF_NOTHING = 1 << 18  # bytes of a file with nothing but a header
MOST_NAMED, LONGEST_NAME = 50, 40  # columns that are not contracted: how many are named, and how long a name may be
State, Kind = Delivery.State, Delivery.Kind


def incoming(delivery: Delivery) -> Path:
    """Where the delivered file waits until it is stored."""
    return place("exchange", "incoming") / f"{delivery.pk}"


@job(TAKE_IN)
def take_in(*, run: Work, by: Actor, delivery_id: int) -> None:
    """Check a delivery and make a table of it. Killed anywhere, it begins again from the file and leaves nothing half.

    When the disk is full the delivery stays as it came, and is checked again later.
    """
    with unit(by, writes=False):
        delivery = Delivery.objects.select_related("replaces").get(pk=delivery_id)
        source = queries.source(delivery.source)
    with alone(delivery):
        with unit(by, writes=False):
            delivery.refresh_from_db(fields=["state"])
        if delivery.state == State.CHECKING:
            run.start_over()
            try:
                if not _stands_already(run, delivery, by):
                    _check_and_store(run, delivery, source, by)
            except Exception as error:
                if not is_full(error):
                    raise
                _forget(delivery_id)
                raise Refused(str(NO_ROOM)) from error
        with unit(by, writes=False):
            delivery.refresh_from_db(fields=["state", "counts"])
        tidy(delivery)


@contextmanager
def alone(delivery: Delivery) -> Iterator[None]:
    """Nobody else checks the delivery meanwhile; the lock on its file goes with the process that holds it."""
    try:
        stream = incoming(delivery).open("rb")
    except FileNotFoundError:
        yield
        return
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("这次交付正在检查，请稍候") from error
        yield


def _draft(delivery_id: int) -> Path:
    return place("exchange", "drafts") / str(delivery_id)


def _forget(delivery_id: int) -> None:
    """Take away what an attempt has made so far; the delivered file stays."""
    for folder in (_draft(delivery_id), place("exchange", "sealed") / str(delivery_id)):
        shutil.rmtree(folder, ignore_errors=True)


def tidy(delivery: Delivery) -> None:
    """What is left to do once a delivery is decided: its file sealed, or gone; safe to do again after a kill."""
    shutil.rmtree(_draft(delivery.pk), ignore_errors=True)
    waiting = incoming(delivery)
    if not waiting.exists():
        return
    if delivery.state == State.REFUSED:
        waiting.unlink()
        shutil.rmtree(place("exchange", "sealed") / str(delivery.pk), ignore_errors=True)
    elif delivery.state != State.CHECKING:
        if delivery.counts.get("later_period"):  # no row of it is in a table, so nobody asks for the wording of one
            shutil.rmtree(place("exchange", "sealed") / str(delivery.pk), ignore_errors=True)
        try:
            storing.seal_file(waiting, delivery.pk)
        except OSError as error:
            if not is_full(error):
                raise
            log.warning("no room to seal the file of delivery %s; it is tried again", delivery.pk)


def _stands_already(run: Work, delivery: Delivery, by: Actor) -> bool:
    """Whether the file is the whole table as it stands: it counts for its period, and no row is taken a second time."""
    with joined(by):
        same = _unchanged(delivery, newest(delivery))
        if same is None:
            return False
        with acting(TAKE_IN, by=by, subject=delivery.receipt, division=delivery.division):
            kept = ("row_count", "good", "refused", "counts", "errors_file_id")
            guarded_update(
                Delivery.objects.filter(pk=delivery.pk, state=State.CHECKING), state=State.STORED,
                stored_at=timezone.now(), unchanged_since=same, **{name: getattr(same, name) for name in kept},
            )  # fmt: skip
            _tell_of(delivery, by)
    run.count(rows=same.row_count, good=same.good, refused=same.refused)
    return True


def _unchanged(delivery: Delivery, table: TableVersion | None) -> Delivery | None:
    """The delivery that the table is, where it brought the same file under the same contract and all its rows are there."""
    if delivery.kind != Kind.FULL or table is None or len(table.of) != 1 or not queries.table_folder(table).exists():
        return None
    same: Delivery | None = Delivery.objects.filter(
        pk=table.of[0], sha256=delivery.sha256, contract=delivery.contract, good=table.row_count, state=State.STORED
    ).first()
    return same


def _check_and_store(run: Work, delivery: Delivery, source: Source, by: Actor) -> None:
    _forget(delivery.pk)
    draft = _draft(delivery.pk)
    draft.mkdir(parents=True)
    faults = _Faults(draft / "faults.csv", source)
    stored: storing.Stored | None = None
    try:
        if not incoming(delivery).exists():
            raise Refused("收到的文件已不在服务器上，没有检查；请重新交付")
        path = unpacked(incoming(delivery), draft)
        if delivery.nothing_in:
            stored = storing.store_nothing(path, source)
        else:
            limits = storing.Limits(int(parameter("quality.id.minimum_year", delivery.division)), timezone.localdate())
            stored = storing.store_rows(path, source, delivery.pk, draft / "rows", _progress(run, faults), limits)
            _drop_doubles(source, draft / "rows", stored, faults)
            _refuse_bad(stored, delivery)
        _accept(delivery, stored, draft, faults, by)
        run.count(rows=stored.rows, good=stored.good, refused=stored.refused)
    except Refused as refused:
        _send_back(delivery, refused.reasons, faults, by, stored)
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
        except (OSError, EOFError, zlib.error) as error:
            if is_full(error):
                raise
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


def says_nothing(path: Path, source: Source) -> bool:
    """Whether a file has the header that is contracted, and no row: nothing happened in its period."""
    if path.stat().st_size > MOST_OF_NOTHING:
        return False
    problems: list[Problem] = []
    with tempfile.TemporaryDirectory(dir=place("exchange", "drafts"), prefix="look-") as folder:
        try:
            frames = storing.batches(unpacked(path, Path(folder)), source, problems, [])
            return not any(frame.height for frame in frames) and not problems
        except Refused:
            return False  # the check says what is wrong with it


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
    if not source.contract.primary_key or not stored.good:
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
    share = 100 * stored.refused / stored.rows
    if not stored.good or share > limit:
        raise Refused(
            f"{stored.rows:,} 行中有 {stored.refused:,} 行不合格（{share:.1f}%，上限 {limit:g}%），整批退回；"
            "请按错误清单更正后重新交付"
        )


def _accept(delivery: Delivery, stored: storing.Stored, draft: Path, faults: _Faults, by: Actor) -> None:
    """Make the new table and say so, in one transaction; a table without its row in the database is none.

    Where nothing happened, or a later period has come already, the table stays what it is.
    """
    with joined(by), acting(TAKE_IN, by=by, subject=delivery.receipt, division=delivery.division):
        table = newest(delivery)
        how = becomes(delivery, table)
        if how is not Becomes.NOTHING:
            new_version(delivery, table, draft / "rows", how)
        _finish(delivery, State.STORED, faults, by, stored=stored, later=later_period(delivery, table, how))
        if delivery.replaces_id:
            Delivery.objects.filter(pk=delivery.replaces_id).update(state=State.REPLACED)
        _tell_of(delivery, by)


def _tell_of(delivery: Delivery, by: Actor) -> None:
    announce("exchange.stored", division=delivery.division, source=delivery.source, by=by)
    announce("records.changed", division=delivery.division, by=by)


def _finish(
    delivery: Delivery, state: str, faults: _Faults, by: Actor, *, stored: storing.Stored | None = None,
    reasons: Sequence[Reason] = (), later: str = "",
) -> None:  # fmt: skip
    changes: dict[str, Any] = {"state": state, "reasons": [reason.text for reason in reasons][:50]}
    if faults.count:
        file = store(
            faults.path, name=f"错误清单-{delivery.receipt}.csv", purpose="交付错误清单", by=by,
            division=delivery.division, needs=Permission.EXCHANGE_MATCH,
        )  # fmt: skip
        changes |= {"errors_file_id": file.pk, "counts": {"by_column": faults.by_column}}
    if stored:
        changes |= {"row_count": stored.rows, "refused": stored.refused}
    if stored and state == State.STORED:
        changes |= {"good": stored.good, "stored_at": timezone.now()}
        dropped = [name[:LONGEST_NAME] for name in stored.dropped[:MOST_NAMED]]
        changes["counts"] = {
            **changes.get("counts", {}), "without_number": stored.unknown_numbers, "dropped": dropped, "later_period": later,
        }  # fmt: skip
    guarded_update(Delivery.objects.filter(pk=delivery.pk, state=State.CHECKING), **changes)


def _send_back(
    delivery: Delivery, reasons: Sequence[Reason], faults: _Faults, by: Actor, stored: storing.Stored | None
) -> None:
    with joined(by), acting(SEND_BACK, by=by, subject=delivery.receipt, division=delivery.division):
        _finish(delivery, State.REFUSED, faults, by, stored=stored, reasons=reasons)
