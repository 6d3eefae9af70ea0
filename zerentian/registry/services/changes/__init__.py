"""Changes of a household's members, any day of the year: join, leave, head, division, union, absence, taking back."""

from zerentian.registry.services.changes.absences import end_absence, record_absence
from zerentian.registry.services.changes.families import merge_households, move_member, split_household
from zerentian.registry.services.changes.members import JOINS, LEAVES, add_member, change_head, remove_member
from zerentian.registry.services.changes.undoing import undo_change, why_not

__all__ = [
    "JOINS",
    "LEAVES",
    "add_member",
    "change_head",
    "end_absence",
    "merge_households",
    "move_member",
    "record_absence",
    "remove_member",
    "split_household",
    "undo_change",
    "why_not",
]
