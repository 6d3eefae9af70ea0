"""The handle that a job holds on its run: progress, counts, refusals, result, resuming, cancelling."""

import csv
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from psycopg.types.json import Jsonb

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.files import place, store
from zerentian.kernel.models import File, Run, RunStep
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason

SHOWN_REFUSALS = 200
PAUSE = 0.5  # seconds between two writes of progress
KEEP_DAYS = 30  # how long result and refusal files are kept


class Cancelled(Exception):
    """Somebody asked to stop the run."""


class Work:
    """What a job's function receives as `run`."""

    def __init__(self, run: Run, apart: BaseDatabaseWrapper) -> None:
        self.run = run
        self.by: Actor = system()
        self.cursor = 0
        self._apart = apart
        self._written = 0.0
        self._refused_bytes = 0
        self._resume()

    @contextmanager
    def across_threads(self) -> Iterator[None]:
        """Progress may be told from other threads for a while; one at a time."""
        self._apart.inc_thread_sharing()
        try:
            yield
        finally:
            self._apart.dec_thread_sharing()

    @property
    def folder(self) -> Path:
        """A folder of the run's own, still there when the run is resumed, gone when it is over."""
        return place("runs", str(self.run.pk))

    def claim(self) -> None:
        """Say that this process works on it now."""
        self._write(
            "status = %s, started_at = coalesce(started_at, now()), attempts = attempts + 1, error = ''",
            [Run.Status.WORKING],
        )
        self.run.status = Run.Status.WORKING

    def begin(self, total: int, *, done: int | None = None) -> None:
        """How many things there are to do in all; on a resumed run the ones already done stay counted.

        `done` says how many are, where a resumed run goes through the others once more.
        """
        self.run.total = total
        if done is not None:
            self.run.done = done
        self._flush()

    def advance(
        self, n: int = 1, *, cursor: int | None = None, note: str | None = None, words: Iterable[object] = ()
    ) -> None:
        """`n` more are done. With `cursor` the step ends: call it last inside the step's unit.

        `note` says where the work is; a %s in it stands for each of the `words`, so that it can be translated.
        """
        self.run.done += n
        if note is not None:
            self.run.note = "\t".join([note, *map(str, words)])[:300]
        if cursor is not None:
            self._close_step(cursor)
        if time.monotonic() - self._written > PAUSE:
            self._flush()

    def start_over(self) -> None:
        """Forget what earlier attempts counted and refused: their work is lost, and all is done again."""
        self.cursor = self.run.done = self.run.refused = self._refused_bytes = 0
        self.run.counts, self.run.refusals = {}, []
        self._refusal_path.unlink(missing_ok=True)

    def count(self, **numbers: int) -> None:
        """Add to the named counts shown with the run."""
        for name, number in numbers.items():
            self.run.counts[name] = self.run.counts.get(name, 0) + int(number)

    def refuse(self, text: str, where: str = "") -> None:
        """One thing was not done, and why; the first ones are shown, all stand in the refusal file."""
        self.refuse_all([Reason(text, where)])

    def refuse_all(self, reasons: Iterable[Reason]) -> None:
        """`refuse` for many."""
        with self._refusal_path.open("a", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            for reason in reasons:
                writer.writerow([reason.where, reason.text, reason.article])
                self.run.refused += 1
                if len(self.run.refusals) < SHOWN_REFUSALS:
                    self.run.refusals.append(
                        {
                            "where": reason.where,
                            "text": reason.text,
                            "article": reason.article,
                        }
                    )
            self._refused_bytes = stream.tell()

    def result(self, path: Path | bytes, name: str, *, needs: Permission | None = None) -> File:
        """Keep what the run made, for the one who started it and for holders of `needs` in its area."""
        kept = self._store(path, name, needs)
        self.run.file_id = kept.pk
        self._flush()
        return kept

    def check(self) -> None:
        """Raise Cancelled when somebody asked to stop; call between steps."""
        if time.monotonic() - self._written > PAUSE:
            self._flush()
        if self.run.cancel_asked:
            raise Cancelled

    def finish(self, status: str, *, error: str = "") -> None:
        """Write the outcome and clear the run's folder."""
        if self.run.refused > len(self.run.refusals):
            listed = "\ufeff位置,原因,依据\n".encode() + self._refusal_path.read_bytes()
            self.run.refusal_file_id = self._store(listed, f"未通过-{self.run.pk}.csv", None).pk
        self._flush()
        self._write(
            "status = %s, error = %s, finished_at = now(), file_id = %s, refusal_file_id = %s",
            [status, error, self.run.file_id, self.run.refusal_file_id],
        )
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _refusal_path(self) -> Path:
        return self.folder / "refusals.csv"

    def _store(self, source: Path | bytes, name: str, needs: Permission | None) -> File:
        until = timezone.now() + timedelta(days=KEEP_DAYS)
        return store(
            source,
            name=name,
            purpose=f"run:{self.run.kind}",
            by=self.by,
            division=self.run.division,
            needs=needs or Permission.SYSTEM_OPERATE,
            expires_at=until,
        )

    def _resume(self) -> None:
        """Take counts and refusals back to the last committed step; what came after it was rolled back."""
        step = RunStep.objects.filter(run_id=self.run.pk).first()
        self.cursor = step.cursor if step else 0
        self.run.done = step.done if step else 0
        self.run.counts = dict(step.counts) if step else {}
        self.run.refused = step.refused if step else 0
        self.run.refusals = list(step.refusals) if step else []
        self._refused_bytes = step.refused_bytes if step else 0
        if self._refusal_path.exists():
            with self._refusal_path.open("r+b") as stream:
                stream.truncate(self._refused_bytes)

    def _close_step(self, cursor: int) -> None:
        """In the open transaction of the step: how far the committed work reaches."""
        self.cursor = cursor
        RunStep.objects.update_or_create(
            run_id=self.run.pk,
            defaults={
                "cursor": cursor,
                "done": self.run.done,
                "counts": self.run.counts,
                "refused": self.run.refused,
                "refusals": self.run.refusals,
                "refused_bytes": self._refused_bytes,
            },
        )

    def _flush(self) -> None:
        """Write progress apart from the step's transaction, and learn whether to stop."""
        run = self.run
        self._write(
            "total = %s, done = %s, counts = %s, refused = %s, refusals = %s, note = %s, cursor = %s, file_id = %s",
            [
                run.total,
                run.done,
                Jsonb(run.counts),
                run.refused,
                Jsonb(run.refusals),
                run.note,
                self.cursor,
                run.file_id,
            ],
        )

    def _write(self, changes: str, values: list[Any]) -> None:
        with self._apart.cursor() as cursor:
            cursor.execute(
                f"update kernel_run set beat_at = now(), {changes} where id = %s returning cancel_asked",  # noqa: S608
                [*values, self.run.pk],
            )
            found = cursor.fetchone()
        self.run.cancel_asked = bool(found and found[0])
        self._written = time.monotonic()
