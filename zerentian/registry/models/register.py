"""The register: households, their persons and incomes, villages and counties."""

from django.db import models

from zerentian.kernel.models import Access
from zerentian.registry.models.fields import (
    CountyRecord,
    HouseholdRecord,
    IncomeRecord,
    PersonRecord,
    VillageRecord,
)

# Shortfalls of the guarantees; the same conditions serve the indexes and the filters of the list.
UNSAFE_GRADES = ("c", "d")
UNSAFE_HOUSE = models.Q(house_grade__in=UNSAFE_GRADES)
UNSAFE_WATER = models.Q(water_safe=False)
WITHOUT_HELPER = models.Q(helper_name="")
OUT_OF_SCHOOL = models.Q(school_status="dropped_out", left_on__isnull=True)
UNINSURED = models.Q(has_resident_medical=False, left_on__isnull=True) & (
    models.Q(has_employee_medical__isnull=True) | models.Q(has_employee_medical=False)
)

# A state that is no longer in the register: removed as registered in error, or the whole household is gone.
GONE = ("removed", "closed")
# On file for a procedure, not (or not yet) in the register.
APPLICANT = ("applying", "not_identified")
UNCOUNTED = (*GONE, *APPLICANT)


class Household(HouseholdRecord):
    """One registered household: who heads it, why it is poor, how it lives, and in which state it stands."""

    access = Access.HOUSEHOLD
    household_column = "id"

    class Meta:
        verbose_name = "户"
        indexes = [
            models.Index("division", "id", name="household_by_place"),
            models.Index("division", "status", "id", name="household_by_status"),
            models.Index("head_name", "id", name="household_by_name"),
            models.Index("phone_token", name="household_by_phone"),
            models.Index("division", "id", name="household_unsafe_house", condition=UNSAFE_HOUSE),
            models.Index("division", "id", name="household_unsafe_water", condition=UNSAFE_WATER),
            models.Index("division", "id", name="household_without_helper", condition=WITHOUT_HELPER),
            models.Index("division", "id", name="household_applicant", condition=models.Q(status__in=APPLICANT)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="household_number_is_unique"),
            models.CheckConstraint(condition=models.Q(size__gte=1), name="household_has_members"),
            models.CheckConstraint(
                condition=models.Q(exited_on__isnull=True) | models.Q(identified_on__isnull=True)
                | models.Q(exited_on__gte=models.F("identified_on")),
                name="household_exits_after_identification",
            ),
        ]  # fmt: skip

    @property
    def is_in_register(self) -> bool:
        """Whether the household counts."""
        return self.status not in UNCOUNTED


class Person(PersonRecord):
    """One member of a household, from the day of joining to the day of leaving."""

    access = Access.HOUSEHOLD
    household_column = "household_id"

    kept_by_statement = ("household",)

    household = models.ForeignKey(Household, models.PROTECT, related_name="persons", db_constraint=False)

    class Meta:
        verbose_name = "人口"
        indexes = [
            # Without the key behind them: equal texts share an entry, and the indexes are a third as large.
            models.Index("division", name="person_by_place"),
            models.Index("name", "phone_token", name="person_by_name"),
            models.Index("pinyin", name="person_by_pinyin"),
            models.Index("initials", name="person_by_initials"),
            models.Index("division", "household", name="person_out_of_school", condition=OUT_OF_SCHOOL),
            models.Index("division", "household", name="person_uninsured", condition=UNINSURED),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="person_number_is_unique"),
            models.UniqueConstraint(
                fields=["id_token"],
                condition=models.Q(left_on__isnull=True, id_token__isnull=False),
                name="person_in_one_household_at_a_time",
            ),
        ]

    @property
    def is_present(self) -> bool:
        """Whether the person belongs to the household today."""
        return self.left_on is None


class HouseholdIncome(IncomeRecord):
    """A year's income of a household by source, and what it makes per head."""

    access = Access.HOUSEHOLD
    household_column = "household_id"

    kept_by_statement = ("household",)

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="incomes", db_index=False, db_constraint=False
    )

    class Meta:
        verbose_name = "收入"
        indexes = [models.Index("division", name="income_by_place")]
        constraints = [
            models.UniqueConstraint(fields=["household", "year"], name="one_income_per_household_and_year"),
            models.CheckConstraint(condition=models.Q(period_to__gte=models.F("period_from")), name="income_period_in_order"),
        ]  # fmt: skip


class RollingIncome(IncomeRecord):
    """The income of the twelve months before a household came to be watched over, whatever the calendar year."""

    access = Access.HOUSEHOLD
    household_column = "household_id"

    household = models.ForeignKey(Household, models.PROTECT, related_name="rolling_incomes", db_index=False)

    class Meta:
        verbose_name = "滚动收入"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "period_to"], name="one_rolling_income_per_household_and_month"
            ),
            models.CheckConstraint(
                condition=models.Q(period_to__gte=models.F("period_from")), name="rolling_income_period_in_order"
            ),
        ]


class Village(VillageRecord):
    """The village form of one year."""

    access = Access.DIVISION

    class Meta:
        verbose_name = "村"
        constraints = [models.UniqueConstraint(fields=["division", "year"], name="one_village_form_a_year")]


class County(CountyRecord):
    """A county in one year."""

    access = Access.DIVISION

    class Meta:
        verbose_name = "县"
        verbose_name_plural = "counties"
        constraints = [models.UniqueConstraint(fields=["division", "year"], name="one_county_form_a_year")]
