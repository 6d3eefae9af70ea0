"""What the database remembers of snapshots: found by name or day, proved whole, destroyed on a recorded ground."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update, joined
from zerentian.kernel.files import place
from zerentian.kernel.models import Snapshot
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.snapshots.keeping import Manifest, load, verify

AGAIN = timedelta(days=30)  # after so long a snapshot is proved whole once more
AT_ONCE = 10  # proved in one go


def folder_of(name: str) -> Path:
    """The folder of a snapshot in this installation; Refused for a name that no snapshot has."""
    if "/" in name or name.startswith(".") or not (place("snapshots") / name / "manifest.json").is_file():
        raise Refused(f"没有名为“{name}”的快照；用 zerentian snapshot list 查看现有的快照")
    return place("snapshots") / name


def find(wanted: str) -> Manifest:
    """The snapshot of that name, or the last one of that day (2026-11-29); Refused when there is none."""
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        return load(folder_of(wanted))
    with joined(system()):
        rows = Snapshot.objects.filter(as_of=day, destroyed_at=None).order_by("-taken_at", "-id")
        name = rows.values_list("name", flat=True).first()
    if name is None:
        raise Refused(f"{day} 没有留存的快照；用 zerentian snapshot list 查看现有的快照")
    return load(folder_of(name))


@act("snapshot.check", _("核验快照"), needs=Permission.LEDGER_RECOMPUTE)
def check(*, name: str, by: Actor) -> list[str]:
    """Prove a snapshot whole and keep the answer; what is wrong with it."""
    row = Snapshot.objects.filter(name=name).first()
    try:
        faults = verify(folder_of(name), row.digest if row else "")
    except Refused as refused:
        faults = [str(refused)]
    if row:
        Snapshot.objects.filter(pk=row.pk).update(verified_at=timezone.now(), faults=faults[:50])
    return faults


def check_due(*, by: Actor) -> int:
    """Prove those snapshots whole that were not for a month, the longest ago first; how many were looked at."""
    with joined(by):
        waiting = Snapshot.objects.filter(destroyed_at=None).exclude(verified_at__gt=timezone.now() - AGAIN)
        names = list(waiting.order_by("verified_at", "id").values_list("name", flat=True)[:AT_ONCE])
    for name in names:
        check(name=name, by=by)
    return len(names)


@act("snapshot.destroy", _("销毁快照"), needs=Permission.SYSTEM_OPERATE)
def destroy(*, name: str, ground: str, by: Actor) -> None:
    """Destroy a snapshot's files; what it was, when and on what ground it went stays recorded."""
    if not ground.strip():
        raise Refused("请写明销毁快照的依据")
    shutil.rmtree(folder_of(name))
    rows = Snapshot.objects.filter(name=name, destroyed_at=None)
    if rows.exists():
        guarded_update(rows, destroyed_at=timezone.now(), ground=ground[:200])
