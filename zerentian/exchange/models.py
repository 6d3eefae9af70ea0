"""What was delivered, which tables came of it, the runs that matched them, and the clues with their evidence."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row


class Delivery(Row):
    """One file of a department: what it said it was, what the check found, what became of it.

    `division` is the area the department answers for. Rows of people stand in no table: good rows go to Parquet
    files in the house, under keyed tokens, and the file itself is destroyed when its time is over.
    """

    class Kind(models.TextChoices):
        """What the file is to the table that is already there."""

        FULL = "full", _("全量")
        INCREMENT = "increment", _("增量")
        CORRECTION = "correction", _("更正")

    class Way(models.TextChoices):
        """How it came."""

        PAGE = "page", _("网页上传")
        API = "api", _("接口")
        FOLDER = "folder", _("共享文件夹")
        DATABASE = "database", _("数据库读取")

    class State(models.TextChoices):
        """Where it stands."""

        CHECKING = "checking", _("检查中")
        STORED = "stored", _("已收妥")
        REFUSED = "refused", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤回")
        REPLACED = "replaced", _("已被更正")

    access = Access.SIGNED_IN
    source = models.CharField(max_length=40)
    division = models.BigIntegerField()
    body_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=Kind)
    way = models.CharField(max_length=10, choices=Way)
    period = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    receipt = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    file_id = models.BigIntegerField(null=True)
    row_count = models.BigIntegerField(default=0)
    good = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    errors_file_id = models.BigIntegerField(null=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    contract = models.CharField(max_length=16)
    run_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=120)
    delivered_at = models.DateTimeField(db_default=Now())
    stored_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    keep_until = models.DateField(null=True)
    mark = models.CharField(max_length=80, blank=True)  # of a file in a folder: taken in once, however often it is seen
    nothing_in = models.CharField(max_length=10, blank=True)  # the period of which it says that nothing happened
    # Whose rows are its own: the table that stood already is this file, and no row was taken a second time.
    unchanged_since = models.ForeignKey("self", models.PROTECT, null=True, related_name="said_again")

    class Meta:
        indexes = [
            models.Index("source", "division", F("id").desc(), name="delivery_by_source"),
            models.Index("division", F("id").desc(), name="delivery_by_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "division", "sha256", "period"],
                condition=Q(state__in=("checking", "stored")),
                name="delivery_is_taken_once",
            ),
            models.UniqueConstraint(fields=["mark"], condition=~Q(mark=""), name="delivery_mark_is_used_once"),
        ]


class Upload(Row):
    """A file that a department's program sends piece by piece; how far it has come is the size of the file on disk."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("上传中")
        FINISHED = "finished", _("已交付")
        CANCELLED = "cancelled", _("已取消")
        EXPIRED = "expired", _("已过期")

    access = Access.DIVISION
    source = models.CharField(max_length=40)
    division = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=Delivery.Kind)
    period = models.CharField(max_length=10)
    replaces_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="uploads")
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=120)
    begun_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("source", "division", F("id").desc(), name="upload_by_source")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "division", "sha256"], condition=Q(state="open"), name="upload_is_begun_once"
            )
        ]


class DeliveryTerm(Row):
    """One delivery that is owed: by which body, for which period, due when; and the first one that came for it.

    Kept from the sources' cadences and the deliveries. `body_id`: the department, or the office that runs the platform
    while there is none.
    """

    tracked = False
    access = Access.SIGNED_IN
    source = models.CharField(max_length=40)
    division = models.BigIntegerField()
    department = models.CharField(max_length=24)
    body_id = models.BigIntegerField(null=True)
    period = models.CharField(max_length=10)
    due_on = models.DateField()
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="+")
    delivered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "division", "period"], name="delivery_term_is_owed_once")
        ]
        indexes = [models.Index("division", "due_on", name="delivery_term_by_place")]


class TableVersion(Row):
    """The table of one source and area as it stood after a delivery; the newest one is what a run matches."""

    access = Access.SIGNED_IN
    append_only = True
    source = models.CharField(max_length=40)
    division = models.BigIntegerField()
    number = models.IntegerField()
    delivery = models.ForeignKey(Delivery, models.PROTECT)
    of = models.JSONField(default=list)  # ids of the deliveries whose rows are in it
    folder = models.CharField(max_length=120)
    row_count = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "division", "number"], name="table_version_is_numbered_once")
        ]


class MatchRun(Row):
    """One matching of all tables with the register: what it was made from, so that it can be made again."""

    access = Access.SIGNED_IN
    division = models.BigIntegerField()
    run_id = models.BigIntegerField(null=True)
    on = models.DateField()
    snapshot = models.CharField(max_length=80)
    engine = models.CharField(max_length=120)
    versions = models.JSONField(default=dict)  # "source/division" → number of the table version
    rules = models.JSONField(default=dict)  # rule → version
    pins = models.JSONField(default=dict)  # digests of keys, rules and parameters
    counts = models.JSONField(default=dict)
    stages = models.JSONField(default=list)  # name, title, rows, seconds, whether taken over from an earlier run
    result = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("division", F("id").desc(), name="match_run_by_place")]


class Clue(Row):
    """One household or person that one rule names, until somebody has looked and said what is true."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("待核实")
        ANSWERED = "answered", _("待审定")
        SETTLED = "settled", _("已办结")

    class Conclusion(models.TextChoices):
        """What was found to be true."""

        CONFIRMED = "confirmed", _("属实，转办程序")
        EXPLAINED = "explained", _("属实，有合理解释")
        WRONG_DATA = "wrong_data", _("数据有误，退回部门")
        CHANGED = "changed", _("情况已自然变化")

    access = Access.HOUSEHOLD
    household_column = "household_id"
    personal = ("statement",)
    rule = models.CharField(max_length=60)
    source = models.CharField(max_length=40)
    kind = models.CharField(max_length=8)
    severity = models.CharField(max_length=8)
    division = models.BigIntegerField()
    household_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    holder = models.CharField(max_length=10)  # village, township or county: whose desk it lies on
    keeper_id = models.BigIntegerField(null=True)  # the person at that desk to whom it was handed, if any
    keeper_who = models.CharField(max_length=120, blank=True)
    raised_on = models.DateField()
    due_on = models.DateField()
    escalated_on = models.DateField(null=True)
    reopened_on = models.DateField(null=True)
    gone_on = models.DateField(null=True)  # no evidence for it any more since then
    conclusion = models.CharField(max_length=12, choices=Conclusion, blank=True)
    statement = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    answered_by = models.BigIntegerField(null=True)
    answered_who = models.CharField(max_length=120, blank=True)
    settled_on = models.DateField(null=True)
    settled_by = models.BigIntegerField(null=True)
    settled_who = models.CharField(max_length=120, blank=True)
    case_id = models.BigIntegerField(null=True)
    reply_state = models.CharField(
        max_length=10, blank=True
    )  # what the department made of wrong data, when it answered
    replied_on = models.DateField(null=True)
    first_run_id = (
        models.BigIntegerField()
    )  # of the match that raised it, and of the last one that found something new of it
    last_run_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index("division", "state", "due_on", "id", name="clue_by_place"),
            models.Index("rule", "division", "id", name="clue_by_rule"),
            models.Index("household_id", name="clue_by_household"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "household_id", "person_id"], nulls_distinct=False, name="clue_is_raised_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="settled") | (~Q(conclusion="") & Q(settled_on__isnull=False)),
                name="settled_clue_has_conclusion",
            ),
        ]


class ClueEvidence(Row):
    """One piece of evidence for a clue, as a delivery said it; `shown` holds columns that may be shown, nothing else."""

    access = Access.HOUSEHOLD
    household_column = "household_id"
    clue = models.ForeignKey(Clue, models.PROTECT, related_name="evidence", db_index=False)
    division = models.BigIntegerField()
    household_id = models.BigIntegerField()
    digest = models.CharField(max_length=32)
    shown = models.JSONField(default=dict)
    row = models.BigIntegerField(null=True)  # delivery × 2^32 + number of the row in its file
    how = models.CharField(max_length=8, blank=True)  # exact or linked
    score = models.SmallIntegerField(null=True)
    fields = models.JSONField(default=dict)  # which fields agreed and differed, by name
    first_run_id = models.BigIntegerField()
    last_run_id = models.BigIntegerField()
    answered = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clue", "digest"], name="clue_evidence_is_kept_once")]


class ClueStep(Row):
    """What was done with a clue after it was raised: answered, settled, sent back, escalated, reopened; never changed."""

    access = Access.HOUSEHOLD
    household_column = "household_id"
    append_only = True
    personal = ("statement",)
    clue = models.ForeignKey(Clue, models.PROTECT, related_name="steps", db_index=False)
    division = models.BigIntegerField()
    household_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=12)
    conclusion = models.CharField(max_length=12, blank=True)
    statement = models.TextField(blank=True)
    files = models.JSONField(default=list)
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index("clue", "id", name="clue_step_by_clue")]


class Reply(Row):
    """What goes back to the department about one row: correct it, or say why it is right; and what it answered.

    A clue that no single row raised has none: then `whom` says, masked, about whom the department's table lacks a row or
    has several, while an answer is waited for.
    """

    class State(models.TextChoices):
        """Where it stands."""

        NOTED = "noted", _("已告知")
        OPEN = "open", _("待部门更正")
        CORRECTED = "corrected", _("部门已更正")
        UPHELD = "upheld", _("部门坚持原数据")

    access = Access.DIVISION
    personal = ("whom",)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="replies")
    division = models.BigIntegerField()  # the delivery's own: departments see theirs and nothing else
    source = models.CharField(max_length=40)
    rule = models.CharField(max_length=60)
    row = models.IntegerField(null=True)
    whom = models.CharField(max_length=200, blank=True)
    clue_id = models.BigIntegerField()
    conclusion = models.CharField(max_length=12)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    raised_on = models.DateField()
    due_on = models.DateField()
    answer = models.CharField(max_length=300, blank=True)
    answered_on = models.DateField(null=True)
    answered_who = models.CharField(max_length=120, blank=True)

    @property
    def conclusion_word(self) -> str:
        """What the clue ended as, in words."""
        return str(Clue.Conclusion(self.conclusion).label)

    class Meta:
        indexes = [models.Index("source", "division", "state", "id", name="reply_by_source")]
        constraints = [
            models.UniqueConstraint(
                fields=["clue_id", "delivery", "row"], nulls_distinct=False, name="reply_is_sent_once"
            )
        ]


class Destruction(Row):
    """A delivered file that is no longer in the house: which, when, on what ground."""

    access = Access.DIVISION
    append_only = True
    delivery = models.ForeignKey(Delivery, models.PROTECT)
    division = models.BigIntegerField()
    what = models.CharField(max_length=20)  # file, table, rows
    sha256 = models.CharField(max_length=64)
    destroyed_at = models.DateTimeField(db_default=Now())
    ground = models.CharField(max_length=200)
