"""Poor households, their persons and incomes, villages and counties, and the imports that bring them."""

from zerentian.registry.models.imports import (
    Import,
    ImportProblem,
    StagedCounty,
    StagedHousehold,
    StagedIncome,
    StagedMark,
    StagedPerson,
    StagedVillage,
)
from zerentian.registry.models.register import (
    GONE,
    OUT_OF_SCHOOL,
    UNINSURED,
    UNSAFE_GRADES,
    UNSAFE_HOUSE,
    UNSAFE_WATER,
    WITHOUT_HELPER,
    County,
    Household,
    HouseholdIncome,
    Person,
    Village,
)

__all__ = [
    "GONE",
    "OUT_OF_SCHOOL",
    "UNINSURED",
    "UNSAFE_GRADES",
    "UNSAFE_HOUSE",
    "UNSAFE_WATER",
    "WITHOUT_HELPER",
    "County",
    "Household",
    "HouseholdIncome",
    "Import",
    "ImportProblem",
    "Person",
    "StagedCounty",
    "StagedHousehold",
    "StagedIncome",
    "StagedMark",
    "StagedPerson",
    "StagedVillage",
    "Village",
]
