"""The ledger: figures, one entry for each duty, body and period, its changes, disputes, and standings for the boards."""

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row

_COUNTED: dict[str, Any] = {"max_digits": 20, "decimal_places": 2}


class _Figure(models.Model):
    """The columns of a figure, now and in the past."""

    measure = models.CharField(max_length=80)
    body = models.BigIntegerField(default=0)
    division = models.BigIntegerField()
    level = models.SmallIntegerField()
    own_numerator = models.DecimalField(**_COUNTED)
    own_denominator = models.DecimalField(**_COUNTED)
    numerator = models.DecimalField(**_COUNTED)
    denominator = models.DecimalField(**_COUNTED)

    class Meta:
        abstract = True


class Figure(_Figure, Row):
    """A measure's numerator and denominator for an area, or what one body contributes in an area.

    body 0: of the area; own_*: what was counted at exactly this division; numerator, denominator: of all its range.
    """

    tracked = False
    access = Access.DIVISION
    past = "assessment_pastfigure"
    kept_from = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "body", "division"], name="one_figure_each")]
        indexes = [
            models.Index("division", "id", name="figure_by_division"),
            models.Index("body", "measure", condition=models.Q(body__gt=0), name="figure_by_body"),
            models.Index("division", "measure", condition=models.Q(body=0, level__lte=3), name="figure_of_wide_area"),
        ]


class PastFigure(_Figure, Row):
    """What a figure was at the end of a day, until it changed or went on a later one."""

    tracked = False
    append_only = True
    access = Access.DIVISION
    row_id = models.BigIntegerField()
    kept_from = models.DateTimeField()
    gone_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("division", "gone_at", name="pastfigure_by_place")]


class Reckoning(Row):
    """One finished computation: for which area, as of which day, from which facts."""

    tracked = False
    access = Access.SIGNED_IN
    past = "finished_at"
    division = models.BigIntegerField(null=True)
    measure = models.CharField(max_length=80, blank=True)
    on = models.DateField()
    facts_at = models.DateTimeField()
    finished_at = models.DateTimeField(db_default=Now())
    snapshot = models.CharField(max_length=40, blank=True)
    figures_changed = models.IntegerField(default=0)
    entries = models.IntegerField(default=0)
    entries_changed = models.IntegerField(default=0)
    seconds = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    run_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index("division", "id", name="reckoning_by_division")]


class _Entry(models.Model):
    """The columns of an entry, now and in the past."""

    duty = models.CharField(max_length=40)
    requirement = models.SmallIntegerField()
    article = models.SmallIntegerField()
    measure = models.CharField(max_length=80)
    body = models.BigIntegerField()
    division = models.BigIntegerField()
    body_kind = models.CharField(max_length=20)
    body_level = models.SmallIntegerField()
    period = models.CharField(max_length=7)
    status = models.CharField(max_length=16)
    judged = models.CharField(max_length=16)
    rank = models.SmallIntegerField()
    reason = models.CharField(max_length=24)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    numerator = models.DecimalField(null=True, **_COUNTED)
    denominator = models.DecimalField(null=True, **_COUNTED)
    op = models.CharField(max_length=2)
    target = models.DecimalField(max_digits=18, decimal_places=4)
    unit = models.CharField(max_length=10)
    over = models.CharField(max_length=4)
    due_on = models.DateField(null=True)
    since = models.DateField()
    changed_on = models.DateField()

    class Meta:
        abstract = True


class Entry(_Entry, Row):
    """One requirement of a duty, for one body in one period: value, target, status, and since when.

    judged: the status that the figure gives; status: the same, or `disputed` while the body disputes its records.
    """

    tracked = False
    access = Access.DIVISION
    past = "assessment_pastentry"
    kept_from = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "duty", "requirement", "period"], name="one_entry_each")]
        indexes = [
            models.Index("division", "id", name="entry_by_division"),
            models.Index("duty", "division", name="entry_by_duty"),
            models.Index("rank", "division", condition=models.Q(rank__lte=4), name="entry_to_be_put_right"),
        ]
        verbose_name_plural = "entries"


class PastEntry(_Entry, Row):
    """What an entry was at the end of a day, until it changed or went on a later one."""

    tracked = False
    append_only = True
    access = Access.DIVISION
    row_id = models.BigIntegerField()
    kept_from = models.DateTimeField()
    gone_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("division", "gone_at", name="pastentry_by_place")]


class EntryChange(Row):
    """One change of an entry: by a computation, or by a dispute raised or decided."""

    class Kind(models.TextChoices):
        """What changed it."""

        COMPUTED = "computed", _("重新测算")
        CLOSED = "closed", _("到期")
        GONE = "gone", _("不再承担")
        RAISED = "raised", _("提出申诉")
        UPHELD = "upheld", _("申诉成立")
        REJECTED = "rejected", _("申诉不成立")
        SETTLED = "settled", _("记录已更正，申诉了结")

    tracked = False
    append_only = True
    access = Access.DIVISION
    past = "at"
    entry_id = models.BigIntegerField()
    division = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=10, choices=Kind)
    before_status = models.CharField(max_length=16)
    status = models.CharField(max_length=16)
    before_value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    target = models.DecimalField(max_digits=18, decimal_places=4)
    who = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index("entry_id", "id", name="change_by_entry")]


class Dispute(Row):
    """A body says that the records behind an entry are wrong; an inspector decides, with a reason."""

    class State(models.TextChoices):
        """Where it stands; upheld ones wait until the records are corrected."""

        OPEN = "open", _("待裁定")
        UPHELD = "upheld", _("成立，待更正记录")
        REJECTED = "rejected", _("不成立")
        SETTLED = "settled", _("记录已更正")

    access = Access.DIVISION
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="disputes")
    division = models.BigIntegerField()
    body = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reason = models.TextField()
    raised_at = models.DateTimeField(db_default=Now())
    raised_by = models.BigIntegerField(null=True)
    raised_who = models.CharField(max_length=120)
    value_then = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_who = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "entry", condition=models.Q(state__in=["open", "upheld"]), name="entry_is_disputed_once_at_a_time"
            )
        ]
        indexes = [models.Index("state", "division", name="dispute_by_state")]


class _Counts(models.Model):
    """How many duties stand in which state; a duty counts once a body, by its worst requirement."""

    year = models.SmallIntegerField()
    overdue = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    disputed = models.IntegerField(default=0)
    at_risk = models.IntegerField(default=0)
    not_measured = models.IntegerField(default=0)
    not_due = models.IntegerField(default=0)
    on_track = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    not_applicable = models.IntegerField(default=0)
    red = models.IntegerField(default=0)
    share = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        abstract = True

    @property
    def good(self) -> int:
        """Duties done or on track."""
        return self.done + self.on_track


class _BodyStanding(_Counts):
    """The columns of a body's standing, now and in the past."""

    body = models.BigIntegerField()
    division = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    level = models.SmallIntegerField()
    name = models.CharField(max_length=120)

    class Meta:
        abstract = True


class BodyStanding(_BodyStanding, Row):
    """A body's duties in a year, counted by status."""

    tracked = False
    access = Access.DIVISION
    past = "assessment_pastbodystanding"
    kept_from = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="one_standing_a_body_and_year")]
        indexes = [models.Index("division", "kind", name="standing_by_division")]


class PastBodyStanding(_BodyStanding, Row):
    """What a body's standing was at the end of a day, until it changed or went on a later one."""

    tracked = False
    append_only = True
    access = Access.DIVISION
    row_id = models.BigIntegerField()
    kept_from = models.DateTimeField()
    gone_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("division", "gone_at", name="pastbodystanding_by_place")]


class _AreaStanding(_Counts):
    """The columns of an area's standing, now and in the past."""

    division = models.BigIntegerField()
    level = models.SmallIntegerField()
    bodies = models.IntegerField(default=0)

    class Meta:
        abstract = True


class AreaStanding(_AreaStanding, Row):
    """The duties of all bodies of an area in a year, counted by status."""

    tracked = False
    access = Access.DIVISION
    past = "assessment_pastareastanding"
    kept_from = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "year"], name="one_standing_an_area_and_year")]


class PastAreaStanding(_AreaStanding, Row):
    """What an area's standing was at the end of a day, until it changed or went on a later one."""

    tracked = False
    append_only = True
    access = Access.DIVISION
    row_id = models.BigIntegerField()
    kept_from = models.DateTimeField()
    gone_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("division", "gone_at", name="pastareastanding_by_place")]
