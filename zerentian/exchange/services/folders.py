"""A shared folder of departments: complete files are taken in, once, and answered beside the file.

Below the folder of a source (and of an area, for sources of cities and counties) a file goes from where it was put to
`taking`, and from there to `done` or `refused` with a text beside it. Where a file stands is its whole state: whoever
looks next, after a kill too, goes on from there; the mark before its name is the mark of its delivery.
"""

import fcntl
import logging
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from zerentian.exchange import queries
from zerentian.exchange.models import Delivery
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.services.deliveries import Offer, deliver, take_in_here
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.files import open_file
from zerentian.kernel.jobs import every
from zerentian.kernel.refusal import Denied, Reason, Refused
from zerentian.kernel.scope import parse_code
from zerentian.rulebook.queries import law_area

log = logging.getLogger(__name__)
TAKING, DONE, REFUSED, READY = "taking", "done", "refused", ".done"
_OWN = {TAKING, DONE, REFUSED}
_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", READY)
# 2016-Q3.csv.gz · 2016-Q3.increment.csv · 2016-Q3.correction-20161008-5C1A9F02.csv
_NAME = re.compile(
    r"(?P<period>\d{4}(?:-[QH]?\d{1,2})?)(?:[._](?P<kind>increment|correction)(?:-(?P<receipt>\d{8}-[0-9A-F]{8}))?)?(?=[._ -]|$)"
)
_MARKED = re.compile(r"(?P<mark>\d{8}-[0-9a-f]{12})\.(?P<name>.+)")
_seen: dict[Path, tuple[int, int, float]] = {}  # file → size, time of change, since when they are so


@dataclass
class Look:
    """What one look at the folder did."""

    taken: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    waiting: int = 0


@every("* * * * *")
def watch_folder() -> None:
    """Every minute, where a folder is named in the settings."""
    if settings.ZERENTIAN_EXCHANGE_FOLDER:
        look(Path(settings.ZERENTIAN_EXCHANGE_FOLDER))


def look(root: Path, *, here: bool = False) -> Look:
    """Take in what is complete, answer what is decided. With `here` the files are checked in this process.

    Another look that is going on is left alone.
    """
    found = Look()
    with _alone(root) as free:
        for source, division, folder in _places(root) if free else ():
            try:
                _look_into(folder, source, division, found, here)
            except OSError as error:
                log.error("the folder %s of the exchange cannot be worked on: %s", folder, error.strerror)
    return found


@contextmanager
def _alone(root: Path) -> Iterator[bool]:
    if not root.is_dir():
        log.error("there is no folder %s for the exchange", root)
        yield False
        return
    with (root / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _places(root: Path) -> Iterator[tuple[Source, int, Path]]:
    """Source, area and folder: a folder a source, below it one an area where there are several."""
    for folder in sorted(p for p in root.iterdir() if p.is_dir()):
        source = queries.sources().get(folder.name)
        if source is None:
            continue
        yield source, law_area(), folder
        for below in sorted(p for p in folder.iterdir() if p.is_dir() and p.name not in _OWN):
            try:
                yield source, parse_code(below.name), below
            except ValueError:
                log.warning("%s is neither a source nor an area", below)


def _look_into(folder: Path, source: Source, division: int, found: Look, here: bool) -> None:
    for path in sorted(p for p in folder.iterdir() if p.is_file() and _is_wanted(p)):
        if not _is_complete(path):
            found.waiting += 1
            continue
        target = _below(folder, TAKING) / f"{timezone.localdate():%Y%m%d}-{secrets.token_hex(6)}.{path.name}"
        path.rename(target)
        path.with_name(path.name + READY).unlink(missing_ok=True)
        _seen.pop(path, None)
        found.taken.append(path.name)
    for path in sorted(_below(folder, TAKING).iterdir()):
        if marked := _MARKED.fullmatch(path.name):
            _go_on(path, marked["mark"], marked["name"], source, division, found, here)


def _is_wanted(path: Path) -> bool:
    return not path.name.startswith((".", "~")) and not path.name.lower().endswith(_UNFINISHED)


def _is_complete(path: Path) -> bool:
    """Whether it is said to be (`name.done` beside it), or it has not changed for a while by this process's own clock."""
    if path.with_name(path.name + READY).exists():
        return True
    facts, now = path.stat(), time.monotonic()
    size, changed, since = _seen.get(path, (-1, -1, now))
    if (size, changed) != (facts.st_size, facts.st_mtime_ns):
        since = now
    _seen[path] = (facts.st_size, facts.st_mtime_ns, since)
    return now - since >= settings.ZERENTIAN_EXCHANGE_SETTLE


def _go_on(path: Path, mark: str, name: str, source: Source, division: int, found: Look, here: bool) -> None:
    """Deliver a file that is being taken, or answer it once it is decided."""
    by = system("共享文件夹")
    with unit(by, writes=False):
        delivery = Delivery.objects.filter(mark=mark).first()
    again = False
    if delivery is None:
        try:
            delivery = _delivered(path, mark, name, source, division, by, here)
        except (Refused, Denied) as refused:
            reasons = refused.reasons if isinstance(refused, Refused) else (Reason(str(refused)),)
            _answer(path, REFUSED, [f"没有接收：{name}", *(reason.text for reason in reasons)])
            found.refused.append(name)
            return
        again = delivery.mark != mark
    if here and delivery.state == Delivery.State.CHECKING:
        take_in_here(delivery_id=delivery.pk, by=by)
        with unit(by, writes=False):
            delivery.refresh_from_db()
    if delivery.state == Delivery.State.CHECKING and not again:
        found.waiting += 1
    elif again:
        _answer(path, DONE, _receipt(delivery, name, again=True), keep=False)
        found.done.append(name)
    elif delivery.state == Delivery.State.REFUSED:
        _answer(path, REFUSED, _receipt(delivery, name), delivery)
        found.refused.append(name)
    else:
        _answer(path, DONE, _receipt(delivery, name), delivery)
        found.done.append(name)


def _delivered(
    path: Path, mark: str, name: str, source: Source, division: int, by: Actor, here: bool
) -> Delivery:  # fmt: skip
    told = _NAME.match(name)
    if told is None or not queries.is_period(source, told["period"]):
        raise Refused("文件名应以所属期开头，例如 2016-Q3.csv、2016-05.xlsx；请改名后重新放入文件夹")
    kind, replaces = told["kind"] or Delivery.Kind.FULL.value, None
    with unit(by):
        if told["receipt"]:
            corrected = Delivery.objects.filter(source=source.id, division=division, receipt=told["receipt"])
            replaces = corrected.values_list("pk", flat=True).first()
        offer = Offer(source.id, told["period"], kind, Delivery.Way.FOLDER.value, division, replaces, mark)
        return deliver(offer=offer, content=path, name=name, by=by, here=here)


def _below(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir(exist_ok=True)
    return made


def _answer(
    path: Path, where: str, lines: list[str], delivery: Delivery | None = None, *, keep: bool = True
) -> None:  # fmt: skip
    """Write the answer and the error file beside where the file goes, then let it go there: killed between, it is done again.

    Without `keep` the file is taken away: nobody would destroy it when its time is over.
    """
    target = _below(path.parent.parent, where) / path.name
    if delivery is not None and delivery.errors_file_id is not None:
        with unit(system(), writes=False):
            shutil.copyfile(open_file(delivery.errors_file_id), target.with_name(f"{path.name}.errors.csv"))
    word = "receipt" if where == DONE else "reasons"
    target.with_name(f"{path.name}.{word}.txt").write_text("\n".join(lines) + "\n", "utf-8-sig")
    if keep:
        path.rename(target)
    else:
        path.unlink()


def _receipt(delivery: Delivery, name: str, *, again: bool = False) -> list[str]:
    lines = [
        f"文件：{name}",
        f"回执：{delivery.receipt}",
        f"状态：{delivery.get_state_display()}",
        f"SHA-256：{delivery.sha256}",
    ]
    if again:
        return [*lines, "同一内容已经交付过，没有重复接收，这个文件已删除"]
    if dropped := delivery.counts.get("dropped"):
        lines.append(f"约定之外、没有保存的列：{'、'.join(dropped)}")
    counted = f"读入 {delivery.row_count} 行，收妥 {delivery.good} 行，不合格 {delivery.refused} 行"
    if delivery.unchanged_since_id:
        with unit(system(), writes=False):
            same = Delivery.objects.get(pk=delivery.unchanged_since_id).receipt
        lines.append(f"与交付 {same} 相同：数据自那次以来没有变化，已记为 {delivery.period} 的交付")
    if later := delivery.counts.get("later_period"):
        lines.append(f"已有 {later} 的数据：只记为 {delivery.period} 的交付，不改变用于比对的表")
    if delivery.nothing_in:
        counted = f"{delivery.nothing_in} 没有新增和变化，已记为交付"
    return [*lines, *([counted] if delivery.stored_at else []), *delivery.reasons]


def forget_copies(mark: str) -> None:
    """Take away what lies in the folder of a file whose time is over."""
    root = settings.ZERENTIAN_EXCHANGE_FOLDER
    if mark and root:
        for path in Path(root).rglob(f"{mark}.*"):
            path.unlink(missing_ok=True)
