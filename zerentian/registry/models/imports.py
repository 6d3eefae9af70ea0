"""Imports, the rows they staged and what was wrong with them."""

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Access, Row
from zerentian.registry.models.fields import (
    CountyRecord,
    HouseholdRecord,
    IncomeRecord,
    PersonRecord,
    VillageRecord,
)


class Import(Row):
    """Files that somebody wants taken into the register, and how far that is."""

    class State(models.TextChoices):
        """Where the import stands."""

        CHECKING = "checking", _("检查中")
        CHECKED = "checked", _("待确认")
        APPLYING = "applying", _("导入中")
        DONE = "done", _("已导入")
        WITHDRAWN = "withdrawn", _("已放弃")
        FAILED = "failed", _("读不出来")

    access = Access.DIVISION
    tracked = False
    division = models.BigIntegerField()
    user_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())
    files = models.JSONField(default=list)
    whole = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    counts = models.JSONField(default=dict)
    staged = models.BigIntegerField(default=0)
    check_run_id = models.BigIntegerField(null=True)
    apply_run_id = models.BigIntegerField(null=True)
    errors_file_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index("division", "id", name="import_by_place")]


class Staged(Row):
    """A good row of an import's file, typed, sealed and waiting; the table is unlogged and without history.

    Rows are copied in without looking; the services of the import read and remove them through the view of the scope.
    """

    access = Access.STAGED
    tracked = False
    logged = False
    import_id = models.BigIntegerField()
    file = models.SmallIntegerField()
    row = models.IntegerField()

    class Meta:
        abstract = True


def _by_place(name: str) -> "list[Any]":
    return [models.Index("import_id", "division", name=name)]


class StagedHousehold(HouseholdRecord, Staged):
    """A household of a file."""

    class Meta:
        indexes = _by_place("staged_household_by_place")


class StagedPerson(PersonRecord, Staged):
    """A person of a file."""

    household_number = models.CharField(max_length=32)

    class Meta:
        indexes = _by_place("staged_person_by_place")


class StagedIncome(IncomeRecord, Staged):
    """An income of a file."""

    household_number = models.CharField(max_length=32)

    class Meta:
        indexes = _by_place("staged_income_by_place")


class StagedVillage(VillageRecord, Staged):
    """A village form of a file."""

    class Meta:
        indexes = _by_place("staged_village_by_place")


class StagedCounty(CountyRecord, Staged):
    """A county form of a file."""

    class Meta:
        indexes = _by_place("staged_county_by_place")


class StagedMark(Row):
    """Stands as long as the staged rows of an import do: after a crash of the server both are gone."""

    access = Access.SYSTEM
    tracked = False
    logged = False
    import_id = models.BigIntegerField(unique=True)


class ImportProblem(Row):
    """What is wrong with one row of a file; where `stops`, the row is not taken over."""

    access = Access.SYSTEM
    tracked = False
    import_id = models.BigIntegerField()
    sheet = models.CharField(max_length=20)
    file = models.SmallIntegerField()
    row = models.IntegerField()
    key = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=300)
    todo = models.CharField(max_length=300, blank=True)
    stops = models.BooleanField(default=True)
    number = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index("import_id", "sheet", "file", "row", name="problem_by_row")]
