"""Divisions, how one became another, and which list they came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row


class Division(Row):
    """A province, city, county, township or village; its id is its 12-digit code."""

    access = Access.SIGNED_IN
    id = models.BigIntegerField(primary_key=True)
    division = models.BigIntegerField()
    name = models.CharField(max_length=60)
    level = models.SmallIntegerField()
    parent = models.BigIntegerField(null=True)
    is_unit = models.BooleanField(default=False)
    pinyin = models.CharField(max_length=200)
    initials = models.CharField(max_length=60)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(division=models.F("id")), name="division_is_its_code"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="division_level_is_one_to_five"),
        ]
        indexes = [models.Index("parent", "id", name="division_by_parent")]


class Succession(Row):
    """An earlier division and the one that stands for it today."""

    class Kind(models.TextChoices):
        """What happened to the earlier division."""

        RECODED = "recoded", _("撤设更名，代码变更")
        RENAMED = "renamed", _("更名")
        MERGED = "merged", _("并入")
        SPLIT = "split", _("析出")
        MOVED = "moved", _("部分划入")

    access = Access.SIGNED_IN
    old_code = models.BigIntegerField()
    old_name = models.CharField(max_length=60)
    new_code = models.BigIntegerField()
    new_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    source = models.CharField(max_length=200)
    confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("old_code", "old_name", "new_code", "on", name="succession_stands_once"),
        ]
        indexes = [models.Index("new_code", name="succession_by_new")]


class DivisionList(Row):
    """One list that was loaded; the newest one's id is the version of the cache in every process."""

    access = Access.SIGNED_IN
    append_only = True
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField()
    on = models.DateField()
    loaded_at = models.DateTimeField(db_default=models.functions.Now())
