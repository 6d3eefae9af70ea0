"""Pages of the ledger."""

from zerentian.assessment.views.acts import dispute_decide, dispute_raise, recompute
from zerentian.assessment.views.boards import board, entries, export, ledger, turn_back
from zerentian.assessment.views.details import body, disputes, duty, entry, mine
from zerentian.assessment.views.snapshots import differences, differences_export, snapshot, snapshot_list

__all__ = [
    "board",
    "body",
    "differences",
    "differences_export",
    "dispute_decide",
    "dispute_raise",
    "disputes",
    "duty",
    "entries",
    "entry",
    "export",
    "ledger",
    "mine",
    "recompute",
    "snapshot",
    "snapshot_list",
    "turn_back",
]
