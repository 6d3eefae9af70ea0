"""Acts of the kernel itself: sealing, exporting the audit trail, revealing personal data, cancelling runs, keys."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from zerentian.kernel import seals
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import joined, own_models, unit
from zerentian.kernel.files import purge
from zerentian.kernel.jobs import every, job, resume_stalled
from zerentian.kernel.models import Access, Row, Run, Seal
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import SealedField, decrypt, encrypt, is_current, keyring
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Denied, Refused
from zerentian.kernel.verify import GENESIS, by_act, digest_of, head_of
from zerentian.kernel.work import Work

log = logging.getLogger(__name__)

SEALING = 0x5A55  # advisory lock: one sealing at a time
TRIES = 6
ROTATE = "kernel.rotate_keys"
RANGE = 2_000  # rows of one step of the rotation
_MODEL = 2**40  # cursor of a rotation: number of the table × this + last id


def seal(*, by: Actor) -> Seal | None:
    """Close all finished acts that no seal holds yet into the next link; None when there are none.

    It records no act of its own, for that would need the next seal: the link is its own record.
    Raises Refused when long writing keeps the end of the acts open; the next round takes them.
    """
    by.require(Permission.SYSTEM_OPERATE)
    bound = _finished_act(by)
    with unit(by):
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [SEALING])
        last = Seal.objects.order_by("-id").first()
        after = last.last_act if last else 0
        if bound <= after:
            return None
        algorithm = settings.ZERENTIAN_SEAL_HASH
        new = seals.hasher_of(algorithm)
        digest, marks, acts, changes, _ = digest_of(by_act(seals.lines(after, bound)), new)
        previous = bytes(last.head) if last else GENESIS
        link = Seal.objects.create(
            first_act=after + 1,
            last_act=bound,
            acts=acts,
            changes=changes,
            algorithm=algorithm,
            marks=marks,
            digest=digest,
            previous=previous,
            head=head_of(new, previous, digest, after + 1, bound),
        )
        link.refresh_from_db()
    seals.publish(timezone.localdate(link.sealed_at), link)
    return link


def _finished_act(by: Actor) -> int:
    """The last act before which none is still being written."""
    for attempt in range(TRIES):
        try:
            with unit(by), connection.cursor() as cursor:
                cursor.execute("select coalesce(kernel_finished_act(), 0)")
                return int(cursor.fetchone()[0])
        except OperationalError:
            if connection.in_atomic_block:
                raise
            time.sleep(0.2 * (attempt + 1))
    raise Refused("有长时间的写入正在进行，暂时不能封存；几分钟后会自动再试")


def export_audit(*, folder: Path, by: Actor, reason: str = "") -> tuple[int, int]:
    """Write acts, history, seals and the verifier to the folder; (lines, seals). Recorded as an act."""
    by.require(Permission.AUDIT_VIEW)
    with joined(by):
        with acting("audit.export", by=by, reason=reason, subject=str(folder)[:120]):
            pass
        return seals.export(folder)


def reveal(*, row: Row, fields: tuple[str, ...], page: str, reason: str, by: Actor) -> dict[str, str]:
    """The personal fields of one row in full; recorded as an act and as a reading, with the reason.

    The row must have been fetched within the actor's scope. Raises Denied, or Refused without a reason.
    """
    (found,) = reveal_all(rows=[(row, fields)], page=page, reason=reason, by=by)
    return found


def reveal_all(
    *, rows: Sequence[tuple[Row, tuple[str, ...]]], page: str, reason: str, by: Actor
) -> list[dict[str, str]]:
    """`reveal` of the rows that one page shows together: one act, about the first of them, and a reading of each."""
    by.require(Permission.PERSONAL_REVEAL)
    if len(reason.strip()) < 2:
        raise Refused("请写明查看完整信息的理由")
    for row, fields in rows:
        if unknown := [name for name in fields if name not in row.personal]:
            raise ValueError(f"no personal fields: {unknown}")
    first = rows[0][0]
    subject, division = f"{first._meta.db_table}:{first.pk}", getattr(first, "division", None)
    with joined(by), acting("personal.reveal", by=by, reason=reason, subject=subject, division=division):
        pass
    return [_told(row, fields, page, reason) for row, fields in rows]


def _told(row: Row, fields: tuple[str, ...], page: str, reason: str) -> dict[str, str]:
    """The values of one row, and the reading of them."""
    household = row.pk if row.household_column == "id" else getattr(row, row.household_column or "", None)
    note_reading(
        page=page,
        household_id=household,
        person_id=None if row.household_column == "id" else row.pk,
        division=getattr(row, "division", None),
        in_full=",".join(fields)[:200],
        reason=reason,
    )
    values = {name: getattr(row, name) for name in fields}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def cancel_run(*, run_id: int, by: Actor) -> Run:
    """Ask a run to stop: at once while it waits, else after its present step."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None or (run.user_id != by.user_id and not by.may(Permission.SYSTEM_OPERATE)):
        raise Denied("只有发起人和系统管理员可以取消这项工作")
    with joined(by), acting("run.cancel", by=by, subject=f"run:{run_id}", division=run.division):
        waiting = Run.objects.filter(pk=run_id, status=Run.Status.WAITING)
        if not waiting.update(status=Run.Status.CANCELLED, cancel_asked=True, finished_at=timezone.now()):
            Run.objects.filter(pk=run_id, status=Run.Status.WORKING).update(cancel_asked=True)
    run.refresh_from_db()
    return run


@job(ROTATE)
def rotate_keys(*, run: Work, by: Actor) -> None:
    """Seal every personal value again under the current key, by ranges of rows; goes on where it stopped.

    Versions in history and rows that wait to be taken over keep the key they were sealed with, so old keys must stay
    in the key file.
    """
    by.require(Permission.SYSTEM_OPERATE)
    keyring.cache_clear()
    lasting = [model for model in own_models() if model.access is not Access.STAGED]
    sealed = [(model, fields) for model in lasting if (fields := _sealed_fields(model))]
    with unit(by, writes=False):
        run.begin(sum(model.objects.count() for model, _ in sealed))
    for number, (model, fields) in enumerate(sealed):
        if run.cursor >= (number + 1) * _MODEL:
            continue
        last = max(0, run.cursor - number * _MODEL)
        while True:
            run.check()
            with unit(by), acting("kernel.rotate_keys", by=by, subject=model._meta.db_table):
                last, seen = _reseal(model, fields, last, run)
                run.advance(seen, cursor=number * _MODEL + last if seen else (number + 1) * _MODEL)
            if not seen:
                break


def _sealed_fields(model: type[Row]) -> list[SealedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


def _reseal(model: type[Row], fields: list[SealedField], after: int, run: Work) -> tuple[int, int]:
    """One range of rows; (its last id, how many rows it had)."""
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"select id, {columns} from {table} where id > %s order by id limit {RANGE} for update", [after])  # noqa: S608
        rows = cursor.fetchall()
        old = [row for row in rows if not all(is_current(value or b"") for value in row[1:])]
        fresh = [
            [encrypt(decrypt(value, field.about), field.about) for field, value in zip(fields, row[1:], strict=True)]
            for row in old
        ]
        if old:
            names = [f"v{i}" for i in range(len(fields))]
            changes = ", ".join(
                f"{connection.ops.quote_name(f.column)} = {n}" for f, n in zip(fields, names, strict=True)
            )
            arrays = ", ".join("%s::bytea[]" for _ in names)
            cursor.execute(
                f"update {table} t set {changes} from unnest(%s::bigint[], {arrays}) as v(key, {', '.join(names)})"  # noqa: S608
                " where t.id = v.key",
                [[row[0] for row in old], *map(list, zip(*fresh, strict=True))],
            )
    run.count(重新加密=len(old))
    return (rows[-1][0] if rows else after), len(rows)


@every("* * * * *")
def tend_runs() -> None:
    """Each minute: take up runs whose process is gone."""
    resume_stalled()


@every("*/5 * * * *")
def seal_regularly() -> None:
    """Every five minutes: the next link of the chain."""
    try:
        seal(by=system())
    except Refused as refused:
        log.info("sealing put off: %s", refused)


@every("17 18 * * *")
def purge_files() -> None:
    """In the night (02:17 in China): forget files whose time is over."""
    purge()
