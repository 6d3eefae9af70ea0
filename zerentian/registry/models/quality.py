"""What the quality rules found in the register, kept ready to read: findings, their sums, explained exceptions."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row

GROUPS = ("completeness", "validity", "consistency", "timeliness")


class QualityFinding(Row):
    """One record that a rule asks about; it goes when the record is put right.

    exception_id: the explanation that excuses it for now.
    """

    tracked = False
    access = Access.HOUSEHOLD
    household_column = "household_id"

    division = models.BigIntegerField()
    household_id = models.BigIntegerField()
    rule = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    found_on = models.DateField()
    exception_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index("division", "rule", "id", name="finding_by_place"),
            models.Index("household_id", name="finding_by_household"),
        ]
        constraints = [models.UniqueConstraint(fields=["rule", "subject_id"], name="one_finding_each")]


class QualityTally(Row):
    """How many records of a village one rule asks about, and how many of them are explained."""

    tracked = False
    access = Access.DIVISION

    division = models.BigIntegerField()
    rule = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    sentence = models.CharField(max_length=80)
    found = models.IntegerField()
    excepted = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "rule"], name="one_tally_each")]


class QualityScore(Row):
    """The checks of a village by kind: how many were made, and how many passed."""

    tracked = False
    access = Access.DIVISION

    division = models.BigIntegerField(unique=True)
    checked_on = models.DateField()
    checked_at = models.DateTimeField(db_default=Now())
    completeness_checks = models.IntegerField(default=0)
    completeness_passed = models.IntegerField(default=0)
    validity_checks = models.IntegerField(default=0)
    validity_passed = models.IntegerField(default=0)
    consistency_checks = models.IntegerField(default=0)
    consistency_passed = models.IntegerField(default=0)
    timeliness_checks = models.IntegerField(default=0)
    timeliness_passed = models.IntegerField(default=0)


class QualityChange(Row):
    """An area whose records changed since its quality was last checked; removed by the check that saw it."""

    tracked = False
    access = Access.SYSTEM

    division = models.BigIntegerField(db_index=True)


class QualityException(Row):
    """Why a record is right although a rule asks about it: who said so, until when, and for which state of the record."""

    access = Access.HOUSEHOLD
    household_column = "household_id"

    division = models.BigIntegerField(_("村代码"))
    household_id = models.BigIntegerField()
    rule = models.CharField(_("规则"), max_length=40)
    subject_id = models.BigIntegerField()
    digest = models.CharField(max_length=32)
    reason = models.CharField(_("说明"), max_length=500)
    until = models.DateField(_("有效期至"))
    made_at = models.DateTimeField(_("说明时间"), db_default=Now())
    made_by = models.CharField(_("说明人"), max_length=120)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True)
    revoked_by = models.CharField(_("撤销人"), max_length=120, blank=True)
    revoked_why = models.CharField(_("撤销理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = "质量例外说明"
        indexes = [models.Index("division", "id", name="exception_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject_id"],
                condition=models.Q(revoked_at__isnull=True),
                name="one_open_exception_each",
            )
        ]
