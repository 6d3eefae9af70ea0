"""Checks by sample: a round as it was drawn, and the household that each check is about."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row


class CheckRound(Row):
    """A draw of households for checking. Frame, seed, share and minimum are kept, so that anyone can draw it again."""

    class Purpose(models.TextChoices):
        """What is checked."""

        EXITS = "exits", _("脱贫退出")
        IDENTIFICATIONS = "identifications", _("贫困识别")

    access = Access.DIVISION
    append_only = True
    division = models.BigIntegerField()
    purpose = models.CharField(max_length=20, choices=Purpose)
    events_from = models.DateField()
    events_to = models.DateField()
    seed = models.CharField(max_length=64)
    share = models.DecimalField(max_digits=5, decimal_places=2)
    minimum = models.SmallIntegerField()
    frame_file = models.BigIntegerField()
    frame_sha256 = models.CharField(max_length=64)
    frame_size = models.IntegerField()
    villages = models.IntegerField()
    size = models.IntegerField()
    drawn_on = models.DateField()
    due_on = models.DateField()
    drawn_by = models.BigIntegerField(null=True)
    drawn_who = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index("division", F("id").desc(), name="check_round_by_division")]
        constraints = [
            models.CheckConstraint(condition=Q(events_to__gte=F("events_from")), name="check_round_has_a_time")
        ]


class Check(Row):
    """One household drawn, and what was found there. One that can't be reached is replaced by the next of its village.

    `purpose`, `drawn_on` and `due_on` are those of its round, which villages don't see.
    """

    class State(models.TextChoices):
        """Where the check stands."""

        WAITING = "waiting", _("待核查")
        DONE = "done", _("已核查")
        REPLACED = "replaced", _("已替换")

    class Finding(models.TextChoices):
        """What was found."""

        AUTHENTIC = "authentic", _("真实")
        NOT_AUTHENTIC = "not_authentic", _("不真实")

    class Medium(models.TextChoices):
        """How it is on record."""

        PHOTO = "photo", _("入户照片")
        PAPER = "paper", _("纸质核查表")

    access = Access.HOUSEHOLD
    household_column = "household_id"
    personal = ("note", "replaced_reason")
    round = models.ForeignKey(CheckRound, models.PROTECT, related_name="checks")
    division = models.BigIntegerField()
    household_id = models.BigIntegerField()
    number = models.CharField(max_length=40)
    purpose = models.CharField(max_length=20, choices=CheckRound.Purpose)
    drawn_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    finding = models.CharField(max_length=20, choices=Finding, blank=True)
    failings = models.JSONField(default=list)
    note = models.TextField(blank=True)
    help_continues = models.BooleanField(null=True)
    medium = models.CharField(max_length=10, choices=Medium, blank=True)
    file_id = models.BigIntegerField(null=True)
    visited_on = models.DateField(null=True)
    recorded_on = models.DateField(null=True)
    recorded_by = models.BigIntegerField(null=True)
    recorded_who = models.CharField(max_length=120, blank=True)
    replaced_reason = models.CharField(max_length=300, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")

    class Meta:
        indexes = [
            models.Index("round", "division", "id", name="check_by_round"),
            models.Index("household_id", name="check_by_household"),
        ]
        constraints = [
            models.UniqueConstraint("round", "household_id", name="check_of_a_round_is_once_a_household"),
            models.CheckConstraint(
                condition=Q(state="done", recorded_on__isnull=False, file_id__isnull=False) & ~Q(finding="")
                | ~Q(state="done") & Q(recorded_on__isnull=True),
                name="check_that_is_done_has_its_finding",
            ),
            models.CheckConstraint(
                condition=~Q(state="replaced") | ~Q(replaced_reason=""), name="check_is_replaced_with_a_reason"
            ),
        ]
