"""Tables without a domain: acts, history, seals, readings, runs and files; and the base of every table."""

from enum import Enum
from typing import Any, ClassVar, Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext

from zerentian.kernel.scope import Scope
from zerentian.kernel.sentences import spoken


class Access(Enum):
    """Which rows of a table row-level security shows; `zerentian.kernel.db` writes the policies."""

    DIVISION = "division"  # rows whose `division` lies in the scope
    HOUSEHOLD = "household"  # the same, and only the paired households where the scope names them
    SIGNED_IN = "signed_in"  # every row to whoever has a scope; writes in scope where a division is set
    STAGED = (
        "staged"  # anyone puts rows in, for COPY passes no policy; seen and removed through `<table>_seen`, in scope
    )
    SYSTEM = "system"  # no policy: reached only through acts and queries that ask permission


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows that carry a 12-digit `division`."""

    def within(self, scope: Scope) -> Self:
        """Only rows of divisions in the scope; nothing when the scope is empty."""
        if not scope.ranges:
            return self.none()
        wanted = models.Q()
        for found in scope.ranges:
            wanted |= models.Q(division__gte=found.lo, division__lt=found.hi)
        rows = self.filter(wanted)
        column = getattr(self.model, "household_column", None)
        if scope.households is not None and column:
            rows = rows.filter(**{f"{column}__in": scope.households})
        return rows

    def inside(self, division: int) -> Self:
        """Only rows of the division and all below it."""
        return self.within(Scope.of([division]))


class Row(models.Model):
    """Base of every table: says who sees it, whether changes are kept, and what is personal.

    access: the policy; division: 12-digit code column where there is one;
    tracked: whether inserts, updates and deletes are written to history (then an act is required);
    logged: whether a crash of the server must lose nothing; rows that can be made again from a file that is kept are not;
    personal: names of the fields that hold personal data; household_column: for Access.HOUSEHOLD;
    kept_by_statement: names of foreign keys without a constraint, which triggers keep (`zerentian.kernel.references`);
    past: the table that keeps what rows were at the ends of earlier days (then the row has `kept_from`), or, for tables
    that only grow, the column of the moment: so the table can be read as it stood (`zerentian.kernel.db.as_it_stood`).
    """

    access: ClassVar[Access] = Access.SYSTEM
    tracked: ClassVar[bool] = True
    append_only: ClassVar[bool] = False
    logged: ClassVar[bool] = True
    personal: ClassVar[tuple[str, ...]] = ()
    household_column: ClassVar[str | None] = None
    kept_by_statement: ClassVar[tuple[str, ...]] = ()
    past: ClassVar[str] = ""

    objects: ClassVar[models.Manager[Any]] = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class Act(Row):
    """One thing that somebody did: who, in which post, when, why and on what ground."""

    tracked = False
    append_only = True
    access = Access.SIGNED_IN
    at = models.DateTimeField(db_default=Now())
    name = models.CharField(max_length=80)
    user_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    ground = models.TextField(blank=True)
    subject = models.CharField(max_length=120, blank=True)
    division = models.BigIntegerField(null=True)
    parent_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index("subject", "id", name="act_by_subject"), models.Index("at", name="act_by_time")]


class History(Row):
    """One changed row: what it was before (updates, deletions) and the digest of what it became."""

    tracked = False
    append_only = True
    access = Access.DIVISION
    act_id = models.BigIntegerField()
    model = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    division = models.BigIntegerField(null=True)
    operation = models.CharField(max_length=1)
    before = models.JSONField(null=True)
    digest = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index("model", "row_id", name="history_by_row"),
            # Acts grow as the table does: blocks of pages are told apart by them, and a row costs next to nothing.
            BrinIndex(fields=["act_id"], name="history_by_act", pages_per_range=32, autosummarize=True),
        ]


class Seal(Row):
    """A link of the hash chain over finished acts and their history; the last of a day is that day's head.

    `marks` holds 16 bytes for each act, its id and a short digest, so that a verifier can name the act that differs.
    """

    tracked = False
    append_only = True
    access = Access.SYSTEM
    sealed_at = models.DateTimeField(db_default=Now())
    first_act = models.BigIntegerField()
    last_act = models.BigIntegerField()
    acts = models.BigIntegerField()
    changes = models.BigIntegerField()
    algorithm = models.CharField(max_length=10)
    marks = models.BinaryField()
    digest = models.BinaryField()
    previous = models.BinaryField()
    head = models.BinaryField(unique=True)


class Reading(Row):
    """Somebody saw a person's or household's data; `in_full` when unmasked, then with a reason."""

    tracked = False
    append_only = True
    access = Access.DIVISION
    at = models.DateTimeField(db_default=Now())
    user_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=120)
    division = models.BigIntegerField(null=True)
    household_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    page = models.CharField(max_length=80)
    rows = models.IntegerField(default=1)
    in_full = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index("household_id", "at", name="reading_by_household"),
            models.Index("user_id", "at", name="reading_by_user"),
        ]


class Snapshot(Row):
    """One snapshot that was taken: what it holds, the digest of its manifest, when it was proved whole, when destroyed."""

    access = Access.SIGNED_IN
    name = models.CharField(max_length=40, unique=True)
    as_of = models.DateField()
    taken_at = models.DateTimeField()
    last_act = models.BigIntegerField()
    schema = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    row_count = models.BigIntegerField()
    files = models.IntegerField()
    size = models.BigIntegerField()
    verified_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)
    destroyed_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(models.F("as_of").desc(), name="snapshot_by_day")]

    @property
    def megabytes(self) -> float:
        """The size in megabytes."""
        return float(self.size / (1 << 20))


class Run(Row):
    """One piece of long work: who started it, how far it is, what it refused, what it made."""

    class Status(models.TextChoices):
        """Where the work stands."""

        WAITING = "waiting", "等待"
        WORKING = "working", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"
        CANCELLED = "cancelled", "已取消"

    tracked = False
    access = Access.SYSTEM
    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    once = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    user_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=120)
    division = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    refused = models.BigIntegerField(default=0)
    refusals = models.JSONField(default=list)
    refusal_file_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    cursor = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)
    attempts = models.SmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    file_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(models.F("user_id"), models.F("id").desc(), name="run_by_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["once"],
                condition=models.Q(status="waiting") & ~models.Q(once=""),
                name="run_waits_once",
            )
        ]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in {self.Status.DONE, self.Status.FAILED, self.Status.CANCELLED}

    @property
    def spoken_title(self) -> str:
        """The title in the reader's language; the number of what is worked on (#12) stays."""
        words, mark, number = self.title.partition(" #")
        return f"{spoken(words)}{mark}{number}" if words else self.title

    @property
    def spoken_note(self) -> str:
        """Where the work is, in the reader's language."""
        note, *words = self.note.split("\t")
        said = gettext(note) if note else ""
        return said % tuple(spoken(word) for word in words) if words and said.count("%s") == len(words) else said

    @property
    def spoken_counts(self) -> list[tuple[str, int]]:
        """The named counts in the reader's language; a name may have parts, joined by a dot (户·新增)."""
        return [("·".join(spoken(part.strip()) for part in name.split("·")), n) for name, n in self.counts.items()]

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100."""
        if self.status == self.Status.DONE:
            return 100  # parts with nothing to do are passed over without being counted
        return min(100, self.done * 100 // self.total) if self.total else 0


class RunStep(Row):
    """How far the committed work of a run reaches; written in the step's own transaction, so it is never ahead."""

    tracked = False
    access = Access.SYSTEM
    run_id = models.BigIntegerField(unique=True)
    cursor = models.BigIntegerField()
    done = models.BigIntegerField()
    counts = models.JSONField(default=dict)
    refused = models.BigIntegerField(default=0)
    refusals = models.JSONField(default=list)
    refused_bytes = models.BigIntegerField(default=0)


class File(Row):
    """One file, stored once under the hash of its content."""

    tracked = False
    access = Access.DIVISION
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    division = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=80)
    needs = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
