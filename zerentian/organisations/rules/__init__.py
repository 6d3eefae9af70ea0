"""Decisions about bodies and posts: pure, with dates and thresholds as arguments."""

from zerentian.organisations.rules.answerable import (
    Gap,
    Node,
    first_answerable_problem,
    level_problem,
    superior_problem,
)
from zerentian.organisations.rules.chiefs import Change, Protection, Tenure, Verdict, changes, months_between
from zerentian.organisations.rules.staffing import Staff, Standard, staffing_shortfalls

__all__ = [
    "Change",
    "Gap",
    "Node",
    "Protection",
    "Staff",
    "Standard",
    "Tenure",
    "Verdict",
    "changes",
    "first_answerable_problem",
    "level_problem",
    "months_between",
    "staffing_shortfalls",
    "superior_problem",
]
