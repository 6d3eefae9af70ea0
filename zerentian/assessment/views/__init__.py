"""Pages of the ledger."""

from zerentian.assessment.views.acts import dispute_decide, dispute_raise, recompute
from zerentian.assessment.views.boards import board, entries, export, ledger, turn_back
from zerentian.assessment.views.details import body, disputes, duty, entry, mine

__all__ = [
    "board",
    "body",
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
    "turn_back",
]
