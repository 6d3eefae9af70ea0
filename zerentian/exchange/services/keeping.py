"""What happens by itself every night: files whose time is over are destroyed, clues over their deadline go up one desk."""

import shutil
import time
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Clue, ClueStep, Delivery, Destruction, MatchRun, TableVersion
from zerentian.exchange.rules import desks
from zerentian.exchange.services.deliveries import check_again, is_left
from zerentian.exchange.services.folders import forget_copies
from zerentian.exchange.services.parquet import folder_of
from zerentian.exchange.services.taking import TAKE_IN, alone, incoming, tidy
from zerentian.exchange.services.uploads import expire_uploads
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act
from zerentian.kernel.db import unit
from zerentian.kernel.effects import announce, effect
from zerentian.kernel.files import place
from zerentian.kernel.jobs import every
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.rulebook.queries import law_area, parameter

FILE, TABLE, ROWS = "file", "table", "rows"
RETRY = 600  # seconds after which a check that was broken off is begun again
MOST_ATTEMPTS = 6  # at checking a delivery, before somebody has to look
ABANDONED = 86_400  # seconds after which a file that no delivery knows is taken away


@every("10 17 * * *")
def keep_daily() -> None:
    """Shortly after one o'clock of the place."""
    with unit(system()):
        destroy_due(by=system())
        escalate_clues(by=system())


@every("*/10 * * * *")
def look_after() -> None:
    """What was broken off goes on, what was sealed in vain is sealed, what nobody waits for is taken away."""
    with unit(system()):
        expire_uploads(by=system())
        left = list(Delivery.objects.filter(state=Delivery.State.CHECKING).order_by("id"))
        for one in left:
            if is_left(one) and _attempts(one) < MOST_ATTEMPTS and _is_old(incoming(one), RETRY):
                check_again(delivery_id=one.pk, by=system())
    _sweep()


def _attempts(delivery: Delivery) -> int:
    return Run.objects.filter(kind=TAKE_IN, arguments__delivery_id=delivery.pk).count()


def _is_old(path: Path, seconds: int) -> bool:
    """Whether nothing has changed about a file for so long; a file from the future is new."""
    try:
        return time.time() - path.stat().st_mtime > seconds
    except FileNotFoundError:
        return True


def _sweep() -> None:
    """Files in waiting whose delivery is decided, or whose transaction never ended."""
    for path in sorted(place("exchange", "incoming").iterdir()):
        with unit(system(), writes=False):
            known = Delivery.objects.filter(pk=int(path.name)).first() if path.name.isdecimal() else None
        if known is not None and known.state != Delivery.State.CHECKING:
            with suppress(Refused), alone(known):
                tidy(known)
        elif known is None and _is_old(path, ABANDONED):
            path.unlink(missing_ok=True)


@act("exchange.destroy", _("销毁到期的交付原件"), needs=Permission.EXCHANGE_MATCH)
def destroy_due(*, by: Actor, on: date | None = None) -> int:
    """Destroy sealed files after their day, and tables that newer ones replaced long ago; each is recorded; how many.

    With the last table that has a delivery's rows go their personal columns. Of old matches only what they came to is kept.
    """
    today = on or min(timezone.localdate(), queries.database_day())  # a clock that runs ahead destroys nothing
    over = Delivery.objects.filter(keep_until__lt=today, destroyed_at=None).exclude(state=Delivery.State.CHECKING)
    files, tables = list(over.select_for_update().order_by("id")), _superseded(today)
    for one in files:
        _destroy_file(one)
    for version in tables:
        _destroy_table(version)
    rows = _in_no_table()
    for one in rows:
        _destroy_rows(one)
    return len(files) + len(tables) + len(rows) + _forget_matches(today)


def _destroy_file(delivery: Delivery) -> None:
    for name in ("originals", "incoming"):
        path = place("exchange") / name / str(delivery.pk)
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
    forget_copies(delivery.mark)
    delivery.destroyed_at = timezone.now()
    delivery.save(update_fields=["destroyed_at"])
    _record(delivery, FILE, delivery.sha256, f"保存到 {delivery.keep_until}，期限已过")


def _superseded(today: date) -> list[TableVersion]:
    """Tables that are no longer the newest, made longer ago than they are kept, whose files are still there."""
    days = int(parameter("exchange.table.keep_days", law_area(), today))
    newest = TableVersion.objects.values("source", "division").annotate(last=Max("number"))
    last = {(row["source"], row["division"]): row["last"] for row in newest}
    old = TableVersion.objects.filter(made_at__date__lt=today - timedelta(days=days)).select_related("delivery")
    return [
        one
        for one in old.order_by("id")
        if one.number < last[one.source, one.division] and queries.table_folder(one).exists()
    ]


def _destroy_table(version: TableVersion) -> None:
    shutil.rmtree(queries.table_folder(version))
    _record(version.delivery, TABLE, version.digest, f"第 {version.number} 版比对表，已被新版取代且保存期满")


def _in_no_table() -> list[Delivery]:
    """Deliveries whose personal columns are still kept, though no table has a row of them any more."""
    kept = [int(path.name) for path in place("exchange", "sealed").iterdir() if path.name.isdecimal()]
    told = {id for one in TableVersion.objects.all() if queries.table_folder(one).exists() for id in one.of}
    over = Delivery.objects.filter(pk__in=set(kept) - told).exclude(state=Delivery.State.CHECKING)
    return list(over.order_by("id"))


def _destroy_rows(delivery: Delivery) -> None:
    shutil.rmtree(place("exchange", "sealed") / str(delivery.pk))
    _record(delivery, ROWS, delivery.sha256, "身份信息列，已没有比对表含有这次交付的行")


def _forget_matches(today: date) -> int:
    """Take the stages of old matches from the disk, but for the newest, which the next one is compared with; how many."""
    days = int(parameter("exchange.match.keep_days", law_area(), today))
    newest = MatchRun.objects.filter(finished_at__isnull=False).order_by("-id").first()
    old = MatchRun.objects.filter(on__lt=today - timedelta(days=days)).exclude(pk=newest.pk if newest else 0)
    gone = [folder for folder in map(folder_of, old) if folder.exists()]
    for folder in gone:
        shutil.rmtree(folder)
    return len(gone)


def _record(delivery: Delivery, what: str, sha256: str, ground: str) -> None:
    Destruction.objects.create(
        delivery=delivery, division=delivery.division, what=what, sha256=sha256, ground=ground
    )  # fmt: skip


@act("exchange.clue.escalate", _("线索逾期升级"), needs=Permission.CLUE_SETTLE)
def escalate_clues(*, by: Actor, on: date | None = None) -> int:
    """Put every clue that ran out of time on the desk above, and on again while nobody looks; how many."""
    today = on or timezone.localdate()
    days = int(parameter("exchange.clue.escalate_days", law_area(), today))
    ripe = Q(escalated_on=None) | Q(escalated_on__lt=today - timedelta(days=days), holder__in=desks.DESKS[:-1])
    late = Clue.objects.filter(ripe, due_on__lt=today).exclude(state=Clue.State.SETTLED)
    found = list(late.select_for_update(of=("self",)).order_by("id"))
    for clue in found:
        clue.holder, clue.escalated_on = desks.above(clue.holder), today
        clue.keeper_id, clue.keeper_who = None, ""
    Clue.objects.bulk_update(found, ["holder", "escalated_on", "keeper_id", "keeper_who"], batch_size=1_000)
    ClueStep.objects.bulk_create(
        [
            ClueStep(clue=c, division=c.division, household_id=c.household_id, kind="escalated", who=by.name)
            for c in found
        ],
        batch_size=1_000,
    )
    if found:
        announce("records.changed", division=law_area(), by=by)
    return len(found)


@effect("snapshots.needed")
def pinned_snapshots(*, since: date) -> set[str]:
    """Snapshots that matches since a day were made from: without them a match can't be repeated."""
    return set(MatchRun.objects.filter(on__gte=since).exclude(snapshot="").values_list("snapshot", flat=True))
