"""The sheets of import and export, for writers of files; declared in `organisations.rules.columns`."""

from zerentian.organisations.rules.columns import APPOINTMENTS, ASSIGNMENTS, BODIES, GRIDS, POSTS, SHEETS

__all__ = ["APPOINTMENTS", "ASSIGNMENTS", "BODIES", "GRIDS", "POSTS", "SHEETS"]
