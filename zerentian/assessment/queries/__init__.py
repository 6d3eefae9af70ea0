"""Reads of the ledger: measures bound to a day, boards, entries and the rows behind them."""

from zerentian.assessment.queries.measures import Bound, bound_measures, values_for

__all__ = ["Bound", "bound_measures", "values_for"]
