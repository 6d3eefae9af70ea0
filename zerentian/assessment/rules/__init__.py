"""Decisions of the ledger: pure, with figures, targets and days as arguments."""

from zerentian.assessment.rules.binding import bind, looks_above
from zerentian.assessment.rules.disputes import decision_problem, dispute_problem
from zerentian.assessment.rules.status import RANKS, RED, Judgement, Standing, Status, close, judge, share, value_of

__all__ = [
    "RANKS",
    "RED",
    "Judgement",
    "Standing",
    "Status",
    "bind",
    "close",
    "decision_problem",
    "dispute_problem",
    "judge",
    "looks_above",
    "share",
    "value_of",
]
